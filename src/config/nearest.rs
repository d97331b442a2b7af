//! The nearest valid name to one that does not exist, and text from outside made fit for a one-line message.

/// Longer names are compared and shown by this many characters only: the distance takes quadratic time.
const LONGEST: usize = 60;

/// Share of equal characters (1 is equal) from which a name counts as a misspelling of another.
const SIMILAR: f64 = 0.6;

/// The candidate most like `name`, if any is like it at all.
pub(super) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.chars().take(LONGEST).collect::<String>().to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(&name, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= SIMILAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// The sentence for a value that is not in a list of names.
pub(super) fn no_such(value: &str, names: &[&str]) -> String {
    let problem = format!("{} is not one of {}", quoted(value), names.join(", "));
    match nearest(value, names.iter().copied()) {
        Some(name) => format!("{problem}; did you mean {name}?"),
        None => problem,
    }
}

/// `text` in quotes, without control characters and not too long.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", shown(text))
}

/// `text` without control characters and not too long.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST).flat_map(printable).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push_str("...");
    }
    shown
}

fn printable(character: char) -> impl Iterator<Item = char> {
    let (plain, escaped) = match character.is_control() {
        true => (None, Some(character.escape_default())),
        false => (Some(character), None),
    };
    plain.into_iter().chain(escaped.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_finds_its_name_and_a_stranger_finds_none() {
        let names = ["momentum", "learning_rate", "epsilon"];
        assert_eq!(nearest("momentun", names), Some("momentum"));
        assert_eq!(nearest("Learning-Rate", names), Some("learning_rate"));
        assert_eq!(nearest("colour", names), None);
    }

    #[test]
    fn a_name_of_a_million_characters_is_answered_at_once_and_shown_short() {
        let long = "m".repeat(1_000_000);
        assert_eq!(nearest(&long, ["momentum"]), None);
        assert_eq!(shown(&long), "m".repeat(60) + "...");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(quoted("a\u{1b}[2J\nb"), r#""a\u{1b}[2J\nb""#);
        assert_eq!(quoted("größe"), "\"größe\"");
    }
}
