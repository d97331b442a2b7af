//! Keeps run.json up to date during a run.

use super::build::{BURN_VERSION, this_program};
use super::evaluate::test_metrics;
use super::observer::PipelineObserver;
use super::session::Session;
use super::{Evaluation, Split};
use crate::data::{Dataset, SplitIndices};
use crate::error::{Error, Result};
use crate::run_directory::{self, DataRecord, EpochMetrics, Resumption, RunDirectory, RunRecord, Status, Timestamp};
use crate::training::{Ending, EpochProgress, EpochSummary, Observer, StepOutput, TrainingResult, resumed_epoch};

/// A run's record, rewritten after every epoch.
pub(super) struct Recording {
    run: RunDirectory,
    record: RunRecord,
    epoch_seconds: Vec<f64>,
}

impl Recording {
    pub fn new(run: &RunDirectory, record: RunRecord) -> Self {
        Self { run: run.clone(), record, epoch_seconds: Vec::new() }
    }

    pub fn resume(run: &RunDirectory, session: &Session, mut record: RunRecord) -> Result<Self> {
        let backend = session.device.backend.to_string();
        let epoch = resumed_epoch(run, &session.config)?;
        // Not raised to the checkpoint's epoch: the training brings the other files in line when it
        // starts.
        record.epochs_done = record.epochs_done.min(epoch);
        record.resumed.push(Resumption { epoch, time: Timestamp::now(), backend });
        (record.status, record.reason) = (Status::Running, None);
        // A damaged table is rewritten from the checkpoint later.
        let epoch_seconds = run.read_metrics().unwrap_or_default().iter().map(|row| row.seconds).collect();
        begin(&mut record, session)?;
        run.write_record(&mut record)?;
        Ok(Self { run: run.clone(), record, epoch_seconds })
    }

    pub fn record(&self) -> &RunRecord {
        &self.record
    }

    /// Returns an observer that records each epoch and forwards everything.
    pub fn observing<'a>(&'a mut self, observer: &'a mut dyn PipelineObserver) -> Observing<'a> {
        Observing { recording: self, observer }
    }

    fn epoch_finished(&mut self, summary: &EpochSummary) {
        let row = &summary.row;
        self.record.epochs_done = row.epoch;
        self.record.last = Some(EpochMetrics::from(row));
        self.record.test = None;
        if summary.best {
            self.record.best_epoch = Some(row.epoch);
            self.record.best = Some(EpochMetrics::from(row));
        }
        self.record.timings.train_seconds += row.seconds;
        self.epoch_seconds.push(row.seconds);
        self.record.timings.median_epoch_seconds = median(&mut self.epoch_seconds.clone());
        if summary.synced {
            // An error can be ignored: the checkpoint is saved, and the next epoch or the end writes
            // the record again.
            let _ = self.run.write_record(&mut self.record);
        }
    }

    pub fn add_evaluation_time(&mut self, seconds: f64) {
        self.record.timings.evaluate_seconds += seconds;
    }

    pub fn end(mut self, result: &TrainingResult, evaluations: &[(Split, Evaluation)]) -> Result<RunRecord> {
        let record = &mut self.record;
        record.status = match result.ending {
            Ending::Finished => Status::Finished,
            Ending::StoppedEarly => Status::StoppedEarly,
            Ending::Interrupted => Status::Interrupted,
        };
        record.reason = match result.ending {
            Ending::Interrupted => Some("it was asked to stop".to_string()),
            Ending::StoppedEarly | Ending::Finished => None,
        };
        record.epochs_done = result.history.last().map_or(0, |row| row.epoch);
        record.last = result.history.last().map(EpochMetrics::from);
        record.best_epoch = result.best.as_ref().map(|row| row.epoch);
        record.best = result.best.as_ref().map(EpochMetrics::from);
        if let Some((_, test)) = evaluations.iter().find(|(split, _)| *split == Split::Test) {
            record.test = Some(test_metrics(&test.report));
        }
        self.run.write_record(&mut self.record)?;
        Ok(self.record)
    }

