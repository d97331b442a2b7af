//! Says why columns are text, and which texts are read as missing values.

use super::odd_values::OddValues;
use super::raw_table::RawTable;
use super::refusal::TableSettings;
use super::target::task_of_numbers;
use crate::config::{CsvConfig, MissingValues, TaskName};
use burn_mlp_infer::csv::{Column, Found, Lines, Role, Texts, near_number};
use burn_mlp_infer::table::{Notation, Value};
use burn_mlp_infer::text::quoted;

impl RawTable {
    /// Notes columns that are text because of a few values, or whose values look like numbers and are not read as such,
    /// and marks of missing values that may be values.
    pub(super) fn note_texts(&mut self, roles: &[Role], settings: &TableSettings) {
        let csv = &settings.csv;
        self.notes.extend(self.note_on_target(settings));
        for &column in &self.used {
            let (Column::Texts(texts), name) = (&self.read.columns[column], &self.names[column]) else { continue };
            if roles[column] == Role::Either {
                self.notes.extend(note_on_text(name, texts, &self.read.lines, &self.notation, csv));
            }
            if let Some(mark) = texts.mark.as_ref().filter(|_| csv.missing != MissingValues::Refuse) {
                self.notes.push(format!(
                    "{} in column {name}, first in {}, is read as a missing value; if it is a value, list the marks of \
                     missing values in csv.na, or none with --set csv.na=",
                    quoted(&mark.text),
                    mark.place
                ));
            }
        }
    }

    /// Says why a target that would be predicted as a number has classes.
    fn note_on_target(&self, settings: &TableSettings) -> Option<String> {
        let &[target] = &self.targets[..] else { return None };
        let Column::Texts(texts) = &self.read.columns[target] else { return None };
        let odd = OddValues::among_numbers(texts, &self.notation).filter(OddValues::are_few)?;
        if settings.task != TaskName::Auto {
            return None;
        }
        let number = |row: usize| match texts.text(row).map(|text| self.notation.value(text)) {
            Some(Value::Number(number)) => number,
            _ => f64::NAN,
        };
        let of_rows: Vec<f64> = (0..texts.rows.len()).map(number).collect();
        let name = &self.names[target];
        let is_quantity = task_of_numbers(name, &of_rows).0 == TaskName::Regression;
        is_quantity.then(|| {
            let (odd_one, way_out) = (odd.described(texts, &self.read.lines), odd.way_out(texts, &settings.csv));
            format!("the values of the target {name} are taken for classes because {odd_one}; {way_out}")
        })
    }
}

/// Says why a column is text although most of its values are something else, or look like numbers.
fn note_on_text(name: &str, texts: &Texts, lines: &Lines, notation: &Notation, csv: &CsvConfig) -> Option<String> {
    if let Some(odd) = OddValues::find(texts, notation, csv.date_order) {
        let (odd_one, way_out) = (odd.described(texts, lines), odd.way_out(texts, csv));
        return Some(format!("column {name} is text because {odd_one}; {way_out}"));
    }
    let reason = |text: &str| near_number(text).map(|reason| format!(", {reason}")).unwrap_or_default();
    if let Some(Found { place, text }) = &texts.first_among_numbers {
        return Some(format!("column {name} is text because of {} in {place}{}", quoted(text), reason(text)));
    }
    let first = texts.values.first().filter(|_| texts.values.iter().all(|text| near_number(text).is_some()))?;
    Some(format!(
        "column {name} is text: its values, such as {}{}, are not read as numbers",
        quoted(first),
        reason(first)
    ))
}

/// Says how to keep a mark of a missing value that is a value in one of `columns`.
pub(super) fn mark_hint<'a>(columns: impl IntoIterator<Item = &'a Column>) -> String {
    let mark = |column: &'a Column| match column {
        Column::Texts(Texts { mark, .. }) => mark.as_ref(),
        _ => None,
    };
    let first = columns.into_iter().find_map(mark);
    first.map_or(String::new(), |mark| format!("; if {} is a value, set csv.na", quoted(&mark.text)))
}
