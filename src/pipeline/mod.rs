//! A whole run in order: open the device, load the data, create the run directory, train, evaluate,
//! record, report.

mod build;
mod ensemble;
mod evaluate;
mod execute;
mod folds;
mod importance;
mod notes;
mod observer;
mod record;
mod refit;
mod resume_checks;
mod session;
mod tensorboard;
mod threshold;
mod used_rows;

use std::path::PathBuf;

pub use ensemble::{Ensemble, EnsembleOptions, ensemble};
pub use evaluate::{Evaluation, Judged, Predicted, Split, evaluate, evaluate_source, judge};
pub use folds::{CrossValidation, FoldRun, FoldsObserver, GroupConfigs, cross_validate, resume_cross_validation};
pub use importance::importance;
pub use notes::{absent_classes, skipped_files};
pub use observer::PipelineObserver;
pub use refit::refit;
pub use resume_checks::configuration;
pub use session::{Session, fitting_split};
pub use tensorboard::with_tensorboard;
pub use used_rows::UsedRows;

use crate::config::{RunConfig, Source};
use crate::data::{self, Dataset};
use crate::error::{Error, Result};
use crate::run_directory::{RunDirectory, RunRecord, readable_stem};
use crate::training::{StopSignal, TrainingResult, check_length, is_complete, resumed_epoch};
use record::Recording;
use resume_checks::{check_same_data, check_same_initial_weights, located};
use threshold::change_threshold;

/// Where a run is saved.
#[derive(Debug, Clone, Default)]
pub struct RunLocation {
    /// The directory of all runs.
    pub out: PathBuf,
    /// The run's name. Without one, a free name is chosen.
    pub name: Option<String>,
    /// The command line that started the run, for run.json.
    pub arguments: Vec<String>,
}

/// A run that ended without an error.
#[derive(Debug)]
pub struct Completed {
    /// The run directory.
    pub run: RunDirectory,
    /// How the training went.
    pub training: TrainingResult,
    /// The final content of run.json.
    pub record: RunRecord,
    /// The kept model on the validation and test rows, if there are any.
    pub evaluations: Vec<(Split, Evaluation)>,
}

/// Trains a new run. `config` must be valid: what [`Layers`](crate::config::Layers) resolves is;
/// after changing it in code, call [`RunConfig::validate`].
///
/// # Errors
/// Before anything is written, if the device is missing or the data is unusable. A later error is
/// also recorded in the run directory, and the run can be resumed.
pub fn run(
    config: &RunConfig,
    location: &RunLocation,
    stop: &StopSignal,
    observer: &mut dyn PipelineObserver,
) -> Result<Completed> {
    run_on(config, |config, progress| data::load(config, progress), location, stop, observer)
}

/// Trains a new run on data of the caller's own. `load` returns the data, for example from a
/// burn-dataset `Dataset` by [`samples_from_dataset`](crate::loading::samples_from_dataset). The
/// configuration's `data` section is then only a label, so the command line cannot resume or
/// evaluate such a run.
///
/// # Errors
/// As [`run`].
pub fn run_on(
    config: &RunConfig,
    load: impl FnOnce(&RunConfig, data::Progress) -> Result<Dataset>,
    location: &RunLocation,
    stop: &StopSignal,
    observer: &mut dyn PipelineObserver,
) -> Result<Completed> {
    if config.split.folds > 0 && config.split.fold == 0 {
        let problem = "asks for a run of each fold; call cross_validate, or set split.fold for one of them";
        return Err(Error::config("split.folds", problem));
    }
    RunDirectory::check_free(&location.out, location.name.as_deref())?;
    let label = config.data.source.parse::<Source>()?.short_name();
    let mut session = Session::open(config, load, stop, observer)?;
    session.read_initial_weights(&config.training.init_from)?;
    if stop.is_requested() {
        return Err(Error::Interrupted("before the training began; nothing was saved".to_string()));
    }
    let stem = readable_stem(&format!("{label}-{}", session.device.backend));
    let mut record = record::new_record(&session, &location.arguments)?;
    let name = location.name.as_deref();
    let (run, lock) = RunDirectory::create(&location.out, name, &stem, &session.config.to_toml()?, &mut record)?;
    let recording = Recording::new(&run, record);
    session.complete(run, lock, recording, stop, observer)
}

/// Resumes a run. `config` may differ from the run's own where [`RunConfig::check_resume`] allows
/// it.
///
/// # Errors
/// As [`run`]; also if another process is using the run, or its data has changed.
pub fn resume(
    config: &RunConfig,
    run: RunDirectory,
    stop: &StopSignal,
    observer: &mut dyn PipelineObserver,
) -> Result<Completed> {
    resume_on(config, |config, progress| data::load(config, progress), run, stop, observer)
}

/// Resumes a run as [`resume`] does. `load` returns the data of the configuration that it is called with.
fn resume_on(
    config: &RunConfig,
    load: impl FnOnce(&RunConfig, data::Progress) -> Result<Dataset>,
    run: RunDirectory,
    stop: &StopSignal,
    observer: &mut dyn PipelineObserver,
) -> Result<Completed> {
    let earlier = configuration(&run)?;
    let config = &config.with_new_paths_absolute(&earlier)?;
    run.check_can_train(&run.read_record()?)?;
    config.check_resume(&earlier)?;
    let lock = run.lock()?;
    check_length(&run, config)?;
    let mut record = run.read_record()?;
    let located = located(&run, &record, config)?;
    // The model's file names the source as it was configured, wherever the run is resumed from.
    let source = config.data.source.parse::<Source>()?.to_string();
    let load_located = |_: &RunConfig, progress: data::Progress| Ok(Dataset { source, ..load(&located, progress)? });
    let mut session = Session::open(config, load_located, stop, observer)?;
    check_same_data(&run, &record, &session.data)?;
    // With a checkpoint, the initial weights are not needed any more.
    if resumed_epoch(&run, config)? == 0 {
        session.read_initial_weights(&located.training.init_from)?;
        check_same_initial_weights(&run, &record, &session)?;
    }
    if let Some(warning) = notes::other_burn(&record) {
        observer.warned(&warning);
    }
    if is_complete(&run, config)? && is_complete(&run, &earlier)? {
        // Nothing is trained, so the run stays as it is, except for another threshold.
        let config = change_threshold(&run, &mut record, earlier, &config.evaluation.threshold)?;
        let session = Session { config, ..session };
        return session.complete(run.clone(), lock, Recording::new(&run, record), stop, observer);
    }
    run.write_config(&config.to_toml()?)?;
    let recording = Recording::resume(&run, &session, record)?;
    session.complete(run, lock, recording, stop, observer)
}

/// Writes the run's report.html.
fn write_report(run: &RunDirectory) -> Result<()> {
    crate::report::write(run)
}
