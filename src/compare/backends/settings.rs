//! The settings with which backends can be compared.

use crate::config::{ClassWeighting, ClassWeights, Dropout, RunConfig};
use crate::error::{Error, Result};

/// Default number of epochs of a comparison: one to warm up and ten to measure.
pub const EPOCHS: usize = 11;

/// Adapts `config` so that all backends compute the same, and returns it with a sentence for each
/// setting that is ignored. Dropout masks come from the device's own generator, and early stopping
/// would end the runs at different epochs.
///
/// # Errors
/// [`Error::Config`] if there are fewer than two epochs, since the first is warm-up.
pub fn comparable(mut config: RunConfig) -> Result<(RunConfig, Vec<String>)> {
    if config.training.epochs < 2 {
        let problem = "1 is not enough to compare backends because the first epoch is warm-up; give at least 2";
        return Err(Error::config("training.epochs", problem));
    }
    let mut notes = Vec::new();
    if config.model.dropout_rates().iter().any(|rate| *rate > 0.0) {
        notes.push(
            "dropout is switched off: each device draws its own masks, so no two would compute the same".to_string(),
        );
        config.model.dropout = Dropout::Rate(0.0);
    }
    let (training, augmented) = (&config.training, !config.augmentation.active().is_empty());
    let plain = training.label_smoothing == 0.0
        && training.class_weights == ClassWeights::Named(ClassWeighting::None)
        && config.csv.weight.is_empty();
    if augmented || !plain {
        notes.push("the gradients of the first step are computed from the plain loss of unchanged rows".to_string());
    }
    // The weights of the last epoch are compared, even if another epoch is the best.
    (config.early_stopping.enabled, config.early_stopping.restore_best) = (false, false);
    config.validate()?;
    Ok((config, notes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropout_is_switched_off_with_a_note() {
        let mut config = RunConfig::default();
        config.model.dropout = Dropout::PerLayer(vec![0.2, 0.5, 0.0]);
        let (comparable, notes) = comparable(config).unwrap();
        assert_eq!(comparable.model.dropout, Dropout::Rate(0.0));
        assert!(notes.len() == 1 && notes[0].starts_with("dropout is switched off"));
    }

    #[test]
    fn settings_that_the_gradients_ignore_are_noted() {
        let mut config = RunConfig::default();
        config.augmentation.noise_probability = 1.0;
        assert!(comparable(config).unwrap().1[0].contains("unchanged rows"));
        let mut config = RunConfig::default();
        config.training.label_smoothing = 0.1;
        assert!(comparable(config).unwrap().1[0].contains("plain loss"));
    }

    #[test]
    fn other_settings_are_kept() {
        let mut config = RunConfig::default();
        config.model.batch_norm = true;
        let (comparable, notes) = comparable(config.clone()).unwrap();
        assert!(notes.is_empty());
        config.early_stopping = comparable.early_stopping.clone();
        assert_eq!(comparable, config);
    }

    #[test]
    fn a_single_epoch_is_refused() {
        let mut config = RunConfig::default();
        config.training.epochs = 1;
        assert_eq!(comparable(config).unwrap_err().exit_code(), 2);
    }
}
