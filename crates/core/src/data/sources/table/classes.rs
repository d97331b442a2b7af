//! Derives classes from the values of the target column.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::data::class_counts;
use burn_mlp_infer::csv::Texts;
use burn_mlp_infer::table::{MAX_EXACT, Value, value};
use burn_mlp_infer::text::quoted;

/// Maximum number of classes of a table.
const MAX_CLASSES: usize = 65_536;

/// Rows that a class should have at least.
const FEW_ROWS: usize = 5;

/// The classes of a table and the class of each row.
#[derive(Debug, Clone)]
pub(super) struct Classes {
    /// Names of the classes, as the column has them; sorted as numbers if all are plain ones, otherwise as text.
    pub names: Vec<String>,
    /// Class index of each row, `[n]`.
    pub labels: Vec<u32>,
    /// Remarks on classes that are equal as numbers, and on those with hardly any rows.
    pub notes: Vec<String>,
}

/// Why a column does not hold classes.
#[derive(Debug)]
pub(super) struct ClassProblem {
    /// A sentence.
    pub problem: String,
    /// Whether there are too many different values.
    pub are_too_many: bool,
}

impl Classes {
    /// Derives the classes from a column without missing values.
    ///
    /// # Errors
    /// If there is only one class, or so many values that they cannot be classes.
    pub fn new(column: &str, texts: &Texts) -> std::result::Result<Self, ClassProblem> {
        let mut names = texts.values.clone();
        match names.iter().all(|name| digits(name).is_some()) {
            true => names.sort_unstable_by(|one, other| compare_numbers(one, other)),
            false => names.sort_unstable(),
        }
        check_classes(column, &names, texts.rows.len())?;
        let places: HashMap<&str, u32> =
            names.iter().enumerate().map(|(place, name)| (name.as_str(), place as u32)).collect();
        let class: Vec<u32> = texts.values.iter().map(|name| places[name.as_str()]).collect();
        let labels: Vec<u32> = texts.rows.iter().map(|&row| class[row as usize]).collect();
        let notes = note_equal_numbers(&names).into_iter().chain(note_few_rows(column, &names, &labels)).collect();
        Ok(Self { names, labels, notes })
    }
}

/// Splits a plain number into its sign, its whole part without leading zeros, and its fraction. Returns `None` for all other
/// spellings, such as `007` and `1E2`.
fn digits(text: &str) -> Option<(bool, &str, &str)> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = are_digits(whole) && are_digits(fraction) && (whole == "0" || !whole.starts_with('0'));
    is_plain.then_some((negative, whole, fraction))
}

/// Compares plain numbers of any length, digit by digit; equal ones as texts.
fn compare_numbers(one: &str, other: &str) -> Ordering {
    let size = |text| digits(text).map(|(negative, whole, fraction)| (negative, (whole.len(), whole, fraction)));
    let (Some((one_negative, one_size)), Some((other_negative, other_size))) = (size(one), size(other)) else {
        return one.cmp(other);
    };
    let order = match (one_negative, other_negative) {
        (true, true) => other_size.cmp(&one_size),
        (false, false) => one_size.cmp(&other_size),
        _ => other_negative.cmp(&one_negative),
    };
    order.then_with(|| one.cmp(other))
}

/// Notes classes that are equal as numbers, such as `1` and `1.0`, and stay apart as texts.
fn note_equal_numbers(names: &[String]) -> Option<String> {
    let mut first: HashMap<u64, &String> = HashMap::new();
    let exact = |name: &String| number(name).filter(|number| number.abs() < MAX_EXACT);
    let mut pairs = names.iter().filter_map(|name| {
        let bits = (exact(name)? + 0.0).to_bits();
        let other = *first.entry(bits).or_insert(name);
        (other != name).then(|| (other.clone(), name.clone()))
    });
    let (one, other) = pairs.next()?;
    let (one, other, more) = (quoted(&one), quoted(&other), pairs.count());
    let more = match more {
        0 => String::new(),
        1 => ", as is another pair".to_string(),
        more => format!(", as are {more} other pairs"),
    };
    Some(format!("classes {one} and {other} are the same number and different texts{more}; they are different classes"))
}

/// Notes that most classes have hardly any rows.
fn note_few_rows(column: &str, names: &[String], labels: &[u32]) -> Option<String> {
    let counts = class_counts(labels.iter().copied(), names.len());
    let cure = match names.iter().all(|name| number(name).is_some()) {
        true => "; to predict the number itself, use --task regression",
        false => "",
    };
    are_mostly_rare(&counts).then(|| {
        format!(
            "{} of the {} classes of {} have fewer than {FEW_ROWS} rows, too few to learn them{cure}",
            rare(&counts),
            names.len(),
            quoted(column)
        )
    })
}

fn rare(counts: &[usize]) -> usize {
    counts.iter().filter(|&&count| count < FEW_ROWS).count()
}

pub(super) fn are_mostly_rare(counts: &[usize]) -> bool {
    rare(counts) > counts.len() / 2 && rare(counts) > 1
}

/// Returns the names of the classes in a column without missing values, and the class of each row; see [`Classes::new`].
///
/// # Errors
/// As [`Classes::new`].
pub fn class_indices(texts: &Texts, column: &str) -> std::result::Result<(Vec<String>, Vec<u32>), String> {
    Classes::new(column, texts).map(|target| (target.names, target.labels)).map_err(|problem| problem.problem)
}

