//! The user's cache of MNIST and similar sets: downloaded once, verified, and kept in a form that
//! can be verified.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::sleep;

use rayon::prelude::*;
use tempfile::NamedTempFile;

use super::files::{Identity, MnistFile};
use super::sets::{FileSet, MNIST};
use crate::data::progress::{HEARTBEAT, LoadStage, report};
use crate::data::sources::download::download;
use crate::data::{DownloadLimits, Progress};
use crate::{Error, Result};

/// A directory that downloads fill.
#[derive(Debug, Clone)]
pub struct MnistCache {
    set: &'static FileSet,
    directory: PathBuf,
    offline: bool,
    /// Base URLs with a slash at the end, tried in order.
    pub mirrors: Vec<String>,
    pub limits: DownloadLimits,
}

impl MnistCache {
    /// Creates a cache of MNIST in `directory`, which need not exist; `offline` forbids downloads.
    pub fn new(directory: impl Into<PathBuf>, offline: bool) -> Self {
        Self::for_set(&MNIST, directory, offline)
    }

    /// Creates a cache of any set.
    pub(super) fn for_set(set: &'static FileSet, directory: impl Into<PathBuf>, offline: bool) -> Self {
        let mirrors = set.mirrors.iter().map(ToString::to_string).collect();
        Self { set, directory: directory.into(), offline, mirrors, limits: DownloadLimits::default() }
    }

    /// Directory of the files.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Returns the verified bytes of `files`; downloads files that are missing or not the
    /// originals.
    ///
    /// A file appears under its name only once it is verified, and whole. Of several processes, one
    /// downloads while the others wait; the system releases the lock of one that dies.
    pub(super) fn read(&self, files: &[MnistFile], progress: Progress) -> Result<Vec<Vec<u8>>> {
        let present: Vec<Option<Vec<u8>>> = files.par_iter().map(|file| self.read_present(file)).collect();
        if let Some(missing) = present.iter().position(Option::is_none) {
            if self.offline {
                return Err(self.offline_error(&files[missing]));
            }
            fs::create_dir_all(&self.directory).map_err(Error::io("create", &self.directory))?;
        } else {
            return Ok(present.into_iter().flatten().collect());
        }
        let path = self.directory.join("download.lock");
        let lock = File::create(&path).map_err(Error::io("create", &path))?;
        // Another process holds the lock for as long as its download takes.
        while let Err(error) = lock.try_lock() {
            match error {
                TryLockError::WouldBlock => sleep(HEARTBEAT),
                TryLockError::Error(error) => return Err(Error::io("lock", &path)(error)),
            }
            report(progress, LoadStage::Download(files[0].name), 0, None)?;
        }
        let mut read = |(bytes, file): (Option<Vec<u8>>, &MnistFile)| match bytes.or_else(|| self.read_present(file)) {
            Some(bytes) => Ok(bytes),
            None => self.fetch(file, progress),
        };
        present.into_iter().zip(files).map(&mut read).collect()
    }

    fn read_present(&self, file: &MnistFile) -> Option<Vec<u8>> {
        file.read(&file.find(std::slice::from_ref(&self.directory))?).ok()
    }

    fn offline_error(&self, file: &MnistFile) -> Error {
        let what = self.directory.display().to_string();
        let state = match file.find(std::slice::from_ref(&self.directory)) {
            Some(_) => "is not the original file",
            None => "is missing",
        };
        let remedy = self.set.remedy();
        Error::data(what, format!("{} {state}, and data.offline forbids downloads; allow them, or {remedy}", file.name))
    }

    /// Downloads `file` from the first mirror that has it.
    fn fetch(&self, file: &MnistFile, progress: Progress) -> Result<Vec<u8>> {
        let mut failures = Vec::new();
        for mirror in &self.mirrors {
            match self.fetch_from(&format!("{mirror}{}.gz", file.name), file, progress) {
                Err(error @ Error::Data { .. }) => failures.push(error.to_string()),
                other => return other,
            }
        }
        let remedy = self.set.remedy();
        let problem = match failures.is_empty() {
            true => format!("cannot be downloaded file by file; {remedy}"),
            false => format!("{} cannot be downloaded ({}); {remedy}", file.name, failures.join("; ")),
        };
        Err(Error::data(self.set.name, problem))
    }

    fn fetch_from(&self, url: &str, file: &MnistFile, progress: Progress) -> Result<Vec<u8>> {
        let part = self.directory.join(format!("{}.gz.part", file.name));
        let resumed = part.exists();
        download(url, &part, file.max_stored_bytes(), &self.limits, progress)?;
        let read = file.read(&part);
        match (&read, file.identity) {
            // Only this form can be verified again.
            (Ok(_), Identity::Compressed(_)) => {
                let path = self.directory.join(format!("{}.gz", file.name));
                fs::rename(&part, &path).map_err(Error::io("write", &path))?;
                return read;
            }
            (Ok(bytes), _) => self.keep(file, bytes)?,
            (Err(_), _) => (),
        }
        fs::remove_file(&part).map_err(Error::io("remove", &part))?;
        match read {
            // The bytes of the earlier attempt may be wrong.
            Err(Error::Data { .. }) if resumed => self.fetch_from(url, file, progress),
            Err(Error::Data { .. }) => Err(Error::data(url, "the server sends a file other than the original")),
            other => other,
        }
    }

    /// Atomically writes `bytes` under the file's name.
    fn keep(&self, file: &MnistFile, bytes: &[u8]) -> Result<()> {
        let path = self.directory.join(file.name);
        let mut temporary = NamedTempFile::new_in(&self.directory).map_err(Error::io("write", &path))?;
        temporary.write_all(bytes).map_err(Error::io("write", &path))?;
        temporary.persist(&path).map_err(|error| Error::io("write", &path)(error.error))?;
        Ok(())
    }
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
