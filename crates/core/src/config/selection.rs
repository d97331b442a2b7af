//! What the validation rows choose.

use burn_mlp_infer::choices;

use super::run_config::RunConfig;
use super::values::enums::ScheduleName;

choices! {
    /// Something that rows have chosen. A model's metrics on these rows are then too good.
    Selection, "selection", {
        /// The epoch whose weights are kept, or with which the training ends.
        Epoch = "epoch",
        /// Reductions of the learning rate.
        LearningRate = "learning-rate",
        /// The threshold of two classes.
        Threshold = "threshold",
        /// The members of an ensemble.
        Members = "members",
    }
}

impl RunConfig {
    /// What the validation rows choose, if there are any.
    pub fn selections(&self) -> Vec<Selection> {
        let Self { early_stopping, schedule, .. } = self;
        let has_choice = self.training.epochs > 1;
        let by_epoch = (early_stopping.enabled || early_stopping.restore_best) && early_stopping.monitor.needs_valid();
        let by_plateau = schedule.name == ScheduleName::Plateau && schedule.monitor.needs_valid();
        let chosen = [
            (Selection::Epoch, has_choice && by_epoch),
            (Selection::LearningRate, has_choice && by_plateau),
            (Selection::Threshold, !self.evaluation.threshold.is_empty()),
        ];
        chosen.into_iter().filter(|(_, is_chosen)| *is_chosen).map(|(selection, _)| selection).collect()
    }
}

/// Formats what rows have chosen: "used for selection (epoch, learning rate)"; `None` if nothing.
pub fn selection_label(selections: &[Selection]) -> Option<String> {
    let names: Vec<String> = selections.iter().map(|selection| selection.name().replace('-', " ")).collect();
    (!names.is_empty()).then(|| format!("used for selection ({})", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::Selection::{Epoch, LearningRate, Threshold};
    use super::*;
    use crate::config::Monitor;

    #[test]
    fn validation_rows_choose_by_early_stopping_the_best_epoch_the_plateau_or_a_threshold() {
        let mut config = RunConfig::default();
        assert_eq!(config.selections(), [Epoch, LearningRate]);
        (config.early_stopping.enabled, config.early_stopping.restore_best) = (false, false);
        assert_eq!(config.selections(), [LearningRate]);
        config.schedule.monitor = Monitor::TrainLoss;
        assert_eq!(config.selections(), []);
        config.early_stopping.restore_best = true;
        assert_eq!(config.selections(), [Epoch]);
        config.early_stopping.monitor = Monitor::TrainLoss;
        assert_eq!(config.selections(), [], "training rows choose the epoch");
        config.early_stopping.monitor = Monitor::ValidAuc;
        config.training.epochs = 1;
        assert_eq!(config.selections(), [], "there is only one epoch");
        config.evaluation.threshold = "f1".to_string();
        assert_eq!(config.selections(), [Threshold]);
    }

    #[test]
    fn the_label_lists_what_was_chosen() {
        assert_eq!(selection_label(&[]), None);
        let label = selection_label(&[Epoch, LearningRate, Threshold]).unwrap();
        assert_eq!(label, "used for selection (epoch, learning rate, threshold)");
    }
}
