//! What a person sees while a run goes on: where it runs, one line per epoch that stays, and a live bar.

use burn_mlp::artifact::RunRecord;
use burn_mlp::backend::OpenDevice;
use burn_mlp::config::{ClassWeighting, ClassWeights, Dropout, RunConfig, TrainingConfig};
use burn_mlp::data::LoadProgress;
use burn_mlp::pipeline::{PipelineObserver, Prepared};
use burn_mlp::training::{EpochProgress, EpochSummary, Observer};

use super::console::{Console, bold, dim, green, yellow};
use super::failure::printable;
use super::format::{count, epochs, loss, percent, rate, seconds, shown_path};
use super::load_bar::LoadBar;

const EPOCH_BAR: &str = "{prefix} [{bar:24}] {percent:>3} %  {msg}  {eta} left";

/// Prints a pipeline's progress.
pub struct Progress<'a> {
    console: &'a mut Console,
    /// Whether the backend compiles kernels, which the first epoch waits for.
    compiling: bool,
    /// Whether an epoch was started, and with it the table of epochs.
    trained: bool,
    load_bar: LoadBar,
    rows: u64,
}

impl<'a> Progress<'a> {
    pub fn new(console: &'a mut Console) -> Self {
        Self { console, compiling: false, trained: false, load_bar: LoadBar::default(), rows: 0 }
    }

    /// Whether any epoch was started.
    pub fn has_trained(&self) -> bool {
        self.trained
    }

    fn start_table(&mut self) {
        if self.compiling {
            self.console.line(yellow("compiling and tuning kernels; the first epoch is slower than the rest"));
        }
        self.console.line("");
        self.console.line(dim(HEADER));
    }
}

impl PipelineObserver for Progress<'_> {
    fn device_opened(&mut self, device: &OpenDevice) {
        let kind = if device.software { yellow(" (a software rasteriser: right, but slow)") } else { String::new() };
        self.console.line(format!("backend  {} on {}{kind}", bold(device.backend.name()), printable(&device.name)));
        self.compiling = device.backend.compiles_kernels();
    }

    fn loading(&mut self, progress: &LoadProgress) {
        self.load_bar.show(self.console, progress);
    }

    fn noticed(&mut self, note: &str) {
        self.console.line(yellow(printable(note)));
    }

    fn warned(&mut self, warning: &str) {
        self.console.warn(warning);
    }

    fn prepared(&mut self, prepared: &Prepared) {
        self.console.end_bar();
        let Prepared { run, config, record, .. } = prepared;
        self.console.log_to(run);
        let data = &record.data;
        self.rows = data.train_rows as u64;
        self.console.line(format!(
            "data     {}: {} training, {} validation, {} test rows of {} features in {} classes",
            bold(printable(&data.source)),
            count(data.train_rows),
            count(data.valid_rows),
            count(data.test_rows),
            data.features,
            data.classes
        ));
        self.console.line(format!("network  {}", network(config, record)));
        self.console.line(format!("training {}", describe(config)));
        self.console.line(format!("run      {}", bold(shown_path(run.path()))));
        if self.console.verbose() {
            for setting in config.changed_settings().unwrap_or_default() {
                self.console.line(format!("setting  {}", printable(&setting)));
            }
        }
        // The record may be an epoch behind what is resumed.
        let resumed = record.resumed.last().map_or(0, |resumption| resumption.epoch).max(record.epochs_done);
        if resumed > 0 {
            self.console.line(format!("resuming after epoch {resumed}"));
        }
    }
}

impl Observer for Progress<'_> {
    fn checkpoint_passed_over(&mut self, problem: &str) {
        self.console.warn(problem);
    }

    fn epoch_started(&mut self, epoch: usize, epochs: usize) {
        if !std::mem::replace(&mut self.trained, true) {
            self.start_table();
        }
        self.console.start_epoch_bar(self.rows, format!("{epoch:>5} of {epochs}"), EPOCH_BAR);
    }

    fn epoch_progressed(&mut self, progress: &EpochProgress) {
        let message = format!("loss {}, accuracy {}", loss(progress.loss), percent(progress.accuracy));
        self.console.move_bar(progress.rows as u64, message);
    }

    fn epoch_finished(&mut self, summary: &EpochSummary) {
        self.console.end_bar();
        self.console.line(line(summary));
    }
}

const HEADER: &str = "epoch       rate  train loss  accuracy  valid loss  accuracy      time";

