//! Finds the few values that keep a column of texts from being numbers, booleans, dates or times of day.

use super::dates::used_values;
use super::refusal::{Cure, na_option};
use crate::config::{CsvConfig, DateOrder};
use crate::format::count;
use burn_mlp_infer::csv::{Lines, Texts, are_numbers, near_number};
use burn_mlp_infer::table::{BooleanWords, Meaning, Notation, Value};
use burn_mlp_infer::text::quoted;

/// Maximum share of odd values; with more, the column is of another kind.
const MAX_SHARE: f64 = 0.1;

/// Maximum number of different odd values that may be marks of missing values.
const MAX_MARKS: usize = 5;

/// The values of a column that are not as the others are.
#[derive(Debug, PartialEq)]
pub(super) struct OddValues {
    /// What the others are, one and several: "a date", "dates".
    nouns: [String; 2],
    /// Their indices among the column's values, in order of appearance.
    values: Vec<usize>,
    /// Number of rows with them, and with any value.
    rows: usize,
    present: usize,
}

/// A column of texts, and how often each value occurs.
struct Counted<'a> {
    texts: &'a Texts,
    /// Indices of the values that occur.
    used: Vec<usize>,
    /// Rows of each value.
    rows: Vec<usize>,
    present: usize,
}

impl OddValues {
    /// Finds them where nearly all others are numbers.
    pub fn among_numbers(texts: &Texts, notation: &Notation) -> Option<Self> {
        let counted = Counted::new(texts);
        let nouns = ["a number", "numbers"].map(String::from);
        let is_number = |text: &str| matches!(notation.value(text), Value::Number(_) | Value::TooLarge);
        counted.without(nouns.clone(), is_number).or_else(|| {
            // Without the odd ones the notation may be another.
            let odd = counted.without(nouns, |text| is_number(text) || near_number(text).is_some())?;
            let others = counted.used.iter().filter(|value| !odd.values.contains(value));
            let others: Vec<String> = others.map(|&value| texts.values[value].clone()).collect();
            are_numbers(&others).then_some(odd)
        })
    }

    /// Finds them where nearly all others are numbers, booleans, dates or times of day.
    pub fn find(texts: &Texts, notation: &Notation, order: DateOrder) -> Option<Self> {
        let counted = Counted::new(texts);
        let boolean = |words: BooleanWords| {
            let meaning = Meaning::Boolean(words);
            // Beside "yes" and "no", a frequent "maybe" is one of three values.
            let is_usual = |text: &str| Meaning::boolean([text].into_iter()).as_ref() == Some(&meaning);
            counted.few(nouns(&meaning), is_usual)
        };
        let time = |meaning: Meaning| counted.without(nouns(&meaning), |text| meaning.number(text).is_some());
        let orders = match order {
            DateOrder::Auto => vec![DateOrder::DayFirst, DateOrder::MonthFirst],
            order => vec![order],
        };
        let dates = || orders.into_iter().filter_map(|order| time(Meaning::Date(order))).min_by_key(|odd| odd.rows);
        let booleans = || BooleanWords::ALL.iter().find_map(|&words| boolean(words));
        Self::among_numbers(texts, notation).or_else(booleans).or_else(dates).or_else(|| time(Meaning::Time))
    }

    /// "1 of its 300 values is not a number: "o" in line 9".
    pub fn described(&self, texts: &Texts, lines: &Lines) -> String {
        let text = &texts.values[self.values[0]];
        let place = texts.row_of(self.values[0]).map(|row| lines.place(row)).unwrap_or_default();
        let reason = near_number(text).map(|reason| format!(", {reason}")).unwrap_or_default();
        let [one, several] = &self.nouns;
        let (text, rows, present) = (quoted(text), count(self.rows), count(self.present));
        match self.rows {
            1 => format!("1 of its {present} values is not {one}: {text} in {place}{reason}"),
            _ => format!("{rows} of its {present} values are not {several}, the first {text} in {place}{reason}"),
        }
    }

    /// Says what to do about them.
    pub fn way_out(&self, texts: &Texts, csv: &CsvConfig) -> String {
        match self.marks(texts) {
            Some(marks) => {
                let subject = if self.rows == 1 { "it marks a missing value" } else { "they mark missing values" };
                format!("if {subject}, use {}", na_option(csv, &marks))
            }
            None if self.looks_like_numbers(texts) => "write it as the others are written".to_string(),
            None => "correct them, or list those that mark missing values in csv.na".to_string(),
        }
    }

    /// Whether so few rows have them that these can be left out.
    pub fn are_few(&self) -> bool {
        self.rows as f64 <= MAX_SHARE * self.present as f64
    }

    /// Reads them as missing values.
    pub fn cure(&self, texts: &Texts) -> Option<Cure> {
        self.marks(texts).map(Cure::Marks)
    }

    /// The values as marks of missing values; `None` if they are too many, or look like values.
    fn marks(&self, texts: &Texts) -> Option<Vec<String>> {
        let may_be_marks = self.values.len() <= MAX_MARKS && !self.looks_like_numbers(texts);
        may_be_marks.then(|| self.values.iter().map(|&value| texts.values[value].clone()).collect())
    }

    fn looks_like_numbers(&self, texts: &Texts) -> bool {
        self.values.iter().any(|&value| near_number(&texts.values[value]).is_some())
    }
}

/// Names one value and several: "a date", "dates".
fn nouns(meaning: &Meaning) -> [String; 2] {
    let several = match meaning {
        Meaning::Date(_) => "dates".to_string(),
        Meaning::Time => "times of day".to_string(),
        Meaning::Boolean(_) | Meaning::Unit(_) => meaning.noun(),
    };
    [meaning.noun(), several]
}

impl<'a> Counted<'a> {
    fn new(texts: &'a Texts) -> Self {
        let mut rows = vec![0; texts.values.len()];
        texts.rows.iter().filter(|&&row| row != Texts::MISSING).for_each(|&row| rows[row as usize] += 1);
        let present = rows.iter().sum();
        Self { texts, used: used_values(texts), rows, present }
    }

    /// The values that are not as `is_usual` says, if they are few.
    fn few(&self, nouns: [String; 2], is_usual: impl Fn(&str) -> bool) -> Option<OddValues> {
        let odd = self.odd(nouns, is_usual)?;
        odd.are_few().then_some(odd)
    }

    /// As [`few`](Self::few); a single one among several others may be in any number of rows.
    fn without(&self, nouns: [String; 2], is_usual: impl Fn(&str) -> bool) -> Option<OddValues> {
        let odd = self.odd(nouns, is_usual)?;
        let is_alone = odd.values.len() == 1 && self.used.len() > 2;
        (is_alone || odd.are_few()).then_some(odd)
    }

    fn odd(&self, nouns: [String; 2], is_usual: impl Fn(&str) -> bool) -> Option<OddValues> {
        let values: Vec<usize> =
            self.used.iter().copied().filter(|&value| !is_usual(&self.texts.values[value])).collect();
        let rows = values.iter().map(|&value| self.rows[value]).sum();
        (!values.is_empty() && values.len() < self.used.len()).then_some(OddValues {
            nouns,
            values,
            rows,
            present: self.present,
        })
    }
}
