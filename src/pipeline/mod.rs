//! The whole of a run, in order: open the device, load the data, make the run directory, train, evaluate, record, report.

mod evaluate;
mod observer;
mod record;

use std::path::PathBuf;
use std::time::Instant;

pub use evaluate::{Evaluation, Part, evaluate};
pub use observer::{PipelineObserver, Prepared};
use record::Recording;

use crate::artifact::{RunDirectory, RunLock, RunRecord, readable_stem};
use crate::backend::{self, OpenDevice};
use crate::config::RunConfig;
use crate::data::{self, Data, Split, stratified_split};
use crate::error::{Error, Result};
use crate::report;
use crate::training::{Outcome, StopSignal, Training, is_complete, train};

/// Where a run lands and what it is called.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Directory that holds the runs.
    pub out: PathBuf,
    /// The run's name; a free one is found if there is none.
    pub name: Option<String>,
    /// The command line that asked for the run, kept in its record.
    pub arguments: Vec<String>,
}

/// A run that came to its end.
#[derive(Debug)]
pub struct Completed {
    /// Where it is saved.
    pub run: RunDirectory,
    /// How the training went.
    pub outcome: Outcome,
    /// What run.json says at the end.
    pub record: RunRecord,
    /// The kept model on each split that has rows: `valid`, `test`.
    pub evaluations: Vec<(Part, Evaluation)>,
}

/// Trains a new run.
///
/// # Errors
/// Before anything is written: a wrong configuration, no such device, unusable data. Later errors are also recorded in
/// the run directory, from which the run can be resumed.
pub fn run(
    config: &RunConfig,
    place: &Place,
    stop: &StopSignal,
    observer: &mut dyn PipelineObserver,
) -> Result<Completed> {
    run_on(config, |config, progress| data::load(config, progress), place, stop, observer)
}

/// Trains a new run on data of one's own: `load` makes it, from any burn-dataset `Dataset` by
/// [`Samples::from_dataset`](crate::data::Samples::from_dataset). The configuration's `data` section is then only a
/// label, so such a run cannot be resumed or evaluated from the command line.
///
/// # Errors
/// As [`run`].
pub fn run_on(
    config: &RunConfig,
    load: impl FnOnce(&RunConfig, data::Progress) -> Result<Data>,
    place: &Place,
    stop: &StopSignal,
    observer: &mut dyn PipelineObserver,
) -> Result<Completed> {
    config.validate()?;
    RunDirectory::check_free(&place.out, place.name.as_deref())?;
    let label = config.data.source.clone();
    let config = &config.with_absolute_paths()?;
    let prepared = Ready::new(config, load, observer)?;
    if stop.is_requested() {
        return Err(Error::Interrupted("before the training began; nothing was saved".to_string()));
    }
    let stem = readable_stem(&format!("{label}-{}", prepared.device.backend));
    let run = RunDirectory::create(&place.out, place.name.as_deref(), &stem)?;
    let lock = run.lock()?;
    run.write_config(&config.to_toml()?)?;
    let recording = Recording::create(&run, config, &prepared, &place.arguments)?;
    prepared.complete(config, run, lock, recording, stop, observer)
}

/// Goes on with an earlier run. `config` may differ from the run's own in what [`RunConfig::check_resume`] allows.
///
/// # Errors
/// As [`run`]; also if another process works on the run, or its data is not what it was.
pub fn resume(
    config: &RunConfig,
    run: RunDirectory,
    stop: &StopSignal,
    observer: &mut dyn PipelineObserver,
) -> Result<Completed> {
    config.validate()?;
    config.check_resume(&configuration(&run)?)?;
    let lock = run.lock()?;
    check_epochs(config, &run)?;
    let prepared = Ready::new(config, |config, progress| data::load(config, progress), observer)?;
    let record = run.read_record()?;
    check_same_data(&run, &record, &prepared.data)?;
    if is_complete(&run, config)? {
        // Nothing new is trained, so what is said of the run stays as it is.
        let config = configuration(&run)?;
        let recording = Recording::reopen(&run, record);
        return prepared.complete(&config, run, lock, recording, stop, observer);
    }
    run.write_config(&config.to_toml()?)?;
    let recording = Recording::resume(&run, config, &prepared, record)?;
    prepared.complete(config, run, lock, recording, stop, observer)
}

