//! Other people's text made safe to show. The template engine escapes what HTML would take for markup.

use crate::Error;
use crate::text::disturbs_terminal;

/// Most characters of a name that is shown; the rest is an ellipsis.
const LONGEST: usize = 200;

/// `text` without characters that garble a page: control characters, and those that turn the direction of what follows,
/// are shown as the replacement character.
pub(crate) fn clean(text: &str) -> String {
    let shown = |character: char| if garbles(character) { '\u{fffd}' } else { character };
    let mut cleaned: String = text.chars().take(LONGEST).map(shown).collect();
    if text.chars().nth(LONGEST).is_some() {
        cleaned.push('…');
    }
    cleaned
}

/// A name in the midst of a sentence that has no markup, such as a tooltip: its direction stays its own.
pub(super) fn isolated(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}

/// What the report calls each class; one without a visible name gets its index.
pub(super) fn class_names(names: &[String]) -> Vec<String> {
    let shown = |(index, name): (usize, &String)| match name.trim().is_empty() {
        true => format!("class {index}"),
        false => clean(name),
    };
    names.iter().enumerate().map(shown).collect()
}

/// An error as the report tells it: a run's file by its name, since its place depends on who looks.
pub(crate) fn told(error: &Error) -> String {
    let sentence = match error {
        Error::Run { path, problem } => {
            format!("{} {problem}", path.file_name().unwrap_or(path.as_os_str()).to_string_lossy())
        }
        Error::Io { action, path, source } => {
            format!("cannot {action} {}: {source}", path.file_name().unwrap_or(path.as_os_str()).to_string_lossy())
        }
        other => other.to_string(),
    };
    clean_sentence(&sentence)
}

/// As [`clean`], for text of any length.
pub(crate) fn clean_sentence(text: &str) -> String {
    text.chars().map(|character| if garbles(character) { '\u{fffd}' } else { character }).collect()
}

fn garbles(character: char) -> bool {
    disturbs_terminal(character) && character != '\n'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_move_the_cursor_or_turn_the_text_are_replaced() {
        assert_eq!(clean("a\u{1b}[31m\u{202e}b\u{0}"), "a\u{fffd}[31m\u{fffd}b\u{fffd}");
        assert_eq!(clean("größe שלום 猫 <b>"), "größe שלום 猫 <b>");
    }

    #[test]
    fn a_name_without_end_is_cut() {
        assert_eq!(clean(&"x".repeat(201)).chars().count(), 201);
        assert!(clean(&"x".repeat(201)).ends_with("x…"));
        assert_eq!(clean(&"x".repeat(200)), "x".repeat(200));
    }

    #[test]
    fn a_class_without_a_visible_name_is_called_by_its_index() {
        assert_eq!(class_names(&["cat".into(), " ".into()]), ["cat", "class 1"]);
    }

    #[test]
    fn a_files_error_names_the_file_and_not_its_place() {
        assert_eq!(told(&Error::run("/home/me/runs/a/metrics.csv", "is damaged")), "metrics.csv is damaged");
    }
}
