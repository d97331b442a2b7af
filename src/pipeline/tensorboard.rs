//! Writes a run's epochs to TensorBoard's event files while it trains.

use std::time::SystemTime;

use super::observer::PipelineObserver;
use super::{Completed, Session};
use crate::backend::OpenDevice;
use crate::data::LoadProgress;
use crate::error::{Error, Result};
use crate::export::tensorboard::{ScalarWriter, write_history};
use crate::run_directory::{EpochRow, RunDirectory, RunRecord};
use crate::training::{EpochProgress, EpochSummary, Observer, StepOutput};

/// Calls `work` with an observer that writes the scalars of each epoch to event files in the run's
/// directory `tensorboard` and forwards everything to `observer`. `work` is a call of
/// [`run`](super::run) or [`resume`](super::resume). Epochs of a resumed run that the files lack
/// are added. A file that cannot be written does not end the run: `observer` is warned once, and
/// each following epoch tries again.
///
/// # Errors
/// Those of `work`.
pub fn with_tensorboard(
    observer: &mut dyn PipelineObserver,
    work: impl FnOnce(&mut dyn PipelineObserver) -> Result<Completed>,
) -> Result<Completed> {
    let mut writing = EventWriter { observer, run: None, writer: None, warned: false };
    let completed = work(&mut writing)?;
    writing.complete(&completed);
    Ok(completed)
}

struct EventWriter<'a> {
    observer: &'a mut dyn PipelineObserver,
    /// The run, once its directory exists.
    run: Option<RunDirectory>,
    /// `None` before the first epoch and after a failure.
    writer: Option<ScalarWriter>,
    warned: bool,
}

impl EventWriter<'_> {
    /// Opens a file for `epoch` and later ones, if none is open. Only when an epoch starts, since
    /// before that metrics.csv may lag behind the checkpoint that the run resumes from.
    fn open(&mut self, epoch: usize) -> Result<()> {
        let (None, Some(run)) = (&self.writer, &self.run) else { return Ok(()) };
        let mut earlier = run.read_metrics()?;
        // The training may already be ahead of its observer.
        earlier.retain(|row| row.epoch < epoch);
        self.writer = Some(ScalarWriter::open(&run.tensorboard_path(), &earlier, SystemTime::now())?);
        Ok(())
    }

    fn append(&mut self, row: &EpochRow) -> Result<()> {
        self.open(row.epoch)?;
        let Some(writer) = &mut self.writer else { return Ok(()) };
        // After a failure the file may end within a record, so the next epoch starts another file.
        writer.append(row).inspect_err(|_| self.writer = None)
    }

    /// Adds the epochs that are missing after a failure, or in a run with nothing left to train.
    fn complete(&mut self, completed: &Completed) {
        let directory = completed.run.tensorboard_path();
        let written = write_history(&completed.training.history, &directory, SystemTime::now());
        self.warn_once(written);
    }

    fn warn_once(&mut self, written: Result<()>) {
        if let Err(error) = written
            && !std::mem::replace(&mut self.warned, true)
        {
            self.observer.warned(&warning(&error));
        }
    }
}

fn warning(error: &Error) -> String {
    format!(
        "TensorBoard's files lack epochs: {error}; the run itself is complete, and `burn-mlp --resume RUN --tensorboard` adds \
         them later"
    )
}

impl PipelineObserver for EventWriter<'_> {
    fn device_opened(&mut self, device: &OpenDevice) {
        self.observer.device_opened(device);
    }

    fn loading(&mut self, progress: &LoadProgress) {
        self.observer.loading(progress);
    }

    fn noticed(&mut self, note: &str) {
        self.observer.noticed(note);
    }

    fn warned(&mut self, warning: &str) {
        self.observer.warned(warning);
    }

    fn prepared(&mut self, session: &Session, run: &RunDirectory, record: &RunRecord) {
        self.run = Some(run.clone());
        self.observer.prepared(session, run, record);
    }
}

impl Observer for EventWriter<'_> {
    fn checkpoint_passed_over(&mut self, problem: &str) {
        self.observer.checkpoint_passed_over(problem);
    }

    fn epoch_started(&mut self, epoch: usize, epochs: usize) {
        // Before the observer, so that a warning is printed before the table of epochs and not in
        // it.
        let opened = self.open(epoch);
        self.warn_once(opened);
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
        self.observer.epoch_finished(summary);
        let appended = self.append(&summary.row);
        self.warn_once(appended);
    }
}
