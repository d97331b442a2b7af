//! Finds the image files of a directory with a folder for each class.

use std::fmt;
use std::path::{Path, PathBuf};

use super::directory_entries::{DirectoryEntries, Entry};
use crate::{Error, Result};
use burn_mlp_infer::image::has_image_ending;

/// Maximum number of class folders; with more, the directory means something else.
const MAX_CLASSES: usize = 65_536;

/// An image file and its class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ImageFile {
    pub path: PathBuf,
    pub class: u32,
}

/// A file that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadFile {
    pub path: PathBuf,
    pub problem: String,
}

impl BadFile {
    /// Returns the error to report unless bad files are left out.
    pub fn refused(&self) -> Error {
        let problem = format!("{}; fix or remove it, or leave such files out with --skip-bad", self.problem);
        Error::data(self.path.display().to_string(), problem)
    }
}

impl fmt::Display for BadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path.display(), self.problem)
    }
}

/// The image files of a directory, by class name and then by file name, both in natural order.
#[derive(Debug)]
pub(super) struct ClassFolders {
    pub class_names: Vec<String>,
    pub train: Vec<ImageFile>,
    /// Files in `test/`, if it exists.
    pub test: Option<Vec<ImageFile>>,
    /// Entries that are not images by name or type.
    pub bad: Vec<BadFile>,
}

impl ClassFolders {
    /// Reads a directory with a folder for each class, or with `train/` and `test/` of such.
    ///
    /// # Errors
    /// [`Error::Io`] if a directory cannot be read, [`Error::Data`] if its folders are not classes.
    pub fn read(directory: &Path) -> Result<Self> {
        let top = DirectoryEntries::read(directory)?;
        let folder = |name: &str| top.folders.iter().find(|folder| folder.name == name).map(|folder| &folder.path);
        match (folder("train"), folder("test")) {
            (Some(train), test) if !DirectoryEntries::read(train)?.folders.is_empty() => {
                if let Some(other) = top.folders.iter().find(|folder| folder.name != "train" && folder.name != "test") {
                    let problem = "is neither train nor test; validation rows are split off train by split.valid, so \
                                   move or remove this folder";
                    return fail(&other.path, problem);
                }
                Self::read_sets(train, test.map(PathBuf::as_path))
            }
            _ => Self::read_sets(directory, None),
        }
    }

    fn read_sets(train: &Path, test: Option<&Path>) -> Result<Self> {
        let mut bad = Vec::new();
        let entries = DirectoryEntries::read(train)?;
        check_classes(train, &entries)?;
        bad.extend(images_outside_classes(entries.files));
        let class_names: Vec<String> = entries.folders.iter().map(|folder| folder.name.clone()).collect();
        let train = files_of(entries.folders.iter().map(|folder| &folder.path).zip(0..), &mut bad)?;
        let test = test.map(|test| read_test_set(test, &class_names, &mut bad)).transpose()?;
        Ok(Self { class_names, train, test, bad })
    }
}

fn read_test_set(test: &Path, class_names: &[String], bad: &mut Vec<BadFile>) -> Result<Vec<ImageFile>> {
    let entries = DirectoryEntries::read(test)?;
    bad.extend(images_outside_classes(entries.files));
    let class = |folder: &Entry| match class_names.iter().position(|class| *class == folder.name) {
        Some(class) => Ok((folder.path.clone(), class as u32)),
        None => fail(&folder.path, "is a class without training images; add some, or remove the folder"),
    };
    let classes = entries.folders.iter().map(class).collect::<Result<Vec<_>>>()?;
    files_of(classes.iter().map(|(path, class)| (path, *class)), bad)
}

fn check_classes(directory: &Path, entries: &DirectoryEntries) -> Result<()> {
    if let Some(folder) = entries.folders.iter().find(|folder| folder.path.to_str().is_none()) {
        return fail(&folder.path, "has a name that is not UTF-8, so it cannot name a class; rename the folder");
    }
    match &entries.folders[..] {
        [] => fail(directory, "contains no folders; put the images of each class into a folder named after the class"),
        [only] => {
            let problem = format!("has only one class, {}; a classifier needs folders for at least 2", only.name);
            fail(directory, problem)
        }
        folders if folders.len() > MAX_CLASSES => {
            fail(directory, format!("has {} folders; at most {MAX_CLASSES} classes are supported", folders.len()))
        }
        _ => Ok(()),
    }
}

/// Returns images outside class folders, which a user may believe to be used. Other files, such as
/// a README, are fine there.
fn images_outside_classes(files: Vec<Entry>) -> impl Iterator<Item = BadFile> {
    let images = files.into_iter().filter(|file| has_image_ending(&file.path));
    images.map(|file| BadFile { path: file.path, problem: "is not in the folder of a class".to_string() })
}

/// Returns the image files of class folders; adds everything else in them to `bad`.
fn files_of<'a>(folders: impl Iterator<Item = (&'a PathBuf, u32)>, bad: &mut Vec<BadFile>) -> Result<Vec<ImageFile>> {
    let mut all = Vec::new();
    for (folder, class) in folders {
        let entries = DirectoryEntries::read(folder)?;
        let (images_before, bad_before) = (all.len(), bad.len());
        for file in entries.files {
            match has_image_ending(&file.path) {
                true => all.push(ImageFile { path: file.path, class }),
                false => bad.push(bad_file(file, "is not a PNG, JPEG, BMP or PGM file by its extension")),
            }
        }
        if all.len() == images_before {
            let other = bad[bad_before..].first().and_then(|bad| bad.path.file_name());
            let other = other.map(|name| format!(" ({} is not one by its extension)", name.to_string_lossy()));
            let problem = format!(
                "contains no PNG, JPEG, BMP or PGM files{}; remove the folder if it is not a class",
                other.unwrap_or_default()
            );
            return fail(folder, problem);
        }
        bad.extend(entries.folders.into_iter().map(|entry| bad_file(entry, "is a folder in the folder of a class")));
        bad.extend(entries.others.into_iter().map(|entry| bad_file(entry, "is not a file, or is a broken link")));
    }
    Ok(all)
}

fn bad_file(entry: Entry, problem: &str) -> BadFile {
    BadFile { path: entry.path, problem: problem.to_string() }
}

fn fail<T>(path: &Path, problem: impl Into<String>) -> Result<T> {
    Err(Error::data(path.display().to_string(), problem))
}