/// The configuration that a run was trained with.
///
/// # Errors
/// If its config.toml is missing, damaged, or not the one that the run was trained with.
pub fn configuration(run: &RunDirectory) -> Result<RunConfig> {
    let path = run.config_path();
    let config = RunConfig::from_toml(&run.read_config()?, &path.display().to_string())?;
    if config.identity_hash()? != run.read_record()?.identity_hash {
        return Err(Error::run(path, "has other settings than the run was trained with; restore it from a copy"));
    }
    Ok(config)
}

/// A run's own configuration is what repeats it, so it cannot ask for less than the run has done.
fn check_epochs(config: &RunConfig, run: &RunDirectory) -> Result<()> {
    let done = run.newest_checkpoint()?.map_or(0, |checkpoint| checkpoint.epoch());
    if config.training.epochs >= done {
        return Ok(());
    }
    let problem = format!("{} is less than the {done} epochs that the run has done", config.training.epochs);
    Err(Error::config("training.epochs", problem))
}

fn check_same_data(run: &RunDirectory, record: &RunRecord, data: &Data) -> Result<()> {
    if record.data.hash == data.hash() {
        return Ok(());
    }
    Err(Error::run(run.path(), format!("was trained on other data than {} holds now", data.source)))
}

/// A device and data, ready to train.
struct Ready {
    device: OpenDevice,
    data: Data,
    split: Split,
    load_seconds: f64,
}

impl Ready {
    fn new(
        config: &RunConfig,
        load: impl FnOnce(&RunConfig, data::Progress) -> Result<Data>,
        observer: &mut dyn PipelineObserver,
    ) -> Result<Self> {
        let device = backend::open(config.backend.parse()?)?;
        observer.device_opened(&device);
        let start = Instant::now();
        let data = load(config, &mut |progress| observer.downloading(&progress))?;
        config.model.check_size(data.train.dimension(), data.class_names.len())?;
        let split = stratified_split(data.train.labels(), data.class_names.len(), config.split.valid, config.seed)?;
        Ok(Self { device, data, split, load_seconds: start.elapsed().as_secs_f64() })
    }

    /// Trains and evaluates, and records how it ended.
    fn complete(
        self,
        config: &RunConfig,
        run: RunDirectory,
        _lock: RunLock,
        mut recording: Recording,
        stop: &StopSignal,
        observer: &mut dyn PipelineObserver,
    ) -> Result<Completed> {
        observer.prepared(&Prepared { run: &run, config, record: recording.record(), data: &self.data });
        let completed = self.train_and_evaluate(config, &run, &mut recording, stop, observer);
        match completed {
            Ok((outcome, evaluations)) => {
                let record = recording.end(&outcome, &evaluations)?;
                report::write(&run)?;
                Ok(Completed { run, outcome, record, evaluations })
            }
            Err(error) => {
                // The training's own error is the one to tell, also where the disk refuses to record or report it.
                let _ = recording.fail(&error);
                let _ = report::write(&run);
                Err(error)
            }
        }
    }

    fn train_and_evaluate(
        &self,
        config: &RunConfig,
        run: &RunDirectory,
        recording: &mut Recording,
        stop: &StopSignal,
        observer: &mut dyn PipelineObserver,
    ) -> Result<(Outcome, Vec<(Part, Evaluation)>)> {
        let training = Training {
            config,
            data: &self.data,
            split: &self.split,
            device: &self.device.device,
            run: run.clone(),
            stop: stop.clone(),
        };
        let outcome = train(&training, &mut recording.observing(observer))?;
        if outcome.history.is_empty() || outcome.ending == crate::training::Ending::Interrupted {
            return Ok((outcome, Vec::new()));
        }
        let start = Instant::now();
        let parts = [Part::Valid, Part::Test];
        let evaluations = evaluate::evaluate_parts(run, config, &self.data, &self.split, &self.device.device, &parts)?;
        recording.evaluated(start.elapsed().as_secs_f64());
        Ok((outcome, evaluations))
    }
}
