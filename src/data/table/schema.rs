//! How the rows of a table become features, as a model keeps it.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::columns::{Column, Columns, Texts, quoted};
use super::value::{Value, number_name, value};

/// Rows that one thread turns into features at a time.
const BLOCK: usize = 4096;

/// How raw rows become features: kept with the model, so that every later use does the same.
///
/// A numeric column is one feature, `(x - mean) / deviation`. A text column is one feature for each value that the training
/// part has: 1 for its own value, 0 for the others, and all 0 for a value that the training part does not have. What is
/// missing becomes the column's `missing` first, if it has one, and is otherwise refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableSchema {
    /// Column with the classes.
    pub target: String,
    /// A name for each class index.
    pub classes: Vec<String>,
    /// Whether columns are known by their names in the first line. Otherwise they are called by their number from 1.
    pub header: bool,
    /// Columns of the training file, those that are left out included.
    pub width: usize,
    /// The columns that become features, in the order in which they do.
    pub columns: Vec<TableColumn>,
}

/// A column that becomes features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableColumn {
    /// Its name in the first line, or its number from 1.
    pub name: String,
    #[serde(flatten)]
    pub kind: ColumnKind,
}

/// How a column's values become features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ColumnKind {
    /// One feature, `(x - mean) / deviation`; 0 and 1 without standardisation.
    Numeric {
        mean: f64,
        deviation: f64,
        /// What a missing value becomes; without it, one is refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missing: Option<f64>,
    },
    /// A feature of 0 or 1 for each of these values.
    OneHot {
        values: Vec<String>,
        /// What a missing value becomes; without it, one is refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missing: Option<String>,
    },
}

/// Rows of features, row after row.
pub(super) struct Encoded {
    /// `[rows * features]`
    pub features: Vec<f32>,
    /// Values of text columns that the training part does not have.
    pub unseen_values: usize,
}

impl TableColumn {
    /// Number of features.
    pub fn features(&self) -> usize {
        match &self.kind {
            ColumnKind::Numeric { .. } => 1,
            ColumnKind::OneHot { values, .. } => values.len(),
        }
    }
}

impl TableSchema {
    /// Features of a row.
    pub fn features(&self) -> usize {
        self.columns.iter().map(TableColumn::features).sum()
    }

    /// A name for each feature: `age`, `colour=red`.
    pub fn feature_names(&self) -> Vec<String> {
        let names = |column: &TableColumn| match &column.kind {
            ColumnKind::Numeric { .. } => vec![column.name.clone()],
            ColumnKind::OneHot { values, .. } => {
                values.iter().map(|value| format!("{}={value}", column.name)).collect()
            }
        };
        self.columns.iter().flat_map(names).collect()
    }

    /// The class that `text` names in the column with the classes; where classes are numbers, in any spelling of one.
    pub fn class_of(&self, text: &str) -> Option<u32> {
        let find = |name: &str| self.classes.iter().position(|class| class == name).map(|class| class as u32);
        find(text).or_else(|| match value(text) {
            Value::Number(number) => find(&number_name(number)),
            _ => None,
        })
    }

    /// Refuses what no training makes and no row can go through.
    ///
    /// # Errors
    /// A sentence.
    pub fn check(&self) -> std::result::Result<(), String> {
        let is_finite = |column: &TableColumn| match &column.kind {
            ColumnKind::Numeric { mean, deviation, missing } => {
                mean.is_finite() && deviation.is_finite() && *deviation > 0.0 && missing.is_none_or(f64::is_finite)
            }
            ColumnKind::OneHot { .. } => true,
        };
        match self.columns.iter().find(|column| !is_finite(column)) {
            Some(column) => Err(format!("column {} has no usable statistics", quoted(&column.name))),
            None if self.features() == 0 => Err("no column becomes a feature".to_string()),
            None => Ok(()),
        }
    }

    /// Features of the records `rows`; `read` are this schema's columns, one for each of `self.columns`, with a line for
    /// each record.
    ///
    /// # Errors
    /// A sentence with the line, if a value is missing where none may be, or lies too far from the others.
    pub(super) fn encode(
        &self,
        read: &Columns,
        positions: &[usize],
        rows: &[usize],
    ) -> std::result::Result<Encoded, String> {
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
                let line = read.lines[rows[position / dimension]];
                let column = &self.feature_names()[position % dimension];
                Err(format!("line {line}, column {}: the value is too far from those of the training", quoted(column)))
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

/// Values that are missing.
pub(super) struct Gaps {
    line: u64,
    column: String,
    values: usize,
    columns: usize,
}

impl Gaps {
    /// Those of `rows` in columns with their names.
    pub fn of(columns: &[(&str, &Column)], rows: &[usize], lines: &[u64]) -> Option<Self> {
        let missing = |(name, column): &(&str, &Column)| {
            let mut missing = rows.iter().filter(|&&row| is_missing(column, row));
            let first = *missing.next()?;
            Some((lines[first], name.to_string(), 1 + missing.count()))
        };
        let gaps: Vec<(u64, String, usize)> = columns.par_iter().filter_map(missing).collect();
        let (line, column, _) = gaps.iter().min_by_key(|(line, ..)| *line)?.clone();
        Some(Self { line, column, values: gaps.iter().map(|(.., count)| count).sum(), columns: gaps.len() })
    }
}

impl std::fmt::Display for Gaps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}: the value is missing", self.line, quoted(&self.column))?;
        match (self.values, self.columns) {
            (1, _) => Ok(()),
            (values, 1) => write!(f, ", as are {} more in the column", values - 1),
            (values, columns) => write!(f, ", as are {} more in {columns} columns", values - 1),
        }
    }
}

fn is_missing(column: &Column, row: usize) -> bool {
    match column {
        Column::LeftOut => false,
        Column::Numbers(numbers) => numbers[row].is_nan(),
        Column::Texts(texts) => texts.rows[row] == Texts::MISSING,
    }
}

/// A column with what its values become.
enum Encoder<'a> {
    Numeric {
        numbers: &'a [f64],
        mean: f64,
        deviation: f64,
        missing: f64,
    },
    /// Each text's feature; none for one that the training part does not have.
    OneHot {
        rows: &'a [u32],
        features: Vec<Option<usize>>,
        missing: Option<usize>,
    },
    /// A kind of values that the column was not read as.
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

    /// Writes a row's features, which are all 0; whether its value is one that the training part has.
    fn write(&self, row: usize, features: &mut [f32]) -> bool {
        match self {
            Self::Numeric { numbers, mean, deviation, missing } => {
                let number = if numbers[row].is_nan() { *missing } else { numbers[row] };
                features[0] = ((number - mean) / deviation) as f32;
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
