//! Validates a configuration before any work starts: the rules between settings.

use burn_mlp_infer::Dropout;

use super::run_config::{RunConfig, SplitConfig};
use super::values::class_weights::ClassWeights;
use super::values::enums::{RegressionLoss, ScheduleName};
use super::values::monitor::Monitor;
use super::values::source::Source;
use crate::text::shortened;
use crate::{Error, Result};

/// Maximum number of values of the synthetic training set, rows times features: 8 GiB of `f32`.
const MAX_SYNTHETIC_VALUES: usize = 1 << 31;

impl RunConfig {
    /// Validates a configuration that code has made or changed: each setting's limits, which
    /// exclude NaN and infinity, and the rules between settings. What
    /// [`Layers::resolve`](super::Layers::resolve) returns is valid already.
    ///
    /// With `split.valid = 0` all rows train and the last epoch is the best, so neither the plateau
    /// schedule nor early stopping may watch a `valid-` metric. Only `auto` may stay where early stopping is disabled.
    ///
    /// # Errors
    /// [`Error::Config`] with the setting's dotted key and the allowed values.
    pub fn validate(&self) -> Result<()> {
        self.check_limits()?;
        self.check_rules()
    }

    /// Checks the rules between settings; each setting is within its own limits.
    pub(super) fn check_rules(&self) -> Result<()> {
        self.validate_model()?;
        self.validate_training()?;
        self.validate_class_weights()?;
        self.validate_monitors()?;
        self.validate_csv()?;
        self.validate_folds()?;
        self.validate_synthetic()
    }

    fn validate_model(&self) -> Result<()> {
        self.model.check_size(1, 1)?;
        let layers = self.model.hidden.len();
        match &self.model.dropout {
            Dropout::PerLayer(rates) if rates.len() != layers + 1 => {
                let problem = format!(
                    "has {} rates; expected one rate, or {}: the input's and one for each of the {layers} layers of \
                     model.hidden",
                    rates.len(),
                    layers + 1
                );
                Err(Error::config("model.dropout", problem))
            }
            _ => Ok(()),
        }
    }

    fn validate_training(&self) -> Result<()> {
        let (Self { training, optimizer, schedule, .. }, default) = (self, Self::default().training);
        if optimizer.nesterov && optimizer.momentum == 0.0 {
            return Err(Error::config("optimizer.nesterov", "needs optimizer.momentum above 0"));
        }
        if training.clip_norm > 0.0 && training.clip_value > 0.0 {
            return Err(Error::config(
                "training.clip_value",
                "cannot be used together with training.clip_norm; set one of them to 0",
            ));
        }
        let constants = [
            ("training.quantile", RegressionLoss::Quantile, training.quantile != default.quantile),
            ("training.huber_delta", RegressionLoss::Huber, training.huber_delta != default.huber_delta),
        ];
        if let Some((key, loss, _)) = constants.iter().find(|(_, loss, is_set)| *is_set && training.loss != *loss) {
            let problem = format!(
                "is a constant of training.loss={loss}, but the loss is {}; set --loss {loss}, or leave it out",
                training.loss
            );
            return Err(Error::config(*key, problem));
        }
        let (key, length) = match schedule.epochs {
            0 => ("training.epochs", training.epochs),
            epochs => ("schedule.epochs", epochs),
        };
        if schedule.warmup_epochs >= length {
            let problem = format!("{} must be less than {key}, {length}", schedule.warmup_epochs);
            return Err(Error::config("schedule.warmup_epochs", problem));
        }
        if schedule.name == ScheduleName::Cosine && (1..training.epochs).contains(&schedule.epochs) {
            let problem = format!("{} must be at least training.epochs, {}, or 0", schedule.epochs, training.epochs);
            return Err(Error::config("schedule.epochs", problem));
        }
        let has_floor = matches!(schedule.name, ScheduleName::Plateau | ScheduleName::MultiStep | ScheduleName::Cosine);
        if has_floor && schedule.min_lr > optimizer.learning_rate {
            let problem =
                format!("{} must be at most optimizer.learning_rate, {}", schedule.min_lr, optimizer.learning_rate);
            return Err(Error::config("schedule.min_lr", problem));
        }
        Ok(())
    }

