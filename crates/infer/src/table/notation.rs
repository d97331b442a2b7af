//! How a table writes its numbers and marks what is missing.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::meaning::Meaning;
use super::plain_number::plain_number;
use super::value::{MAX_NUMBER, USUAL_MARKS, Value};

/// Stands for [`USUAL_MARKS`] in a list of marks.
const AUTO: &str = "auto";

/// How the values of a table are written. Saved with the model, so that later files are read the same way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notation {
    /// Between the whole number and its fraction: `.` or `,`.
    pub decimal: char,
    /// Between groups of three digits: `,`, `.`, a blank or `'`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thousands: Option<char>,
    /// Marks of a missing value, in upper or lower case, besides an empty text.
    pub missing: Vec<String>,
    /// Numbers that mark a missing value, such as -999.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_numbers: Vec<f64>,
    /// What the texts of columns mean that are read as numbers, by the column's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub meanings: BTreeMap<String, Meaning>,
}

impl Default for Notation {
    fn default() -> Self {
        let missing = USUAL_MARKS.map(String::from).to_vec();
        Self { decimal: '.', thousands: None, missing, missing_numbers: Vec::new(), meanings: BTreeMap::new() }
    }
}

impl Notation {
    /// Takes the `marks` of missing values; `auto` among them stands for the usual ones.
    pub fn with_marks(marks: &[String]) -> Self {
        let missing = marks.iter().flat_map(|mark| match mark.trim() {
            AUTO => USUAL_MARKS.map(String::from).to_vec(),
            mark => vec![mark.to_string()],
        });
        let is_finite = |mark: &String| mark.parse::<f64>().is_ok_and(f64::is_finite);
        let (numbers, missing) = missing.filter(|mark| !mark.is_empty()).partition::<Vec<String>, _>(is_finite);
        let missing_numbers = numbers.iter().filter_map(|number| number.parse().ok()).collect();
        Self { missing, missing_numbers, ..Self::default() }
    }

    fn is_missing(&self, text: &str) -> bool {
        text.is_empty() || self.missing.iter().any(|mark| mark.eq_ignore_ascii_case(text))
    }

    /// Parses a value, which must be trimmed.
    pub fn value(&self, text: &str) -> Value {
        match self.number(text) {
            Some(number) if !number.is_nan() => self.value_of_number(number),
            _ if self.is_missing(text) => Value::Missing,
            _ => Value::Text,
        }
    }

    /// Judges a number that a file holds as such; NaN is a missing value.
    pub fn value_of_number(&self, number: f64) -> Value {
        if number.is_nan() || self.missing_numbers.contains(&number) {
            Value::Missing
        } else if number.abs() <= MAX_NUMBER {
            Value::Number(number)
        } else {
            Value::TooLarge
        }
    }

    /// Parses a value, which must be trimmed, of a column with this meaning.
    pub fn value_in(&self, meaning: &Meaning, text: &str) -> Value {
        match (meaning, self.value(text)) {
            (_, Value::Missing) => Value::Missing,
            (Meaning::Unit(unit), Value::Text) => match split_unit(text) {
                Some((number, own)) if own == unit => self.value(&number),
                _ => Value::Text,
            },
            (Meaning::Unit(_), value) => value,
            (meaning, _) => meaning.number(text).map_or(Value::Text, Value::Number),
        }
    }

    /// Judges a number that a file holds as such, in a column with this meaning.
    pub fn number_in(&self, meaning: Option<&Meaning>, number: f64) -> Value {
        match self.value_of_number(number) {
            Value::Number(number) if meaning.is_some_and(|meaning| !meaning.has(number)) => Value::Text,
            value => value,
        }
    }

    fn number(&self, text: &str) -> Option<f64> {
        let plain = plain_number(text.as_bytes(), self.decimal);
        if plain.is_some() {
            return plain;
        }
        if self.decimal == '.' && self.thousands.is_none() {
            return text.parse().ok();
        }
        if !text.contains([',', '.', ' ', '\'', '’', '\u{a0}', '\u{202f}']) {
            return text.parse().ok();
        }
        let form = FORMS.iter().position(|&form| form == (self.decimal, self.thousands))?;
        (forms(text) & 1 << form != 0).then_some(())?;
        let plain = text.chars().filter(|&character| Some(plain_mark(character)) != self.thousands);
        plain.map(|character| if character == self.decimal { '.' } else { character }).collect::<String>().parse().ok()
    }
}

