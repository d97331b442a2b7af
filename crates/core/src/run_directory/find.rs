//! Finds a run by its name or path, and lists all runs.

use std::fs;
use std::path::{Path, PathBuf};

use burn_mlp_infer::suggest::similar;

use super::create::check_out;
use super::files::layout::{CONFIG, LOCK, RECORD};
use super::names::name_problem;
use super::{RunDirectory, RunRecord, Status, entry_names};
use crate::{Error, Result};

/// Maximum number of names suggested for a run that does not exist.
const MAX_SUGGESTIONS: usize = 3;

const NO_RUNS: &str = "contains no runs; train one with `burn-mlp train`, or name another directory with --out";

/// An entry in a list of runs.
#[derive(Debug)]
pub struct ListedRun {
    /// Name of the directory.
    pub name: String,
    /// Path of the directory.
    pub path: PathBuf,
    /// Content of run.json, or why it cannot be read.
    pub record: Result<RunRecord>,
}

impl RunDirectory {
    /// Opens the run called `run` in `out`, or else at the path `run`. A run of a group is called `group/run`.
    ///
    /// # Errors
    /// [`Error::Run`] if there is no such run, with similar names; [`Error::Config`] if `run` is
    /// empty.
    pub fn find(run: impl AsRef<Path>, out: &Path) -> Result<Self> {
        // Without a slash at the end, which a shell's completion adds.
        let run = &run.as_ref().components().collect::<PathBuf>();
        if run.as_os_str().is_empty() {
            return Err(Error::config("RUN", "is empty; give the path of a run, or its name in --out"));
        }
        // A run's path may be other than Unicode, its name may not.
        let name = run.to_str().filter(|name| name_problem(name).is_none());
        if let Some(name) = name.filter(|name| out.join(name).exists()) {
            return Self::open(&out.join(name));
        }
        if run.exists() {
            return Self::open(run);
        }
        if run.is_relative() && run.components().count() == 2 && out.join(run).exists() {
            return Self::open(&out.join(run));
        }
        let path = name.map_or(run.to_path_buf(), |name| out.join(name));
        Err(Error::run(path, format!("there is no such run; {}", suggestion(&run.to_string_lossy(), out))))
    }

    /// Opens the newest run in `out` that has finished, with or without early stopping.
    ///
    /// # Errors
    /// [`Error::Run`] if there is none, with how to get one.
    pub fn newest_finished(out: &Path) -> Result<Self> {
        let runs = Self::list(out)?;
        let finished = runs.iter().filter_map(|run| {
            let record = run.record.as_ref().ok()?;
            // Two runs may start within a second.
            let written = fs::metadata(run.path.join(RECORD)).and_then(|file| file.modified()).ok();
            let has_finished = matches!(record.status, Status::Finished | Status::StoppedEarly);
            let is_finished = has_finished && record.group.is_none();
            is_finished.then_some((record.created, written, &run.path))
        });
        match finished.max() {
            Some((.., path)) => Self::open(path),
            None if runs.is_empty() => Err(Error::run(out, NO_RUNS)),
            None => {
                let problem = "contains no finished run; name one, or finish it with `burn-mlp --resume RUN`";
                Err(Error::run(out, problem))
            }
        }
    }

    /// Returns all runs in `out`, sorted by name. Damaged runs are listed with their problem; other
    /// directories are left out. A missing `out` has no runs.
    pub fn list(out: &Path) -> Result<Vec<ListedRun>> {
        let runs = run_names(out)?.into_iter().map(|name| {
            let path = out.join(&name);
            let record = Self::open(&path).and_then(|run| run.read_record());
            ListedRun { name, path, record }
        });
        Ok(runs.collect())
    }
}

fn suggestion(run: &str, out: &Path) -> String {
    let names = run_names(out).unwrap_or_default();
    let mut close = similar(run, names.iter().map(String::as_str));
    close.truncate(MAX_SUGGESTIONS);
    if !close.is_empty() {
        format!("did you mean {}?", close.join(" or "))
    } else if names.is_empty() {
        format!("{} {NO_RUNS}", out.display())
    } else {
        format!("list those in {} with `burn-mlp runs`, or name another directory with --out", out.display())
    }
}

/// Returns the names of directories in `out` that contain at least one of a run's first files.
fn run_names(out: &Path) -> Result<Vec<String>> {
    check_out(out)?;
    if !out.exists() {
        return Ok(Vec::new());
    }
    let is_run = |name: &String| [RECORD, CONFIG, LOCK].iter().any(|file| out.join(name).join(file).is_file());
    Ok(entry_names(out)?.into_iter().filter(|name| !name.starts_with('.') && is_run(name)).collect())
}
