//! The losses of a training run's first steps, one by one.

use super::forward_pass::StepOutput;
use super::observer::{Observer, StopSignal};
use super::trainer::Trainer;
use crate::backend::{catch_failure, device_error, device_failed};
use crate::error::{Error, Result};

/// Trains for `steps` steps and returns the loss of each: the mean of its batch, before its update.
/// A shorter training returns fewer. Requests `trainer.stop`; the run directory is not usable
/// afterwards.
///
/// # Errors
/// As [`Trainer::train`].
pub fn first_losses(trainer: &Trainer, steps: usize) -> Result<Vec<f64>> {
    let mut trace = LossTrace { steps, losses: Ok(Vec::new()), stop: trainer.stop.clone() };
    trainer.train(&mut trace)?;
    trace.losses
}

struct LossTrace {
    steps: usize,
    losses: Result<Vec<f64>>,
    stop: StopSignal,
}

impl Observer for LossTrace {
    fn observes_steps(&self) -> bool {
        true
    }

    fn step_finished(&mut self, output: &StepOutput) {
        let Ok(losses) = &mut self.losses else { return };
        if losses.len() < self.steps {
            match read(output) {
                Ok(loss) => losses.push(loss),
                Err(error) => self.losses = Err(error),
            }
        }
        if self.losses.as_ref().map_or(true, |losses| losses.len() >= self.steps) {
            self.stop.request();
        }
    }
}

fn read(output: &StepOutput) -> Result<f64> {
    let data = catch_failure(|| output.loss.clone().try_into_data());
    let data = data.map_err(|message| Error::Training(device_failed(&message)))?.map_err(device_error)?;
    Ok(data.iter::<f64>().next().unwrap_or(f64::NAN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RunConfig;
    use crate::data;
    use crate::run_directory::{RunDirectory, RunRecord};

    /// Returns the losses of the first `steps` steps, the training loss of each epoch of the same
    /// training, and the number of training rows.
    fn traced_and_trained(steps: usize) -> (Vec<f64>, Vec<f64>, usize) {
        let mut config = RunConfig::default();
        (config.training.epochs, config.training.batch_size) = (3, 100);
        // The rate falls after the second epoch, which the trace has to follow.
        (config.schedule.patience, config.schedule.threshold) = (1, 0.99);
        let data = data::load(&config, &mut |_| ()).unwrap();
        let split = data.split_training_set(&config.split).unwrap();
        let device = crate::backend::open(crate::backend::host()).unwrap().device;
        let directory = tempfile::tempdir().unwrap();
        let trainer = |name: &str| {
            let (run, lock) =
                RunDirectory::create(directory.path(), Some(name), "run", "", &mut RunRecord::new("")).unwrap();
            let (config, data, split, device, stop) = (&config, &data, &split, &device, StopSignal::new());
            (Trainer { config, data, split, initial_weights: None, device, run, stop }, lock)
        };
        let losses = first_losses(&trainer("traced").0, steps).unwrap();
        let result = trainer("trained").0.train(&mut ()).unwrap();
        assert!(result.history[2].learning_rate < result.history[0].learning_rate, "the rate did not fall");
        (losses, result.history.iter().map(|row| row.train_loss).collect(), split.train.len())
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
    fn as_many_losses_are_returned_as_requested() {
        let (some, _, _) = traced_and_trained(15);
        let (all, _, _) = traced_and_trained(usize::MAX);
        assert_eq!(some, all[..15]);
    }
}
