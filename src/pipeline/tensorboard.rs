//! A run's epochs on their way into TensorBoard's event files, beside another observer.

use std::time::SystemTime;

use super::Completed;
use super::observer::{PipelineObserver, Prepared};
use crate::artifact::{EpochRow, RunDirectory};
use crate::backend::OpenDevice;
use crate::data::LoadProgress;
use crate::error::{Error, Result};
use crate::export::tensorboard::{ScalarWriter, write_history};
use crate::training::{EpochProgress, EpochSummary, Observer};

/// Does `work`, a call of [`run`](super::run) or [`resume`](super::resume) with the observer that it is given, and writes
/// the scalars of each epoch when it ends into event files in the run's directory `tensorboard`. Epochs of a resumed run
/// that are not in them are added. Event files that cannot be written end no run: `observer` is told once, and each
/// following epoch tries again.
///
/// # Errors
/// Those of `work`.
pub fn with_tensorboard(
    observer: &mut dyn PipelineObserver,
    work: impl FnOnce(&mut dyn PipelineObserver) -> Result<Completed>,
) -> Result<Completed> {
    let mut writing = Writing { observer, run: None, writer: None, told: false };
    let completed = work(&mut writing)?;
    writing.complete(&completed);
    Ok(completed)
}

/// Writes event files and passes everything on.
struct Writing<'a> {
    observer: &'a mut dyn PipelineObserver,
    /// The run, once it is known.
    run: Option<RunDirectory>,
    /// Nothing before the first epoch, and after a failure.
    writer: Option<ScalarWriter>,
    told: bool,
}

impl Writing<'_> {
    /// Opens a file for `epoch` and those after it, if none is open. Not before an epoch starts: metrics.csv may be
    /// behind the checkpoint that a run goes on from.
    fn open(&mut self, epoch: usize) -> Result<()> {
        let (None, Some(run)) = (&self.writer, &self.run) else { return Ok(()) };
        let mut earlier = run.read_metrics()?;
        // The training may be ahead of what is told of it.
        earlier.retain(|row| row.epoch < epoch);
        self.writer = Some(ScalarWriter::open(&run.tensorboard_path(), &earlier, SystemTime::now())?);
        Ok(())
    }

    fn append(&mut self, row: &EpochRow) -> Result<()> {
        self.open(row.epoch)?;
        let Some(writer) = &mut self.writer else { return Ok(()) };
        // After a failure the file may end within a record; the next epoch begins another one.
        writer.append(row).inspect_err(|_| self.writer = None)
    }

    /// Adds what is missing: of a run that had nothing left to train, or after a failure.
    fn complete(&mut self, completed: &Completed) {
        let directory = completed.run.tensorboard_path();
        let written = write_history(&completed.outcome.history, &directory, SystemTime::now());
        self.tell(written);
    }

    fn tell(&mut self, written: Result<()>) {
        if let Err(error) = written
            && !std::mem::replace(&mut self.told, true)
        {
            self.observer.warned(&warning(&error));
        }
    }
}

fn warning(error: &Error) -> String {
    format!(
        "TensorBoard's files miss epochs: {error}; nothing of the run itself is lost, and `burn-mlp --resume RUN \
         --tensorboard` adds them later"
    )
}

impl PipelineObserver for Writing<'_> {
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

    fn prepared(&mut self, prepared: &Prepared) {
        self.run = Some(prepared.run.clone());
        self.observer.prepared(prepared);
    }
}

impl Observer for Writing<'_> {
    fn checkpoint_passed_over(&mut self, problem: &str) {
        self.observer.checkpoint_passed_over(problem);
    }

    fn epoch_started(&mut self, epoch: usize, epochs: usize) {
        // First, so that a warning stands before the table of epochs and not in it.
        let opened = self.open(epoch);
        self.tell(opened);
        self.observer.epoch_started(epoch, epochs);
    }

    fn epoch_progressed(&mut self, progress: &EpochProgress) {
        self.observer.epoch_progressed(progress);
    }

    fn epoch_finished(&mut self, summary: &EpochSummary) {
        self.observer.epoch_finished(summary);
        let appended = self.append(&summary.row);
        self.tell(appended);
    }
}
