//! Rows of features with their targets.

use std::borrow::Cow;

use super::{Features, Origin, Origins, Targets, class_counts};
use crate::{Error, Result};
use burn_mlp_infer::NumericTarget;

/// Rows of features `[n, d]` with their targets: class indices `[n]`, or numbers `[n, t]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    features: Features,
    targets: Targets,
    dimension: usize,
    /// Weight of each row in the training loss `[n]`, if they differ.
    weights: Option<Vec<f32>>,
    origins: Origins,
}

/// One row of a classification, the item of a burn-dataset `Dataset`.
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
    /// As [`with_targets`](Self::with_targets).
    pub fn new(features: Features, labels: Vec<u32>, dimension: usize) -> Result<Self> {
        Self::with_targets(features, Targets::Classes(labels), dimension)
    }

    /// Creates rows of `dimension` features `[n * dimension]` with their targets.
    ///
    /// # Errors
    /// [`Error::Data`] if `dimension` is 0, the lengths disagree, a number is NaN or infinite, or a
    /// byte exceeds `maximum`.
    pub fn with_targets(features: Features, targets: Targets, dimension: usize) -> Result<Self> {
        let fail = |problem: String| Err(Error::data("samples", problem));
        if dimension == 0 {
            return fail("rows need at least one feature".into());
        }
        let (values, rows) = (features.len(), targets.rows());
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
        if let Targets::Numbers { values, count } = &targets {
            if *count == 0 || !values.len().is_multiple_of(*count) {
                return fail(format!("{} target values are not whole rows of {count} targets", values.len()));
            }
            if let Some(place) = values.iter().position(|value| !value.is_finite()) {
                return fail(format!("the target of row {} is {}, not a finite number", place / count, values[place]));
            }
        }
        Ok(Self { features, targets, dimension, weights: None, origins: Origins::default() })
    }

    /// Attaches where each row is from.
    ///
    /// # Errors
    /// [`Error::Data`] if a list has another length than the rows.
    pub fn with_origins(self, origins: Origins) -> Result<Self> {
        let wrong = origins.lengths().find(|&length| length != self.len());
        match wrong {
            Some(length) => Err(self.mismatch("origins", length)),
            None => Ok(Self { origins, ..self }),
        }
    }

    /// Attaches each row's weight in the training loss `[n]`. Only their ratios count.
    ///
    /// # Errors
    /// [`Error::Data`] if there is not one for each row, or one is negative, NaN or infinite.
    pub fn with_weights(self, weights: Vec<f32>) -> Result<Self> {
        if weights.len() != self.len() {
            return Err(self.mismatch("weights", weights.len()));
        }
        match weights.iter().position(|&weight| !(weight >= 0.0 && weight.is_finite())) {
            Some(row) => {
                let problem = format!("the weight {} of row {row} is not a number from 0", weights[row]);
                Err(Error::data("samples", problem))
            }
            None => Ok(Self { weights: Some(weights), ..self }),
        }
    }

    fn mismatch(&self, what: &str, count: usize) -> Error {
        Error::data("samples", format!("{count} {what} do not match {} rows; give one for each", self.len()))
    }

    /// Attaches each row's number in the training set of the source.
    pub(super) fn with_row_numbers(mut self, rows: Vec<usize>) -> Result<Self> {
        let origins = Origins { rows: Some(rows), ..std::mem::take(&mut self.origins) };
        self.with_origins(origins)
    }

    /// Returns where the row at `index` is from.
    pub fn origin(&self, index: usize) -> Origin {
        self.origins.of(index)
    }

    /// Each row's weight in the training loss `[n]`, if they differ.
    pub fn weights(&self) -> Option<&[f32]> {
        self.weights.as_deref()
    }

    /// Number of rows, n.
    pub fn len(&self) -> usize {
        self.targets.rows()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.targets.rows() == 0
    }

    /// Features per row, d.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The targets of all rows.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// Class indices, `[n]`; empty in regression.
    pub fn labels(&self) -> &[u32] {
        match &self.targets {
            Targets::Classes(labels) => labels,
            Targets::Numbers { .. } => &[],
        }
    }

    /// Numbers to predict, in their own units, `[n, targets]`; empty in classification.
    pub fn numbers(&self) -> &[f64] {
        match &self.targets {
            Targets::Classes(_) => &[],
            Targets::Numbers { values, .. } => values,
        }
    }

    /// The numbers to predict, standardised by `targets`, `[n * targets]`.
    pub fn standardized(&self, targets: &[NumericTarget]) -> Vec<f32> {
        let rows = self.numbers().chunks_exact(targets.len().max(1));
        rows.flat_map(|row| row.iter().zip(targets).map(|(&number, target)| target.standardized(number))).collect()
    }

    /// What a split keeps in proportion: the class of each row `[n]`, and the number of classes. In regression, all rows
    /// are of one class.
    pub fn strata(&self, classes: usize) -> (Cow<'_, [u32]>, usize) {
        match &self.targets {
            Targets::Classes(labels) => (Cow::Borrowed(labels), classes),
            Targets::Numbers { .. } => (Cow::Owned(vec![0; self.len()]), 1),
        }
    }

    /// Counts the rows of each class, `[classes]`.
    pub fn class_counts(&self, classes: usize) -> Vec<usize> {
        class_counts(self.labels().iter().copied(), classes)
    }

    /// Feature values as stored, `[n * d]`.
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// Consumes the samples and returns features and targets.
    pub fn into_parts(self) -> (Features, Targets) {
        (self.features, self.targets)
    }

    /// Returns the row at `index`, with the label 0 in regression.
    ///
    /// # Panics
    /// If `index >= len()`.
    pub fn sample(&self, index: usize) -> Sample {
        let mut features = Vec::with_capacity(self.dimension);
        self.write_features([index], &mut features);
        Sample { features, label: self.labels().get(index).map_or(0, |&label| label as usize) }
    }

    /// Copies the rows at `indices`, in that order.
    ///
    /// # Panics
    /// If an index is `>= len()`.
    pub fn select(&self, indices: &[usize]) -> Self {
        Self {
            features: self.features.select(self.dimension, indices),
            targets: self.targets.select(indices),
            dimension: self.dimension,
            weights: self.weights.as_ref().map(|weights| indices.iter().map(|&index| weights[index]).collect()),
            origins: self.origins.select(indices),
        }
    }

    /// Puts the rows of `parts` together. With `features`, all parts have features of the same kind; without, a row has
    /// the single feature 0.
    ///
    /// # Errors
    /// [`Error::Data`] if there are no parts, or their rows do not fit together.
    pub fn joined(parts: Vec<Self>, features: bool) -> Result<Self> {
        let with_features = |part: Self| match features {
            true => part,
            false => Self { features: Features::Floats(vec![0.0; part.len()]), dimension: 1, ..part },
        };
        let mut parts = parts.into_iter().map(with_features);
        let mut joined = parts.next().ok_or_else(|| Error::data("samples", "has no parts"))?;
        for part in parts {
            if part.dimension != joined.dimension {
                return Err(Error::data("samples", "has rows of different numbers of features"));
            }
            joined.append(part).map_err(|problem| Error::data("samples", problem))?;
        }
        Ok(joined)
    }

    /// Appends the rows of `other`, which have the same dimension.
    ///
    /// # Errors
    /// Returns the rest of a sentence on `other` if its values are of another kind or scale.
    pub(super) fn append(&mut self, other: Self) -> std::result::Result<(), String> {
        let rows = other.len();
        self.features.append(other.features)?;
        if !self.targets.append(other.targets) {
            return Err("has targets of another kind".to_string());
        }
        if let Some(weights) = &mut self.weights {
            weights.extend(other.weights.unwrap_or_else(|| vec![1.0; rows]));
        }
        self.origins.append(other.origins);
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

#[cfg(test)]
#[path = "samples_tests.rs"]
mod tests;
