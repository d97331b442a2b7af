//! Decides whether the first record of a text names the columns, on the evidence of all columns together.

use crate::table::notation::forms;
use crate::table::{Value, value};

/// Names of a column of true classes.
pub(crate) const LABEL_NAMES: [&str; 4] = ["label", "class", "target", "y"];

/// A run of numbers as names needs this many columns to stand for itself, as in rows of pixels named 0 to 783.
const LONG_RUN: usize = 8;

/// The range of fewer values tells nothing.
const MIN_FOR_RANGE: usize = 4;

/// Columns whose names count, as f1, f2 and f3, before they stand for themselves.
const MIN_NUMBERED: usize = 3;

/// What a text says that looks like a row's.
#[derive(Debug, Clone, Copy)]
struct Weights {
    /// It occurs again below.
    recurrence: i32,
    /// It is a code above codes, or a date above dates.
    same_shape: i32,
}

const ALONE: Weights = Weights { recurrence: -2, same_shape: -3 };
const BESIDE_NAMES: Weights = Weights { recurrence: -1, same_shape: -1 };

/// What the first record of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstRecord {
    /// The columns' names; `obvious` if no column speaks against it.
    Names { obvious: bool },
    /// A row; `obvious` if no column speaks against it.
    Row { obvious: bool },
    /// Either: nothing tells, or the columns contradict one another.
    Unclear,
}

impl FirstRecord {
    /// Decides on the first of `records` by those below it. `target` is the name of the target, if known.
    pub fn of(records: &[Vec<String>], target: Option<&str>) -> Self {
        let Some((first, below)) = records.split_first() else { return Self::Names { obvious: true } };
        // Files that were joined repeat the header.
        let below: Vec<Vec<String>> = below.iter().filter(|record| *record != first).cloned().collect();
        let columns: Vec<Column> = (0..first.len()).map(|index| Column::of(first, &below, index)).collect();
        if below.is_empty() {
            let has_number = columns.iter().any(|column| is_number(column.name));
            return if has_number { Self::Row { obvious: true } } else { Self::Names { obvious: true } };
        }
        // Once one column has a name above numbers, texts that resemble those below are weaker evidence of a row.
        let is_name = |name: &str| !is_number(name) && value(name) != Value::Missing;
        let above_numbers = |column: &Column| is_name(column.name) && column.has_numbers_only();
        let weights = if columns.iter().any(above_numbers) { BESIDE_NAMES } else { ALONE };
        let mut votes: Vec<i32> = columns.iter().map(|column| column.vote(target, weights)).collect();
        votes.push(vote_of_numbered_names(&columns));
        votes.push(vote_of_numbers(&columns));
        votes.push(-2 * repeated_names(&columns));
        let (names, row) = (votes.iter().any(|&vote| vote > 0), votes.iter().any(|&vote| vote < 0));
        match votes.iter().sum::<i32>() {
            0 => Self::Unclear,
            1.. => Self::Names { obvious: !row && !columns.iter().any(|column| is_number(column.name)) },
            _ => Self::Row { obvious: !names },
        }
    }
}

impl FirstRecord {
    /// Whether the record names the columns, if that is clear.
    pub fn is_header(self) -> Option<bool> {
        match self {
            Self::Names { .. } => Some(true),
            Self::Row { .. } => Some(false),
            Self::Unclear => None,
        }
    }

    /// Says what was decided and is not obvious of a table of so many columns; `unit` is "line" or "row", `shown` the
    /// record.
    pub(super) fn note(self, columns: usize, unit: &str, shown: impl Fn() -> String) -> Option<String> {
        let numbered = format!("columns are called 1 to {columns}; if it has names, use --set csv.header=true");
        match self {
            Self::Names { obvious: false } => Some(format!(
                "the first {unit}, {}, is taken for column names; if it is a row, use --set csv.header=false",
                shown()
            )),
            Self::Row { obvious: true } => Some(format!("the first {unit} has no column names, so {numbered}")),
            Self::Row { obvious: false } => {
                Some(format!("the first {unit}, {}, is taken for a row, so {numbered}", shown()))
            }
            _ => None,
        }
    }
}

/// A value of the first record and those below it that are not missing.
struct Column<'a> {
    name: &'a str,
    values: Vec<&'a str>,
}

impl<'a> Column<'a> {
    fn of(first: &'a [String], below: &'a [Vec<String>], index: usize) -> Self {
        let values = below.iter().filter_map(|record| record.get(index)).map(String::as_str);
        let values = values.filter(|text| value(text) != Value::Missing).collect();
        Self { name: &first[index], values }
    }

    fn has_numbers_only(&self) -> bool {
        !self.values.is_empty() && self.values.iter().all(|text| is_number(text))
    }

    /// Weighs what this column says: above 0 for a name, below for a value.
    fn vote(&self, target: Option<&str>, weights: Weights) -> i32 {
        let name = self.name;
        if self.values.is_empty() {
            return 0;
        }
        if name.is_empty() {
            // Row names without a name for themselves.
            return if self.counts() { 3 } else { i32::from(self.all_differ()) };
        }
        if is_number(name) {
            // Above numbers, all such columns together tell; see `vote_of_numbers`.
            let texts = self.values.iter().filter(|text| !is_number(text)).count();
            return if texts == self.values.len() { 2 } else { -i32::from(texts > 0) };
        }
        let recurs = self.values.contains(&name);
        let known = target == Some(name) || LABEL_NAMES.iter().any(|label| name.eq_ignore_ascii_case(label));
        let known = if known && !recurs { 2 } else { 0 };
        // `Na` is sodium above numbers and a mark of a missing value among them.
        if value(name) == Value::Missing {
            return known;
        }
        known + if self.has_numbers_only() { 3 } else { self.vote_of_text(recurs, weights) }
    }

