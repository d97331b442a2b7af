//! Encodes the rows of a table as features.

use rayon::prelude::*;

use super::column::Column;
use super::columns::Columns;
use super::gaps::Gaps;
use crate::table::{ColumnKind, TableColumn, TableSchema, standardized};
use crate::text::quoted;

/// Rows that a thread encodes at a time.
const BLOCK: usize = 4096;

/// Encoded rows.
pub struct Encoded {
    /// `[rows, features]`, row-major.
    pub features: Vec<f32>,
    /// Number of texts that the training rows do not have.
    pub unseen_values: usize,
}

impl TableSchema {
    /// Encodes the records `rows` of `read`, which holds this schema's columns at `positions`.
    ///
    /// # Errors
    /// Returns a sentence with the line if a value is missing without an imputed one, or lies too far from the training
    /// values.
    pub fn encode(&self, read: &Columns, positions: &[usize], rows: &[usize]) -> std::result::Result<Encoded, String> {
        self.check_complete(read, positions, rows)?;
        let dimension = self.features().max(1);
        let encoders: Vec<Encoder> =
            self.columns.iter().zip(positions).map(|(column, &at)| Encoder::new(column, &read.columns[at])).collect();
        let mut features = vec![0.0; rows.len() * dimension];
        let blocks = features.par_chunks_mut(BLOCK * dimension).zip(rows.par_chunks(BLOCK));
        let unseen_values = blocks
            .map(|(block, rows)| {
                let (mut first, mut unseen) = (0, 0);
                for (encoder, column) in encoders.iter().zip(&self.columns) {
                    for (row, features) in rows.iter().zip(block.chunks_mut(dimension)) {
                        unseen += usize::from(!encoder.write(*row, &mut features[first..]));
                    }
                    first += column.features();
                }
                unseen
            })
            .sum();
        match features.iter().position(|feature| !feature.is_finite()) {
            Some(position) => {
                let place = read.lines.place(rows[position / dimension]);
                let column = &self.feature_names()[position % dimension];
                Err(format!("{place}, column {}: the value is too far from the training values", quoted(column)))
            }
            None => Ok(Encoded { features, unseen_values }),
        }
    }

    fn check_complete(&self, read: &Columns, positions: &[usize], rows: &[usize]) -> std::result::Result<(), String> {
        let needed = self.columns.iter().zip(positions).filter(|(column, _)| match &column.kind {
            ColumnKind::Numeric { missing, .. } => missing.is_none(),
            ColumnKind::OneHot { missing, .. } => missing.is_none(),
        });
        let needed: Vec<(&str, &Column)> =
            needed.map(|(column, &at)| (column.name.as_str(), &read.columns[at])).collect();
        match Gaps::of(&needed, rows, &read.lines) {
            Some(gaps) => Err(gaps.to_string()),
            None => Ok(()),
        }
    }
}

/// Encodes a column's values.
enum Encoder<'a> {
    Numeric {
        numbers: &'a [f64],
        mean: f64,
        deviation: f64,
        missing: f64,
    },
    /// Each text's feature; `None` for a text that the training rows do not have.
    OneHot {
        rows: &'a [u32],
        features: Vec<Option<usize>>,
        missing: Option<usize>,
    },
    /// The column was read as another type.
    Nothing,
}

impl<'a> Encoder<'a> {
    fn new(column: &TableColumn, read: &'a Column) -> Self {
        match (&column.kind, read) {
            (ColumnKind::Numeric { mean, deviation, missing }, Column::Numbers(numbers)) => {
                let missing = missing.unwrap_or(f64::NAN);
                Self::Numeric { numbers, mean: *mean, deviation: *deviation, missing }
            }
            (ColumnKind::OneHot { values, missing }, Column::Texts(texts)) => {
                let feature = |text: &String| values.iter().position(|value| value == text);
                let features = texts.values.iter().map(feature).collect();
                Self::OneHot { rows: &texts.rows, features, missing: missing.as_ref().and_then(feature) }
            }
            _ => Self::Nothing,
        }
    }

    /// Writes a row's features, which are 0 before. Returns whether the training rows have its value.
    fn write(&self, row: usize, features: &mut [f32]) -> bool {
        match self {
            Self::Numeric { numbers, mean, deviation, missing } => {
                let number = if numbers[row].is_nan() { *missing } else { numbers[row] };
                features[0] = standardized(number, *mean, *deviation);
                true
            }
            Self::OneHot { rows, features: places, missing } => {
                let place = places.get(rows[row] as usize).copied().unwrap_or(*missing);
                if let Some(place) = place {
                    features[place] = 1.0;
                }
                place.is_some()
            }
            Self::Nothing => true,
        }
    }
}
