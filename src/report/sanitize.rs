//! Text from outside, made safe to show: names of classes and files, and what damaged files
//! contain. [`printable`] escapes control characters; the template engine escapes markup.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::format::without_directories;
use crate::text::printable;

/// Characters of a name that are shown.
const MAX_NAME_LENGTH: usize = 200;

/// Returns `text` on one line, with an ellipsis for what exceeds the maximum length of a name.
pub(crate) fn short_name(text: &str) -> String {
    let mut name: String = text.chars().take(MAX_NAME_LENGTH).collect();
    if text.chars().nth(MAX_NAME_LENGTH).is_some() {
        name.push('…');
    }
    printable(&name)
}

/// Returns the way to the report of a run in the same directory, as a link has it.
pub(super) fn report_link(run: &str) -> String {
    let encoded = run.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    format!("{}/report.html", encoded.collect::<String>())
}

/// Wraps a name that stands in a sentence without markup, such as a tooltip, so that its writing
/// direction does not affect the rest of the sentence.
pub(super) fn isolated(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}

/// Returns the name to show for each class: a class without a visible name is called by its index.
pub(super) fn class_names(names: &[String]) -> Vec<String> {
    let shown = |(index, name): (usize, &String)| match name.trim().is_empty() {
        true => format!("class {index}"),
        false => short_name(name),
    };
    names.iter().enumerate().map(shown).collect()
}

/// Returns the message of `error` with the names of files instead of their paths: a page is read
/// elsewhere, too.
pub(crate) fn describe(error: &Error) -> String {
    let message = match error {
        Error::Run { path, problem } => Error::run(file_name(path), problem.clone()).to_string(),
        Error::Io { action, path, source } => {
            printable(&format!("cannot {action} {}: {source}", file_name(path).to_string_lossy()))
        }
        other => other.to_string(),
    };
    without_directories(&message)
}

fn file_name(path: &Path) -> PathBuf {
    path.file_name().map_or_else(|| path.to_path_buf(), PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_in_a_name_are_escaped() {
        assert_eq!(short_name("a\u{1b}[31m\u{202e}b\u{0}"), r"a\u{1b}[31m\u{202e}b\u{0}");
        assert_eq!(short_name("größe שלום 猫 <b>"), "größe שלום 猫 <b>");
    }

    #[test]
    fn a_link_leads_to_a_run_of_any_name() {
        assert_eq!(report_link("a#b? 猫"), "a%23b%3F%20%E7%8C%AB/report.html");
        assert_eq!(report_link("fold-1"), "fold-1/report.html");
    }

    #[test]
    fn a_long_name_is_cut() {
        assert_eq!(short_name(&"x".repeat(201)), format!("{}…", "x".repeat(200)));
        assert_eq!(short_name(&"x".repeat(200)), "x".repeat(200));
    }

    #[test]
    fn a_class_without_a_visible_name_is_called_by_its_index() {
        assert_eq!(class_names(&["cat".into(), " ".into()]), ["cat", "class 1"]);
    }

    #[test]
    fn an_error_names_its_file_without_the_directory() {
        assert_eq!(describe(&Error::run("/home/me/runs/a/metrics.csv", "is damaged")), "metrics.csv is damaged");
        let denied = Error::io("read", "/home/me/a")(std::io::Error::other("denied"));
        assert_eq!(describe(&denied), "cannot read a: denied");
        let data = Error::data("csv:/home/me/a.csv", "has no rows");
        assert_eq!(describe(&data), "csv:a.csv has no rows");
    }
}