    fn vote_of_text(&self, recurs: bool, weights: Weights) -> i32 {
        let shape_of_values = shape(self.values[0]);
        let one_shape = shape_of_values.contains('9') && self.values.iter().all(|text| shape(text) == shape_of_values);
        match one_shape {
            // A date above dates, a code above codes.
            true if shape(self.name) == shape_of_values => weights.same_shape,
            true => 2,
            false if recurs => weights.recurrence,
            false => i32::from(self.repeats()),
        }
    }

    /// Whether the values are few different ones.
    fn repeats(&self) -> bool {
        let mut different = self.values.clone();
        different.sort_unstable();
        different.dedup();
        different.len() * 2 <= self.values.len()
    }

    fn all_differ(&self) -> bool {
        let mut different = self.values.clone();
        different.sort_unstable();
        different.windows(2).all(|pair| pair[0] != pair[1])
    }

    /// Whether the values count the rows.
    fn counts(&self) -> bool {
        let numbers: Vec<Option<i64>> = self.values.iter().map(|text| text.parse().ok()).collect();
        numbers.windows(2).all(|pair| pair[0].is_some() && pair[0].and_then(|number| number.checked_add(1)) == pair[1])
            && matches!(numbers[0], Some(0 | 1))
    }

    /// Whether the name is a decimal and no value is, or the reverse.
    fn is_written_otherwise(&self) -> bool {
        let is_decimal = |text: &str| text.contains('.');
        self.values.len() > 2 && self.values.iter().all(|text| is_decimal(text) != is_decimal(self.name))
    }

    /// Whether the name is written as the values are not, or lies far from all of them.
    fn is_foreign(&self) -> bool {
        let numbers = || self.values.iter().map(|text| number(text));
        let (low, high) =
            numbers().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        let (name, width) = (number(self.name), high - low);
        let is_far = name < low - width || name > high + width;
        self.is_written_otherwise() || self.values.len() >= MIN_FOR_RANGE && is_far
    }
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && (1800.0..=2100.0).contains(&number(text))
}

/// Weighs the numbers above columns of numbers: names that count (0, 1, 2), go up in equal steps (1990, 1991) or look
/// unlike the values below are names; other numbers are values.
fn vote_of_numbers(columns: &[Column]) -> i32 {
    let numbers: Vec<&Column> =
        columns.iter().filter(|column| is_number(column.name) && column.has_numbers_only()).collect();
    let count = numbers.len() as i32;
    let foreign = numbers.iter().filter(|column| column.is_foreign()).count();
    let years = numbers.iter().all(|column| is_year(column.name));
    let years_below = numbers.iter().any(|column| column.values.iter().all(|text| is_year(text)));
    let names: Vec<f64> = numbers.iter().map(|column| number(column.name)).collect();
    let next: Vec<f64> = numbers.iter().map(|column| number(column.values[0])).collect();
    let is_run = goes_up_evenly(&names) && !goes_up_evenly(&next);
    let is_whole_run = is_run && numbers.iter().all(|column| !column.name.contains('.'));
    match numbers.len() {
        0 => 0,
        LONG_RUN.. if is_run => 6,
        _ if is_whole_run && (foreign == numbers.len() || years && !years_below) => 3,
        1.. if years && foreign == numbers.len() => 2,
        4.. if is_whole_run => 2,
        _ if is_whole_run => 0,
        3.. if numbers.iter().all(|column| column.is_written_otherwise()) => 1,
        _ if years || foreign == numbers.len() => -count,
        _ => -3 * count,
    }
}

/// Weighs names that count, such as f1, f2 and f3, more than what their columns say alone.
fn vote_of_numbered_names(columns: &[Column]) -> i32 {
    let numbered = |name: &str| {
        let prefix = name.trim_end_matches(|character: char| character.is_ascii_digit());
        let number: u32 = name[prefix.len()..].parse().ok()?;
        Some((prefix.to_string(), number)).filter(|(prefix, _)| !prefix.is_empty() && !is_number(name))
    };
    let names: Vec<(String, u32)> = columns.iter().filter_map(|column| numbered(column.name)).collect();
    let counts = names.windows(2).all(|pair| pair[0].0 == pair[1].0 && pair[0].1.checked_add(1) == Some(pair[1].1));
    let starts = names.first().is_some_and(|(_, number)| *number <= 1);
    if counts && starts && names.len() >= MIN_NUMBERED { 4 * names.len() as i32 } else { 0 }
}

fn goes_up_evenly(numbers: &[f64]) -> bool {
    let step = |pair: &[f64]| pair[1] - pair[0];
    let Some(first) = numbers.windows(2).map(step).next() else { return false };
    first > 0.0 && numbers.windows(2).all(|pair| (step(pair) - first).abs() <= 1e-6 * first)
}

/// Counts texts of the first record that another column has, too.
fn repeated_names(columns: &[Column]) -> i32 {
    let mut names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    names.retain(|name| !name.is_empty() && !is_number(name));
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    (count - names.len()) as i32
}

fn is_number(text: &str) -> bool {
    forms(text) != 0 || value(text) == Value::TooLarge
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// A text with each run of digits as 9 and each run of letters as a: `2024-01-31` is `9-9-9`.
fn shape(text: &str) -> String {
    let mut shape: String = text
        .chars()
        .map(|character| match character {
            _ if character.is_numeric() => '9',
            _ if character.is_alphabetic() => 'a',
            other => other,
        })
        .collect();
    let mut last = None;
    shape.retain(|character| last.replace(character) != Some(character) || !"9a".contains(character));
    shape
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
