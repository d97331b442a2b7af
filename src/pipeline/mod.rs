//! The whole of a run, in order: open the device, load the data, make the run directory, train, evaluate, record.

mod evaluate;
mod notes;
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
use crate::model::InitialWeights;
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
    let mut prepared = Ready::new(config, load, stop, observer)?;
    prepared.read_initial_weights(config)?;
    if stop.is_requested() {
        return Err(Error::Interrupted("before the training began; nothing was saved".to_string()));
    }
    let stem = readable_stem(&format!("{label}-{}", prepared.device.backend));
    let mut record = record::new_record(config, &prepared, &place.arguments)?;
    let name = place.name.as_deref();
    let (run, lock) = RunDirectory::create(&place.out, name, &stem, &config.to_toml()?, &mut record)?;
    let recording = Recording::new(&run, record);
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
    let mut prepared = Ready::new(config, |config, progress| data::load(config, progress), stop, observer)?;
    let record = run.read_record()?;
    check_same_data(&run, &record, &prepared.data)?;
    // With an epoch saved, the run goes on from there and its first weights are not asked for.
    if run.newest_checkpoint()?.is_none() {
        prepared.read_initial_weights(config)?;
        check_same_initial_weights(&run, config, &record, &prepared)?;
    }
    if let Some(note) = notes::other_burn(&record) {
        observer.noticed(&note);
    }
    let earlier = configuration(&run)?;
    if is_complete(&run, config)? && is_complete(&run, &earlier)? {
        // Nothing new is trained, so what is said of the run stays as it is.
        let recording = Recording::new(&run, record);
        return prepared.complete(&earlier, run, lock, recording, stop, observer);
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
    // What was written by this program and is wrong now is damaged: no mistake of the person who asks.
    let config = RunConfig::from_toml(&run.read_config()?, "its text").map_err(|error| {
        Error::run(&path, format!("is damaged ({error}); restore it from a copy, or start a new run"))
    })?;
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

fn check_same_initial_weights(run: &RunDirectory, config: &RunConfig, record: &RunRecord, ready: &Ready) -> Result<()> {
    if record.initial_weights_sha256 == ready.initial_weights_sha256() {
        return Ok(());
    }
    let file = &config.training.init_from;
    let problem =
        format!("was to start from other weights than {file} holds now; restore that file or start a new run");
    Err(Error::run(run.path(), problem))
}

/// A device and data, ready to train.
struct Ready {
    device: OpenDevice,
    data: Data,
    split: Split,
    initial_weights: Option<InitialWeights>,
    load_seconds: f64,
}

impl Ready {
    fn new(
        config: &RunConfig,
        load: impl FnOnce(&RunConfig, data::Progress) -> Result<Data>,
        stop: &StopSignal,
        observer: &mut dyn PipelineObserver,
    ) -> Result<Self> {
        let device = backend::open(config.backend.parse()?)?;
        observer.device_opened(&device);
        let start = Instant::now();
        let data = load(config, &mut |progress| {
            observer.downloading(&progress);
            if stop.is_requested() {
                progress.stop();
            }
        })?;
        if let Some(note) = notes::absent_classes(&data) {
            observer.noticed(&note);
        }
        config.model.check_size(data.train.dimension(), data.class_names.len())?;
        let split = stratified_split(data.train.labels(), data.class_names.len(), config.split.valid, config.seed)?;
        let load_seconds = start.elapsed().as_secs_f64();
        Ok(Self { device, data, split, initial_weights: None, load_seconds })
    }

    /// Those of `training.init_from`, if it names a file.
    fn read_initial_weights(&mut self, config: &RunConfig) -> Result<()> {
        let path = &config.training.init_from;
        if !path.is_empty() {
            let (features, classes) = (self.data.train.dimension(), self.data.class_names.len());
            self.initial_weights = Some(InitialWeights::read(path, &config.model, features, classes)?);
        }
        Ok(())
    }

    fn initial_weights_sha256(&self) -> Option<String> {
        self.initial_weights.as_ref().map(|weights| weights.sha256().to_string())
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
                Ok(Completed { run, outcome, record, evaluations })
            }
            Err(error) => {
                // The training's own error is the one to tell, also where the disk refuses to record it.
                let _ = recording.fail(&error);
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
            initial_weights: self.initial_weights.as_ref(),
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
