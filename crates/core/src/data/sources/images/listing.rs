use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use burn_mlp_infer::image::{IMAGE_ENDINGS, has_image_ending, has_other_image_ending};

/// Deeper than any collection of images.
const MOST_LEVELS: usize = 64;

/// The images of a directory, sorted by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageFiles {
    /// Those of kinds that can be read.
    pub files: Vec<PathBuf>,
    /// Those of other kinds, such as GIF.
    pub of_other_kinds: Vec<PathBuf>,
}

/// The image files in `directory` and the directories in it, told by their endings. Hidden ones are left out, and links to
/// directories are not followed.
///
/// # Errors
/// If a directory cannot be read, or there is no image file that can.
pub fn image_files(directory: &Path) -> Result<ImageFiles> {
    let mut found = ImageFiles::default();
    collect(directory, 0, &mut found)?;
    found.files.sort_unstable();
    found.of_other_kinds.sort_unstable();
    if found.files.is_empty() {
        let known = IMAGE_ENDINGS.join(", ");
        let others = match found.of_other_kinds.as_slice() {
            [] => String::new(),
            [only] => format!("; {} is of a kind that is not read", only.display()),
            [first, rest @ ..] => {
                format!("; {} and {} more are of kinds that are not read", first.display(), rest.len())
            }
        };
        return Err(Error::data(directory.to_string_lossy(), format!("has no image files ({known}){others}")));
    }
    Ok(found)
}

fn collect(directory: &Path, level: usize, found: &mut ImageFiles) -> Result<()> {
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
            collect(&path, level + 1, found)?;
        } else if has_image_ending(&path) && path.is_file() {
            found.files.push(path);
        } else if has_other_image_ending(&path) {
            found.of_other_kinds.push(path);
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
        let path = |name: &str| directory.path().join(name);
        assert_eq!(found.files, ["a.jpeg", "b/1.bmp", "b/deep/c.pgm", "z.PNG"].map(path));
        assert_eq!(found.of_other_kinds, Vec::<PathBuf>::new());
    }

    #[test]
    fn images_of_kinds_that_are_not_read_are_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let problem = || image_files(directory.path()).unwrap_err().to_string();
        assert!(problem().contains("has no image files (png, jpg"), "{}", problem());
        fs::write(path("b.GIF"), "").unwrap();
        assert!(problem().ends_with("b.GIF is of a kind that is not read"), "{}", problem());
        fs::write(path("a.webp"), "").unwrap();
        fs::write(path("notes.txt"), "").unwrap();
        assert!(problem().ends_with("a.webp and 1 more are of kinds that are not read"), "{}", problem());
        fs::write(path("c.png"), "").unwrap();
        let found = image_files(directory.path()).unwrap();
        assert_eq!((found.files, found.of_other_kinds), (vec![path("c.png")], vec![path("a.webp"), path("b.GIF")]));
    }
}