    fn validate_class_weights(&self) -> Result<()> {
        match &self.training.class_weights {
            ClassWeights::Each(weights) if weights.iter().all(|&weight| weight == 0.0) => {
                Err(Error::config("training.class_weights", "are all 0; at least one class must count"))
            }
            _ => Ok(()),
        }
    }

    fn validate_monitors(&self) -> Result<()> {
        if self.split.valid > 0.0 {
            return Ok(());
        }
        if self.schedule.name == ScheduleName::Plateau {
            watchable("schedule.monitor", self.schedule.monitor, "schedule.name=constant")?;
        }
        match (self.early_stopping.monitor, self.early_stopping.enabled) {
            (Monitor::Auto, false) => Ok(()),
            (Monitor::Auto, true) => watchable("early_stopping.monitor", Monitor::Auto, "early_stopping.enabled=false"),
            // It would also decide the best epoch, so disabling early stopping does not help.
            (monitor, _) => watchable("early_stopping.monitor", monitor, "leave it out"),
        }
    }

    /// Refuses columns of a source without columns: probably another source was meant.
    fn validate_csv(&self) -> Result<()> {
        let (source, csv, split) = (&self.data.source, &self.csv, &self.split);
        let target = match source.parse()? {
            Source::Table(..) | Source::Npy(..) | Source::Npz(_) | Source::Path(_) => return Ok(()),
            // A table may name the classes of images.
            Source::Images(_) => &String::new(),
            _ => &csv.target,
        };
        let columns = [
            ("csv.target", target),
            ("csv.weight", &csv.weight),
            ("csv.id", &csv.id),
            ("split.group", &split.group),
            ("split.time", &split.time),
        ];
        match columns.iter().find(|(_, column)| !column.is_empty()) {
            Some((key, _)) => {
                let problem = format!("names a column, but data.source is {}; give --data csv:FILE", shortened(source));
                Err(Error::config(*key, problem))
            }
            None => Ok(()),
        }
    }

    fn validate_folds(&self) -> Result<()> {
        let SplitConfig { folds, fold, repeat, time, .. } = &self.split;
        if *folds == 1 {
            return Err(Error::config(
                "split.folds",
                "is 1, which leaves no row to train; set 2 or more, or 0 for none",
            ));
        }
        if fold > folds {
            let problem =
                format!("is {fold}, but split.folds is {folds}; set one up to it, or 0 for each fold in turn");
            return Err(Error::config("split.fold", problem));
        }
        if *repeat > 1 && *folds == 0 {
            return Err(Error::config("split.repeat", "is above 1, but there are no folds; set split.folds"));
        }
        if *repeat > 1 && !time.is_empty() {
            let problem = "is above 1, but folds by time are the same in every repeat; set 1, or leave out split.time";
            return Err(Error::config("split.repeat", problem));
        }
        Ok(())
    }

    fn validate_synthetic(&self) -> Result<()> {
        let synthetic = &self.synthetic;
        if synthetic.rows.saturating_mul(synthetic.features) > MAX_SYNTHETIC_VALUES {
            let problem = format!(
                "{} rows of {} features are too many; rows times features may be at most {MAX_SYNTHETIC_VALUES}",
                synthetic.rows, synthetic.features
            );
            return Err(Error::config("synthetic.rows", problem));
        }
        if synthetic.classes > synthetic.rows {
            let problem = format!("{} must be at most synthetic.rows, {}", synthetic.classes, synthetic.rows);
            return Err(Error::config("synthetic.classes", problem));
        }
        Ok(())
    }
}

/// Refuses a `valid-` metric without a validation split.
fn watchable(key: &str, monitor: Monitor, off: &str) -> Result<()> {
    match monitor.needs_valid() {
        true => Err(Error::config(
            key,
            format!(
                "{monitor} cannot be watched because split.valid is 0; set {key}={} or {off}, or hold out rows with \
                 split.valid=0.2",
                monitor.on_train()
            ),
        )),
        false => Ok(()),
    }
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
