//! The encoding of a table's columns as ONNX operators: their order, and numbers.

use burn_mlp_infer::table::{Notation, Place};
use onnx_rs::ast::OpType;

use super::network::Network;
use super::onnx_numbers::{NumberColumn, encode_numbers};
use super::onnx_steps::{Steps, integer};
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

/// Features that one value has.
pub(super) struct Part {
    pub value: String,
    /// Their indices among all features.
    pub positions: Vec<usize>,
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
        for (column, Place { feature, first_code }) in table.columns.iter().zip(table.encoding().places()) {
            let name = column.name.as_str();
            match &column.kind {
                ColumnKind::Numeric(numbers) => columns.numbers.push(NumberColumn { name, feature, numbers }),
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
        let mut parts = encode_numbers(&self.numbers, self.notation, steps);
        if !self.texts.is_empty() {
            steps.zero_and_one("zero_and_one");
            steps.text("prefix", PREFIX);
        }
        for (index, column) in self.texts.iter().enumerate() {
            let value = column.encode(index, steps);
            parts.push(Part { value, positions: (column.feature..column.feature + column.features()).collect() });
        }
        let values: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
        match values[..] {
            [only] => steps.continue_from(only),
            _ => steps.apply_to(OpType::Concat, &values, "columns", vec![integer("axis", 1)]),
        }
        let positions: Vec<usize> = parts.iter().flat_map(|part| part.positions.iter().copied()).collect();
        if !positions.is_sorted() {
            steps.positions("places", &inverse(&positions));
            steps.apply(OpType::Gather, &["places"], "features", vec![integer("axis", 1)]);
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
