use super::Session;
use crate::backend::OpenDevice;
use crate::data::LoadProgress;
use crate::run_directory::{RunDirectory, RunRecord};
use crate::training::Observer;

/// Watches a run, including its training. Every method has a default that does nothing.
pub trait PipelineObserver: Observer {
    /// The device is open.
    fn device_opened(&mut self, device: &OpenDevice) {
        let _ = device;
    }
    /// A file of the source is being downloaded, or its files are being read.
    fn loading(&mut self, progress: &LoadProgress) {
        let _ = progress;
    }
    /// Reports how the program understood something that the user left open, as a sentence.
    fn noticed(&mut self, note: &str) {
        let _ = note;
    }
    /// Reports something that does not stop the run but is probably wrong, as a sentence.
    fn warned(&mut self, warning: &str) {
        let _ = warning;
    }
    /// The run directory exists and training starts. `record` is the current content of run.json.
    fn prepared(&mut self, session: &Session, run: &RunDirectory, record: &RunRecord) {
        let _ = (session, run, record);
    }
}

impl PipelineObserver for () {}
