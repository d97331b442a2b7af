//! Names the ways to write numbers, and texts that look like one.

use crate::table::Notation;
use crate::table::notation::{forms, split_unit};

impl Notation {
    /// Names the marks: `a decimal comma and points between thousands`.
    pub(crate) fn described(&self) -> String {
        let decimal = if self.decimal == ',' { "a decimal comma" } else { "a decimal point" };
        let thousands = match self.thousands {
            Some(',') => " and commas between thousands",
            Some('.') => " and points between thousands",
            Some(' ') => " and blanks between thousands",
            Some(_) => " and apostrophes between thousands",
            None => "",
        };
        format!("{decimal}{thousands}")
    }
}

/// Whether a text is a number in any notation, with or without a unit.
pub(crate) fn is_number_like(text: &str) -> bool {
    forms(text) != 0 || split_unit(text).is_some_and(|(number, _)| forms(&number) != 0)
}

/// Says how a text that is not read as a number looks like one; `None` if it does not.
pub fn near_number(text: &str) -> Option<&'static str> {
    let is_number = |text: &str| forms(text) != 0;
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let within = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    if is_number(text) {
        Some("a number with other decimal or thousands marks than the others")
    } else if text.strip_prefix(['\u{2212}', '\u{2012}', '\u{2013}', '\u{2014}']).is_some_and(is_number) {
        Some("whose sign is a dash and not the minus sign of a keyboard")
    } else if within.is_some_and(is_number) {
        Some("a number in parentheses")
    } else if hexadecimal
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    {
        Some("a hexadecimal number")
    } else if hexadecimal.is_none() && is_number_like(text) {
        Some("a number with a unit that not all values have")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_looks_like_a_number_has_a_reason_not_to_be_one() {
        for (text, reason) in [
            ("\u{2212}5", "whose sign is a dash"),
            ("(80.1)", "a number in parentheses"),
            ("0x1F", "a hexadecimal number"),
            ("3 lb", "a number with a unit"),
            ("1.234,5", "a number with other decimal or thousands marks"),
        ] {
            let found = near_number(text).unwrap_or_default();
            assert!(found.starts_with(reason), "{text}: {found}");
        }
        for text in ["many", "", "-", "()", "0x", "(a)", "A1"] {
            assert_eq!(near_number(text), None, "{text}");
        }
    }
}
