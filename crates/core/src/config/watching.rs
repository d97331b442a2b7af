//! Which metrics a run watches.

use super::run_config::RunConfig;
use super::values::enums::ScheduleName;
use super::values::monitor::Monitor;
use crate::{Error, Result};

impl RunConfig {
    /// The watched metrics with their settings: of early stopping, which decides the best epoch, and of the plateau.
    fn watching(&self) -> impl Iterator<Item = (&'static str, Monitor)> {
        let plateau =
            (self.schedule.name == ScheduleName::Plateau).then_some(("schedule.monitor", self.schedule.monitor));
        [("early_stopping.monitor", self.early_stopping.monitor)].into_iter().chain(plateau)
    }

    /// Whether a metric is watched.
    pub fn watches(&self, monitor: Monitor) -> bool {
        self.watching().any(|(_, watched)| watched == monitor)
    }

    /// Checks that the validation rows, `validating` `[classes]`, have the watched metrics.
    ///
    /// # Errors
    /// [`Error::Config`] if an area under the ROC curve is watched and they all have one class.
    pub fn check_watched(&self, validating: &[usize]) -> Result<()> {
        let watching_auc = self.watching().find(|(_, monitor)| *monitor == Monitor::ValidAuc);
        match (watching_auc, validating.iter().filter(|rows| **rows > 0).count()) {
            (Some((key, monitor)), 1) => {
                let problem = "needs validation rows of two classes at least, but they all have one; hold more rows out \
                               with split.valid, or watch valid-loss";
                Err(Error::config(format!("{key}={monitor}"), problem))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_under_the_roc_curve_needs_validation_rows_of_two_classes() {
        let mut config = RunConfig::default();
        assert!(config.check_watched(&[3, 0]).is_ok());
        config.early_stopping.monitor = Monitor::ValidAuc;
        assert!(config.check_watched(&[3, 1, 0]).is_ok() && config.check_watched(&[0, 0]).is_ok());
        let refusal = config.check_watched(&[0, 3]).unwrap_err().to_string();
        assert!(
            refusal.starts_with("early_stopping.monitor=valid-auc needs validation rows of two classes"),
            "{refusal}"
        );
        (config.early_stopping.monitor, config.schedule.monitor) = (Monitor::Auto, Monitor::ValidAuc);
        assert!(config.check_watched(&[0, 3]).is_err());
        config.schedule.name = ScheduleName::Cosine;
        assert!(config.check_watched(&[0, 3]).is_ok() && !config.watches(Monitor::ValidAuc));
    }
}
