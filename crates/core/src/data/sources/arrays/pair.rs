//! Features and the classes of the same rows, from array files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::npy::Array;
use crate::{Error, Result};

/// Maximum size of an array, in bytes.
const MAX_BYTES: u64 = 16 << 30;

/// Features and classes of the same rows.
pub struct ArrayPair {
    pub features: Array,
    pub classes: Array,
}

impl ArrayPair {
    /// Reads two files: features, and classes.
    ///
    /// # Errors
    /// If one cannot be read, or they do not fit together.
    pub fn of_files(features: &Path, classes: &Path) -> Result<Self> {
        let read = |path: &Path| {
            let name = path.display().to_string();
            let array = read_array(File::open(path).map_err(Error::io("read", path))?, &name)?;
            Ok::<_, Error>((name, array))
        };
        Self::new(read(features)?, read(classes)?)
    }

    /// Joins named arrays, with one class for each row of features.
    ///
    /// # Errors
    /// If they are not features and their classes.
    pub fn new((x, features): (String, Array), (y, classes): (String, Array)) -> Result<Self> {
        check_features(&features).map_err(|problem| Error::data(&x, problem))?;
        if classes.width() != 1 || classes.shape.is_empty() {
            let hint =
                if classes.shape.len() == 2 { "; from one column a class, take numpy.argmax(y, axis=1)" } else { "" };
            return Err(Error::data(
                y,
                format!("has the shape {:?}; it needs one class for each row{hint}", classes.shape),
            ));
        }
        if classes.rows() != features.rows() {
            let problem =
                format!("has {} classes for the {} rows of {x}; give one for each", classes.rows(), features.rows());
            return Err(Error::data(y, problem));
        }
        Ok(Self { features, classes })
    }
}

/// Checks that an array can be features.
///
/// # Errors
/// Returns the rest of a sentence.
pub fn check_features(features: &Array) -> std::result::Result<(), String> {
    if features.rows() == 0 || features.width() == 0 {
        return Err(format!("has no rows of features; its shape is {:?}", features.shape));
    }
    if features.is_text() {
        let problem = "holds texts; features must be numbers: save a table with texts as CSV or Parquet";
        return Err(problem.to_string());
    }
    Ok(())
}

/// Reads a whole array; errors call it `name`.
pub fn read_array(reader: impl Read, name: &str) -> Result<Array> {
    let mut bytes = Vec::new();
    let read = reader.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| Error::data(name, format!("cannot be read: {error}; write or fetch it again")))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Error::data(name, format!("is larger than {MAX_BYTES} bytes; split it")));
    }
    Array::parse(bytes).map_err(|problem| Error::data(name, problem))
}