fn number(text: &str) -> Option<f64> {
    match value(text) {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

fn check_classes(column: &str, names: &[String], rows: usize) -> std::result::Result<(), ClassProblem> {
    let few = |problem: String| ClassProblem { problem, are_too_many: false };
    let (column, classes) = (quoted(column), names.len());
    let another = "choose another column with --target";
    if classes < 2 {
        let all = names.first().map(|name| format!(": every row is {}", quoted(name))).unwrap_or_default();
        return Err(few(format!("target column {column} has one class{all}; a classifier needs two; {another}")));
    }
    let is_infinite = |name: &&String| name.parse::<f64>().is_ok_and(f64::is_infinite) && !is_whole(name);
    if let Some(infinite) =
        names.iter().find(is_infinite).filter(|_| names.iter().all(|name| name.parse::<f64>().is_ok()))
    {
        let infinite = quoted(infinite);
        let problem =
            format!("target column {column} has the value {infinite}, which is infinite; fix it, or {another}");
        return Err(few(problem));
    }
    if classes <= MAX_CLASSES && classes <= rows / 2 {
        return Ok(());
    }
    let all_numbers = names.iter().all(|name| number(name).is_some());
    let regression = if all_numbers { "; to predict the number itself, use --task regression" } else { "" };
    let problem = format!(
        "target column {column} has {classes} different values in {rows} rows, too many to be classes{regression}; \
         {another}"
    );
    Err(ClassProblem { problem, are_too_many: true })
}

/// Whether a text is digits alone, such as a long id.
fn is_whole(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the classes of rows with these values.
    fn classes(values: &[&str]) -> std::result::Result<Classes, String> {
        let mut texts = Texts::default();
        for value in values {
            let known = texts.values.iter().position(|known| known == value);
            texts.rows.push(known.unwrap_or(texts.values.len()) as u32);
            if known.is_none() {
                texts.values.push(value.to_string());
            }
        }
        Classes::new("y", &texts).map_err(|problem| problem.problem)
    }

    #[test]
    fn classes_are_sorted_as_numbers_if_all_are_and_otherwise_as_text() {
        let numbers = classes(&["10", "9", "10", "9", "-1", "-1"]).unwrap();
        assert_eq!(numbers.names, ["-1", "9", "10"]);
        assert_eq!(numbers.labels, [2, 1, 2, 1, 0, 0]);
        assert_eq!(classes(&["10", "9", "b", "9", "10", "b"]).unwrap().names, ["10", "9", "b"]);
    }

    #[test]
    fn a_label_is_its_text() {
        let codes = classes(&["007", "07", "7", "007", "07", "7"]).unwrap();
        assert_eq!(codes.names, ["007", "07", "7"]);
        let note = "classes \"007\" and \"07\" are the same number and different texts, as is another pair; they are different \
                    classes";
        assert_eq!(codes.notes[0], note);
        assert_eq!(classes(&["1E2", "100", "100", "1E2"]).unwrap().names, ["100", "1E2"]);
        let ids = ["9007199254740993", "9007199254740992", "10", "9007199254740993", "9007199254740992", "10"];
        let ids = classes(&ids).unwrap();
        assert_eq!(ids.names, ["10", "9007199254740992", "9007199254740993"]);
        assert_eq!(ids.labels, [2, 1, 0, 2, 1, 0]);
        assert_eq!(
            classes(&["1.5", "-2", "1.25", "-10", "0", "10", "9"].repeat(2)).unwrap().names,
            ["-10", "-2", "0", "1.25", "1.5", "9", "10"]
        );
    }

    #[test]
    fn an_infinite_number_is_refused_but_a_class_may_be_called_so() {
        for infinite in ["inf", "-Infinity", "1e999"] {
            let message = classes(&["1", "2", "1", "2", infinite, infinite]).unwrap_err();
            assert!(message.contains(&format!("has the value {infinite:?}, which is infinite; fix it")), "{message}");
        }
        assert_eq!(classes(&["inf", "fin", "inf", "fin"]).unwrap().names, ["fin", "inf"]);
        let id = "9".repeat(400);
        assert_eq!(classes(&["1", &id, "1", &id]).unwrap().names.len(), 2);
    }

    #[test]
    fn a_single_class_and_a_class_per_row_are_refused() {
        let message = classes(&["x", "x"]).unwrap_err();
        assert!(message.starts_with("target column \"y\" has one class: every row is \"x\";"), "{message}");
        assert!(classes(&["a", "b", "c", "d"]).unwrap_err().contains("has 4 different values in 4 rows"));
    }

    #[test]
    fn classes_with_hardly_any_rows_are_noted() {
        let few = classes(&["1", "1", "2", "2", "3", "3"]).unwrap().notes;
        let note = "3 of the 3 classes of \"y\" have fewer than 5 rows, too few to learn them; to predict the number itself, \
                    use --task regression";
        assert_eq!(few, [note]);
        assert!(classes(&["a", "b"].repeat(5)).unwrap().notes.is_empty());
        let message = classes(&["1", "2", "3"]).unwrap_err();
        assert!(
            message.contains("too many to be classes; to predict the number itself, use --task regression"),
            "{message}"
        );
    }
}
