//! The encoding of a table's columns as ONNX operators.

use std::collections::HashSet;

use burn_mlp_infer::table::{Notation, category, decimal};
use onnx_rs::ast::OpType;

use super::network::Network;
use super::onnx_steps::{Steps, integer};
use crate::data::{ColumnKind, TableSchema};

/// Names of the inputs for numeric and for text columns.
pub(super) const NUMBERS: &str = "numbers";
pub(super) const TEXTS: &str = "texts";

/// Stands before each text while it is encoded, since a list of keys cannot hold an empty one.
const PREFIX: &str = "=";

/// Maximum number of letters of a mark whose cases are combined.
const MAX_LETTERS: usize = 6;

/// ONNX's code for the type `f32`.
const F32: i64 = 1;

/// ONNX's code for the type `i64`.
const I64: i64 = 7;

/// A table's columns, grouped by input.
pub(super) struct TableColumns<'a> {
    pub numbers: Vec<NumberColumn<'a>>,
    pub texts: Vec<TextColumn<'a>>,
    notation: &'a Notation,
}

pub(super) struct NumberColumn<'a> {
    name: &'a str,
    /// The index of the feature.
    feature: usize,
    mean: f64,
    deviation: f64,
    missing: Option<f64>,
    indicator: bool,
}

pub(super) struct TextColumn<'a> {
    name: &'a str,
    /// The index of the first feature.
    feature: usize,
    values: &'a [String],
    other: bool,
    missing: Option<&'a String>,
    indicator: bool,
    notation: &'a Notation,
}

impl Network {
    /// Returns the numeric and the text columns that are the inputs of an ONNX file with
    /// normalisation, if the model was trained on a table.
    pub fn table_columns(&self) -> Option<(Vec<&str>, Vec<&str>)> {
        let columns = TableColumns::of(self.metadata.table.as_ref()?);
        Some((columns.number_names(), columns.text_names()))
    }
}

impl<'a> TableColumns<'a> {
    pub fn of(table: &'a TableSchema) -> Self {
        let notation = &table.notation;
        let (mut columns, mut feature) = (Self { numbers: Vec::new(), texts: Vec::new(), notation }, 0);
        for column in &table.columns {
            let name = column.name.as_str();
            match &column.kind {
                &ColumnKind::Numeric { mean, deviation, missing, indicator, .. } => {
                    columns.numbers.push(NumberColumn { name, feature, mean, deviation, missing, indicator });
                }
                ColumnKind::OneHot { values, other, missing, indicator } => {
                    let (other, missing, indicator) = (*other, missing.as_ref(), *indicator);
                    columns.texts.push(TextColumn { name, feature, values, other, missing, indicator, notation });
                }
            }
            feature += column.features();
        }
        columns
    }

