//! The distribution of a column's values.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::Serialize;

use burn_mlp_infer::csv::{Column, Texts};
use burn_mlp_infer::table::Meaning;

/// Number of frequent values listed.
const FREQUENT: usize = 3;

/// Minimum number of rows for a column of texts to look like an identifier.
const MIN_ID_ROWS: usize = 20;

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueKind {
    Numbers,
    Booleans,
    Dates,
    Times,
    Texts,
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Distribution {
    pub kind: ValueKind,
    /// Number of rows.
    pub rows: usize,
    /// Number of rows without a value.
    pub missing: usize,
    /// Number of different values.
    pub distinct: usize,
    /// The most frequent values with their number of rows, at most three; empty if no value occurs twice.
    pub frequent: Vec<(String, usize)>,
    /// `None` for all but numbers, and without any value.
    pub range: Option<Range>,
    /// The first and the last of dates or times of day.
    pub span: Option<(String, String)>,
}

/// The range of numbers, in the file's unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    pub lowest: f64,
    pub median: f64,
    pub highest: f64,
    pub mean: f64,
    /// Standard deviation without Bessel's correction.
    pub deviation: f64,
}

impl Distribution {
    /// Describes `rows` of `column`, whose numbers have this `meaning`; `None` for a column that was left out.
    pub(super) fn of(column: &Column, meaning: Option<&Meaning>, rows: &[usize]) -> Option<Self> {
        match column {
            Column::LeftOut => None,
            Column::Numbers(numbers) => Some(Self::of_numbers(numbers, meaning, rows)),
            Column::Texts(texts) => Some(Self::of_texts(texts, rows)),
        }
    }

    fn of_numbers(numbers: &[f64], meaning: Option<&Meaning>, rows: &[usize]) -> Self {
        // 0.0 and -0.0 are one value.
        let mut present: Vec<f64> = rows.iter().map(|&row| numbers[row] + 0.0).filter(|x| !x.is_nan()).collect();
        present.sort_unstable_by(f64::total_cmp);
        let counted = present.chunk_by(|a, b| a == b).map(|equal| (equal[0], equal.len()));
        let kind = match meaning {
            Some(Meaning::Boolean(_)) => ValueKind::Booleans,
            Some(Meaning::Date(_)) => ValueKind::Dates,
            Some(Meaning::Time) => ValueKind::Times,
            Some(Meaning::Unit(_)) | None => ValueKind::Numbers,
        };
        let meaning = meaning.filter(|_| kind != ValueKind::Numbers);
        let text = |number: f64| meaning.map_or(number.to_string(), |meaning| meaning.text(number));
        let (distinct, frequent) = frequent(counted, text);
        let missing = rows.len() - present.len();
        let span = present.first().zip(present.last()).map(|(&first, &last)| (text(first), text(last)));
        let span = span.filter(|_| matches!(kind, ValueKind::Dates | ValueKind::Times));
        let range = if kind == ValueKind::Numbers { Range::of_sorted(&present) } else { None };
        Self { kind, rows: rows.len(), missing, distinct, frequent, range, span }
    }

    fn of_texts(texts: &Texts, rows: &[usize]) -> Self {
        let mut counts: HashMap<u32, usize> = HashMap::new();
        let mut order = Vec::new();
        for &row in rows.iter().filter(|&&row| texts.rows[row] != Texts::MISSING) {
            match counts.entry(texts.rows[row]) {
                Entry::Occupied(mut count) => *count.get_mut() += 1,
                Entry::Vacant(place) => {
                    order.push(*place.key());
                    place.insert(1);
                }
            }
        }
        let present: usize = counts.values().sum();
        let counted = order.into_iter().map(|value| (value, counts[&value]));
        let (distinct, frequent) = frequent(counted, |value| texts.values[value as usize].clone());
        let (kind, missing) = (ValueKind::Texts, rows.len() - present);
        Self { kind, rows: rows.len(), missing, distinct, frequent, range: None, span: None }
    }

    /// Warns of a column from which nothing can be learned.
    pub(super) fn warning(&self) -> Option<String> {
        let present = self.rows - self.missing;
        match self.distinct {
            1 if self.missing == 0 => Some("has the same value in every training row".to_string()),
            distinct if self.kind == ValueKind::Texts && distinct == present && present >= MIN_ID_ROWS => {
                Some("has another text in every row, as an identifier has; name it in csv.id or csv.ignore".to_string())
            }
            _ => None,
        }
    }
}

/// Counts the different values, and names the most frequent ones: of equally frequent ones the first.
fn frequent<T>(counted: impl Iterator<Item = (T, usize)>, name: impl Fn(T) -> String) -> (usize, Vec<(String, usize)>) {
    let mut counted: Vec<(T, usize)> = counted.collect();
    let distinct = counted.len();
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counted.truncate(FREQUENT);
    match counted.first() {
        Some((_, 2..)) => (distinct, counted.into_iter().map(|(value, count)| (name(value), count)).collect()),
        _ => (distinct, Vec::new()),
    }
}

impl Range {
    fn of_sorted(numbers: &[f64]) -> Option<Self> {
        let (&lowest, &highest) = (numbers.first()?, numbers.last()?);
        let count = numbers.len() as f64;
        // Shifted, so that a small deviation of large numbers stays exact.
        let mean = lowest + numbers.iter().map(|number| number - lowest).sum::<f64>() / count;
        let variance = numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / count;
        let middle = numbers.len() / 2;
        let median = match numbers.len().is_multiple_of(2) {
            true => (numbers[middle - 1] + numbers[middle]) / 2.0,
            false => numbers[middle],
        };
        Some(Self { lowest, median, highest, mean, deviation: variance.sqrt() })
    }
}
