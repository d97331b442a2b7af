//! Encodes the rows of a table as features.

use rayon::prelude::*;

use super::category_index::CategoryIndex;
use super::column::{Column, Texts};
use super::columns::Columns;
use super::gaps::Gaps;
use crate::memory;
use crate::table::schema::{Kind, is_far, standardized};
use crate::table::{Categories, ColumnKind, Place, TableColumn, TableSchema, Warning};
use crate::text::quoted;

/// Rows that a thread encodes at a time.
const BLOCK: usize = 4096;

/// Encoded rows.
pub struct Encoded {
    /// `[rows, features]`, row-major.
    pub features: Vec<f32>,
    /// What is unlike the training rows, by column.
    pub warnings: Vec<Warning>,
}

/// A record that cannot be encoded.
pub struct Refused {
    /// Its index.
    pub record: usize,
    /// A sentence with the line.
    pub problem: String,
}

/// Values that are unlike the training rows in one way: their number, and the first's record.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    count: usize,
    first: usize,
}

/// A tally for each [`Kind`].
type Tallies = [Tally; KINDS.len()];

const KINDS: [Kind; 4] = [Kind::Unseen, Kind::Respelled, Kind::Far, Kind::Missing];

impl TableSchema {
    /// Encodes the records `rows` of `read`, which holds this schema's columns at `positions`.
    ///
    /// # Errors
    /// Returns a sentence with the line if a value is missing without an imputed one, or lies too far from the training
    /// values.
    pub fn encode(&self, read: &Columns, positions: &[usize], rows: &[usize]) -> std::result::Result<Encoded, String> {
        self.encode_all(read, positions, rows).map_err(|refused| refused.problem)
    }

    /// As [`encode`](Self::encode); the error says which record cannot be encoded.
    pub(super) fn encode_all(
        &self,
        read: &Columns,
        positions: &[usize],
        rows: &[usize],
    ) -> std::result::Result<Encoded, Refused> {
        self.check_complete(read, positions, rows)?;
        let dimension = self.features().max(1);
        memory::check(rows.len() as u64 * dimension as u64 * 4).map_err(|problem| {
            let problem = format!(
                "has {} rows that become {dimension} features each, {problem}; leave out columns of many texts",
                rows.len()
            );
            Refused { record: 0, problem }
        })?;
        let places = self.places();
        let encoder = |((column, &at), place): ((&TableColumn, &usize), &Place)| {
            Encoder::new(column, &read.columns[at], place.first_code)
        };
        let encoders: Vec<Encoder> = self.columns.iter().zip(positions).zip(&places).map(encoder).collect();
        let mut features = vec![0.0; rows.len() * dimension];
        let blocks = features.par_chunks_mut(BLOCK * dimension).zip(rows.par_chunks(BLOCK));
        let blocks: Vec<Vec<Tallies>> = blocks
            .map(|(block, rows)| {
                let tally = |(encoder, place): (&Encoder, &Place)| {
                    let mut tallies = Tallies::default();
                    for (&row, features) in rows.iter().zip(block.chunks_mut(dimension)) {
                        if let Some(kind) = encoder.write(row, &mut features[place.feature..]) {
                            tallies[kind as usize].add(Tally { count: 1, first: row });
                        }
                    }
                    tallies
                };
                encoders.iter().zip(&places).map(tally).collect()
            })
            .collect();
        match features.iter().position(|feature| !feature.is_finite()) {
            Some(position) => {
                let record = rows[position / dimension];
                let (place, column) = (read.lines.place(record), &self.feature_names()[position % dimension]);
                let problem = format!(
                    "{place}, column {}: the value is too far from the training values; correct it",
                    quoted(column)
                );
                Err(Refused { record, problem })
            }
            None => Ok(Encoded { features, warnings: self.warnings(read, positions, &blocks) }),
        }
    }

