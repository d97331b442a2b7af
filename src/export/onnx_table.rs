//! The encoding of a table's columns as ONNX operators.

use onnx_rs::ast::{Attribute, AttributeType, OpType};

use super::network::Network;
use super::onnx_steps::{LABEL_ENCODER, Steps, integer};
use crate::data::{ColumnKind, TableSchema};

/// Names of the inputs for numeric and for text columns.
pub(super) const NUMBERS: &str = "numbers";
pub(super) const TEXTS: &str = "texts";

/// Texts that mean a missing value, as in CSV files. The empty text is not among them, since
/// onnx-rs drops it from a list.
const MISSING_TEXTS: [&str; 8] = ["NA", "na", "N/A", "n/a", "NaN", "nan", "null", "?"];

/// ONNX's code for the type `f32`.
const F32: i64 = 1;

/// A table's columns, grouped by input.
pub(super) struct TableColumns<'a> {
    pub numbers: Vec<NumberColumn<'a>>,
    pub texts: Vec<TextColumn<'a>>,
}

pub(super) struct NumberColumn<'a> {
    name: &'a str,
    /// The index of the feature.
    feature: usize,
    mean: f64,
    deviation: f64,
    missing: Option<f64>,
}

pub(super) struct TextColumn<'a> {
    name: &'a str,
    /// The index of the first feature.
    feature: usize,
    values: &'a [String],
    missing: Option<&'a String>,
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
        let (mut columns, mut feature) = (Self { numbers: Vec::new(), texts: Vec::new() }, 0);
        for column in &table.columns {
            let name = column.name.as_str();
            match &column.kind {
                &ColumnKind::Numeric { mean, deviation, missing } => {
                    columns.numbers.push(NumberColumn { name, feature, mean, deviation, missing });
                }
                ColumnKind::OneHot { values, missing } => {
                    columns.texts.push(TextColumn { name, feature, values, missing: missing.as_ref() });
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
    pub fn encode(&self, steps: &mut Steps<'a>) {
        let mut parts = Vec::new();
        let mut positions = Vec::new();
        if !self.numbers.is_empty() {
            parts.push(self.standardized(steps));
            positions.extend(self.numbers.iter().map(|column| column.feature));
        }
        if !self.texts.is_empty() {
            steps.zero_and_one("zero_and_one");
        }
        for (index, column) in self.texts.iter().enumerate() {
            parts.push(column.one_hot(index, steps));
            positions.extend(column.feature..column.feature + column.values.len());
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

    /// Adds `(x - mean) / deviation` in `f64`, after replacing missing values, NaN, by the column's
    /// substitute.
    fn standardized(&self, steps: &mut Steps<'a>) -> String {
        let numbers = |number: fn(&NumberColumn) -> f64| self.numbers.iter().map(number).collect();
        steps.continue_from(NUMBERS);
        if self.numbers.iter().any(|column| column.missing.is_some()) {
            steps.numbers("missing", numbers(|column| column.missing.unwrap_or(f64::NAN)));
            steps.apply(OpType::IsNaN, &[], "is_missing", vec![]);
            steps.apply_to(OpType::Where, &["is_missing", "missing", NUMBERS], "complete", vec![]);
        }
        steps.numbers("mean", numbers(|column| column.mean));
        steps.numbers("deviation", numbers(|column| column.deviation));
        steps.apply(OpType::Sub, &["mean"], "centred", vec![]);
        steps.apply(OpType::Div, &["deviation"], "standardized", vec![]);
        steps.apply(OpType::Cast, &[], "standardized.f32", vec![integer("to", F32)]);
        steps.value().to_string()
    }
}

impl<'a> TextColumn<'a> {
    /// Adds the one-hot encoding: 1 in the feature of the text, 0 in all others; only 0 for a text
    /// that the training rows do not have.
    fn one_hot(&self, index: usize, steps: &mut Steps<'a>) -> String {
        let part = |part: &str| format!("texts.{index}.{part}");
        let unseen = self.values.len();
        let values = self.values.iter().map(|value| value.as_bytes()).zip(0..);
        let missing = self.missing.and_then(|missing| self.values.iter().position(|value| value == missing));
        let missing = missing.into_iter().flat_map(|index| MISSING_TEXTS.map(|text| (text.as_bytes(), index as i64)));
        let (keys, numbers) = values.chain(missing).unzip();
        let attributes = vec![
            Attribute { name: "keys_strings", r#type: AttributeType::Strings, strings: keys, ..Attribute::default() },
            Attribute { name: "values_int64s", r#type: AttributeType::Ints, ints: numbers, ..Attribute::default() },
            integer("default_int64", unseen as i64),
        ];
        steps.whole_number(&part("column"), index);
        steps.whole_number(&part("values"), unseen);
        steps.apply_to(OpType::Gather, &[TEXTS, &part("column")], &part("text"), vec![integer("axis", 1)]);
        steps.apply(LABEL_ENCODER, &[], &part("number"), attributes);
        steps.apply(OpType::OneHot, &[&part("values"), "zero_and_one"], &part("one_hot"), vec![]);
        steps.value().to_string()
    }
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
    fn columns_are_sorted_into_the_order_of_the_features() {
        let columns = ["b", "e", "c", "d", "a"];
        let sorted: Vec<&str> = inverse(&[1, 4, 2, 3, 0]).into_iter().map(|index| columns[index]).collect();
        assert_eq!(sorted, ["a", "b", "c", "d", "e"]);
    }
}
