//! What the validation rows choose.

use super::{RunConfig, ScheduleName};

impl RunConfig {
    /// Whether the metrics of validation rows, if there are any, choose the epoch whose weights are kept, when training
    /// stops, when the learning rate is reduced, or the threshold of two classes. The model's metrics on these rows are
    /// then too good.
    pub fn selects_by_validation(&self) -> bool {
        let chooses_epoch = self.early_stopping.enabled || self.early_stopping.restore_best;
        let reduces_rate = self.schedule.name == ScheduleName::Plateau && self.schedule.monitor.needs_valid();
        let chooses_threshold = !self.evaluation.threshold.is_empty();
        chooses_threshold || (self.training.epochs > 1 && (chooses_epoch || reduces_rate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Monitor;

    #[test]
    fn validation_rows_select_by_early_stopping_the_best_epoch_or_the_plateau() {
        let mut config = RunConfig::default();
        assert!(config.selects_by_validation());
        (config.early_stopping.enabled, config.early_stopping.restore_best) = (false, false);
        assert!(config.selects_by_validation(), "the plateau watches the validation loss");
        config.schedule.monitor = Monitor::TrainLoss;
        assert!(!config.selects_by_validation());
        config.early_stopping.restore_best = true;
        assert!(config.selects_by_validation());
        config.training.epochs = 1;
        assert!(!config.selects_by_validation(), "there is only one epoch");
        config.evaluation.threshold = "f1".to_string();
        assert!(config.selects_by_validation());
    }
}
