//! A run from its first epoch to its end: train, evaluate, record, report.

use std::time::Instant;

use super::evaluate::evaluate_splits;
use super::observer::PipelineObserver;
use super::record::Recording;
use super::session::Session;
use super::threshold::choose_threshold;
use super::{Completed, Evaluation, Split, write_report};
use crate::error::Result;
use crate::run_directory::{RunDirectory, RunLock};
use crate::training::{Ending, StopSignal, Trainer, TrainingResult};

impl Session {
    /// Trains and evaluates, and records how it ended.
    pub(super) fn complete(
        self,
        run: RunDirectory,
        _lock: RunLock,
        mut recording: Recording,
        stop: &StopSignal,
        observer: &mut dyn PipelineObserver,
    ) -> Result<Completed> {
        observer.prepared(&self, &run, recording.record());
        match self.train_and_evaluate(&run, &mut recording, stop, observer) {
            Ok((training, evaluations)) => {
                let record = recording.end(&training, &evaluations)?;
                write_report(&run)?;
                Ok(Completed { run, training, record, evaluations })
            }
            Err(error) => {
                // If the disk refuses this too, the training's own error still matters most.
                let _ = recording.fail(&error);
                let _ = write_report(&run);
                Err(error)
            }
        }
    }

    fn train_and_evaluate(
        &self,
        run: &RunDirectory,
        recording: &mut Recording,
        stop: &StopSignal,
        observer: &mut dyn PipelineObserver,
    ) -> Result<(TrainingResult, Vec<(Split, Evaluation)>)> {
        let Self { config, data, split, device, .. } = self;
        let trainer = Trainer {
            config,
            data,
            split,
            initial_weights: self.initial_weights.as_ref(),
            device: &device.device,
            run: run.clone(),
            stop: stop.clone(),
        };
        let result = trainer.train(&mut recording.observing(observer))?;
        if result.history.is_empty() || result.ending == Ending::Interrupted {
            return Ok((result, Vec::new()));
        }
        let start = Instant::now();
        choose_threshold(run, config, data, split, &device.device)?;
        let evaluations = evaluate_splits(run, config, data, split, &device.device, &[Split::Valid, Split::Test])?;
        recording.add_evaluation_time(start.elapsed().as_secs_f64());
        Ok((result, evaluations))
    }
}
