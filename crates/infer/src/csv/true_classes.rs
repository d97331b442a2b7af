//! The true targets of rows, where they are known.

use std::ops::Range;

use super::column::{Column, Texts};
use crate::Truths;
use crate::table::class::find_class;
use crate::table::{Warning, add_warning};

/// Returns the class of each record of the `target`, a column called `name`; `None` where it is missing or not one of
/// `classes`. Adds targets that are unknown or spelled differently to `warnings`; `place` names the place of a record.
pub fn true_classes(
    classes: &[String],
    (name, target): (&str, &Column),
    place: impl Fn(usize) -> String,
    warnings: &mut Vec<Warning>,
) -> Vec<Option<u32>> {
    let Column::Texts(Texts { rows, values, .. }) = target else { return Vec::new() };
    let of_value: Vec<(Option<u32>, Option<Warning>)> =
        values.iter().map(|value| find_class(classes, name, value)).collect();
    let class = |(record, &row): (usize, &u32)| {
        let (class, warning) = of_value.get(row as usize)?;
        if let Some(warning) = warning {
            add_warning(warnings, Warning { first: Some(place(record)), ..warning.clone() });
        }
        *class
    };
    rows.iter().enumerate().map(class).collect()
}

impl Truths {
    /// Copies those of some of all `count` rows.
    pub(crate) fn slice(&self, rows: Range<usize>, count: usize) -> Self {
        match self {
            Self::Classes(labels) => Self::Classes(labels[rows].to_vec()),
            Self::Numbers(numbers) => {
                let targets = numbers.len() / count.max(1);
                Self::Numbers(numbers[rows.start * targets..rows.end * targets].to_vec())
            }
        }
    }
}