    pub fn number_names(&self) -> Vec<&'a str> {
        self.numbers.iter().map(|column| column.name).collect()
    }

    pub fn text_names(&self) -> Vec<&'a str> {
        self.texts.iter().map(|column| column.name).collect()
    }

    /// Adds the steps from `numbers` and `texts` to features.
    pub fn encode(&self, steps: &mut Steps) {
        let mut parts = Vec::new();
        let mut positions = Vec::new();
        if !self.numbers.is_empty() {
            self.marks_as_nan(steps);
            let numbers = steps.value().to_string();
            parts.push(self.standardized(steps));
            if self.numbers.iter().any(|column| column.indicator) {
                parts.push(self.indicators(&numbers, steps));
            }
            positions.extend(self.numbers.iter().map(|column| column.feature));
        }
        if self.numbers.iter().any(|column| column.indicator) {
            let marked = self.numbers.iter().filter(|column| column.indicator);
            positions.extend(marked.map(|column| column.feature + 1));
        }
        if !self.texts.is_empty() {
            steps.zero_and_one("zero_and_one");
            steps.text("prefix", PREFIX);
        }
        for (index, column) in self.texts.iter().enumerate() {
            parts.push(column.one_hot(index, steps));
            positions.extend(column.feature..column.feature + column.features());
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        if parts.len() > 1 {
            steps.apply_to(OpType::Concat, &parts, "columns", vec![integer("axis", 1)]);
        }
        if !positions.is_sorted() {
            steps.positions("places", &inverse(&positions));
            steps.apply(OpType::Gather, &["places"], "features", vec![integer("axis", 1)]);
        }
    }

    /// Adds 1 where a number with an indicator is missing and 0 elsewhere, in `f32`.
    fn indicators(&self, numbers: &str, steps: &mut Steps) -> String {
        let marked: Vec<usize> = (0..self.numbers.len()).filter(|&index| self.numbers[index].indicator).collect();
        steps.positions("marked", &marked);
        steps.apply_to(OpType::Gather, &[numbers, "marked"], "marked.numbers", vec![integer("axis", 1)]);
        steps.apply(OpType::IsNaN, &[], "marked.is_missing", vec![]);
        steps.apply(OpType::Cast, &[], "indicators", vec![integer("to", F32)]);
        steps.value().to_string()
    }

    /// Adds `(x - mean) / deviation` in `f64`, after replacing missing values, NaN, by the column's
    /// substitute, and refusing those without one.
    fn standardized(&self, steps: &mut Steps) -> String {
        let numbers = |number: fn(&NumberColumn) -> f64| self.numbers.iter().map(number).collect();
        if self.numbers.iter().any(|column| column.missing.is_some()) {
            let given = steps.value().to_string();
            steps.numbers("missing", numbers(|column| column.missing.unwrap_or(f64::NAN)));
            steps.apply(OpType::IsNaN, &[], "is_missing", vec![]);
            steps.apply_to(OpType::Where, &["is_missing", "missing", &given], "complete", vec![]);
        }
        if self.numbers.iter().any(|column| column.missing.is_none()) {
            let complete = steps.value().to_string();
            // Gathering fails at the index 1 of one entry.
            steps.numbers("nothing", vec![0.0]);
            steps.apply(OpType::IsNaN, &[], "is_refused", vec![]);
            steps.apply(OpType::Cast, &[], "is_refused.i64", vec![integer("to", I64)]);
            steps.apply_to(OpType::Gather, &["nothing", "is_refused.i64"], "numbers.refuses_missing_values", vec![]);
            steps.apply(OpType::Add, &[&complete], "checked", vec![]);
        }
        steps.numbers("mean", numbers(|column| column.mean));
        steps.numbers("deviation", numbers(|column| column.deviation));
        steps.apply(OpType::Sub, &["mean"], "centred", vec![]);
        steps.apply(OpType::Div, &["deviation"], "standardized", vec![]);
        steps.apply(OpType::Cast, &[], "standardized.f32", vec![integer("to", F32)]);
        steps.value().to_string()
    }

    /// Replaces numbers that mark a missing value, such as -999, by NaN.
    fn marks_as_nan(&self, steps: &mut Steps) {
        steps.continue_from(NUMBERS);
        let marks = &self.notation.missing_numbers;
        if !marks.is_empty() {
            steps.numbers("nan", vec![f64::NAN]);
        }
        for (index, &mark) in marks.iter().enumerate() {
            let (given, number, is_mark) =
                (steps.value().to_string(), format!("mark.{index}"), format!("is_mark.{index}"));
            steps.numbers(&number, vec![mark]);
            steps.apply(OpType::Equal, &[&number], &is_mark, vec![]);
            steps.apply_to(OpType::Where, &[&is_mark, "nan", &given], &format!("numbers.without_mark.{index}"), vec![]);
        }
    }
}

impl TextColumn<'_> {
    fn features(&self) -> usize {
        self.values.len() + usize::from(self.other) + usize::from(self.indicator)
    }

    /// Adds the one-hot encoding: 1 in the feature of the text's category, 0 in all others; only 0 for a
    /// text that the training rows do not have, unless a feature stands for all others. A missing value is filled in, has a
    /// feature of its own, or is refused.
    fn one_hot(&self, index: usize, steps: &mut Steps) -> String {
        let part = |part: &str| format!("texts.{index}.{part}");
        // A number without a feature has only zeros.
        let depth = self.features();
        let unseen = if self.other { self.values.len() } else { depth };
        steps.whole_number(&part("column"), index);
        steps.whole_number(&part("values"), depth);
        steps.apply_to(OpType::Gather, &[TEXTS, &part("column")], &part("text"), vec![integer("axis", 1)]);
        steps.apply_to(OpType::StringConcat, &["prefix", &part("text")], &part("key"), vec![]);
        let missing = if self.indicator { depth - 1 } else { depth + 1 };
        steps.encode_labels(self.keys(missing), unseen, &part("number"));
        if self.missing.is_none() && !self.indicator {
            let number = steps.value().to_string();
            // Gathering fails at the index after the last, which missing values have.
            steps.positions(&part("numbers"), &(0..=depth).collect::<Vec<_>>());
            steps.apply_to(OpType::Gather, &[&part("numbers"), &number], &part("refuses_missing_values"), vec![]);
        }
        steps.apply(OpType::OneHot, &[&part("values"), "zero_and_one"], &part("one_hot"), vec![]);
        steps.value().to_string()
    }

    /// The texts that have a number, with the prefix: the categories in their usual spellings, and the marks of a missing
    /// value in lower, upper and mixed case, which have the number `own` unless one is filled in.
    fn keys(&self, own: usize) -> Vec<(String, usize)> {
        let index = |text: &str| category(self.values, text).map(|category| category.index);
        let categories = self.values.iter().flat_map(|value| spellings(value));
        let known = categories.filter_map(|text| index(&text).map(|number| (text, number)));
        let missing = self.missing.and_then(|text| index(text)).unwrap_or(own);
        let numbers = self.notation.missing_numbers.iter().flat_map(|number| spellings(&number.to_string()));
        let marks = [String::new()].into_iter().chain(self.notation.missing.iter().cloned()).chain(numbers);
        let marks = marks.flat_map(|mark| in_every_case(&mark)).map(|text| (text, missing));
        let mut seen = HashSet::new();
        let all = known.chain(marks).filter(|(text, _)| seen.insert(text.clone()));
        all.map(|(text, number)| (format!("{PREFIX}{text}"), number)).collect()
    }
}

