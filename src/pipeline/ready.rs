//! What a run needs before its first epoch, and the work from there to its end.

use std::time::Instant;

use super::evaluate::evaluate_parts;
use super::observer::{PipelineObserver, Prepared};
use super::record::Recording;
use super::{Completed, Evaluation, Part, notes, write_report};
use crate::artifact::{RunDirectory, RunLock};
use crate::backend::{self, OpenDevice};
use crate::config::RunConfig;
use crate::data::{self, Augmentation, Data, Split, class_counts, stratified_split};
use crate::error::Result;
use crate::model::InitialWeights;
use crate::training::{Ending, Outcome, StopSignal, Training, train};

/// Which rows of `data` train, after a check that the settings fit the data: before anything is written, or many runs
/// begin.
///
/// # Errors
/// If the network is too large, there are not as many class weights as classes, or rows to be augmented are no images.
pub fn fitting_split(config: &RunConfig, data: &Data) -> Result<Split> {
    config.model.check_size(data.train.dimension(), data.classes())?;
    let split = stratified_split(data.train.labels(), data.classes(), config.split.valid, config.seed)?;
    let counts = class_counts(split.train.iter().map(|&row| data.train.labels()[row]), data.classes());
    config.training.class_weights.of_classes(&counts)?;
    Augmentation::new(&config.augmentation, data, config.seed)?;
    Ok(split)
}

/// A device and data, ready to train.
pub(super) struct Ready {
    pub device: OpenDevice,
    pub data: Data,
    pub split: Split,
    pub initial_weights: Option<InitialWeights>,
    pub load_seconds: f64,
}

impl Ready {
    pub fn new(
        config: &RunConfig,
        load: impl FnOnce(&RunConfig, data::Progress) -> Result<Data>,
        stop: &StopSignal,
        observer: &mut dyn PipelineObserver,
    ) -> Result<Self> {
        let device = backend::open(config.backend.parse()?)?;
        observer.device_opened(&device);
        let start = Instant::now();
        let data = load(config, &mut |progress| {
            observer.loading(&progress);
            if stop.is_requested() {
                progress.stop();
            }
        })?;
        data.notes.iter().for_each(|note| observer.noticed(note));
        let warnings = [
            notes::skipped_files(&data),
            notes::absent_classes(&data),
            notes::single_rows(config),
            notes::flipped_signs(config, &data),
        ];
        warnings.iter().flatten().for_each(|warning| observer.warned(warning));
        let split = fitting_split(config, &data)?;
        let load_seconds = start.elapsed().as_secs_f64();
        Ok(Self { device, data, split, initial_weights: None, load_seconds })
    }

    /// Those of `training.init_from`, if it names a file.
    pub fn read_initial_weights(&mut self, config: &RunConfig) -> Result<()> {
        let path = &config.training.init_from;
        if !path.is_empty() {
            let (features, classes) = (self.data.train.dimension(), self.data.class_names.len());
            self.initial_weights = Some(InitialWeights::read(path, &config.model, features, classes)?);
        }
        Ok(())
    }

    pub fn initial_weights_sha256(&self) -> Option<String> {
        self.initial_weights.as_ref().map(|weights| weights.sha256().to_string())
    }

    /// Trains and evaluates, and records how it ended.
    pub fn complete(
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
                write_report(&run)?;
                Ok(Completed { run, outcome, record, evaluations })
            }
            Err(error) => {
                // The training's own error is the one to tell, also where the disk refuses to record or report it.
                let _ = recording.fail(&error);
                let _ = write_report(&run);
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
        if outcome.history.is_empty() || outcome.ending == Ending::Interrupted {
            return Ok((outcome, Vec::new()));
        }
        let start = Instant::now();
        let parts = [Part::Valid, Part::Test];
        let evaluations = evaluate_parts(run, config, &self.data, &self.split, &self.device.device, &parts)?;
        recording.evaluated(start.elapsed().as_secs_f64());
        Ok((outcome, evaluations))
    }
}
