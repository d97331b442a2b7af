//! A cross-validation: one run for each fold, in the directory of a group, and the metrics of all rows while they were
//! held out.
//!
//! Each run is an ordinary run directory, so that the directory tells how far the group has come, and resuming continues
//! the runs that have not finished.

mod endings;
mod group;
mod out_of_fold;
mod shared_data;
mod side_by_side;

use std::path::Path;

use super::observer::PipelineObserver;
use super::record::new_record;
use super::resume_checks::{check_same_data, located};
use super::session::Session;
use super::{RunLocation, configuration};
use crate::config::{RunConfig, Source, SplitConfig};
use crate::data::Progress;
use crate::error::{Error, Result};
use crate::evaluation::EvaluationReport;
use crate::run_directory::{GroupRecord, GroupRun, RunDirectory, RunRecord, Status, readable_stem};
use crate::training::StopSignal;
use group::{Group, Runs};
use shared_data::SharedData;

/// Watches a cross-validation.
pub trait FoldsObserver {
    /// Returns what watches the loading of the data, before any run.
    fn loading(&mut self) -> &mut dyn PipelineObserver;
    /// The group's directory exists. May train its runs, for example in processes of their own, in their directories:
    /// finished ones are not trained again.
    ///
    /// # Errors
    /// Ends the cross-validation with the error.
    fn prepared(&mut self, configs: &GroupConfigs, group: &RunDirectory, record: &RunRecord) -> Result<()> {
        let _ = (configs, group, record);
        Ok(())
    }
    /// Returns what watches the run that comes next, `index` from 0, if one trains after the other.
    fn run(&mut self, index: usize, run: &GroupRun) -> &mut dyn PipelineObserver;
    /// Returns what watches a run that trains beside others, on its thread.
    fn run_beside_others(&mut self, run: &GroupRun) -> Box<dyn PipelineObserver + Send> {
        let _ = run;
        Box::new(())
    }
    /// A run has finished, with these metrics of its held-out fold. Called in the order of the runs.
    fn run_finished(&mut self, run: &FoldRun) {
        let _ = run;
    }
    /// A run has failed. Runs beside it go on; if one trains after the other, none follows.
    fn run_failed(&mut self, run: &GroupRun, error: &Error) {
        let _ = (run, error);
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

/// Trains a run for each seed, repeat and fold of `split.folds`. The test set is not read. Up to `jobs` runs train side by
/// side, each on one thread, where [`Backend::trains_side_by_side`](crate::backend::Backend::trains_side_by_side); their
/// results are the same as one after the other.
///
/// # Errors
/// As [`run`](super::run), for the first fold; also if `config` has no folds or names one. The error of a later run is
/// recorded in its own directory and in the group's, which can be resumed.
pub fn cross_validate(
    config: &RunConfig,
    plan: GroupRecord,
    location: &RunLocation,
    jobs: usize,
    stop: &StopSignal,
    observer: &mut dyn FoldsObserver,
) -> Result<CrossValidation> {
    check_plan(config, &plan)?;
    RunDirectory::check_free(&location.out, location.name.as_deref())?;
    let label = config.data.source.parse::<Source>()?.short_name();
    let data = SharedData::default();
    let load = |config: &RunConfig, progress: Progress| data.load(config, progress);
    let mut session = Session::open(&of_run(config, &plan.runs[0]), load, stop, observer.loading())?;
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
    let runs = Runs { configs, group, arguments: location.arguments.clone(), data };
    Group { runs, record, _lock: lock }.complete(jobs, stop, observer)
}

/// Continues a cross-validation: resumes the runs that have not finished, and starts the others. `config` may differ from
/// the group's own where [`RunConfig::check_resume`] allows it; `jobs` as for [`cross_validate`].
///
/// # Errors
/// As [`resume`](super::resume); also if `group` is not a group.
pub fn resume_cross_validation(
    config: &RunConfig,
    group: RunDirectory,
    jobs: usize,
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
    let data = SharedData::default();
    let first = data.load(&of_run(&found, first), &mut |progress| observer.loading().loading(&progress))?;
    check_same_data(&group, &record, &first)?;
    drop(first);
    let here = if is_current_directory(&group.started_in(&record)) { config.clone() } else { found };
    record.config_hash = config.hash(record.initial_weights_sha256.as_deref())?;
    (record.status, record.reason) = (Status::Running, None);
    group.write_config(&config.to_toml()?)?;
    group.write_record(&mut record)?;
    let arguments = record.arguments.clone();
    let configs = GroupConfigs { has_moved: config.with_data_paths_of(&earlier) != config, saved: config, here };
    let runs = Runs { configs, group, arguments, data };
    Group { runs, record, _lock: lock }.complete(jobs, stop, observer)
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