/// Spells a mark with each letter in lower and upper case; a long one as it is and in lower and upper case as a whole.
fn in_every_case(mark: &str) -> Vec<String> {
    if mark.bytes().filter(u8::is_ascii_alphabetic).count() > MAX_LETTERS {
        return vec![mark.to_string(), mark.to_ascii_lowercase(), mark.to_ascii_uppercase()];
    }
    let mut spellings = vec![String::new()];
    for letter in mark.chars() {
        let (lower, upper) = (letter.to_ascii_lowercase(), letter.to_ascii_uppercase());
        let cases = if lower == upper { vec![lower] } else { vec![lower, upper] };
        spellings = spellings.iter().flat_map(|text| cases.iter().map(move |case| format!("{text}{case}"))).collect();
    }
    spellings
}

/// A category's usual spellings: `1` and `1.0`; `True`, `true` and `TRUE`.
fn spellings(category: &str) -> Vec<String> {
    let mut spellings = vec![category.to_string()];
    if let Some(number) = decimal(category) {
        spellings.extend([number.clone(), format!("{number}.0")]);
    }
    for word in ["True", "False"].into_iter().filter(|word| word.eq_ignore_ascii_case(category)) {
        spellings.extend([word.to_string(), word.to_lowercase(), word.to_uppercase()]);
    }
    spellings
}

/// Inverts a permutation: entry `k` of the result is the index of `k` in `positions`.
fn inverse(positions: &[usize]) -> Vec<usize> {
    let mut inverse = vec![0; positions.len()];
    positions.iter().enumerate().for_each(|(index, &position)| inverse[position] = index);
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_has_keys_for_its_usual_spellings_and_missing_values_for_theirs() {
        let keys = |values: &[&str], missing: Option<&str>| {
            let values: Vec<String> = values.iter().map(|value| value.to_string()).collect();
            let missing = missing.map(String::from);
            let column = TextColumn {
                name: "x",
                feature: 0,
                values: &values,
                other: false,
                missing: missing.as_ref(),
                indicator: false,
                notation: &Notation::default(),
            };
            column.keys(9).into_iter().collect::<std::collections::HashMap<_, _>>()
        };
        let filled = keys(&["1", "2.5", "True", "NA"], Some("2.5"));
        assert_eq!(
            ["=nA", "=nAn", "=-999", "=-999.0"].map(|key| filled.get(key).copied()),
            [Some(1), Some(1), None, None]
        );
        let expected = [
            ("=1", 0),
            ("=1.0", 0),
            ("=2.5", 1),
            ("=True", 2),
            ("=TRUE", 2),
            ("=true", 2),
            ("=NA", 3),
            ("=na", 1),
            ("=", 1),
        ];
        for (key, number) in expected {
            assert_eq!(filled.get(key), Some(&number), "{key}");
        }
        let refused = keys(&["1", "01"], None);
        assert_eq!(["=", "=nan", "=1.0", "=01"].map(|key| refused[key]), [9, 9, 0, 1]);
    }

    #[test]
    fn columns_are_sorted_into_the_order_of_the_features() {
        let columns = ["b", "e", "c", "d", "a"];
        let sorted: Vec<&str> = inverse(&[1, 4, 2, 3, 0]).into_iter().map(|index| columns[index]).collect();
        assert_eq!(sorted, ["a", "b", "c", "d", "e"]);
    }
}
