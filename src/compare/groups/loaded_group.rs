//! A group to be compared, as far as its files can be read.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::config::RunConfig;
use crate::evaluation::{EvaluationReport, MetricSpread};
use crate::pipeline::configuration;
use crate::report::sanitize::describe;
use crate::run_directory::{ListedGroupRun, RunDirectory, RunRecord};
use crate::{Error, Result};

/// A group with the letter it has in the comparison.
pub(super) struct LoadedGroup {
    pub letter: String,
    pub name: String,
    pub path: PathBuf,
    pub record: RunRecord,
    pub config: Result<RunConfig>,
    pub runs: Vec<ListedGroupRun>,
}

/// The runs that two groups have both finished, on the same held-out rows.
pub(super) struct Pairs {
    /// For each repeat and fold the reports of its seeds: that of the first group, then that of the other.
    pub folds: BTreeMap<(usize, usize), Vec<(EvaluationReport, EvaluationReport)>>,
    /// Held-out rows by the training and validation rows, as a mean over the runs.
    pub held_out_ratio: f64,
}

impl LoadedGroup {
    pub fn read(letter: String, group: &RunDirectory) -> Result<Self> {
        let record = group.read_record()?;
        let Some(planned) = &record.group else {
            return Err(Error::run(group.path(), "is a single run and not a cross-validation"));
        };
        Ok(Self {
            letter,
            name: group.name().to_string(),
            path: group.path().to_path_buf(),
            runs: group.group_runs(&planned.runs),
            config: configuration(group),
            record,
        })
    }

    /// Returns sentences on what is not final and on the files that cannot be read.
    pub fn problems(&self) -> Vec<String> {
        let finished = self.runs.iter().filter(|run| run.report.is_some()).count();
        let unfinished = (finished < self.runs.len()).then(|| {
            format!(
                "{}: {finished} of {} runs have finished, so its metrics are not final; `burn-mlp --resume` continues it",
                self.letter,
                self.runs.len()
            )
        });
        let config = self.config.as_ref().err().map(|error| format!("{}: {}", self.letter, describe(error)));
        let outdated = self.record.outdated_by(&self.runs).map(|problem| format!("{}: {problem}", self.letter));
        unfinished.into_iter().chain(outdated).chain(config).collect()
    }

    /// The metrics of the finished runs.
    pub fn metrics(&self) -> Vec<MetricSpread> {
        let reports: Vec<&EvaluationReport> = self.runs.iter().filter_map(|run| run.report.as_ref()).collect();
        MetricSpread::of(&reports)
    }

    /// Pairs each run with that of `first` of the same seed, repeat and fold.
    ///
    /// # Errors
    /// A sentence on why they cannot be paired: other data, or other folds.
    pub fn pairs(&self, first: &Self) -> std::result::Result<Pairs, String> {
        let (mut folds, mut ratios) = (BTreeMap::<_, Vec<_>>::new(), Vec::new());
        for run in &self.runs {
            let is_same = |other: &&ListedGroupRun| {
                let (one, other) = (&run.planned, &other.planned);
                (one.seed, one.repeat, one.fold) == (other.seed, other.repeat, other.fold)
            };
            let Some(other) = first.runs.iter().find(is_same) else { continue };
            let (Some(Ok(own)), Some(Ok(others))) = (&run.record, &other.record) else { continue };
            let (own, others) = (&own.data, &others.data);
            if (&own.hash, &own.drawn_test_hash) != (&others.hash, &others.drawn_test_hash) {
                return Err(format!(
                    "{} and {} held out other rows, or have other data, so their differences are not tested; train both \
                     with the same data, split.folds and split.seed",
                    first.letter, self.letter
                ));
            }
            if let (Some(one), Some(other)) = (&other.report, &run.report) {
                let fold = (run.planned.repeat, run.planned.fold);
                folds.entry(fold).or_default().push((one.clone(), other.clone()));
                ratios.push(own.test_rows as f64 / (own.train_rows + own.valid_rows).max(1) as f64);
            }
        }
        if folds.len() < 2 {
            return Err(format!(
                "{} and {} have finished fewer than two folds with the same seeds, so their differences are not tested",
                first.letter, self.letter
            ));
        }
        let held_out_ratio = ratios.iter().sum::<f64>() / ratios.len() as f64;
        Ok(Pairs { folds, held_out_ratio })
    }
}
