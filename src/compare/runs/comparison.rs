//! The comparison of all runs with the first.

use std::path::PathBuf;

use serde::Serialize;

use super::errors::{self, ErrorsRow};
use super::loaded_run::LoadedRun;
use super::metrics::{self, MetricRow};
use super::mistakes::{self, MistakesRow};
use super::settings::{DifferingSetting, SettingsComparison};
use super::{environment, same_rows, selection};
use crate::run_directory::{EpochRow, RunDirectory, RunRecord};
use crate::{Error, Result};

/// Two or more runs side by side. Lists with one entry per run are in the order of `runs`.
#[derive(Debug, Serialize)]
pub struct Comparison {
    pub runs: Vec<ComparedRun>,
    /// Sentences on whether the metrics of the runs come from the same rows.
    pub same_rows: Vec<String>,
    /// Sentences on what the validation rows have chosen in which runs.
    pub used_for_selection: Vec<String>,
    /// Sentences on what could not be read or compared, and the way out.
    pub problems: Vec<String>,
    pub settings: SettingsComparison,
    /// Backend, device, machine and versions, where they differ.
    pub environment: Vec<DifferingSetting>,
    pub metrics: Vec<MetricRow>,
    /// Mistakes on the test set, if the first run predicts classes. Each run is tested against the first.
    pub mistakes: Vec<MistakesRow>,
    /// Errors on the test set, if the first run predicts numbers. Each run is tested against the first.
    pub errors: Vec<ErrorsRow>,
}

/// One run of a comparison.
#[derive(Debug, Serialize)]
pub struct ComparedRun {
    /// `A` for the first, `B`, ..., `Z`, `AA`.
    pub letter: String,
    /// The name of the directory, or its path if two have the same name.
    pub name: String,
    pub path: PathBuf,
    pub record: RunRecord,
    /// Empty if it cannot be read.
    pub history: Vec<EpochRow>,
}

impl Comparison {
    /// Compares `runs` with the first of them.
    ///
    /// # Errors
    /// [`Error::Config`] if fewer than two different runs are given, or the error of a run if the
    /// records of fewer than two can be read.
    pub fn new(runs: &[RunDirectory]) -> Result<Self> {
        let (runs, mut problems) = distinct(runs)?;
        let runs = load(&runs, &mut problems)?;
        problems.extend(runs.iter().flat_map(LoadedRun::problems));
        // Each member of an ensemble has settings of its own.
        let config = runs.iter().map(|run| run.config.as_ref().ok().filter(|_| run.record.ensemble.is_none()));
        let configs: Vec<_> = config.collect();
        let settings = SettingsComparison::of(&configs)?;
        Ok(Self {
            same_rows: same_rows::sentences(&runs),
            used_for_selection: selection::sentences(&runs),
            environment: environment::differing(&runs, &settings),
            settings,
            metrics: metrics::rows(&runs),
            mistakes: mistakes::rows(&runs),
            errors: errors::rows(&runs),
            problems,
            runs: runs.into_iter().map(ComparedRun::new).collect(),
        })
    }
}

impl ComparedRun {
    fn new(run: LoadedRun) -> Self {
        Self {
            letter: run.letter,
            name: run.name,
            path: run.path,
            record: run.record,
            history: run.history.unwrap_or_default(),
        }
    }
}

/// Returns each run once, with a sentence about each that is named again.
pub(in crate::compare) fn distinct(runs: &[RunDirectory]) -> Result<(Vec<RunDirectory>, Vec<String>)> {
    let (mut kept, mut paths, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for run in runs {
        let path = std::fs::canonicalize(run.path()).unwrap_or_else(|_| run.path().to_path_buf());
        if paths.contains(&path) {
            problems.push(format!("{} is given more than once and shown once", run.name()));
        } else {
            paths.push(path);
            kept.push(run.clone());
        }
    }
    if let ([one], true) = (kept.as_slice(), runs.len() > 1) {
        let problem = format!("names {} each time; a comparison needs two different runs", one.name());
        return Err(Error::config("RUN", problem));
    }
    if kept.len() < 2 {
        return Err(Error::config("RUN", "needs two or more runs; the first is what the others are compared with"));
    }
    problems.dedup();
    Ok((kept, problems))
}

/// Loads the runs whose records can be read.
fn load(runs: &[RunDirectory], problems: &mut Vec<String>) -> Result<Vec<LoadedRun>> {
    let names = names(runs);
    let (mut loaded, mut failure) = (Vec::new(), None);
    for (run, name) in runs.iter().zip(names) {
        match run.read_record() {
            Ok(record) => loaded.push(LoadedRun::new(letter(loaded.len()), name, run, record)),
            Err(error) => {
                problems.push(format!("{name} is left out: {error}"));
                failure.get_or_insert(error);
            }
        }
    }
    match failure {
        Some(error) if loaded.len() < 2 => Err(error),
        _ => Ok(loaded),
    }
}

/// Returns the name of each directory, or its path if two have the same name.
fn names(runs: &[RunDirectory]) -> Vec<String> {
    let is_shared = |run: &RunDirectory| runs.iter().filter(|other| other.name() == run.name()).count() > 1;
    let name = |run: &RunDirectory| match is_shared(run) {
        true => run.path().to_string_lossy().into_owned(),
        false => run.name().to_string(),
    };
    runs.iter().map(name).collect()
}

/// Returns `A` to `Z`, then `AA` and so on.
pub(in crate::compare) fn letter(index: usize) -> String {
    let last = char::from(b'A' + (index % 26) as u8);
    match index / 26 {
        0 => last.to_string(),
        more => letter(more - 1) + &last.to_string(),
    }
}
