//! Rules for the names of runs.

use crate::{Error, Result};

/// Maximum length of a name in bytes: what common file systems allow, less space for a number.
const MAX_LENGTH: usize = 200;

/// Refuses a name that could lead out of its directory, hide the run or garble a terminal.
pub(super) fn check_name(name: &str) -> Result<()> {
    match name_problem(name) {
        Some(problem) => Err(Error::config("--name", format!("{name:?} {problem}"))),
        None => Ok(()),
    }
}

/// Returns why `name` cannot name an entry of a directory, or `None`.
pub(super) fn name_problem(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("is empty; choose a name, or leave it out to get one")
    } else if name.contains(['/', '\\']) {
        Some("contains a path separator; give a plain name, and the directory with --out")
    } else if name.starts_with('.') {
        Some("starts with a dot; choose a name that starts with a letter or digit")
    } else if name.chars().any(char::is_control) {
        Some("contains a control character; use letters, digits, '-' and '_'")
    } else if name.len() > MAX_LENGTH {
        Some("is longer than 200 bytes; choose a shorter name")
    } else {
        None
    }
}

/// Returns the `number`th name for `stem`, such as `digits-flex-001`.
pub(super) fn numbered(stem: &str, number: usize) -> String {
    format!("{stem}-{number:03}")
}

/// Returns the first number above all that `names` use with `stem`.
pub(super) fn next_number<'a>(stem: &str, names: impl Iterator<Item = &'a str>) -> usize {
    let number = |name: &str| name.strip_prefix(stem)?.strip_prefix('-')?.parse::<usize>().ok();
    names.filter_map(number).max().unwrap_or(0).saturating_add(1)
}

/// Makes a stem for run names from any text, such as a source and a backend: `idx:some/dir flex`
/// becomes `idx-some-dir-flex`.
pub fn readable_stem(text: &str) -> String {
    let mut stem = String::new();
    for character in text.chars() {
        if character.is_alphanumeric() {
            stem.extend(character.to_lowercase());
        } else if !stem.is_empty() && !stem.ends_with('-') {
            stem.push('-');
        }
        if stem.len() > MAX_LENGTH / 4 {
            break;
        }
    }
    let stem = stem.trim_end_matches('-');
    if stem.is_empty() { "run".to_string() } else { stem.to_string() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_lead_elsewhere_hide_the_run_or_garble_a_terminal_are_refused() {
        for name in ["", ".", "..", ".hidden", "a/b", "/a", "..\\a", "a\nb", "a\u{1b}[31m", &"x".repeat(201)] {
            let error = check_name(name).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{error}");
        }
        for name in ["digits-flex-001", "my run", "größe", "a..b", "-"] {
            check_name(name).unwrap();
        }
    }

    #[test]
    fn the_next_number_is_above_all_numbers_in_use() {
        let names = ["digits-flex-001", "digits-flex-009", "digits-flex-old", "digits-wgpu-044", "digits-flex"];
        assert_eq!(next_number("digits-flex", names.into_iter()), 10);
        assert_eq!(next_number("mnist-flex", names.into_iter()), 1);
        assert_eq!(numbered("digits-flex", 10), "digits-flex-010");
    }

    #[test]
    fn a_stem_is_readable() {
        assert_eq!(readable_stem("idx:some/Dir flex"), "idx-some-dir-flex");
        assert_eq!(readable_stem("../.."), "run");
    }

    proptest! {
        #[test]
        fn every_stem_makes_a_valid_name(text in ".{0,300}", number: usize) {
            prop_assert!(check_name(&numbered(&readable_stem(&text), number)).is_ok());
        }
    }
}
