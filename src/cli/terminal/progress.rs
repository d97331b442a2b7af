//! Prints the progress of a training run: device, data, network, one line per epoch, and a live bar.

use std::borrow::BorrowMut;

use burn_mlp::backend::OpenDevice;
use burn_mlp::config::Monitor;
use burn_mlp::data::LoadProgress;
use burn_mlp::format::{count, deviations_note, loss, metric_name, number, percent, rate, seconds, shown_path};
use burn_mlp::pipeline::{PipelineObserver, Session};
use burn_mlp::run_directory::{DataRecord, EpochMetrics, RunDirectory, RunRecord};
use burn_mlp::text::printable;
use burn_mlp::training::{EpochProgress, EpochSummary, Observer};

use super::colour::{bold, dim, green, yellow};
use super::config_summary;
use super::console::Console;
use super::load_bar::LoadBar;

const EPOCH_BAR: &str = "{prefix} [{bar:24}] {percent:>3} %  {msg}  {eta} left";

/// Prints the progress of a pipeline, on a console of its own or a borrowed one.
pub struct Progress<C> {
    console: C,
    /// Whether the backend compiles kernels during the first epoch.
    compiling: bool,
    /// Whether an epoch, and with it the table of epochs, has started.
    trained: bool,
    load_bar: LoadBar,
    rows: u64,
    /// Number of numbers to predict; 0 in classification.
    targets: usize,
    /// Watched metrics that have columns of their own.
    watched: Vec<Monitor>,
}

impl<C: BorrowMut<Console>> Progress<C> {
    pub fn new(console: C) -> Self {
        let (load_bar, watched) = (LoadBar::default(), Vec::new());
        Self { console, compiling: false, trained: false, load_bar, rows: 0, targets: 0, watched }
    }

    /// Starts over with another run.
    pub fn restart(&mut self) {
        self.trained = false;
    }

    pub fn console(&mut self) -> &mut Console {
        self.console.borrow_mut()
    }

    /// Whether any epoch has started.
    pub fn has_trained(&self) -> bool {
        self.trained
    }

    fn start_table(&mut self) {
        if self.compiling {
            self.console
                .borrow_mut()
                .line(yellow("compiling and tuning kernels; the first epoch is slower than the rest"));
        }
        self.console.borrow_mut().line("");
        let metric = if self.targets > 0 { metric_name("RMSE", self.targets) } else { "accuracy".to_string() };
        let name = |monitor: &Monitor| format!("{:>10}", metric_name(monitor.metric(), self.targets));
        let watched: String = self.watched.iter().map(name).collect();
        let header = format!("{}{watched}{TIME:>10}", HEADER.replace(" accuracy", &format!("{metric:>9}")));
        if let Some(note) = deviations_note(self.targets) {
            self.console.borrow_mut().line(dim(note));
        }
        self.console.borrow_mut().line(dim(header.trim_end()));
    }
}

impl<C: BorrowMut<Console>> PipelineObserver for Progress<C> {
    fn device_opened(&mut self, device: &OpenDevice) {
        let kind = if device.software { yellow(" (a software rasteriser: correct but slow)") } else { String::new() };
        self.console.borrow_mut().line(format!(
            "backend  {} on {}{kind}",
            bold(device.backend.name()),
            printable(&device.name)
        ));
        self.compiling = device.backend.compiles_kernels();
    }

    fn loading(&mut self, progress: &LoadProgress) {
        self.load_bar.show(self.console.borrow_mut(), progress);
    }

    fn noticed(&mut self, note: &str) {
        self.console.borrow_mut().line(yellow(printable(note)));
    }

    fn warned(&mut self, warning: &str) {
        self.console.borrow_mut().warn(warning);
    }

