//! The data of a group, which its runs read once.

use std::sync::{Arc, Mutex, PoisonError};

use crate::config::{RunConfig, Source, SplitConfig};
use crate::data::{self, Dataset, RawData};
use crate::error::Result;

/// The rows that the runs of a group have in common, once one of them has read them. Each run divides and encodes them for
/// itself.
#[derive(Default)]
pub(super) struct SharedData(Mutex<Option<(RunConfig, Arc<RawData>)>>);

impl SharedData {
    /// Loads the data that `config` describes. A run that needs the same rows as the one before does not read them again.
    ///
    /// # Errors
    /// As [`data::load`].
    pub fn load(&self, config: &RunConfig, progress: data::Progress) -> Result<Dataset> {
        self.rows(config, progress)?.dataset(&config.split)
    }

    /// Other runs wait meanwhile, rather than read the same rows.
    fn rows(&self, config: &RunConfig, progress: data::Progress) -> Result<Arc<RawData>> {
        let wanted = of_all_runs(config)?;
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*shared {
            Some((read, rows)) if *read == wanted => Ok(rows.clone()),
            _ => {
                // Frees the memory first.
                *shared = None;
                let rows = Arc::new(data::read(config, progress)?);
                *shared = Some((wanted, rows.clone()));
                Ok(rows)
            }
        }
    }
}

/// `config` without what differs between the runs of a group and does not change which rows are read.
fn of_all_runs(config: &RunConfig) -> Result<RunConfig> {
    let seed = match config.data.source.parse()? {
        // Its rows are drawn.
        Source::Synthetic => config.seed,
        _ => 0,
    };
    let split = SplitConfig { fold: config.split.fold.min(1), repeat: 1, ..config.split.clone() };
    Ok(RunConfig { seed, split, ..config.clone() })
}
