//! Training on all rows for as long as a run with validation rows has found best.

use super::run_config::RunConfig;
use super::values::enums::ScheduleName;
use super::values::monitor::Monitor;

impl RunConfig {
    /// Returns the settings with which a run is trained again, on its validation rows and its held-out fold as well: for as
    /// many epochs as `rates`, the learning rates of its epochs up to the best, and with these rates.
    ///
    /// # Errors
    /// The rest of a sentence on the run, if its validation rows are in a file of their own, or it has none.
    pub fn refit(&self, rates: &[f64]) -> Result<Self, &'static str> {
        if !self.csv.valid.is_empty() {
            return Err(
                "has its validation rows in a file of their own, csv.valid; put all rows in one file to train on them",
            );
        }
        if self.split.valid == 0.0 && self.split.fold == 0 {
            return Err("was trained on all rows already");
        }
        let mut config = self.clone();
        (config.split.valid, config.split.folds, config.split.fold) = (0.0, 0, 0);
        (config.early_stopping.enabled, config.early_stopping.restore_best) = (false, false);
        config.early_stopping.monitor = Monitor::Auto;
        // The rule needs validation rows.
        config.evaluation.threshold.clear();
        config.training.epochs = rates.len().max(1);
        if config.schedule.name == ScheduleName::Plateau {
            config.schedule.name = ScheduleName::MultiStep;
            config.schedule.milestones = reductions(rates, config.schedule.warmup_epochs);
        }
        if config.schedule.epochs == 0 {
            config.schedule.epochs = self.training.epochs;
        }
        Ok(config)
    }
}

/// The epochs, from 1, after which the rate fell.
fn reductions(rates: &[f64], warmup_epochs: usize) -> Vec<usize> {
    let pairs = rates.windows(2).zip(1..);
    pairs.filter(|(pair, epoch)| *epoch > warmup_epochs && pair[1] < pair[0]).map(|(_, epoch)| epoch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plateau_becomes_the_reductions_that_it_made() {
        let mut config = RunConfig::default();
        (config.split.folds, config.split.fold) = (5, 2);
        config.early_stopping.monitor = Monitor::ValidLoss;
        let refit = config.refit(&[0.1, 0.1, 0.05, 0.05, 0.025]).unwrap();
        refit.validate().unwrap();
        assert_eq!((refit.schedule.name, refit.schedule.milestones), (ScheduleName::MultiStep, vec![2, 4]));
        assert_eq!((refit.training.epochs, refit.split.valid, refit.split.fold), (5, 0.0, 0));
        assert!(!refit.early_stopping.enabled);
    }

    #[test]
    fn another_schedule_keeps_its_length() {
        let mut config = RunConfig::default();
        (config.schedule.name, config.schedule.warmup_epochs) = (ScheduleName::Cosine, 5);
        let refit = config.refit(&[0.02, 0.04, 0.06]).unwrap();
        refit.validate().unwrap();
        assert_eq!((refit.schedule.name, refit.schedule.epochs, refit.training.epochs), (ScheduleName::Cosine, 50, 3));
    }

    #[test]
    fn a_run_without_rows_to_add_is_refused() {
        let mut config = RunConfig::default();
        config.split.valid = 0.0;
        assert!(config.refit(&[0.1]).unwrap_err().contains("trained on all rows already"));
        config.csv.valid = "valid.csv".to_string();
        assert!(config.refit(&[0.1]).unwrap_err().contains("put all rows in one file"));
    }
}