    fn prepared(&mut self, session: &Session, run: &RunDirectory, record: &RunRecord) {
        self.console.borrow_mut().end_bar();
        let config = &session.config;
        self.console.borrow_mut().log_to(run);
        let data = &record.data;
        self.rows = data.train_rows as u64;
        self.console.borrow_mut().line(format!(
            "data     {}: {} training, {} validation, {} test rows of {} features{}",
            bold(printable(&data.source)),
            count(data.train_rows),
            count(data.valid_rows),
            count(data.test_rows),
            data.features,
            predicted(data)
        ));
        self.targets = data.target_names.len();
        self.watched = Monitor::ON_DEMAND.into_iter().filter(|monitor| config.watches(*monitor)).collect();
        self.console.borrow_mut().line(format!("network  {}", config_summary::network(config, record)));
        self.console.borrow_mut().line(format!("training {}", config_summary::training(config)));
        self.console.borrow_mut().line(format!("run      {}", bold(shown_path(run.path()))));
        if self.console.borrow_mut().verbose() {
            for setting in config.changed_settings().unwrap_or_default() {
                self.console.borrow_mut().line(format!("setting  {}", printable(&setting)));
            }
        }
        // The record may be one epoch behind the checkpoint.
        let resumed = record.resumed.last().map_or(0, |resumption| resumption.epoch).max(record.epochs_done);
        if resumed > 0 {
            self.console.borrow_mut().line(format!("resuming after epoch {resumed}"));
        }
    }
}

impl<C: BorrowMut<Console>> Observer for Progress<C> {
    fn checkpoint_passed_over(&mut self, problem: &str) {
        self.console.borrow_mut().warn(problem);
    }

    fn epoch_started(&mut self, epoch: usize, epochs: usize) {
        if !std::mem::replace(&mut self.trained, true) {
            self.start_table();
        }
        self.console.borrow_mut().start_bar(self.rows, format!("{epoch:>5} of {epochs}"), EPOCH_BAR);
    }

    fn epoch_progressed(&mut self, progress: &EpochProgress) {
        let metric = progress.accuracy.map(|accuracy| format!(", accuracy {}", percent(accuracy)));
        let metric = metric
            .or_else(|| progress.rmse.map(|rmse| format!(", {} {}", metric_name("RMSE", self.targets), number(rmse))));
        let message = format!("loss {}{}", loss(progress.loss), metric.unwrap_or_default());
        self.console.borrow_mut().move_bar(progress.rows as u64, message);
    }

    fn epoch_finished(&mut self, summary: &EpochSummary) {
        self.console.borrow_mut().end_bar();
        self.console.borrow_mut().line(epoch_line(summary, &self.watched));
    }
}

const HEADER: &str = "epoch       rate  train loss  accuracy  valid loss  accuracy";
const TIME: &str = "time";

/// "in 3 classes", or what is predicted.
fn predicted(data: &DataRecord) -> String {
    match data.target_names.is_empty() {
        true => format!(" in {} classes", data.classes),
        false => format!(" to predict {}", printable(&data.target_names.join(", "))),
    }
}

/// Formats an epoch as one line.
fn epoch_line(summary: &EpochSummary, watched: &[Monitor]) -> String {
    let row = &summary.row;
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_string());
    let metric = |accuracy: Option<f64>, rmse: Option<f64>| or_dash(accuracy.map(percent).or(rmse.map(number)));
    let watched_cell = |monitor: &Monitor| {
        let value = EpochMetrics::from(row).value(*monitor);
        format!(" {:>9}", or_dash(value.map(|value| monitor.format(value))))
    };
    let columns = format!(
        "{:>5} {:>10}  {:>10} {:>9}  {:>10} {:>9}{} {:>9}",
        row.epoch,
        rate(row.learning_rate),
        loss(row.train_loss),
        metric(row.train_accuracy, row.train_rmse),
        or_dash(row.valid_loss.map(loss)),
        metric(row.valid_accuracy, row.valid_rmse),
        watched.iter().map(watched_cell).collect::<String>(),
        seconds(row.seconds),
    );
    let best = if summary.best { green("  best") } else { String::new() };
    let reduced = summary.reduced_to.map(|to| yellow(format!("  rate reduced to {}", rate(to))));
    format!("{columns}{best}{}", reduced.unwrap_or_default())
}
