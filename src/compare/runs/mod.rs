//! Runs side by side: what was asked for, what came out, and whether the models' mistakes differ by more than chance.
//! Each run is compared with the first. Everything is read from the run directories; what cannot be read is a sentence,
//! and what can be compared still is.

mod charts;
mod environment;
mod figures;
mod mistakes;
mod page;
mod same_rows;
mod settings;
mod subject;
mod words;

use std::path::PathBuf;

use serde::Serialize;

pub use figures::{FigureRow, Unit};
pub use mistakes::{Agreement, MistakesRow};
pub use settings::{DifferingSetting, SettingsComparison};
pub use words::{difference_texts, p_value, settings_sentence, value_texts};

use crate::run_directory::{EpochRow, RunDirectory, RunRecord};
use crate::{Error, Result};
use subject::Subject;

/// Two or more runs side by side. Lists with one entry per run are in the order of `runs`.
#[derive(Debug, Serialize)]
pub struct Comparison {
    pub runs: Vec<ComparedRun>,
    /// Whether the figures of the runs are of the same rows, in sentences.
    pub same_rows: Vec<String>,
    /// What could not be read or compared, and the way out, in sentences.
    pub problems: Vec<String>,
    pub settings: SettingsComparison,
    /// Backend, device, machine and versions, where they differ.
    pub environment: Vec<DifferingSetting>,
    pub figures: Vec<FigureRow>,
    /// The test set's mistakes; each run but the first against the first.
    pub mistakes: Vec<MistakesRow>,
}

/// One run of a comparison.
#[derive(Debug, Serialize)]
pub struct ComparedRun {
    /// `A` for the first, `B`, ..., `Z`, `AA`.
    pub letter: String,
    /// The directory's name; its path where two have the same name.
    pub name: String,
    pub path: PathBuf,
    pub record: RunRecord,
    /// Empty where it cannot be read.
    pub history: Vec<EpochRow>,
}

impl Comparison {
    /// Compares `runs` with the first of them.
    ///
    /// # Errors
    /// [`Error::Config`] when fewer than two different runs are given; a run's own error when fewer than two of their
    /// records can be read.
    pub fn new(runs: &[RunDirectory]) -> Result<Self> {
        let (runs, mut problems) = different(runs)?;
        let subjects = readable(&runs, &mut problems)?;
        problems.extend(subjects.iter().flat_map(Subject::problems));
        let settings = SettingsComparison::new(&subjects)?;
        Ok(Self {
            same_rows: same_rows::sentences(&subjects),
            environment: environment::differing(&subjects, &settings),
            settings,
            figures: figures::rows(&subjects),
            mistakes: mistakes::rows(&subjects),
            problems,
            runs: subjects.into_iter().map(ComparedRun::new).collect(),
        })
    }

    /// The comparison as one self-contained page.
    ///
    /// # Errors
    /// A sentence when a chart or the page cannot be made.
    pub fn html(&self) -> Result<String> {
        page::html(self)
    }
}

impl ComparedRun {
    fn new(subject: Subject) -> Self {
        Self {
            letter: subject.letter,
            name: subject.name,
            path: subject.path,
            record: subject.record,
            history: subject.history.unwrap_or_default(),
        }
    }
}

/// Each run once, with a sentence for those that were named again.
fn different(runs: &[RunDirectory]) -> Result<(Vec<RunDirectory>, Vec<String>)> {
    let (mut kept, mut places, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for run in runs {
        let place = std::fs::canonicalize(run.path()).unwrap_or_else(|_| run.path().to_path_buf());
        if places.contains(&place) {
            problems.push(format!("{} is named more than once and shown once", run.name()));
        } else {
            places.push(place);
            kept.push(run.clone());
        }
    }
    if let ([one], true) = (kept.as_slice(), runs.len() > 1) {
        let problem = format!("names {} each time; a comparison needs another run", one.name());
        return Err(Error::config("RUN", problem));
    }
    if kept.len() < 2 {
        return Err(Error::config("RUN", "needs two runs or more, of which the others are compared with the first"));
    }
    problems.dedup();
    Ok((kept, problems))
}

/// The runs whose records can be read.
fn readable(runs: &[RunDirectory], problems: &mut Vec<String>) -> Result<Vec<Subject>> {
    let names = names(runs);
    let (mut subjects, mut failure) = (Vec::new(), None);
    for (run, name) in runs.iter().zip(names) {
        match run.read_record() {
            Ok(record) => subjects.push(Subject::new(letter(subjects.len()), name, run, record)),
            Err(error) => {
                problems.push(format!("{name} is left out: {error}"));
                failure.get_or_insert(error);
            }
        }
    }
    match failure {
        Some(error) if subjects.len() < 2 => Err(error),
        _ => Ok(subjects),
    }
}

/// The directories' names, or their paths where two have the same name.
fn names(runs: &[RunDirectory]) -> Vec<String> {
    let is_shared = |run: &RunDirectory| runs.iter().filter(|other| other.name() == run.name()).count() > 1;
    let name = |run: &RunDirectory| match is_shared(run) {
        true => run.path().to_string_lossy().into_owned(),
        false => run.name().to_string(),
    };
    runs.iter().map(name).collect()
}

/// `A` to `Z`, then `AA`.
fn letter(index: usize) -> String {
    let last = char::from(b'A' + (index % 26) as u8);
    match index / 26 {
        0 => last.to_string(),
        more => letter(more - 1) + &last.to_string(),
    }
}

#[cfg(test)]
mod tests;
