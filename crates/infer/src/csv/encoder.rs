//! Encodes the values of a column.

use super::category_index::CategoryIndex;
use super::column::{Column, Texts};
use super::lines::Lines;
use crate::table::schema::Kind;
use crate::table::{Categories, ColumnKind, Meaning, Numbers, TableColumn, Warning};

const KINDS: [Kind; 4] = [Kind::Unseen, Kind::Respelled, Kind::Far, Kind::Missing];

/// The encoded values of a column.
pub(super) enum Encoder {
    Numeric {
        /// NaN where a number is missing.
        features: Vec<f32>,
        missing: f32,
        indicator: bool,
    },
    /// Numbers that have cycles or bins; NaN where one is missing.
    Parts(Vec<f64>, Numbers),
    Texts {
        /// The index of each row's text, or beyond the last for a missing value.
        rows: Vec<u32>,
        texts: Vec<(TextFeature, Option<Kind>)>,
        missing: TextFeature,
    },
    /// The column was read as another type.
    Nothing,
}

/// What a text becomes.
#[derive(Debug, Clone, Copy)]
pub(super) enum TextFeature {
    /// 1 in the feature of this index.
    OneHot(usize),
    /// The code itself.
    Code(f32),
    /// 0 in all features.
    Nothing,
}

impl Encoder {
    pub fn new(column: &TableColumn, read: &Column, first_code: usize) -> Self {
        match (&column.kind, read) {
            (ColumnKind::Numeric(encoding), Column::Numbers(numbers)) if encoding.first_bin() + encoding.bins() > 1 => {
                Self::Parts(numbers.clone(), encoding.clone())
            }
            (ColumnKind::Numeric(Numbers { scaling, missing, indicator, .. }), Column::Numbers(numbers)) => {
                let feature = |number: f64| if number.is_nan() { f32::NAN } else { scaling.feature(number) };
                let features = numbers.iter().map(|&number| feature(number)).collect();
                Self::Numeric { features, missing: feature(missing.unwrap_or(f64::NAN)), indicator: *indicator }
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
    fn texts(texts: &Texts, categories: &Categories, feature: &dyn Fn(Option<usize>) -> TextFeature) -> Self {
        let index = CategoryIndex::new(&categories.values);
        let text = |text: &String| match index.find(text) {
            Some(found) => (feature(Some(found.index)), found.respelled.then_some(Kind::Respelled)),
            None => (feature(categories.other_index()), Some(Kind::Unseen)),
        };
        let missing = categories.missing.as_ref().and_then(|text| index.find(text)).map(|found| found.index);
        Self::Texts {
            rows: texts.rows.clone(),
            texts: texts.values.iter().map(text).collect(),
            missing: feature(missing.or(categories.missing_index())),
        }
    }

    /// Describes the values of `rows` that are unlike the training rows.
    pub fn warnings(
        &self,
        (column, meaning): (&TableColumn, Option<&Meaning>),
        read: &Column,
        rows: &[usize],
        lines: &Lines,
    ) -> Vec<Warning> {
        let unlike = match (&column.kind, read, self) {
            (ColumnKind::Numeric(encoding), Column::Numbers(numbers), _) => {
                Unlike::among(rows, |row| match numbers[row] {
                    number if number.is_nan() => Some(Kind::Missing),
                    number => encoding.is_far(number).then_some(Kind::Far),
                })
            }
            (_, _, Self::Texts { rows: values, texts, .. }) => {
                let kind = |row: usize| texts.get(values[row] as usize).map_or(Some(Kind::Missing), |(_, kind)| *kind);
                Unlike::among(rows, kind)
            }
            _ => Vec::new(),
        };
        let warning = |Unlike { kind, count, first }: Unlike| {
            column.warning(kind, meaning, count, Some(lines.place(first)), read.shown_as(meaning, first))
        };
        unlike.into_iter().map(warning).collect()
    }

    /// Writes a row's features, which are 0 before.
    pub fn write(&self, row: usize, features: &mut [f32]) {
        match self {
            Self::Numeric { features: encoded, missing, indicator } => match encoded[row] {
                feature if feature.is_nan() => {
                    features[0] = *missing;
                    if *indicator {
                        features[1] = 1.0;
                    }
                }
                feature => features[0] = feature,
            },
            Self::Parts(numbers, encoding) => {
                encoding.write(Some(numbers[row]).filter(|number| !number.is_nan()), features);
            }
            Self::Texts { rows, texts, missing } => {
                match texts.get(rows[row] as usize).map_or(*missing, |(feature, _)| *feature) {
                    TextFeature::OneHot(index) => features[index] = 1.0,
                    TextFeature::Code(code) => features[0] = code,
                    TextFeature::Nothing => (),
                }
            }
            Self::Nothing => (),
        }
    }
}

/// Values that are unlike the training rows in one way: their number, and the first's record.
struct Unlike {
    kind: Kind,
    count: usize,
    first: usize,
}

impl Unlike {
    /// Finds those of `rows`, by kind.
    fn among(rows: &[usize], kind_of: impl Fn(usize) -> Option<Kind>) -> Vec<Self> {
        let mut found = KINDS.map(|kind| Self { kind, count: 0, first: 0 });
        for &row in rows {
            if let Some(kind) = kind_of(row) {
                let found = &mut found[kind as usize];
                if found.count == 0 {
                    found.first = row;
                }
                found.count += 1;
            }
        }
        found.into_iter().filter(|found| found.count > 0).collect()
    }
}