    /// Joins the blocks' tallies, in order, and describes them.
    fn warnings(&self, read: &Columns, positions: &[usize], blocks: &[Vec<Tallies>]) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for (index, (column, &at)) in self.columns.iter().zip(positions).enumerate() {
            for kind in KINDS {
                let mut whole = Tally::default();
                blocks.iter().for_each(|block| whole.add(block[index][kind as usize]));
                if whole.count > 0 {
                    let place = read.lines.place(whole.first);
                    let value = read.columns[at].shown(whole.first);
                    warnings.push(column.warning(kind, whole.count, Some(place), value));
                }
            }
        }
        warnings
    }

    fn check_complete(&self, read: &Columns, positions: &[usize], rows: &[usize]) -> std::result::Result<(), Refused> {
        let needed = self.columns.iter().zip(positions).filter(|(column, _)| column.needs_value());
        let needed: Vec<(&str, &Column)> =
            needed.map(|(column, &at)| (column.name.as_str(), &read.columns[at])).collect();
        match Gaps::of(&needed, rows, &read.lines) {
            Some(gaps) => Err(Refused { record: gaps.record, problem: format!("{gaps}; complete it") }),
            None => Ok(()),
        }
    }
}

impl Tally {
    fn add(&mut self, later: Self) {
        if self.count == 0 {
            self.first = later.first;
        }
        self.count += later.count;
    }
}

/// Encodes a column's values.
enum Encoder<'a> {
    Numeric {
        numbers: &'a [f64],
        mean: f64,
        deviation: f64,
        lowest: f64,
        highest: f64,
        missing: f64,
        indicator: bool,
    },
    Texts {
        /// The index of each row's text, or beyond the last for a missing value.
        rows: &'a [u32],
        texts: Vec<(TextFeature, Option<Kind>)>,
        missing: TextFeature,
    },
    /// The column was read as another type.
    Nothing,
}

/// What a text becomes.
#[derive(Debug, Clone, Copy)]
enum TextFeature {
    /// 1 in the feature of this index.
    OneHot(usize),
    /// The code itself.
    Code(f32),
    /// 0 in all features.
    Nothing,
}

impl<'a> Encoder<'a> {
    fn new(column: &TableColumn, read: &'a Column, first_code: usize) -> Self {
        match (&column.kind, read) {
            (
                &ColumnKind::Numeric { mean, deviation, lowest, highest, missing, indicator },
                Column::Numbers(numbers),
            ) => {
                let missing = missing.unwrap_or(f64::NAN);
                Self::Numeric { numbers, mean, deviation, lowest, highest, missing, indicator }
            }
            (ColumnKind::OneHot(categories), Column::Texts(texts)) => {
                Self::texts(texts, categories, &|index| index.map_or(TextFeature::Nothing, TextFeature::OneHot))
            }
            (ColumnKind::Embedded(categories), Column::Texts(texts)) => {
                Self::texts(texts, categories, &|index| TextFeature::Code((first_code + categories.code(index)) as f32))
            }
            _ => Self::Nothing,
        }
    }

    /// Encodes texts, each of which has the feature of its category's index.
    fn texts(texts: &'a Texts, categories: &Categories, feature: &dyn Fn(Option<usize>) -> TextFeature) -> Self {
        let index = CategoryIndex::new(&categories.values);
        let text = |text: &String| match index.find(text) {
            Some(found) => (feature(Some(found.index)), found.respelled.then_some(Kind::Respelled)),
            None => (feature(categories.other_index()), Some(Kind::Unseen)),
        };
        let missing = categories.missing.as_ref().and_then(|text| index.find(text)).map(|found| found.index);
        Self::Texts {
            rows: &texts.rows,
            texts: texts.values.iter().map(text).collect(),
            missing: feature(missing.or(categories.missing_index())),
        }
    }

    /// Writes a row's features, which are 0 before. Returns how its value is unlike the training rows.
    fn write(&self, row: usize, features: &mut [f32]) -> Option<Kind> {
        match self {
            Self::Numeric { numbers, mean, deviation, lowest, highest, missing, indicator } => {
                let number = numbers[row];
                if number.is_nan() {
                    features[0] = standardized(*missing, *mean, *deviation);
                    if *indicator {
                        features[1] = 1.0;
                    }
                    return Some(Kind::Missing);
                }
                features[0] = standardized(number, *mean, *deviation);
                is_far(number, *lowest, *highest).then_some(Kind::Far)
            }
            Self::Texts { rows, texts, missing } => {
                let (feature, kind) = texts.get(rows[row] as usize).copied().unwrap_or((*missing, Some(Kind::Missing)));
                match feature {
                    TextFeature::OneHot(index) => features[index] = 1.0,
                    TextFeature::Code(code) => features[0] = code,
                    TextFeature::Nothing => (),
                }
                kind
            }
            Self::Nothing => None,
        }
    }
}
