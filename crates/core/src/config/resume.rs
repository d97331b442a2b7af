//! Which settings a resumed run may change.

use super::run_config::RunConfig;
use crate::text::shortened;
use crate::{Error, Result};

/// Settings that `--resume` may change: how long the run trains, where it computes and finds its
/// data, whose hash must not change, and what it answers and its evaluation reports. None of them changes what an
/// epoch computes.
pub(super) const MAY_CHANGE: [&str; 13] = [
    "training.epochs",
    "early_stopping.enabled",
    "early_stopping.patience",
    "early_stopping.min_delta",
    "backend",
    "data.source",
    "data.dir",
    "data.offline",
    "csv.valid",
    "csv.test",
    "images.labels",
    "evaluation.top_k",
    "evaluation.threshold",
];

impl RunConfig {
    /// Checks that a run configured by `earlier` may be resumed with this configuration.
    ///
    /// # Errors
    /// [`Error::Config`] with the first setting that differs but must not, and both values.
    pub fn check_resume(&self, earlier: &Self) -> Result<()> {
        let pairs = self.assignments()?.into_iter().zip(earlier.assignments()?);
        for (now, earlier) in pairs.filter(|(now, _)| !MAY_CHANGE.contains(&now.key())) {
            if now != earlier {
                let problem = format!(
                    "the run to resume has {}, so it cannot go on with {}; only {} may change",
                    shortened(&earlier.value.to_string()),
                    shortened(&now.value.to_string()),
                    MAY_CHANGE.join(", ")
                );
                return Err(Error::config(now.key(), problem));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::config::test_support::message;
    use crate::config::{Layers, RunConfig};

    #[test]
    fn a_resumed_run_may_change_its_length_backend_data_directory_and_report() {
        let earlier = RunConfig::default();
        let now = Layers::from_config(earlier.clone())
            .override_text("training.epochs", "80")
            .override_text("early_stopping.enabled", "false")
            .override_text("early_stopping.patience", "20")
            .override_text("early_stopping.min_delta", "0.01")
            .override_text("backend", "wgpu:1")
            .override_text("data.dir", "elsewhere")
            .override_text("data.offline", "true")
            .override_text("evaluation.top_k", "3")
            .override_text("evaluation.threshold", "f1");
        now.resolve().unwrap().check_resume(&earlier).unwrap();
    }

    #[test]
    fn a_run_without_a_validation_split_can_be_resumed() {
        let assignments = ["split.valid=0", "schedule.name=constant", "schedule.monitor=valid-loss"];
        let earlier = assignments.iter().fold(Layers::new(), |layers, text| layers.set(text)).resolve().unwrap();
        let now = Layers::from_config(earlier.clone()).override_text("training.epochs", "80").resolve().unwrap();
        now.check_resume(&earlier).unwrap();
    }

    #[test]
    fn any_other_change_is_refused_with_both_values() {
        let earlier = RunConfig::default();
        let resume = |assignment| message(Layers::new().set(assignment).resolve().unwrap().check_resume(&earlier));
        assert_eq!(
            resume("model.hidden=64,32"),
            "model.hidden: the run to resume has [128, 64], so it cannot go on with [64, 32]; only training.epochs, \
             early_stopping.enabled, early_stopping.patience, early_stopping.min_delta, backend, data.source, \
             data.dir, data.offline, csv.valid, csv.test, images.labels, evaluation.top_k, evaluation.threshold may \
             change"
        );
        assert!(resume("seed=1").starts_with("seed: the run to resume has 0, so it cannot go on with 1;"));
        assert!(resume("optimizer.name=adam").contains("has \"sgd\", so it cannot go on with \"adam\";"));
    }
}
