//! The content of a source: a training set, a test set, and the meaning of features and labels.

use super::{ImageShape, Samples, TableSchema};
use crate::{Error, Result};

/// A source's rows and their description.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// The source as configured: `digits`, `idx:some/dir`.
    pub source: String,
    /// The training set, from which the validation rows are split off.
    pub train: Samples,
    /// The test set, if the source has one.
    pub test: Option<Samples>,
    /// Names of the classes, by class index.
    pub class_names: Vec<String>,
    /// Shape of each row, if rows are images.
    pub image_shape: Option<ImageShape>,
    /// How columns became features, if the source is a table.
    pub table: Option<TableSchema>,
    /// Remarks for the user on how the source was read, each a sentence.
    pub notes: Vec<String>,
    /// Files that were left out, each a sentence with the reason.
    pub skipped: Vec<String>,
}

impl Dataset {
    /// Creates a dataset without a table, notes or skipped files.
    ///
    /// # Errors
    /// [`Error::Data`] if a set is empty, fewer than two classes are named, a label has no class
    /// name, or the test set or the image shape does not fit the training set's dimension.
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
                return fail(format!(
                    "test rows have {test} features, but training rows have {train}; they must have the same number"
                ));
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
