//! The losses of a training's first steps, one by one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::job::{Training, train_traced};
use super::step::StepOutput;
use crate::backend::reasons;
use crate::error::{Error, Result};

/// Trains as [`train`](super::train) does until `steps` steps are done, and returns the loss of each, the mean of its
/// batch before its update: so entry `k`, counted from 0, is a loss after `k` steps. There are fewer where the training
/// has fewer. The device is waited for after every step, and what is saved in the run directory is of no use.
///
/// # Errors
/// As [`train`](super::train).
pub fn first_losses(training: &Training, steps: usize) -> Result<Vec<f64>> {
    let trace = Trace { steps, losses: Arc::default() };
    train_traced(training, &mut (), &|loader| loader, Some(trace.clone()))?;
    Ok(trace.lock().clone())
}

/// Takes losses down until there are enough. Clones share them.
#[derive(Clone)]
pub(super) struct Trace {
    steps: usize,
    losses: Arc<Mutex<Vec<f64>>>,
}

impl Trace {
    /// Takes a step's loss down. Returns whether it was the last one asked for.
    pub fn is_complete_with(&self, output: &StepOutput) -> Result<bool> {
        let lost = |error| Error::Training(format!("the device failed: {}", reasons(error)));
        let loss = output.loss.clone().try_into_data().map_err(lost)?;
        let mut losses = self.lock();
        losses.extend(loss.iter::<f64>());
        Ok(losses.len() >= self.steps)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<f64>> {
        self.losses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::{RunDirectory, RunRecord};
    use crate::config::RunConfig;
    use crate::data::{self, stratified_split};
    use crate::training::{StopSignal, train};

    /// Losses of the first `steps` steps, and the training loss of each epoch of the same training.
    fn traced_and_trained(steps: usize) -> (Vec<f64>, Vec<f64>, usize) {
        let mut config = RunConfig::default();
        (config.training.epochs, config.training.batch_size) = (3, 100);
        // The rate falls after the second epoch: the trace has to follow that.
        (config.schedule.patience, config.schedule.threshold) = (1, 0.99);
        let data = data::load(&config, &mut |_| ()).unwrap();
        let split = stratified_split(data.train.labels(), data.classes(), config.split.valid, config.seed).unwrap();
        let device = crate::backend::open(crate::backend::host()).unwrap().device;
        let directory = tempfile::tempdir().unwrap();
        let training = |name: &str| {
            let (run, lock) =
                RunDirectory::create(directory.path(), Some(name), "run", "", &mut RunRecord::new("")).unwrap();
            let stop = StopSignal::new();
            let training = Training {
                config: &config,
                data: &data,
                split: &split,
                initial_weights: None,
                device: &device,
                run,
                stop,
            };
            (training, lock)
        };
        let losses = first_losses(&training("traced").0, steps).unwrap();
        let outcome = train(&training("trained").0, &mut ()).unwrap();
        assert!(outcome.history[2].learning_rate < outcome.history[0].learning_rate, "the rate did not fall");
        (losses, outcome.history.iter().map(|row| row.train_loss).collect(), split.train.len())
    }

    #[test]
    fn the_steps_are_those_of_the_training_across_epochs_and_a_falling_rate() {
        let (losses, epochs, rows) = traced_and_trained(usize::MAX);
        let steps = rows.div_ceil(100);
        assert_eq!(losses.len(), 3 * steps);
        for (epoch, losses) in epochs.iter().zip(losses.chunks(steps)) {
            let rows_of = |step: usize| if step + 1 == steps { rows - 100 * step } else { 100 };
            let sum: f64 = losses.iter().enumerate().map(|(step, loss)| loss * rows_of(step) as f64).sum();
            let mean = sum / rows as f64;
            assert!((mean - epoch).abs() < 1e-6 * epoch, "{mean} and {epoch}");
        }
    }

    #[test]
    fn it_ends_after_the_steps_asked_for() {
        let (some, _, _) = traced_and_trained(15);
        let (all, _, _) = traced_and_trained(usize::MAX);
        assert_eq!(some, all[..15]);
    }
}
