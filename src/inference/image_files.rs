use std::fs;
use std::path::{Path, PathBuf};

use crate::data::{IMAGE_ENDINGS, has_image_ending};
use crate::error::{Error, Result};

/// Deeper than any collection of images.
const MOST_LEVELS: usize = 64;

/// The image files in `directory` and the directories in it, told by their endings, sorted by path. Hidden ones are left
/// out, and links to directories are not followed.
///
/// # Errors
/// If a directory cannot be read, or there is no image file.
pub fn image_files(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    collect(directory, 0, &mut files)?;
    if files.is_empty() {
        return Err(Error::data(
            directory.to_string_lossy(),
            format!("has no image files ({})", IMAGE_ENDINGS.join(", ")),
        ));
    }
    files.sort_unstable();
    Ok(files)
}

fn collect(directory: &Path, level: usize, files: &mut Vec<PathBuf>) -> Result<()> {
    if level > MOST_LEVELS {
        return Err(Error::data(directory.to_string_lossy(), format!("is more than {MOST_LEVELS} directories deep")));
    }
    for entry in fs::read_dir(directory).map_err(Error::io("read", directory))? {
        let entry = entry.map_err(Error::io("read", directory))?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        let kind = entry.file_type().map_err(Error::io("read", &path))?;
        if kind.is_dir() {
            collect(&path, level + 1, files)?;
        } else if has_image_ending(&path) && path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_found_in_all_directories_in_the_order_of_their_paths() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join("b/deep")).unwrap();
        fs::create_dir(directory.path().join(".hidden")).unwrap();
        for name in ["z.PNG", "a.jpeg", "notes.txt", ".shadow.png", "b/deep/c.pgm", "b/1.bmp", ".hidden/d.png"] {
            fs::write(directory.path().join(name), "").unwrap();
        }
        let found = image_files(directory.path()).unwrap();
        let names: Vec<_> =
            found.iter().map(|path| path.strip_prefix(directory.path()).unwrap().to_path_buf()).collect();
        assert_eq!(names, ["a.jpeg", "b/1.bmp", "b/deep/c.pgm", "z.PNG"].map(PathBuf::from));
        let empty = image_files(&directory.path().join(".hidden/..").join("b/deep")).map(|files| files.len());
        assert_eq!(empty.unwrap(), 1);
        fs::remove_file(directory.path().join("b/deep/c.pgm")).unwrap();
        let error = image_files(&directory.path().join("b/deep")).unwrap_err().to_string();
        assert!(error.contains("has no image files (png, jpg"), "{error}");
    }
}
