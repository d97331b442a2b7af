//! How the columns of a table become features, as ONNX operators.

use onnx_rs::ast::{Attribute, AttributeType, OpType};

use super::onnx_steps::{LABEL_ENCODER, Steps, whole};
use crate::data::{ColumnKind, TableSchema};

/// The input of numeric columns, and that of text columns.
pub(super) const NUMBERS: &str = "numbers";
pub(super) const TEXTS: &str = "texts";

/// Texts that stand for a missing one, as in CSV files. The empty text cannot: onnx-rs leaves it out of a list.
const MISSING_TEXTS: [&str; 8] = ["NA", "na", "N/A", "n/a", "NaN", "nan", "null", "?"];

/// ONNX's number of the type `f32`.
const F32: i64 = 1;

/// A table's columns, by the inputs that they are part of.
pub(super) struct TableColumns<'a> {
    pub numbers: Vec<NumberColumn<'a>>,
    pub texts: Vec<TextColumn<'a>>,
}

pub(super) struct NumberColumn<'a> {
    name: &'a str,
    /// The feature that it becomes.
    feature: usize,
    mean: f64,
    deviation: f64,
    missing: Option<f64>,
}

pub(super) struct TextColumn<'a> {
    name: &'a str,
    /// The first feature that it becomes.
    feature: usize,
    values: &'a [String],
    missing: Option<&'a String>,
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

    /// From `numbers` and `texts` to features.
    pub fn encode(&self, steps: &mut Steps<'a>) {
        let mut parts = Vec::new();
        let mut places = Vec::new();
        if !self.numbers.is_empty() {
            parts.push(self.standardized(steps));
            places.extend(self.numbers.iter().map(|column| column.feature));
        }
        if !self.texts.is_empty() {
            steps.zero_and_one("zero_and_one");
        }
        for (index, column) in self.texts.iter().enumerate() {
            parts.push(column.one_hot(index, steps));
            places.extend(column.feature..column.feature + column.values.len());
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        if parts.len() > 1 {
            steps.apply_to(OpType::Concat, &parts, "columns", vec![whole("axis", 1)]);
        }
        if !places.is_sorted() {
            steps.places("places", &sources(&places));
            steps.apply(OpType::Gather, &["places"], "features", vec![whole("axis", 1)]);
        }
    }

    /// `(x - mean) / deviation` in `f64`, after what is missing, NaN, became what the column has for it.
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
        steps.apply(OpType::Cast, &[], "standardized.f32", vec![whole("to", F32)]);
        steps.value().to_string()
    }
}

impl<'a> TextColumn<'a> {
    /// 1 in the feature of the text, 0 in all others; all 0 for a text that the training part does not have.
    fn one_hot(&self, index: usize, steps: &mut Steps<'a>) -> String {
        let part = |part: &str| format!("texts.{index}.{part}");
        let unseen = self.values.len();
        let values = self.values.iter().map(|value| value.as_bytes()).zip(0..);
        let gap = self.missing.and_then(|missing| self.values.iter().position(|value| value == missing));
        let gaps = gap.into_iter().flat_map(|place| MISSING_TEXTS.map(|text| (text.as_bytes(), place as i64)));
        let (keys, numbers) = values.chain(gaps).unzip();
        let attributes = vec![
            Attribute { name: "keys_strings", r#type: AttributeType::Strings, strings: keys, ..Attribute::default() },
            Attribute { name: "values_int64s", r#type: AttributeType::Ints, ints: numbers, ..Attribute::default() },
            whole("default_int64", unseen as i64),
        ];
        steps.whole_number(&part("column"), index);
        steps.whole_number(&part("values"), unseen);
        steps.apply_to(OpType::Gather, &[TEXTS, &part("column")], &part("text"), vec![whole("axis", 1)]);
        steps.apply(LABEL_ENCODER, &[], &part("number"), attributes);
        steps.apply(OpType::OneHot, &[&part("values"), "zero_and_one"], &part("one_hot"), vec![]);
        steps.value().to_string()
    }
}

/// Where the feature of each place comes from, if `places` are where each goes to.
fn sources(places: &[usize]) -> Vec<usize> {
    let mut sources = vec![0; places.len()];
    places.iter().enumerate().for_each(|(source, &place)| sources[place] = source);
    sources
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_put_where_they_go_to() {
        let given = ["b", "e", "c", "d", "a"];
        let put: Vec<&str> = sources(&[1, 4, 2, 3, 0]).into_iter().map(|source| given[source]).collect();
        assert_eq!(put, ["a", "b", "c", "d", "e"]);
    }
}