    pub fn fail(mut self, error: &Error) -> Result<()> {
        self.record.status = Status::Failed;
        self.record.reason = Some(error.to_string());
        self.run.write_record(&mut self.record)
    }
}

/// Creates the record of a run that starts. Its name is filled in when the run directory is
/// created.
pub(super) fn new_record(session: &Session, arguments: &[String]) -> Result<RunRecord> {
    let (config, mut record) = (&session.config, RunRecord::new(""));
    record.arguments = arguments.to_vec();
    record.seed = config.seed;
    record.initial_weights_sha256 = session.initial_weights_sha256();
    record.data = describe(&session.data, &session.split);
    let (inputs, outputs) = (session.data.inputs(), session.data.outputs());
    record.layer_sizes = config.model.layer_sizes(inputs.clone(), outputs);
    record.members = config.model.members;
    record.parameters = config.model.parameter_count(inputs, outputs);
    begin(&mut record, session)?;
    Ok(record)
}

/// Records what a new run and a resumed one have in common.
fn begin(record: &mut RunRecord, session: &Session) -> Result<()> {
    record.crate_version = env!("CARGO_PKG_VERSION").to_string();
    record.burn_version = BURN_VERSION.to_string();
    let weights = record.initial_weights_sha256.clone();
    record.config_hash = session.config.hash(weights.as_deref())?;
    record.identity_hash = session.config.identity_hash(weights.as_deref())?;
    record.backend = session.device.backend.to_string();
    record.device = session.device.name.clone();
    record.software_adapter = session.device.software;
    record.used_for_selection = session.used_for_selection();
    record.timings.load_seconds += session.load_seconds;
    let machine_session =
        run_directory::Session::here(record.epochs_done, &record.backend, &record.device, this_program());
    record.sessions.push(machine_session);
    Ok(())
}

/// Records epochs and forwards everything to another observer.
pub(super) struct Observing<'a> {
    recording: &'a mut Recording,
    observer: &'a mut dyn PipelineObserver,
}

impl Observer for Observing<'_> {
    fn checkpoint_passed_over(&mut self, problem: &str) {
        self.observer.checkpoint_passed_over(problem);
    }

    fn epoch_started(&mut self, epoch: usize, epochs: usize) {
        self.observer.epoch_started(epoch, epochs);
    }

    fn observes_steps(&self) -> bool {
        self.observer.observes_steps()
    }

    fn step_finished(&mut self, output: &StepOutput) {
        self.observer.step_finished(output);
    }

    fn epoch_progressed(&mut self, progress: &EpochProgress) {
        self.observer.epoch_progressed(progress);
    }

    fn epoch_finished(&mut self, summary: &EpochSummary) {
        self.recording.epoch_finished(summary);
        self.observer.epoch_finished(summary);
    }
}

pub(super) fn describe(data: &Dataset, split: &SplitIndices) -> DataRecord {
    DataRecord {
        source: data.source.clone(),
        hash: data.hash(),
        drawn_test_hash: data.drawn_test_hash.clone(),
        train_rows: split.train.len(),
        valid_rows: split.valid.len(),
        test_rows: data.test.as_ref().map_or(0, |test| test.len()),
        features: data.train.dimension(),
        classes: data.classes(),
        class_names: data.class_names.clone(),
        target_names: data.target_names.clone(),
        image_shape: data.image_shape.map(|shape| [shape.height, shape.width]),
        image_channels: data.image_shape.map_or(1, |shape| shape.channels),
        skipped_files: data.skipped.len(),
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        n if n.is_multiple_of(2) => (values[n / 2 - 1] + values[n / 2]) / 2.0,
        n => values[n / 2],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_count_is_the_mean_of_the_middle_two() {
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut []), 0.0);
    }
}
