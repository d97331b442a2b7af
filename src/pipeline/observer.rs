use crate::artifact::{RunDirectory, RunRecord};
use crate::backend::OpenDevice;
use crate::config::RunConfig;
use crate::data::{Data, LoadProgress};
use crate::training::Observer;

/// Told about each stage of a run. Every method may be left out.
pub trait PipelineObserver: Observer {
    /// The backend's device answered.
    fn device_opened(&mut self, device: &OpenDevice) {
        let _ = device;
    }
    /// A source's file is being fetched, or its files are being read.
    fn loading(&mut self, progress: &LoadProgress) {
        let _ = progress;
    }
    /// How something was understood that the person did not say, in a sentence.
    fn noticed(&mut self, note: &str) {
        let _ = note;
    }
    /// Something that does not stop the run, but may well be wrong, in a sentence.
    fn warned(&mut self, warning: &str) {
        let _ = warning;
    }
    /// The run directory is there and training starts.
    fn prepared(&mut self, prepared: &Prepared) {
        let _ = prepared;
    }
}

impl PipelineObserver for () {}

/// What a run is about to do.
pub struct Prepared<'a> {
    /// Where it is saved.
    pub run: &'a RunDirectory,
    /// Its settings.
    pub config: &'a RunConfig,
    /// What run.json says at this moment.
    pub record: &'a RunRecord,
    /// Its data, loaded.
    pub data: &'a Data,
}
