//! The data of a group, which its runs read once.

use std::sync::{Arc, Mutex, PoisonError};

use crate::config::{DataConfig, RunConfig, Source, SplitConfig, TaskName};
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

/// What decides which rows are read. The runs of a group have it in common, whether the task is still to be detected or
/// not.
fn of_all_runs(config: &RunConfig) -> Result<RunConfig> {
    let seed = match config.data.source.parse()? {
        // Its rows are drawn.
        Source::Synthetic => config.seed,
        _ => 0,
    };
    let split = SplitConfig { fold: config.split.fold.min(1), repeat: 1, ..config.split.clone() };
    let data = DataConfig { task: TaskName::Auto, ..config.data.clone() };
    let RunConfig { csv, images, synthetic, .. } = config.clone();
    Ok(RunConfig { seed, data, split, csv, images, synthetic, ..RunConfig::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runs_of_a_group_read_a_file_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("iris.csv");
        std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/iris.csv"), &file).unwrap();
        let mut config = RunConfig::default();
        config.data.source = format!("csv:{}", file.display());
        (config.split.folds, config.split.fold) = (3, 1);
        let shared = SharedData::default();
        let first = shared.load(&config, &mut |_| ()).unwrap();
        std::fs::remove_file(&file).unwrap();
        // As the runs have it, once the first has told the task and the sizes.
        let config = config.for_task(first.is_regression(), true).unwrap().for_rows(first.train.len());
        let mut later = RunConfig { seed: 7, ..config };
        (later.split.fold, later.training.epochs) = (2, 3);
        let second = shared.load(&later, &mut |_| ()).unwrap();
        let held_out = [first, second].map(|data| data.test.map_or(0, |rows| rows.len()));
        assert_eq!(held_out, [40, 40]);
    }
}
