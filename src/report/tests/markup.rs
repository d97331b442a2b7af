//! A strict parser of what the templates write: every tag is closed, every attribute is quoted.

/// Elements without an end tag.
const VOID: [&str; 6] = ["meta", "link", "br", "img", "input", "hr"];

/// Returns the start tags of `html` in order. Panics if tags are not nested.
pub fn elements(html: &str) -> Vec<String> {
    let (_, mut rest) = html.split_once('>').unwrap();
    let (mut open, mut elements) = (Vec::new(), Vec::new());
    while let Some(start) = rest.find('<') {
        let (tag, after) = split_tag(&rest[start + 1..]);
        rest = after;
        let name = tag.split_whitespace().next().unwrap().trim_end_matches('/');
        if let Some(closed) = name.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(closed), "at {}", &rest[..rest.len().min(80)]);
            continue;
        }
        elements.push(tag.to_string());
        if !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name.to_string());
        }
        if name == "style" {
            rest = &rest[rest.find("</style>").unwrap()..];
        }
    }
    assert!(open.is_empty(), "{open:?} left open");
    elements
}

/// Splits `text` at the first `>` outside quotes.
fn split_tag(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = text.find(|character| {
        quoted ^= character == '"';
        character == '>' && !quoted
    });
    let end = end.expect("the tag is closed");
    (&text[..end], &text[end + 1..])
}

/// Returns the names of `elements`, each once.
pub fn names(elements: &[String]) -> std::collections::BTreeSet<&str> {
    elements.iter().map(|tag| tag.split([' ', '/']).next().unwrap()).collect()
}

/// Returns the names of all attributes of `elements`, each once.
pub fn attributes(elements: &[String]) -> std::collections::BTreeSet<String> {
    let unquoted = |tag: &String| tag.split('"').step_by(2).collect::<String>();
    let attributes = |tag: &String| unquoted(tag).split_whitespace().skip(1).map(str::to_string).collect::<Vec<_>>();
    elements.iter().flat_map(attributes).filter(|attribute| attribute != "/").collect()
}
