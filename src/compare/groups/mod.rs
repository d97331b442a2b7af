//! Cross-validations side by side: the mean of each metric over the folds, and whether the differences are larger than
//! chance. Each group is compared with the first, run by run on the same held-out rows.

mod loaded_group;
mod phrasing;
mod tested_metric;

use std::path::PathBuf;

use serde::Serialize;

use super::runs::{SettingsComparison, letter};
use crate::evaluation::MetricSpread;
use crate::run_directory::{RunDirectory, RunRecord};
use crate::{Error, Result};
use loaded_group::{LoadedGroup, Pairs};
pub use tested_metric::{MetricTest, TestedMetric};

/// Two or more cross-validations side by side. Lists with one entry per group are in the order of `groups`.
#[derive(Debug, Serialize)]
pub struct GroupComparison {
    pub groups: Vec<ComparedGroup>,
    /// Sentences on what could not be read or compared, and the way out.
    pub problems: Vec<String>,
    pub settings: SettingsComparison,
    pub metrics: Vec<TestedMetric>,
    /// What the tests mean, in sentences.
    pub notes: Vec<String>,
}

/// One group of a comparison.
#[derive(Debug, Serialize)]
pub struct ComparedGroup {
    /// `A` for the first, `B`, ..., `Z`, `AA`.
    pub letter: String,
    pub name: String,
    pub path: PathBuf,
    pub record: RunRecord,
    /// Number of runs that have finished.
    pub finished: usize,
}

impl GroupComparison {
    /// Compares `groups` with the first of them.
    ///
    /// # Errors
    /// [`Error::Config`] if fewer than two different groups are given, [`Error::Run`] if one is not a group or its record
    /// cannot be read.
    pub fn new(groups: &[RunDirectory]) -> Result<Self> {
        let (groups, mut problems) = super::runs::distinct(groups)?;
        let load = |(index, group): (usize, &RunDirectory)| LoadedGroup::read(letter(index), group);
        let groups: Vec<LoadedGroup> = groups.iter().enumerate().map(load).collect::<Result<_>>()?;
        problems.extend(groups.iter().flat_map(LoadedGroup::problems));
        let configs: Vec<_> = groups.iter().map(|group| group.config.as_ref().ok()).collect();
        let first = &groups[0];
        let pairs: Vec<Option<Pairs>> = groups.iter().map(|group| group.pairs(first).ok()).collect();
        problems.extend(groups.iter().skip(1).filter_map(|group| group.pairs(first).err()));
        let spreads: Vec<Vec<MetricSpread>> = groups.iter().map(LoadedGroup::metrics).collect();
        let metrics = tested_metric::rows(&spreads, &pairs);
        Ok(Self {
            settings: SettingsComparison::of(&configs)?,
            notes: phrasing::notes(&groups, &metrics, &pairs),
            metrics,
            problems,
            groups: groups.into_iter().map(ComparedGroup::new).collect(),
        })
    }
}

impl ComparedGroup {
    fn new(group: LoadedGroup) -> Self {
        let finished = group.runs.iter().filter(|run| run.report.is_some()).count();
        Self { letter: group.letter, name: group.name, path: group.path, record: group.record, finished }
    }
}

/// Whether `runs` are groups.
///
/// # Errors
/// [`Error::Config`] if some are groups and others single runs.
pub fn are_groups(runs: &[RunDirectory]) -> Result<bool> {
    let is_group = |run: &RunDirectory| run.read_record().is_ok_and(|record| record.group.is_some());
    match runs.iter().filter(|run| is_group(run)).count() {
        0 => Ok(false),
        groups if groups == runs.len() => Ok(true),
        _ => {
            let problem = "names cross-validations and single runs, which have no rows in common; compare groups with \
                           groups, or single runs such as GROUP/fold-1";
            Err(Error::config("RUN", problem))
        }
    }
}
