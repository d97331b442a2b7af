//! Where a run was started, as the way from its directory: when both move together, the relative
//! paths of its configuration still lead to its data.

use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::run_directory::{RunDirectory, RunRecord};
use crate::{Error, Result};

impl RunDirectory {
    /// Returns the directory in which the run was started, if neither has moved without the other.
    pub fn started_in(&self, record: &RunRecord) -> PathBuf {
        self.path.join(&record.started_in)
    }

    /// Returns the way from the current directory to the one in which the run was started.
    ///
    /// # Errors
    /// If that is missing.
    pub fn way_to_start(&self, record: &RunRecord) -> Result<PathBuf> {
        let started_in = self.started_in(record);
        let absolute = fs::canonicalize(&started_in).map_err(Error::io("find", &started_in))?;
        Ok(way(&env::current_dir().map_err(Error::io("find", "."))?, &absolute))
    }

    /// Returns the way from this run to `directory`, as [`RunRecord::started_in`] holds it.
    ///
    /// # Errors
    /// If one of them is missing.
    pub fn way_to(&self, directory: &Path) -> Result<String> {
        let absolute = |path: &Path| fs::canonicalize(path).map_err(Error::io("find", path));
        Ok(way(&absolute(&self.path)?, &absolute(directory)?).to_string_lossy().into_owned())
    }
}

/// Returns the way to the current directory from the run that `out` will contain.
pub(crate) fn way_from_run(out: &Path) -> Result<String> {
    let absolute = |path: &Path| fs::canonicalize(path).map_err(Error::io("find", path));
    let current = env::current_dir().map_err(Error::io("find", "."))?;
    Ok(way(&absolute(out)?.join("run"), &absolute(&current)?).to_string_lossy().into_owned())
}

/// Returns the way from one absolute directory to another.
fn way(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    if shared == 0 {
        return to.to_path_buf();
    }
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_goes_up_to_the_shared_directory_and_down_again() {
        for (from, to, expected) in [
            ("/p/artifacts/a", "/p", "../.."),
            ("/p/artifacts/a", "/p/sub/b", "../../sub/b"),
            ("/runs/a", "/home/p", "../../home/p"),
            ("/p", "/p", ""),
        ] {
            assert_eq!(way(Path::new(from), Path::new(to)), Path::new(expected), "from {from} to {to}");
        }
    }
}
