//! Finds all image files in a directory tree.

use std::path::{Path, PathBuf};

use super::directory_entries::DirectoryEntries;
use crate::{Error, Result};
use burn_mlp_infer::image::{IMAGE_ENDINGS, has_image_ending, has_other_image_ending};

/// Maximum depth of directories, beyond any collection of images.
const MAX_DEPTH: usize = 64;

/// The image files of a directory tree, sorted by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageFiles {
    /// Files in supported formats.
    pub files: Vec<PathBuf>,
    /// Files in other image formats, such as HEIC.
    pub of_other_kinds: Vec<PathBuf>,
}

/// Finds the image files in `directory` and below by their extensions. Skips hidden files and
/// directories, and does not follow links to directories.
///
/// # Errors
/// [`Error::Io`] if a directory cannot be read; [`Error::Data`] if there are no files in a
/// supported format, or directories are nested too deeply.
pub fn image_files(directory: &Path) -> Result<ImageFiles> {
    let mut found = ImageFiles::default();
    collect(directory, 0, &mut found)?;
    found.files.sort_unstable();
    found.of_other_kinds.sort_unstable();
    if found.files.is_empty() {
        let known = IMAGE_ENDINGS.join(", ");
        let others = match found.of_other_kinds.as_slice() {
            [] => String::new(),
            [only] => format!("; {} is in an unsupported format", only.display()),
            [first, rest @ ..] => {
                format!("; {} and {} more are in unsupported formats", first.display(), rest.len())
            }
        };
        return Err(Error::data(directory.to_string_lossy(), format!("has no image files ({known}){others}")));
    }
    Ok(found)
}

fn collect(directory: &Path, depth: usize, found: &mut ImageFiles) -> Result<()> {
    if depth > MAX_DEPTH {
        let problem = format!("is more than {MAX_DEPTH} directories deep; name a directory within it");
        return Err(Error::data(directory.to_string_lossy(), problem));
    }
    let entries = DirectoryEntries::read(directory)?;
    for folder in entries.folders.iter().filter(|folder| !folder.is_link) {
        collect(&folder.path, depth + 1, found)?;
    }
    for file in entries.files {
        if has_image_ending(&file.path) {
            found.files.push(file.path);
        } else if has_other_image_ending(&file.path) {
            found.of_other_kinds.push(file.path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn images_are_found_in_all_directories_and_sorted_by_path() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join("b/deep")).unwrap();
        fs::create_dir(directory.path().join(".hidden")).unwrap();
        for name in ["z.PNG", "a.jpeg", "notes.txt", ".shadow.png", "b/deep/c.pgm", "b/1.bmp", ".hidden/d.png"] {
            fs::write(directory.path().join(name), "").unwrap();
        }
        let found = image_files(directory.path()).unwrap();
        let path = |name: &str| directory.path().join(name);
        assert_eq!(found.files, ["a.jpeg", "b/1.bmp", "b/deep/c.pgm", "z.PNG"].map(path));
        assert_eq!(found.of_other_kinds, Vec::<PathBuf>::new());
    }

    #[test]
    fn the_error_names_images_in_unsupported_formats() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let problem = || image_files(directory.path()).unwrap_err().to_string();
        assert!(problem().contains("has no image files (png, jpg"), "{}", problem());
        fs::write(path("b.HEIC"), "").unwrap();
        assert!(problem().ends_with("b.HEIC is in an unsupported format"), "{}", problem());
        fs::write(path("a.avif"), "").unwrap();
        fs::write(path("notes.txt"), "").unwrap();
        assert!(problem().ends_with("a.avif and 1 more are in unsupported formats"), "{}", problem());
        fs::write(path("c.png"), "").unwrap();
        let found = image_files(directory.path()).unwrap();
        assert_eq!((found.files, found.of_other_kinds), (vec![path("c.png")], vec![path("a.avif"), path("b.HEIC")]));
    }
}
