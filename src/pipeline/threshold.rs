//! The threshold of two classes, chosen on validation rows when the training has ended.

use burn::tensor::Device;

use crate::backend;
use crate::config::RunConfig;
use crate::data::{Dataset, SplitIndices};
use crate::error::{Error, Result};
use crate::evaluation::{Predictions, best_threshold};
use crate::inference::Predictor;
use crate::run_directory::{RunDirectory, RunRecord};
use crate::training::TrainableModel;
use burn_mlp_infer::ModelMetadata;

/// Changes the rule for the threshold of a trained run, and returns the changed `config`.
pub(super) fn change_threshold(
    run: &RunDirectory,
    record: &mut RunRecord,
    mut config: RunConfig,
    rule: &str,
) -> Result<RunConfig> {
    if config.evaluation.threshold != rule {
        config.evaluation.threshold = rule.to_string();
        run.write_config(&config.to_toml()?)?;
        record.used_for_selection = if record.data.valid_rows == 0 { Vec::new() } else { config.selections() };
        record.config_hash = config.hash(record.initial_weights_sha256.as_deref())?;
        run.write_record(record)?;
    }
    Ok(config)
}

/// Chooses the threshold of the run's model, if the configuration has a rule for it, and saves it in the model file.
pub(super) fn choose_threshold(
    run: &RunDirectory,
    config: &RunConfig,
    data: &Dataset,
    indices: &SplitIndices,
    device: &Device,
) -> Result<()> {
    let unusable = |problem: String| Error::run(run.model_path(), problem);
    let saved = ModelMetadata::of_file(&run.read_model()?).map_err(unusable)?.threshold;
    let rule = config.threshold_rule()?;
    if rule.is_none() && saved.is_none() {
        return Ok(());
    }
    let work = || {
        let predictor = Predictor::load(run.path(), device)?;
        let choose = |rule| {
            let rows = data.train.select(&indices.valid);
            let outputs = predictor.outputs(&rows)?;
            let predictions = Predictions::from_logits(&outputs, rows.labels().to_vec(), data.classes())?;
            Ok::<f32, Error>(best_threshold(&predictions, rule))
        };
        let threshold = rule.map(choose).transpose()?;
        if threshold == saved {
            return Ok(());
        }
        let metadata = ModelMetadata { threshold, ..predictor.metadata().clone() };
        let [mlp] = predictor.networks() else {
            return Err(unusable("is an ensemble, whose threshold stays as it is".to_string()));
        };
        let file = mlp.model_file(&metadata).map_err(unusable)?;
        // The evaluation is of the other threshold.
        run.remove_evaluation()?;
        file.map_or(Ok(()), |file| run.write_model(&file))
    };
    let failed = |message: String| format!("in the choice of the threshold, {}", backend::device_failed(&message));
    backend::catch_failure(work).unwrap_or_else(|message| Err(Error::Training(failed(message))))
}
