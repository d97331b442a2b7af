//! A strict reader of the markup that the templates write: every tag closed, every attribute quoted.

/// Elements that have no end.
const VOID: [&str; 6] = ["meta", "link", "br", "img", "input", "hr"];

/// The elements of `html` in order, as their start tags; panics where tags do not nest.
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

/// What is before the first `>` outside quotes, and what is after it.
fn split_tag(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = text.find(|character| {
        quoted ^= character == '"';
        character == '>' && !quoted
    });
    let end = end.expect("a tag ends");
    (&text[..end], &text[end + 1..])
}

/// The names of `elements`, each once.
pub fn names(elements: &[String]) -> std::collections::BTreeSet<&str> {
    elements.iter().map(|tag| tag.split([' ', '/']).next().unwrap()).collect()
}

/// The names of all attributes of `elements`, each once.
pub fn attributes(elements: &[String]) -> std::collections::BTreeSet<String> {
    let unquoted = |tag: &String| tag.split('"').step_by(2).collect::<String>();
    let attributes = |tag: &String| unquoted(tag).split_whitespace().skip(1).map(str::to_string).collect::<Vec<_>>();
    elements.iter().flat_map(attributes).filter(|attribute| attribute != "/").collect()
}
