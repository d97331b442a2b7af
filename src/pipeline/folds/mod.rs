//! A cross-validation: one run for each fold, in the directory of a group, and the metrics of all rows while they were
//! held out.
//!
//! Each run is an ordinary run directory, so that the directory tells how far the group has come, and resuming continues
//! the runs that have not finished.

mod out_of_fold;

use std::path::Path;

use super::evaluate::test_metrics;
use super::observer::PipelineObserver;
use super::record::new_record;
use super::resume_checks::{check_same_data, located};
use super::session::Session;
use super::{Completed, RunLocation, Split, configuration, resume, run, write_report};
use crate::config::{RunConfig, Source, SplitConfig};
use crate::data;
use crate::error::{Error, Result};
use crate::evaluation::EvaluationReport;
use crate::run_directory::{
    GroupRecord, GroupRun, OUT_OF_FOLD, RunDirectory, RunLock, RunRecord, Status, readable_stem,
};
use crate::training::StopSignal;
use out_of_fold::{FoldEvaluation, OutOfFold};

/// Watches a cross-validation.
pub trait FoldsObserver {
    /// Returns what watches the loading of the data, before any run.
    fn loading(&mut self) -> &mut dyn PipelineObserver;
    /// The group's directory exists. May train its runs, for example several at a time, in their directories: finished
    /// ones are not trained again.
    ///
    /// # Errors
    /// Ends the cross-validation with the error.
    fn prepared(&mut self, configs: &GroupConfigs, group: &RunDirectory, record: &RunRecord) -> Result<()> {
        let _ = (configs, group, record);
        Ok(())
    }
    /// Returns what watches the run that comes next, `index` from 0.
    fn run(&mut self, index: usize, run: &GroupRun) -> &mut dyn PipelineObserver;
    /// A run has finished, with these metrics of its held-out fold.
    fn run_finished(&mut self, run: &FoldRun) {
        let _ = run;
    }
}

/// The settings of a group, from which those of a run differ by seed, fold and repeat.
#[derive(Debug, Clone)]
pub struct GroupConfigs {
    /// As saved in the group's config.toml.
    pub saved: RunConfig,
    /// With the paths by which the data is found from here.
    here: RunConfig,
    /// Whether the user has said where the data is now.
    has_moved: bool,
}

impl GroupConfigs {
    /// The configuration of a run that starts now.
    pub fn of_new(&self, planned: &GroupRun) -> RunConfig {
        of_run(&self.here, planned)
    }

    /// The configuration with which `run` goes on. It finds its data by its own paths, unless the data has moved.
    ///
    /// # Errors
    /// If the run's config.toml is missing or damaged.
    pub fn of_started(&self, run: &RunDirectory, planned: &GroupRun) -> Result<RunConfig> {
        let config = of_run(&self.saved, planned);
        Ok(if self.has_moved { config } else { config.with_data_paths_of(&configuration(run)?) })
    }
}

/// A finished run of a cross-validation.
#[derive(Debug, Clone)]
pub struct FoldRun {
    /// Which run of the group it is.
    pub planned: GroupRun,
    /// Its directory.
    pub run: RunDirectory,
    /// Its record.
    pub record: RunRecord,
    /// The metrics of the held-out fold.
    pub report: EvaluationReport,
}

/// A cross-validation that ended without an error.
#[derive(Debug)]
pub struct CrossValidation {
    /// The group's directory.
    pub group: RunDirectory,
    /// The final content of its run.json.
    pub record: RunRecord,
    /// The finished runs.
    pub runs: Vec<FoldRun>,
    /// The metrics of the rows of all folds; `None` if it was interrupted.
    pub evaluation: Option<EvaluationReport>,
}

/// Trains a run for each seed, repeat and fold of `split.folds`. The test set is not read.
///
/// # Errors
/// As [`run`](super::run), for the first fold; also if `config` has no folds or names one. The error of a later run is
/// recorded in its own directory and in the group's, which can be resumed.
pub fn cross_validate(
    config: &RunConfig,
    plan: GroupRecord,
    location: &RunLocation,
    stop: &StopSignal,
    observer: &mut dyn FoldsObserver,
) -> Result<CrossValidation> {
    check_plan(config, &plan)?;
    RunDirectory::check_free(&location.out, location.name.as_deref())?;
    let label = config.data.source.parse::<Source>()?.short_name();
    let mut session = Session::open(&of_run(config, &plan.runs[0]), data::load, stop, observer.loading())?;
    session.config = RunConfig { seed: config.seed, split: config.split.clone(), ..session.config };
    session.read_initial_weights(&config.training.init_from)?;
    if stop.is_requested() {
        return Err(Error::Interrupted("before the first run began; nothing was saved".to_string()));
    }
    let stem = readable_stem(&format!("{label}-{}-folds", session.device.backend));
    let mut record = new_record(&session, &location.arguments)?;
    record.group = Some(plan);
    let config = session.config.clone();
    let (group, lock) =
        RunDirectory::create(&location.out, location.name.as_deref(), &stem, &config.to_toml()?, &mut record)?;
    drop(session);
    let configs = GroupConfigs { saved: config.clone(), here: config, has_moved: false };
    Group { configs, group, record, arguments: location.arguments.clone(), _lock: lock }.complete(stop, observer)
}

