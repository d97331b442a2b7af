//! Finds images to evaluate a model on, with their classes, as for training.

use std::path::{Path, PathBuf};

use super::class_folders::judged_folders;
use super::directory_entries::DirectoryEntries;
use super::image_set::{BadFile, ImageFile, ImageSet};
use super::labels_file::{labels_beside, read_labels_file};
use crate::Result;
use crate::config::ImagesConfig;

/// An image file and the name of its class.
#[derive(Debug)]
pub struct JudgedImage {
    pub path: PathBuf,
    pub class: String,
}

/// Images to evaluate a model on.
#[derive(Debug)]
pub struct JudgedImages {
    pub images: Vec<JudgedImage>,
    /// Files that cannot be used, each with the reason.
    pub bad: Vec<String>,
    /// Remarks for the user, each a sentence.
    pub notes: Vec<String>,
}

impl JudgedImages {
    /// Finds the test images in `directory`, or all images if none are marked as test images. Their classes are those
    /// of folders or of a table beside the images, in its column `target` if it is not empty. Images without either
    /// have theirs in `config.labels`, if the model was trained with it.
    ///
    /// # Errors
    /// If the directory cannot be read, or the classes are not clear.
    pub fn find(directory: &Path, config: &ImagesConfig, target: &str) -> Result<Self> {
        let set = match labels_beside(directory)? {
            Some(file) => read_labels_file(directory, &file, target)?,
            None if !config.labels.is_empty() && DirectoryEntries::read(directory)?.folders.is_empty() => {
                read_labels_file(directory, Path::new(&config.labels), target)?
            }
            None => judged_folders(directory)?,
        };
        Ok(Self::of_set(set))
    }

    fn of_set(set: ImageSet) -> Self {
        let ImageSet { class_names, train, valid, test, bad, mut notes } = set;
        let others = train.len() + valid.as_ref().map_or(0, Vec::len);
        let files = match test {
            Some(test) => {
                notes.extend((others > 0).then(|| "only the test images are read".to_string()));
                test
            }
            None => train.into_iter().chain(valid.into_iter().flatten()).collect(),
        };
        let image = |file: ImageFile| {
            let class = class_names.get(file.class as usize).cloned().unwrap_or_default();
            JudgedImage { path: file.path, class }
        };
        Self {
            images: files.into_iter().map(image).collect(),
            bad: bad.iter().map(BadFile::to_string).collect(),
            notes,
        }
    }
}