/// Parses a value, which must be trimmed, with a decimal point and the usual marks of missing values.
pub fn value(text: &str) -> Value {
    static USUAL: LazyLock<Notation> = LazyLock::new(Notation::default);
    USUAL.value(text)
}

/// The ways to write numbers: decimal mark and thousands mark. Each is a bit of [`forms`].
pub(crate) const FORMS: [(char, Option<char>); 8] = [
    ('.', None),
    (',', None),
    ('.', Some(',')),
    (',', Some('.')),
    ('.', Some(' ')),
    (',', Some(' ')),
    ('.', Some('\'')),
    (',', Some('\'')),
];

/// Returns a bit for each of [`FORMS`] that `text` may be a number in; 0 if it is not a number at all.
pub(crate) fn forms(text: &str) -> u8 {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (digits, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], Some(&digits[at + 1..])),
        None => (digits, None),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if exponent.is_some_and(|exponent| !is_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))) {
        return 0;
    }
    let is_form = |(decimal, thousands): (char, Option<char>)| {
        let (whole, fraction) = digits.split_once(decimal).unwrap_or((digits, ""));
        let has_digit = whole.bytes().chain(fraction.bytes()).any(|byte| byte.is_ascii_digit());
        let is_fraction = fraction.is_empty() || is_digits(fraction);
        has_digit
            && is_fraction
            && thousands.map_or(whole.is_empty() || is_digits(whole), |mark| is_grouped(whole, mark))
    };
    FORMS.into_iter().enumerate().filter(|(_, form)| is_form(*form)).fold(0, |forms, (bit, _)| forms | 1 << bit)
}

/// Whether a whole number has `mark` before every three digits, or no mark at all. India groups by two before the last
/// three.
fn is_grouped(whole: &str, mark: char) -> bool {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let groups: Vec<&str> = whole.split(|character| plain_mark(character) == mark).collect();
    let Some(([first, middle @ ..], last)) = groups.split_last().map(|(last, before)| (before, last)) else {
        return is_digits(whole);
    };
    let is_first = (1..=3).contains(&first.len()) && !first.starts_with('0');
    let are_middle = [2, 3].iter().any(|&length| middle.iter().all(|group| group.len() == length));
    is_first && are_middle && last.len() == 3 && groups.iter().all(|group| is_digits(group))
}

/// Maps the typographic forms of the marks to the plain ones.
fn plain_mark(character: char) -> char {
    match character {
        '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        '’' => '\'',
        other => other,
    }
}

/// Splits a number from the unit after it (`12 %`, `3.5 kg`) or the currency before it (`$5`, `-€ 5`, `USD 5`).
pub(crate) fn split_unit(text: &str) -> Option<(String, &str)> {
    let is_digit = |character: char| character.is_ascii_digit();
    let (first, last) = (text.find(is_digit)?, text.rfind(is_digit)?);
    let first = if text[..first].ends_with(['.', ',']) { first - 1 } else { first };
    let (before, number, after) = (&text[..first], &text[first..=last], text[last + 1..].trim());
    let sign = before.find(['-', '+']);
    let negative = before.contains('-');
    let before = before.trim_matches(['-', '+', ' ', '\u{a0}']);
    let is_currency = !before.is_empty()
        && (before.chars().all(|character| "$€£¥₹₽₩₺₴₦฿¢".contains(character))
            || (before.len() == 3 && before.bytes().all(|byte| byte.is_ascii_uppercase())));
    let is_unit = |character: char| character.is_alphabetic() || " %‰°²³/$€£¥₹₽₩₺₴₦฿¢'\"".contains(character);
    let is_after = !after.is_empty() && after.chars().all(is_unit);
    let unit = match (before.is_empty(), after.is_empty()) {
        (true, false) if is_after => after,
        (false, true) if is_currency => before,
        _ => return None,
    };
    let sign = if negative {
        "-"
    } else if sign.is_some() {
        "+"
    } else {
        ""
    };
    Some((format!("{sign}{number}"), unit))
}

#[cfg(test)]
#[path = "notation_tests.rs"]
mod tests;
