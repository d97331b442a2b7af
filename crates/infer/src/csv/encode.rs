//! Encodes the rows of a table as features.

use std::mem;

use rayon::prelude::*;

use super::column::Column;
use super::columns::Columns;
use super::encoder::Encoder;
use super::gaps::Gaps;
use crate::memory;
use crate::table::{ColumnKind, Encoding, Place, TableColumn, TableSchema, Warning};
use crate::text::quoted;

/// Rows that a thread encodes at a time.
const BLOCK: usize = 1024;

/// Encoded rows.
pub struct Encoded {
    /// `[rows, features]`, row-major.
    pub features: Vec<f32>,
    /// What is unlike the training rows, by column.
    pub warnings: Vec<Warning>,
}

/// A record that cannot be encoded.
pub(super) struct Refused {
    /// Its index.
    pub record: usize,
    /// A sentence with the line.
    pub problem: String,
}

impl TableSchema {
    /// Encodes the records of each of `sets`. Takes this schema's columns out of `read`, where they are at `positions`: each
    /// is given up as soon as it is encoded, so that values and features never fill the memory together.
    ///
    /// # Errors
    /// Returns a sentence with the line if a value is missing without an imputed one, or lies too far from the training
    /// values.
    pub fn encode<const N: usize>(
        &self,
        read: &mut Columns,
        positions: &[usize],
        sets: [&[usize]; N],
    ) -> std::result::Result<[Encoded; N], String> {
        for rows in sets {
            self.check_rows(read, positions, rows).map_err(|refused| refused.problem)?;
        }
        Ok(self.encode_checked(read, positions, sets))
    }

    /// As [`encode`](Self::encode), for records that [`check_rows`](Self::check_rows) has passed.
    pub(super) fn encode_checked<const N: usize>(
        &self,
        read: &mut Columns,
        positions: &[usize],
        sets: [&[usize]; N],
    ) -> [Encoded; N] {
        let encodings: Vec<(Encoding, Vec<Place>)> =
            self.encodings().into_iter().map(|encoding| (encoding, encoding.places())).collect();
        let Columns { lines, columns } = read;
        let columns = positions.iter().map(|&at| mem::replace(&mut columns[at], Column::LeftOut));
        let columns: Vec<(Column, usize)> = columns.zip(0..).collect();
        let encode = |(read, index): (Column, usize)| {
            let encoder = |(encoding, places): &(Encoding, Vec<Place>)| {
                let place = places[index];
                (Encoder::new(&encoding.columns[index], &read, place.first_code), place)
            };
            let encoders: Vec<(Encoder, Place)> = encodings.iter().map(encoder).collect();
            let column = &self.columns[index];
            let meaning = self.notation.meanings.get(&column.name);
            // Of an ensemble, the first member's training rows tell what is unusual.
            let warnings = sets.map(|rows| encoders[0].0.warnings((column, meaning), &read, rows, lines));
            drop(read);
            memory::give_back(8 * lines.len());
            (encoders, warnings)
        };
        let (encoders, mut warnings): (Vec<_>, Vec<[Vec<Warning>; N]>) = columns.into_par_iter().map(encode).unzip();
        let encoders: Vec<(Encoder, Place)> = encoders.into_iter().flatten().collect();
        std::array::from_fn(|set| Encoded {
            features: self.features_of(&encoders, sets[set]),
            warnings: warnings.iter_mut().flat_map(|of_column| mem::take(&mut of_column[set])).collect(),
        })
    }

    /// Writes the features of these records, row by row.
    fn features_of(&self, encoders: &[(Encoder, Place)], rows: &[usize]) -> Vec<f32> {
        let dimension = self.features().max(1);
        let mut features = vec![0.0; rows.len() * dimension];
        let blocks = features.par_chunks_mut(BLOCK * dimension).zip(rows.par_chunks(BLOCK));
        blocks.for_each(|(block, rows)| {
            for (encoder, place) in encoders {
                for (&row, features) in rows.iter().zip(block.chunks_mut(dimension)) {
                    encoder.write(row, &mut features[place.feature..]);
                }
            }
        });
        features
    }

    /// Checks that these records can be encoded; the error says which cannot.
    pub(super) fn check_rows(
        &self,
        read: &Columns,
        positions: &[usize],
        rows: &[usize],
    ) -> std::result::Result<(), Refused> {
        let encodings = self.encodings();
        let columns = || {
            let encoded = encodings.iter().flat_map(|encoding| encoding.columns.iter().zip(positions));
            encoded.map(|(column, &at)| (column, &read.columns[at]))
        };
        let needed = columns().filter(|(column, _)| column.needs_value());
        let needed: Vec<(&str, &Column)> = needed.map(|(column, read)| (column.name.as_str(), read)).collect();
        if let Some(gaps) = Gaps::of(&needed, rows, &read.lines) {
            return Err(Refused { record: gaps.record, problem: format!("{gaps}; complete it") });
        }
        let dimension = self.features().max(1);
        memory::check(rows.len() as u64 * dimension as u64 * 4).map_err(|problem| {
            let problem = format!(
                "has {} rows that become {dimension} features each, {problem}; leave out columns of many texts",
                rows.len()
            );
            Refused { record: 0, problem }
        })?;
        let columns: Vec<(&TableColumn, &Column)> = columns().collect();
        let overflows =
            columns.par_iter().filter_map(|(column, read)| Some((first_overflow(column, read, rows)?, column)));
        match overflows.min_by_key(|(record, _)| *record) {
            Some((record, column)) => {
                let (place, column) = (read.lines.place(record), quoted(&column.name));
                let problem =
                    format!("{place}, column {column}: the value is too far from the training values; correct it");
                Err(Refused { record, problem })
            }
            None => Ok(()),
        }
    }
}

/// Finds the first of these records whose feature is infinite.
fn first_overflow(column: &TableColumn, read: &Column, rows: &[usize]) -> Option<usize> {
    let (ColumnKind::Numeric(encoding), Column::Numbers(numbers)) = (&column.kind, read) else { return None };
    let overflows = |number: f64| !number.is_nan() && !encoding.scaling.feature(number).is_finite();
    rows.iter().copied().find(|&row| overflows(numbers[row]))
}
