//! Reads features and classes from array files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zip::ZipArchive;

use super::npy::Array;
use crate::{Error, Result};

/// Maximum size of an array, in bytes.
const MAX_BYTES: u64 = 16 << 30;

/// Maximum number of arrays in an archive.
const MAX_ARRAYS: usize = 1000;

/// Names of arrays of features and of classes, without the word for their part.
const FEATURES: [&str; 8] = ["x", "images", "image", "data", "features", "inputs", "arr0", "input"];
const CLASSES: [&str; 10] =
    ["y", "labels", "label", "targets", "target", "classes", "class", "outputs", "arr1", "output"];

/// Features and classes of the same rows.
pub struct ArrayPair {
    pub features: Array,
    pub classes: Array,
}

/// The arrays of a source.
pub struct ArraySet {
    pub train: ArrayPair,
    pub valid: Option<ArrayPair>,
    pub test: Option<ArrayPair>,
}

/// Part of the rows that an array holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Train,
    Valid,
    Test,
}

impl ArraySet {
    /// Reads two files: features, and classes.
    ///
    /// # Errors
    /// If one cannot be read, or they do not fit together.
    pub fn of_files(features: &Path, classes: &Path) -> Result<Self> {
        let read = |path: &Path| {
            let file = File::open(path).map_err(Error::io("read", path))?;
            read_array(file, &path.display().to_string())
        };
        let name = |path: &Path| path.display().to_string();
        let train = ArrayPair::new((name(features), read(features)?), (name(classes), read(classes)?))?;
        Ok(Self { train, valid: None, test: None })
    }

    /// Reads an archive, whose names tell features from classes, and the parts: `x_train`, `y_test`, `X`, `labels`.
    ///
    /// # Errors
    /// If it cannot be read, has no such names, or its arrays do not fit together.
    pub fn of_archive(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let fail = |problem: String| Error::data(&name, problem);
        let file = File::open(path).map_err(Error::io("read", path))?;
        let damaged =
            |error: zip::result::ZipError| fail(format!("is not a whole .npz archive ({error}); save it again"));
        let mut archive = ZipArchive::new(file).map_err(damaged)?;
        if archive.len() > MAX_ARRAYS {
            return Err(fail(format!("has {} parts, more than arrays can be", archive.len())));
        }
        let names = archive.file_names().map(|name| name.map(|name| name.to_string()));
        let names: Vec<String> = names.collect::<std::result::Result<_, _>>().map_err(damaged)?;
        let train = match pair(&mut archive, &names, Part::Train, &name)? {
            Some(train) => train,
            None => {
                let listed = names.join(", ").replace(".npy", "");
                let problem =
                    format!("has the arrays {listed}; name features x or x_train, and their classes y or y_train");
                return Err(fail(problem));
            }
        };
        let valid = pair(&mut archive, &names, Part::Valid, &name)?;
        let test = pair(&mut archive, &names, Part::Test, &name)?;
        let set = Self { train, valid, test };
        for (part, other) in [("validation", &set.valid), ("test", &set.test)] {
            let (own, other) = (&set.train.features.shape, other.as_ref().map(|pair| &pair.features.shape));
            if let Some(other) = other.filter(|other| other[1..] != own[1..]) {
                return Err(fail(format!("has {part} features of shape {other:?}, but training features of {own:?}")));
            }
        }
        Ok(set)
    }
}

impl ArrayPair {
    /// Joins named arrays, with one class for each row of features.
    fn new((x, features): (String, Array), (y, classes): (String, Array)) -> Result<Self> {
        if features.rows() == 0 || features.width() == 0 {
            return Err(Error::data(x, format!("has no rows of features; its shape is {:?}", features.shape)));
        }
        if features.is_text() {
            return Err(Error::data(
                x,
                "holds texts; features must be numbers: save a table with texts as CSV or Parquet",
            ));
        }
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

/// Reads the arrays of a part, if the archive has any.
fn pair(archive: &mut ZipArchive<File>, names: &[String], part: Part, file: &str) -> Result<Option<ArrayPair>> {
    let fail = |problem: String| Error::data(file, problem);
    let find = |is_classes: bool| {
        let mut found = names.iter().filter(|name| role(name) == Some((part, is_classes)));
        match (found.next(), found.next()) {
            (Some(one), Some(other)) => {
                let what = if is_classes { "classes" } else { "features" };
                Err(fail(format!("has two arrays of {what}, {one} and {other}; leave one out")))
            }
            (found, _) => Ok(found),
        }
    };
    let (Some(x), Some(y)) = (find(false)?, find(true)?) else { return Ok(None) };
    let mut read = |name: &String| {
        let label = format!("{file}, {}", name.trim_end_matches(".npy"));
        let entry = archive.by_name(name).map_err(|error| Error::data(&label, format!("cannot be read: {error}")))?;
        Ok::<_, Error>((label.clone(), read_array(entry, &label)?))
    };
    let (features, classes) = (read(x)?, read(y)?);
    ArrayPair::new(features, classes).map(Some)
}

/// Tells the part of an array by its name, and whether it holds classes.
fn role(name: &str) -> Option<(Part, bool)> {
    let name = name.strip_suffix(".npy")?.to_lowercase();
    let words = name.split(['_', '-', '.', ' ']);
    let (mut part, mut rest) = (Part::Train, String::new());
    for word in words {
        match word {
            "train" | "training" => part = Part::Train,
            "val" | "valid" | "validation" => part = Part::Valid,
            "test" | "testing" => part = Part::Test,
            word => rest.push_str(word),
        }
    }
    match rest.as_str() {
        rest if FEATURES.contains(&rest) => Some((part, false)),
        rest if CLASSES.contains(&rest) => Some((part, true)),
        _ => None,
    }
}

fn read_array(reader: impl Read, name: &str) -> Result<Array> {
    let mut bytes = Vec::new();
    let read = reader.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| Error::data(name, format!("cannot be read: {error}; write or fetch it again")))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Error::data(name, format!("is larger than {MAX_BYTES} bytes; split it")));
    }
    Array::parse(bytes).map_err(|problem| Error::data(name, problem))
}
