//! Rows of features with their labels.

use crate::{Error, Result};

/// Rows of features `[n, d]` with class indices `[n]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    features: Features,
    labels: Vec<u32>,
    dimension: usize,
    /// Path of each row's file, if rows come from separate files.
    files: Option<Vec<String>>,
}

/// Feature values, row-major, `[n * d]`.
#[derive(Debug, Clone, PartialEq)]
pub enum Features {
    /// Pixels from 0 to `maximum`; a feature is the pixel divided by `maximum`, in `[0, 1]`.
    Bytes { values: Vec<u8>, maximum: u8 },
    /// Values as fed to the network.
    Floats(Vec<f32>),
}

/// One row, the item of a burn-dataset `Dataset`.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Features as fed to the network, `[d]`.
    pub features: Vec<f32>,
    /// Class index.
    pub label: usize,
}

impl Samples {
    /// Creates rows of `dimension` features `[n * dimension]` with `labels` `[n]`.
    ///
    /// # Errors
    /// [`Error::Data`] if `dimension` is 0, the lengths disagree, a float is NaN or infinite, or a
    /// byte exceeds `maximum`.
    pub fn new(features: Features, labels: Vec<u32>, dimension: usize) -> Result<Self> {
        let fail = |problem: String| Err(Error::data("samples", problem));
        if dimension == 0 {
            return fail("rows need at least one feature".into());
        }
        let (values, rows) = (features.len(), labels.len());
        if rows.checked_mul(dimension) != Some(values) {
            return fail(format!("{values} feature values do not fill {rows} rows of {dimension} features"));
        }
        if let Some(position) = features.first_invalid() {
            let (row, column) = (position / dimension, position % dimension);
            let problem = match &features {
                Features::Bytes { values, maximum } => format!("{} is above the maximum {maximum}", values[position]),
                Features::Floats(values) => format!("{} is not a finite number", values[position]),
            };
            return fail(format!("feature {column} of row {row}: {problem}"));
        }
        Ok(Self { features, labels, dimension, files: None })
    }

    /// Attaches the path of each row's file.
    ///
    /// # Errors
    /// [`Error::Data`] if the number of paths is not the number of rows.
    pub fn with_files(self, files: Vec<String>) -> Result<Self> {
        if files.len() != self.len() {
            return Err(Error::data(
                "samples",
                format!("{} files do not match {} rows; give one for each", files.len(), self.len()),
            ));
        }
        Ok(Self { files: Some(files), ..self })
    }

    /// Returns the path of the row's file, if rows come from separate files.
    pub fn file(&self, index: usize) -> Option<&str> {
        self.files.as_ref()?.get(index).map(String::as_str)
    }

    /// Number of rows, n.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Features per row, d.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Class indices, `[n]`.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// Counts the rows of each class, `[classes]`.
    pub fn class_counts(&self, classes: usize) -> Vec<usize> {
        class_counts(self.labels.iter().copied(), classes)
    }

    /// Feature values as stored, `[n * d]`.
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// Consumes the samples and returns features and labels.
    pub fn into_parts(self) -> (Features, Vec<u32>) {
        (self.features, self.labels)
    }

    /// Returns the row at `index`.
    ///
    /// # Panics
    /// If `index >= len()`.
    pub fn sample(&self, index: usize) -> Sample {
        let mut features = Vec::with_capacity(self.dimension);
        self.write_features([index], &mut features);
        Sample { features, label: self.labels[index] as usize }
    }

    /// Copies the rows at `indices`, in that order.
    ///
    /// # Panics
    /// If an index is `>= len()`.
    pub fn select(&self, indices: &[usize]) -> Self {
        let features = match &self.features {
            Features::Bytes { values, maximum } => {
                Features::Bytes { values: gather(values, self.dimension, indices), maximum: *maximum }
            }
            Features::Floats(values) => Features::Floats(gather(values, self.dimension, indices)),
        };
        let labels = indices.iter().map(|&index| self.labels[index]).collect();
        let files = self.files.as_ref().map(|files| indices.iter().map(|&index| files[index].clone()).collect());
        Self { features, labels, dimension: self.dimension, files }
    }

    /// Appends the rows of `other`.
    ///
    /// # Errors
    /// Returns the rest of a sentence on `other` if its rows are of another kind.
    pub fn append(&mut self, other: Self) -> std::result::Result<(), String> {
        if self.dimension != other.dimension {
            let (others, own) = (other.dimension, self.dimension);
            return Err(format!(
                "has rows of {others} features, but training rows have {own}; they must have the same number"
            ));
        }
        match (&mut self.features, other.features) {
            (Features::Floats(values), Features::Floats(others)) => values.extend(others),
            (Features::Bytes { values, maximum }, Features::Bytes { values: others, maximum: other })
                if *maximum == other =>
            {
                values.extend(others);
            }
            _ => return Err("has values of another scale than the training rows".to_string()),
        }
        self.labels.extend(other.labels);
        self.files = self.files.take().zip(other.files).map(|(files, others)| [files, others].concat());
        Ok(())
    }

    /// Appends the rows at `indices` to `output` as fed to the network, `[k * d]`.
    ///
    /// # Panics
    /// If an index is `>= len()`.
    pub fn write_features(&self, indices: impl IntoIterator<Item = usize>, output: &mut Vec<f32>) {
        for index in indices {
            let row = index * self.dimension..(index + 1) * self.dimension;
            match &self.features {
                Features::Bytes { values, maximum } => {
                    let maximum = f32::from(*maximum);
                    output.extend(values[row].iter().map(|&pixel| f32::from(pixel) / maximum));
                }
                Features::Floats(values) => output.extend_from_slice(&values[row]),
            }
        }
    }

    /// Returns all rows as fed to the network, `[n * d]`.
    pub fn to_floats(&self) -> Vec<f32> {
        let mut output = Vec::with_capacity(self.features.len());
        self.write_features(0..self.len(), &mut output);
        output
    }
}

/// Copies the rows at `indices` of `values` `[n * dimension]`; returns `[k * dimension]`.
fn gather<T: Copy>(values: &[T], dimension: usize, indices: &[usize]) -> Vec<T> {
    let mut rows = Vec::with_capacity(indices.len() * dimension);
    for &index in indices {
        rows.extend_from_slice(&values[index * dimension..(index + 1) * dimension]);
    }
    rows
}

/// Counts how often each class occurs in `labels`, `[classes]`.
pub fn class_counts(labels: impl IntoIterator<Item = u32>, classes: usize) -> Vec<usize> {
    let mut counts = vec![0; classes];
    for label in labels {
        if let Some(count) = counts.get_mut(label as usize) {
            *count += 1;
        }
    }
    counts
}

impl Features {
    /// Number of values, n * d.
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes { values, .. } => values.len(),
            Self::Floats(values) => values.len(),
        }
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn first_invalid(&self) -> Option<usize> {
        match self {
            // A maximum of 0 would divide 0 by 0.
            Self::Bytes { values, maximum: 0 } => (!values.is_empty()).then_some(0),
            Self::Bytes { maximum: u8::MAX, .. } => None,
            Self::Bytes { values, maximum } => values.iter().position(|value| value > maximum),
            Self::Floats(values) => values.iter().position(|value| !value.is_finite()),
        }
    }
}

#[cfg(test)]
#[path = "samples_tests.rs"]
mod tests;
