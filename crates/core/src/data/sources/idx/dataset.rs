//! Builds a dataset from IDX arrays: values become features, numbers become classes.

use std::collections::BTreeSet;

use super::format::{IdxArray, IdxKind};
use crate::config::SplitConfig;
use crate::data::division::training_rows;
use crate::data::{Dataset, Features, ImageShape, Samples, numbered_classes};
use crate::{Error, Result};

/// Rows `[n, ...]` with their labels `[n]`.
type Rows = (IdxArray, Vec<i64>);

/// Builds a dataset from rows for training and, optionally, testing. Values other than bytes are
/// divided by the largest magnitude of the rows trained on by `split`, unless it is at most 1.
///
/// # Errors
/// [`Error::Data`] if the training set has no rows or a single class, or the test rows differ in
/// shape or type.
pub fn dataset_from_arrays(source: &str, train: Rows, test: Option<Rows>, split: &SplitConfig) -> Result<Dataset> {
    let row_shape = train.0.shape[1..].to_vec();
    if let Some((rows, _)) = &test {
        if rows.shape[1..] != row_shape {
            let problem =
                format!("test rows of shape {:?} differ from training rows of {row_shape:?}", &rows.shape[1..]);
            return Err(Error::data(source, problem));
        }
        if rows.kind != train.0.kind {
            let problem = format!("test rows of type {:?} differ from training rows of {:?}", rows.kind, train.0.kind);
            return Err(Error::data(source, problem));
        }
    }
    let all_labels: BTreeSet<i64> = train.1.iter().chain(test.iter().flat_map(|(_, labels)| labels)).copied().collect();
    let Some(&first) = train.1.first() else {
        return Err(Error::data(source, "the training set has no rows"));
    };
    if train.1.iter().all(|&label| label == first) {
        let problem = format!("every training label is {first}; a classifier needs at least two classes");
        return Err(Error::data(source, problem));
    }
    let classes = Classes::of(&all_labels);
    let divisor = match train.0.kind {
        IdxKind::U8 => None,
        _ => Some(largest_of_training(&train, &classes, split)?).filter(|&largest| largest > 1.0),
    };
    let image_shape = match row_shape[..] {
        [height, width] => Some(ImageShape::grey(height, width)),
        _ => None,
    };
    let samples = |rows: Rows| samples(rows, &classes, divisor);
    let (train, test) = (samples(train)?, test.map(samples).transpose()?);
    let data = Dataset::new(source, train, test, classes.names, image_shape)?;
    let note = divisor
        .map(|divisor| format!("the largest magnitude of the training rows is {divisor}, so values are divided by it"));
    Ok(Dataset { divisor, notes: note.into_iter().collect(), ..data })
}

/// The classes of labels.
struct Classes {
    names: Vec<String>,
    /// The label of each class, ascending.
    labels: Vec<i64>,
}

impl Classes {
    /// Numbers the classes up to the highest label; labels that are not bytes are classes themselves.
    fn of(labels: &BTreeSet<i64>) -> Self {
        match (labels.first(), labels.last()) {
            (Some(0..), Some(&highest @ ..=255)) => {
                Self { names: numbered_classes(highest as usize + 1), labels: (0..=highest).collect() }
            }
            _ => Self { names: labels.iter().map(i64::to_string).collect(), labels: labels.iter().copied().collect() },
        }
    }

    fn index(&self, label: i64) -> u32 {
        self.labels.binary_search(&label).unwrap_or_default() as u32
    }
}

fn largest_of_training((rows, labels): &Rows, classes: &Classes, split: &SplitConfig) -> Result<f32> {
    let labels: Vec<u32> = labels.iter().map(|&label| classes.index(label)).collect();
    let training = training_rows(&labels, classes.names.len(), split.valid, split)?;
    let dimension: usize = rows.shape[1..].iter().product();
    let mut trains = vec![false; labels.len()];
    training.iter().for_each(|&row| trains[row] = true);
    let values = rows.numbers().enumerate().filter(|(index, _)| trains[index / dimension]);
    Ok(values.fold(0.0, |largest, (_, value)| value.abs().max(largest)) as f32)
}

fn samples((rows, labels): Rows, classes: &Classes, divisor: Option<f32>) -> Result<Samples> {
    let dimension = rows.shape[1..].iter().product();
    let features = match rows.kind {
        IdxKind::U8 => Features::Bytes { values: rows.values, maximum: u8::MAX },
        _ => Features::Floats(rows.numbers().map(|value| value as f32 / divisor.unwrap_or(1.0)).collect()),
    };
    Samples::new(features, labels.into_iter().map(|label| classes.index(label)).collect(), dimension)
}
