//! Lists a directory without hidden entries.

use std::fs;
use std::path::{Path, PathBuf};

use super::natural_order::natural_order;
use crate::{Error, Result};

/// What file managers and archivers leave behind, in lower case.
const HIDDEN: [&str; 9] = [
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "icon\r",
    "__macosx",
    "@eadir",
    "$recycle.bin",
    "system volume information",
    "lost+found",
];

/// An entry of a directory.
#[derive(Debug)]
pub struct Entry {
    pub name: String,
    pub path: PathBuf,
    /// Whether it is a symbolic link.
    pub is_link: bool,
}

/// Entries of a directory in natural order, without hidden ones. Links count as what they lead to.
#[derive(Debug, Default)]
pub struct DirectoryEntries {
    pub folders: Vec<Entry>,
    pub files: Vec<Entry>,
    /// Broken links, pipes, devices.
    pub others: Vec<Entry>,
}

impl DirectoryEntries {
    /// Lists `directory`.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read.
    pub fn read(directory: &Path) -> Result<Self> {
        let failed = || Error::io("read the directory", directory);
        let mut entries = Self::default();
        for entry in fs::read_dir(directory).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            let (name, path) = (entry.file_name(), entry.path());
            let is_hidden = HIDDEN.iter().any(|hidden| name.eq_ignore_ascii_case(hidden));
            if is_hidden || name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            let kind =
                if is_link { fs::metadata(&path).map(|metadata| metadata.file_type()) } else { entry.file_type() };
            let list = match kind {
                Ok(kind) if kind.is_dir() => &mut entries.folders,
                Ok(kind) if kind.is_file() => &mut entries.files,
                _ => &mut entries.others,
            };
            list.push(Entry { name: name.to_string_lossy().into_owned(), path, is_link });
        }
        for list in [&mut entries.folders, &mut entries.files, &mut entries.others] {
            list.sort_by(|one, other| natural_order(&one.name, &other.name).then_with(|| one.path.cmp(&other.path)));
        }
        Ok(entries)
    }
}
