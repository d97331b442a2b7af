//! The rows on which a run is evaluated, if it may be an ensemble.

use crate::config::RunConfig;
use crate::data::{self, Dataset};
use crate::error::{Error, Result};
use crate::pipeline::Split;
use crate::run_directory::{RunDirectory, RunRecord};
use burn_mlp_infer::ModelMetadata;

/// Loads the data that `config` describes for the model of a run: encoded by all members of an ensemble.
pub(in crate::pipeline) fn load_for(
    run: &RunDirectory,
    record: &RunRecord,
    config: &RunConfig,
    loading: data::Progress,
) -> Result<Dataset> {
    if record.ensemble.is_none() {
        return data::load(config, loading);
    }
    let unusable = |problem: String| Error::run(run.model_path(), problem);
    let metadata = ModelMetadata::of_file(&run.read_model()?).map_err(unusable)?;
    data::load_encoded(config, metadata.table.as_ref(), loading)
}

/// Refuses to evaluate an ensemble on rows that some of its members were trained on, and others not.
pub(in crate::pipeline) fn check_has_split(run: &RunDirectory, record: &RunRecord, split: Split) -> Result<()> {
    let is_mixed = record.ensemble.as_ref().is_some_and(|ensemble| !ensemble.shares_split);
    match is_mixed && split != Split::Test {
        true => {
            let problem = format!(
                "is an ensemble whose members were trained on different rows, so it has no {split} rows; evaluate it on its \
                 test rows, or on new ones with --data"
            );
            Err(Error::run(run.path(), problem))
        }
        false => Ok(()),
    }
}
