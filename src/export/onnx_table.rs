//! The encoding of a table's columns as ONNX operators.

use std::collections::HashSet;

use burn_mlp_infer::table::{Categories, Notation, category, decimal};
use onnx_rs::ast::OpType;

use super::network::Network;
use super::onnx_steps::{F32, I64, Steps, integer};
use crate::data::{ColumnKind, TableSchema};
use burn_mlp_infer::table::Place;

/// Names of the inputs for numeric and for text columns.
pub(super) const NUMBERS: &str = "numbers";
pub(super) const TEXTS: &str = "texts";

/// Stands before each text while it is encoded, since a list of keys cannot hold an empty one.
const PREFIX: &str = "=";

/// Maximum number of letters of a mark whose cases are combined.
const MAX_LETTERS: usize = 6;

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
    categories: &'a Categories,
    /// The column's first code, if its feature is a code.
    first_code: Option<usize>,
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
        let mut columns = Self { numbers: Vec::new(), texts: Vec::new(), notation };
        for (column, Place { feature, first_code }) in table.columns.iter().zip(table.places()) {
            let name = column.name.as_str();
            match &column.kind {
                &ColumnKind::Numeric { mean, deviation, missing, indicator, .. } => {
                    columns.numbers.push(NumberColumn { name, feature, mean, deviation, missing, indicator });
                }
                ColumnKind::OneHot(categories) => {
                    columns.texts.push(TextColumn { name, feature, categories, first_code: None, notation });
                }
                ColumnKind::Embedded(categories) => {
                    let first_code = Some(first_code);
                    columns.texts.push(TextColumn { name, feature, categories, first_code, notation });
                }
            }
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
            parts.push(column.encode(index, steps));
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
        if self.first_code.is_some() { 1 } else { self.categories.count() }
    }

    /// Adds the text's category: 1 in its feature and 0 in all others, or its code. A text that the training rows do not
    /// have is only 0, unless there is a category for all others. A missing value is filled in, has a category of its own,
    /// or is refused.
    fn encode(&self, index: usize, steps: &mut Steps) -> String {
        let part = |part: &str| format!("texts.{index}.{part}");
        let count = self.categories.count();
        steps.whole_number(&part("column"), index);
        steps.apply_to(OpType::Gather, &[TEXTS, &part("column")], &part("text"), vec![integer("axis", 1)]);
        steps.apply_to(OpType::StringConcat, &["prefix", &part("text")], &part("key"), vec![]);
        // A number without a feature has only zeros.
        let unseen = self.categories.other_index().unwrap_or(count);
        let missing = self.categories.missing_index().unwrap_or(count + 1);
        steps.encode_labels(self.keys(missing), unseen, &part("number"));
        if self.categories.needs_value() {
            let number = steps.value().to_string();
            // Gathering fails at the index after the last, which missing values have.
            steps.positions(&part("numbers"), &(0..=count).collect::<Vec<_>>());
            steps.apply_to(OpType::Gather, &[&part("numbers"), &number], &part("refuses_missing_values"), vec![]);
        }
        match self.first_code {
            Some(first) => self.code(first, index, steps),
            None => {
                steps.whole_number(&part("values"), count);
                steps.apply(OpType::OneHot, &[&part("values"), "zero_and_one"], &part("one_hot"), vec![]);
            }
        }
        steps.value().to_string()
    }

    /// Adds the code of the category's index `[batch, 1]`.
    fn code(&self, first: usize, index: usize, steps: &mut Steps) {
        let part = |part: &str| format!("texts.{index}.{part}");
        let number = steps.value().to_string();
        let codes = (0..self.categories.count()).map(|index| first + self.categories.code(Some(index)));
        steps.positions(&part("codes"), &codes.collect::<Vec<_>>());
        steps.apply_to(OpType::Gather, &[&part("codes"), &number], &part("code"), vec![]);
        steps.positions(&part("axis"), &[1]);
        steps.apply(OpType::Unsqueeze, &[&part("axis")], &part("code.column"), vec![]);
        steps.apply(OpType::Cast, &[], &part("code.f32"), vec![integer("to", F32)]);
    }

    /// The texts that have a number, with the prefix: the categories in their usual spellings, and the marks of a missing
    /// value in lower, upper and mixed case, which have the number `own` unless one is filled in.
    fn keys(&self, own: usize) -> Vec<(String, usize)> {
        let index = |text: &str| category(&self.categories.values, text).map(|category| category.index);
        let categories = self.categories.values.iter().flat_map(|value| spellings(value));
        let known = categories.filter_map(|text| index(&text).map(|number| (text, number)));
        let missing = self.categories.missing.as_ref().and_then(|text| index(text)).unwrap_or(own);
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
            let categories = Categories { values, other: false, missing, indicator: false };
            let column = TextColumn {
                name: "x",
                feature: 0,
                categories: &categories,
                first_code: None,
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
