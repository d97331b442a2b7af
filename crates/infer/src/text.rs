//! Makes text from outside safe to show. Names of files and classes, and the content of damaged
//! files, can hold characters that move a terminal's cursor, break a line or reverse the direction
//! of writing.

/// Characters shown from the start and from the end of a long message; the end usually says how to
/// get out.
const HEAD: usize = 1000;
const TAIL: usize = 400;

/// Maximum length, in characters, of a value quoted within a message.
const MAX_QUOTED: usize = 60;

/// Escapes everything that a terminal would act on, so that `text` is one line, and cuts the middle
/// out of a very long text.
pub fn printable(text: &str) -> String {
    if text.chars().nth(HEAD + TAIL).is_none() {
        return text.chars().flat_map(escaped).collect();
    }
    let mut line: String = text.chars().take(HEAD).flat_map(escaped).collect();
    line.push_str(" ... ");
    let tail: Vec<char> = text.chars().rev().take(TAIL).collect();
    line.extend(tail.into_iter().rev().flat_map(escaped));
    line
}

/// Like [`printable`], but keeps only the first 60 characters: for a value within a sentence.
pub fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(MAX_QUOTED).flat_map(escaped).collect();
    if text.chars().nth(MAX_QUOTED).is_some() {
        short.push_str("...");
    }
    short
}

/// [`shortened`] `text` in double quotes.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text))
}

/// Lists the first `maximum` of `names` and counts the others: `"a", "b" and 3 more`.
pub fn listed(names: impl ExactSizeIterator<Item = String>, maximum: usize) -> String {
    let more = names.len().saturating_sub(maximum);
    let listed = names.take(maximum).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{listed} and {more} more") } else { listed }
}

fn escaped(character: char) -> impl Iterator<Item = char> {
    let (plain, code) = match disturbs_terminal(character) {
        true => (None, Some(character.escape_default())),
        false => (Some(character), None),
    };
    plain.into_iter().chain(code.into_iter().flatten())
}

/// Whether a terminal or browser acts on `character` instead of showing it: control characters,
/// line and paragraph separators, and marks and overrides of the direction of writing.
pub fn disturbs_terminal(character: char) -> bool {
    let invisible =
        matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_characters_that_disturb_a_terminal_are_escaped() {
        let hostile = "a\u{1b}[2J\nb\u{202e}c\u{9b}d";
        let escaped = r"a\u{1b}[2J\nb\u{202e}c\u{9b}d";
        assert_eq!(printable(hostile), escaped);
        assert_eq!(quoted(hostile), format!("\"{escaped}\""));
        assert_eq!(printable("größe 数字 'a' \"b\""), "größe 数字 'a' \"b\"");
    }

    #[test]
    fn a_long_message_keeps_its_start_and_its_end() {
        let long = printable(&format!("damaged ({}); restore it", "x".repeat(1 << 20)));
        assert!(long.starts_with("damaged (xxx") && long.ends_with("xxx); restore it"), "{long}");
        assert_eq!(long.chars().count(), HEAD + TAIL + " ... ".len());
        let whole = "x".repeat(HEAD + TAIL);
        assert_eq!(printable(&whole), whole);
    }

    #[test]
    fn a_long_value_is_cut() {
        assert_eq!(shortened(&"m".repeat(1_000_000)), "m".repeat(60) + "...");
    }
}
