//! The encoding of a table's columns as ONNX operators: their order, and numbers.

use burn_mlp_infer::table::{Notation, Place};
use onnx_rs::ast::OpType;

use super::network::Network;
use super::onnx_steps::{F32, I64, Steps, integer};
use super::onnx_texts::{PREFIX, TextColumn};
use crate::data::{ColumnKind, TableSchema};

/// Name of the input for numeric columns.
pub(super) const NUMBERS: &str = "numbers";

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
