//! The image files in folders of classes, and what else is there.

use std::path::{Path, PathBuf};

use super::directory_entries::{DirectoryEntries, Entry};
use super::image_set::{BadFile, ImageFile};
use crate::{Error, Result};
use burn_mlp_infer::image::{IMAGE_FORMATS, has_image_ending, has_other_image_ending};

/// Returns images outside class folders, which a user may believe to be used. Other files, such as
/// a README, are fine there.
pub(super) fn images_outside_classes(files: Vec<Entry>) -> impl Iterator<Item = BadFile> {
    let images = files.into_iter().filter(|file| has_image_ending(&file.path));
    images.map(|file| BadFile { path: file.path, problem: "is not in the folder of a class".to_string() })
}

/// Returns the image files of class folders; adds everything else in them to `bad`.
pub(super) fn files_of<'a>(
    folders: impl Iterator<Item = (&'a PathBuf, u32)>,
    bad: &mut Vec<BadFile>,
) -> Result<Vec<ImageFile>> {
    let mut all = Vec::new();
    for (folder, class) in folders {
        let entries = DirectoryEntries::read(folder)?;
        let (images_before, bad_before) = (all.len(), bad.len());
        for file in entries.files {
            match has_image_ending(&file.path) {
                true => all.push(ImageFile { path: file.path, class }),
                false => {
                    let problem = not_an_image(&file.path);
                    bad.push(bad_file(file, problem));
                }
            }
        }
        if all.len() == images_before {
            let other = bad[bad_before..].first();
            let cure = match other.filter(|other| has_other_image_ending(&other.path)) {
                Some(_) => "convert its images, for example to PNG",
                None => "remove the folder if it is not a class",
            };
            let other = other.and_then(|other| other.path.file_name()).map(|name| name.to_string_lossy());
            let other = other.map(|name| format!(", but for example {name}")).unwrap_or_default();
            let problem = format!("contains no {IMAGE_FORMATS} files{other}; {cure}");
            return Err(Error::data(folder.display().to_string(), problem));
        }
        bad.extend(entries.folders.into_iter().map(|entry| bad_file(entry, "is a folder in the folder of a class")));
        bad.extend(entries.others.into_iter().map(|entry| bad_file(entry, "is not a file, or is a broken link")));
    }
    Ok(all)
}

/// Says why a file without the ending of an image cannot be used.
fn not_an_image(path: &Path) -> String {
    match has_other_image_ending(path) {
        true => format!("is an image of another format than {IMAGE_FORMATS}; convert it, for example to PNG"),
        false => format!("is not a {IMAGE_FORMATS} file by its extension"),
    }
}

fn bad_file(entry: Entry, problem: impl Into<String>) -> BadFile {
    BadFile { path: entry.path, problem: problem.into() }
}