/// An epoch in one line.
fn line(summary: &EpochSummary) -> String {
    let row = &summary.row;
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_string());
    let figures = format!(
        "{:>5} {:>10}  {:>10} {:>9}  {:>10} {:>9} {:>9}",
        row.epoch,
        rate(row.learning_rate),
        loss(row.train_loss),
        percent(row.train_accuracy),
        or_dash(row.valid_loss.map(loss)),
        or_dash(row.valid_accuracy.map(percent)),
        seconds(row.seconds),
    );
    let best = if summary.best { green("  best") } else { String::new() };
    let reduced = summary.reduced_to.map(|to| yellow(format!("  rate reduced to {}", rate(to))));
    format!("{figures}{best}{}", reduced.unwrap_or_default())
}

/// "784-128-64-10, relu, batch-norm, dropout 0.5, he-normal, 109,386 parameters".
pub fn network(config: &RunConfig, record: &RunRecord) -> String {
    let model = &config.model;
    let sizes: Vec<String> = record.layer_sizes.iter().map(usize::to_string).collect();
    let mut parts = vec![bold(sizes.join("-"))];
    if !model.hidden.is_empty() {
        parts.push(model.activation.to_string());
        if model.batch_norm {
            parts.push("batch-norm".to_string());
        }
    }
    if model.dropout_rates().iter().any(|rate| *rate > 0.0) {
        parts.push(match &model.dropout {
            Dropout::Rate(rate) => format!("dropout {rate}"),
            Dropout::PerLayer(rates) => {
                format!("dropout {}", rates.iter().map(f64::to_string).collect::<Vec<_>>().join("-"))
            }
        });
    }
    parts.push(match config.training.init_from.as_str() {
        "" => model.init.to_string(),
        file => format!("weights of {}", printable(file)),
    });
    parts.push(format!("{} parameters", count(record.parameters)));
    parts.join(", ")
}

/// "sgd at 0.01, momentum 0.9, plateau schedule, batches of 32, 11 epochs, seed 0".
pub fn describe(config: &RunConfig) -> String {
    let mut parts = vec![optimizer(config)];
    parts.push(format!("{} schedule", config.schedule.name));
    parts.push(format!("batches of {}", config.training.batch_size));
    parts.extend(refinements(&config.training));
    let transformations: Vec<_> = config.augmentation.active().iter().map(ToString::to_string).collect();
    if !transformations.is_empty() {
        parts.push(format!("augmented by {} ({})", transformations.join(" and "), config.augmentation.mode));
    }
    parts.push(match config.early_stopping.enabled {
        true => format!("at most {}", epochs(config.training.epochs)),
        false => epochs(config.training.epochs),
    });
    parts.push(format!("seed {}", config.seed));
    parts.join(", ")
}

/// "label smoothing 0.1", "gradients of norm 1 at most": what is off by default, where it is on.
fn refinements(training: &TrainingConfig) -> Vec<String> {
    let weighted = match &training.class_weights {
        ClassWeights::Named(ClassWeighting::None) => None,
        ClassWeights::Named(rule) => Some(rule.to_string()),
        ClassWeights::Each(weights) => Some(weights.iter().map(f64::to_string).collect::<Vec<_>>().join("-")),
    };
    let on = |value: f64, told: String| (value > 0.0).then_some(told);
    let parts = [
        on(training.label_smoothing, format!("label smoothing {}", training.label_smoothing)),
        weighted.map(|weights| format!("classes weighted {weights}")),
        on(training.clip_norm, format!("gradients of norm {} at most", training.clip_norm)),
        on(training.clip_value, format!("gradients within +-{}", training.clip_value)),
        on(training.max_norm, format!("weights of norm {} at most", training.max_norm)),
    ];
    parts.into_iter().flatten().collect()
}

/// "sgd at 0.01, momentum 0.9, L2 0.001".
pub fn optimizer(config: &RunConfig) -> String {
    let optimizer = &config.optimizer;
    let mut parts = vec![format!("{} at {}", optimizer.name, rate(optimizer.learning_rate))];
    if optimizer.name == burn_mlp::config::OptimizerName::Sgd && optimizer.momentum > 0.0 {
        parts.push(format!("{}momentum {}", if optimizer.nesterov { "Nesterov " } else { "" }, optimizer.momentum));
    }
    if optimizer.l2 > 0.0 {
        parts.push(format!("L2 {}", optimizer.l2));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_names_what_is_on_and_nothing_else() {
        let mut config = RunConfig::default();
        let plain = "sgd at 0.01, momentum 0.9, plateau schedule, batches of 32, at most 50 epochs, seed 0";
        assert_eq!(describe(&config), plain);
        config.training.label_smoothing = 0.1;
        config.training.class_weights = ClassWeights::Each(vec![1.0, 2.5]);
        config.training.max_norm = 2.0;
        let on = "batches of 32, label smoothing 0.1, classes weighted 1-2.5, weights of norm 2 at most, ";
        assert_eq!(describe(&config), plain.replace("batches of 32, ", on));
    }
}
