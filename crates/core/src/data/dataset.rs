//! What a source yields: a training set, a test set, and what their features and labels mean.

use super::{ImageShape, Samples, TableSchema};
use crate::{Error, Result};

/// A source's rows with what is known about them.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// The source as it was asked for: `digits`, `idx:some/dir`.
    pub source: String,
    /// The training set, from which the validation part is split off.
    pub train: Samples,
    /// The test set, if the source has one.
    pub test: Option<Samples>,
    /// A name for each class index.
    pub class_names: Vec<String>,
    /// What each row shows, if rows are images.
    pub image_shape: Option<ImageShape>,
    /// How rows were made from a table's columns, if rows are those of a table.
    pub table: Option<TableSchema>,
    /// What a person should know of how the source was read, each in a sentence.
    pub notes: Vec<String>,
    /// Files of the source that were left out, each with the reason, as a sentence.
    pub skipped: Vec<String>,
}

impl Dataset {
    /// Puts a source's parts together.
    ///
    /// # Errors
    /// If a set is empty, fewer than two classes are named, a label has no class name, or the test set or the image
    /// shape does not fit the training set's dimension.
    pub fn new(
        source: impl Into<String>,
        train: Samples,
        test: Option<Samples>,
        class_names: Vec<String>,
        image_shape: Option<ImageShape>,
    ) -> Result<Self> {
        let source = source.into();
        let fail = |problem: String| Err(Error::data(&source, problem));
        if class_names.len() < 2 {
            return fail(format!("has {} class(es); a classifier needs at least 2", class_names.len()));
        }
        for (set, samples) in [("training", Some(&train)), ("test", test.as_ref())] {
            let Some(samples) = samples else { continue };
            if samples.is_empty() {
                return fail(format!("the {set} set has no rows"));
            }
            if let Some(row) = samples.labels().iter().position(|&label| label as usize >= class_names.len()) {
                let (label, classes) = (samples.labels()[row], class_names.len());
                return fail(format!("label {label} of row {row} of the {set} set is outside the {classes} classes"));
            }
            if samples.dimension() != train.dimension() {
                let (test, train) = (samples.dimension(), train.dimension());
                return fail(format!("test rows have {test} features, training rows have {train}; they must be equal"));
            }
        }
        if let Some(shape @ ImageShape { height, width, channels }) = image_shape
            && shape.features() != Some(train.dimension())
        {
            let images = format!("images of {height}x{width} pixels in {channels} channel(s)");
            return fail(format!("rows of {} features are not {images}", train.dimension()));
        }
        let (table, notes, skipped) = (None, Vec::new(), Vec::new());
        Ok(Self { source, train, test, class_names, image_shape, table, notes, skipped })
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.class_names.len()
    }
}