/// Continues a cross-validation: resumes the runs that have not finished, and starts the others. `config` may differ from
/// the group's own where [`RunConfig::check_resume`] allows it.
///
/// # Errors
/// As [`resume`](super::resume); also if `group` is not a group.
pub fn resume_cross_validation(
    config: &RunConfig,
    group: RunDirectory,
    stop: &StopSignal,
    observer: &mut dyn FoldsObserver,
) -> Result<CrossValidation> {
    let earlier = configuration(&group)?;
    let config = config.with_new_paths_absolute(&earlier)?;
    config.check_resume(&earlier)?;
    let lock = group.lock()?;
    let mut record = group.read_record()?;
    let Some(first) = record.group.as_ref().and_then(|group| group.runs.first()) else {
        return Err(Error::run(group.path(), "is a single run and not a cross-validation"));
    };
    // Before anything is written: other data must leave the group as it is.
    let found = located(&group, &record, &config)?;
    let data = data::load(&of_run(&found, first), &mut |progress| observer.loading().loading(&progress))?;
    check_same_data(&group, &record, &data)?;
    drop(data);
    let here = if is_current_directory(&group.started_in(&record)) { config.clone() } else { found };
    record.config_hash = config.hash(record.initial_weights_sha256.as_deref())?;
    (record.status, record.reason) = (Status::Running, None);
    group.write_config(&config.to_toml()?)?;
    group.write_record(&mut record)?;
    let arguments = record.arguments.clone();
    let configs = GroupConfigs { has_moved: config.with_data_paths_of(&earlier) != config, saved: config, here };
    Group { configs, group, record, arguments, _lock: lock }.complete(stop, observer)
}

fn is_current_directory(path: &Path) -> bool {
    let current = std::env::current_dir().and_then(|current| current.canonicalize());
    current.is_ok_and(|current| path.canonicalize().is_ok_and(|path| path == current))
}

fn check_plan(config: &RunConfig, plan: &GroupRecord) -> Result<()> {
    if config.split.folds < 2 || config.split.fold != 0 {
        let problem = "has no folds to train one after the other; set split.folds to 2 or more and split.fold to 0";
        return Err(Error::config("split.folds", problem));
    }
    if plan.folds != config.split.folds || plan.runs.is_empty() {
        return Err(Error::config("split.folds", format!("is {}, but {} are planned", config.split.folds, plan.folds)));
    }
    plan.runs.iter().try_for_each(|run| of_run(config, run).validate())
}

/// The configuration of one run of a group.
fn of_run(config: &RunConfig, run: &GroupRun) -> RunConfig {
    let split = SplitConfig { fold: run.fold, repeat: run.repeat, ..config.split.clone() };
    RunConfig { seed: run.seed, split, ..config.clone() }
}

/// A group that trains.
struct Group {
    configs: GroupConfigs,
    group: RunDirectory,
    record: RunRecord,
    arguments: Vec<String>,
    _lock: RunLock,
}

impl Group {
    /// Trains all runs that have not finished, evaluates, and records how it ended.
    fn complete(mut self, stop: &StopSignal, observer: &mut dyn FoldsObserver) -> Result<CrossValidation> {
        match self.train_and_evaluate(stop, observer) {
            Ok((runs, evaluation)) => {
                self.record.status = if evaluation.is_some() { Status::Finished } else { Status::Interrupted };
                self.record.reason = evaluation.is_none().then(|| "it was asked to stop".to_string());
                self.group.write_record(&mut self.record)?;
                write_report(&self.group)?;
                Ok(CrossValidation { group: self.group, record: self.record, runs, evaluation })
            }
            Err(error) => {
                (self.record.status, self.record.reason) = (Status::Failed, Some(error.to_string()));
                // If the disk refuses this too, the run's own error still matters most.
                let _ = self.group.write_record(&mut self.record);
                let _ = write_report(&self.group);
                Err(error)
            }
        }
    }

    fn train_and_evaluate(
        &mut self,
        stop: &StopSignal,
        observer: &mut dyn FoldsObserver,
    ) -> Result<(Vec<FoldRun>, Option<EvaluationReport>)> {
        observer.prepared(&self.configs, &self.group, &self.record)?;
        let planned = self.record.group.as_ref().map_or(Vec::new(), |group| group.runs.clone());
        let (mut runs, mut parts) = (Vec::new(), Vec::new());
        for (index, planned) in planned.into_iter().enumerate() {
            if stop.is_requested() {
                return Ok((runs, None));
            }
            let completed = self.train(&planned, stop, observer.run(index, &planned))?;
            if completed.record.status == Status::Interrupted {
                return Ok((runs, None));
            }
            let held_out = completed.evaluations.into_iter().find(|(split, _)| *split == Split::Test);
            let Some((_, evaluation)) = held_out else {
                return Err(Error::run(completed.run.path(), "has no evaluation of its fold; resume it"));
            };
            let run =
                FoldRun { planned, run: completed.run, record: completed.record, report: evaluation.report.clone() };
            observer.run_finished(&run);
            parts.push(FoldEvaluation::new(&run, evaluation)?);
            runs.push(run);
        }
        let OutOfFold { report, records } = OutOfFold::new(parts, &self.configs.saved)?;
        self.group.write_prediction_records(OUT_OF_FOLD, &records)?;
        self.group.write_evaluation(&std::collections::BTreeMap::from([(OUT_OF_FOLD, &report)]))?;
        self.record.test = Some(test_metrics(&report));
        Ok((runs, Some(report)))
    }

    /// Trains the run, or continues it. Of a finished run, only the evaluation is made again.
    fn train(&self, planned: &GroupRun, stop: &StopSignal, observer: &mut dyn PipelineObserver) -> Result<Completed> {
        let path = self.group.path().join(&planned.name);
        if path.exists() {
            let run = RunDirectory::open(&path)?;
            return resume(&self.configs.of_started(&run, planned)?, run, stop, observer);
        }
        let location = RunLocation {
            out: self.group.path().to_path_buf(),
            name: Some(planned.name.clone()),
            arguments: self.arguments.clone(),
        };
        run(&self.configs.of_new(planned), &location, stop, observer)
    }
}
