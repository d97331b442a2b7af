//! Everything a run needs before its first epoch.

use std::time::Instant;

use super::notes;
use super::observer::PipelineObserver;
use crate::backend::{self, OpenDevice};
use crate::config::{RunConfig, Selection};
use crate::data::{self, Augmentation, Dataset, SplitIndices, class_counts};
use crate::error::Result;
use crate::model::InitialWeights;
use crate::training::StopSignal;

/// Checks that `config` fits `data` and returns which training rows train and which validate.
/// Nothing is written, so that a mistake is found before a run, or the first of many runs, starts.
///
/// # Errors
/// If the network is too large, no row is left to train or to validate, a threshold cannot be chosen, the watched metric
/// cannot be computed, the number of class weights is not the number of classes, or rows to be augmented are not images.
pub fn fitting_split(config: &RunConfig, data: &Dataset) -> Result<SplitIndices> {
    config.model.check_size(data.inputs(), data.outputs())?;
    let split = data.split_training_set(&config.split)?;
    let validating = match data.is_regression() {
        true => Vec::new(),
        false => class_counts(split.valid.iter().map(|&row| data.train.labels()[row]), data.classes()),
    };
    config.check_threshold(&validating)?;
    config.check_watched(&validating)?;
    if !data.is_regression() {
        let counts = class_counts(split.train.iter().map(|&row| data.train.labels()[row]), data.classes());
        config.training.class_weights.of_classes(&counts)?;
    }
    Augmentation::new(&config.augmentation, data, config.seed)?;
    Ok(split)
}

/// A run's settings with its device and data, ready to train.
pub struct Session {
    /// The settings, with the task that the data has.
    pub config: RunConfig,
    /// The device, open.
    pub device: OpenDevice,
    /// The data, loaded.
    pub data: Dataset,
    /// The training rows that are trained on, and those for validation.
    pub split: SplitIndices,
    pub(super) initial_weights: Option<InitialWeights>,
    pub(super) load_seconds: f64,
}

impl Session {
    /// Opens the device and loads the data.
    ///
    /// # Errors
    /// If the device cannot be opened, or the data cannot be loaded or does not fit the settings.
    pub(super) fn open(
        config: &RunConfig,
        load: impl FnOnce(&RunConfig, data::Progress) -> Result<Dataset>,
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
        let config = config.for_task(data.is_regression(), data.table.is_some())?.for_rows(data.train.len());
        let warnings = [
            notes::skipped_files(&data),
            notes::absent_classes(&data),
            notes::single_rows(&config),
            notes::flipped_characters(&config, &data),
        ];
        warnings.iter().flatten().for_each(|warning| observer.warned(warning));
        let split = fitting_split(&config, &data)?;
        let load_seconds = start.elapsed().as_secs_f64();
        Ok(Self { config, device, data, split, initial_weights: None, load_seconds })
    }

    /// What the validation rows choose.
    pub(super) fn used_for_selection(&self) -> Vec<Selection> {
        if self.split.valid.is_empty() { Vec::new() } else { self.config.selections() }
    }

    /// Reads the initial weights from `path`, unless it is empty.
    pub(super) fn read_initial_weights(&mut self, path: &str) -> Result<()> {
        if !path.is_empty() {
            let (inputs, outputs) = (self.data.inputs(), self.data.outputs());
            self.initial_weights = Some(InitialWeights::read(path, &self.config.model, inputs, outputs)?);
        }
        Ok(())
    }

    pub(super) fn initial_weights_sha256(&self) -> Option<String> {
        self.initial_weights.as_ref().map(|weights| weights.sha256().to_string())
    }
}
