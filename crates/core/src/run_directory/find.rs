//! Runs among other runs: by name or path, and all of them.

use std::path::{Path, PathBuf};

use super::create::check_out;
use super::directory::entry_names;
use super::layout::{CONFIG, LOCK, RECORD};
use super::names::problem_of;
use super::{RunDirectory, RunRecord};
use crate::{Error, Result};
use burn_mlp_infer::suggest::similar;

/// Maximum number of names suggested for a run that does not exist.
const MAX_SUGGESTIONS: usize = 3;

/// A run as a listing shows it.
#[derive(Debug)]
pub struct ListedRun {
    /// The directory's name.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What it is, or why that cannot be read.
    pub record: Result<RunRecord>,
}

impl RunDirectory {
    /// The run that a person means by `run`: a name under `out`, or else a path.
    ///
    /// # Errors
    /// A sentence when there is none, with the names that are most like it.
    pub fn find(run: impl AsRef<Path>, out: &Path) -> Result<Self> {
        let run = run.as_ref();
        if run.as_os_str().is_empty() {
            return Err(Error::config("RUN", "is empty; give a run's directory, or its name under --out"));
        }
        // A path that is not Unicode can be a run's, its name cannot.
        let name = run.to_str().filter(|name| problem_of(name).is_none());
        if let Some(name) = name.filter(|name| out.join(name).exists()) {
            return Self::open(&out.join(name));
        }
        if run.exists() {
            return Self::open(run);
        }
        let place = name.map_or(run.to_path_buf(), |name| out.join(name));
        Err(Error::run(place, format!("there is no such run; {}", way_out(&run.to_string_lossy(), out))))
    }

    /// All runs under `out`, sorted by name. One that cannot be read is listed with its problem; what is no run at all
    /// is not. No `out`, no runs.
    pub fn list(out: &Path) -> Result<Vec<ListedRun>> {
        let runs = run_names(out)?.into_iter().map(|name| {
            let path = out.join(&name);
            let record = Self::open(&path).and_then(|run| run.read_record());
            ListedRun { name, path, record }
        });
        Ok(runs.collect())
    }
}

fn way_out(run: &str, out: &Path) -> String {
    let names = run_names(out).unwrap_or_default();
    let mut close = similar(run, names.iter().map(String::as_str));
    close.truncate(MAX_SUGGESTIONS);
    if !close.is_empty() {
        format!("did you mean {}?", close.join(" or "))
    } else if names.is_empty() {
        format!("there are no runs in {}; `burn-mlp train` makes one, --out looks elsewhere", out.display())
    } else {
        format!("`burn-mlp runs` lists those in {}, --out looks elsewhere", out.display())
    }
}

/// Names of the directories in `out` that hold at least the beginnings of a run.
fn run_names(out: &Path) -> Result<Vec<String>> {
    check_out(out)?;
    if !out.exists() {
        return Ok(Vec::new());
    }
    let begun = |name: &String| [RECORD, CONFIG, LOCK].iter().any(|file| out.join(name).join(file).is_file());
    Ok(entry_names(out)?.into_iter().filter(|name| !name.starts_with('.') && begun(name)).collect())
}
