//! Slide 12: the learning rate falls at a plateau.

use super::super::Context;
use super::super::content::{Block, Cell, Curves, Role, Series, Slide, Table};
use super::super::trainings::{Training, Trainings};
use super::training_loop::losses;
use crate::config::{Monitor, RunConfig, ScheduleConfig, ScheduleName, ThresholdMode};
use crate::error::Result;
use crate::format::{epochs, loss, rate};
use crate::run_directory::EpochMetrics;
use crate::training::Ending;

/// The slide's `patience`.
const PATIENCE: usize = 3;

pub(super) fn slide(context: &Context, trainings: &mut Trainings) -> Result<Slide> {
    let config = config(context);
    let training = trainings.train("the plateau of slide 12", &config)?;
    let steps = scheduler(&training);
    let reductions = steps.iter().filter(|step| step.reduced).count();
    let monitor = config.schedule.monitor;
    let slide = Slide::new(12, "Learning Rate Optimization")
        .code(&[
            "if current_loss < self.best_loss:",
            "    self.best_loss = current_loss; self.wait = 0",
            "else:",
            "    self.wait += 1",
            "    if self.wait >= self.patience:",
            "        self.lr *= self.factor; self.wait = 0",
        ])
        .text(format!(
            "The slide's scheduler watches {}. After {} epochs without a new best it multiplies the rate by {}. Here it runs \
             with the slide's patience on the network of slide 7, at an initial rate of {}.",
            in_words(monitor),
            config.schedule.patience,
            config.schedule.factor,
            rate(config.optimizer.learning_rate)
        ))
        .with(Block::Table(table(&steps)))
        .text(verdict(&steps, reductions));
    let slide = slide.with(Block::Curves(losses("Loss", &training))).with(Block::Curves(rates(&training)));
    Ok(match training.ending {
        Ending::StoppedEarly => slide.text(format!(
            "Early stopping ended the training after {}: {} had not improved for {}. The weights of the best epoch, {}, are \
             kept.",
            epochs(training.history.len()),
            in_words(config.training.watched(config.early_stopping.monitor, context.data.is_regression())),
            epochs(config.early_stopping.patience),
            training.best_epoch.unwrap_or_default()
        )),
        _ => slide.text(format!("The training went on for all {}.", epochs(training.history.len()))),
    })
}

/// "the validation loss".
fn in_words(monitor: Monitor) -> String {
    let rows = if monitor.needs_valid() { "validation" } else { "training" };
    format!("the {rows} {}", monitor.metric())
}

/// The configured training with the slide's scheduler.
fn config(context: &Context) -> RunConfig {
    let mut config = context.options.config.clone();
    let monitor = if context.split.valid.is_empty() { Monitor::TrainLoss } else { Monitor::ValidLoss };
    config.schedule = ScheduleConfig {
        name: ScheduleName::Plateau,
        warmup_epochs: 0,
        monitor,
        patience: PATIENCE,
        threshold: 0.0,
        threshold_mode: ThresholdMode::Relative,
        cooldown: 0,
        min_lr: 0.0,
        max_reductions: 0,
        ..config.schedule
    };
    config
}

/// What the scheduler knows after an epoch.
struct Step {
    epoch: usize,
    loss: f64,
    best_loss: f64,
    wait: usize,
    /// The rate of the next epoch, by the slide's program.
    next_rate: f64,
    reduced: bool,
    /// The rate that the training used in the next epoch.
    used_next: Option<f64>,
}

/// Runs the slide's `LearningRateScheduler` over the losses of training epochs.
fn scheduler(training: &Training) -> Vec<Step> {
    let schedule = &training.config.schedule;
    let (mut rate, mut wait, mut best_loss) = (training.config.optimizer.learning_rate, 0, f64::INFINITY);
    let mut steps = Vec::new();
    for (index, row) in training.history.iter().enumerate() {
        let loss = EpochMetrics::from(row).value(schedule.monitor).unwrap_or(f64::NAN);
        let mut reduced = false;
        if loss < best_loss {
            (best_loss, wait) = (loss, 0);
        } else {
            wait += 1;
            if wait >= schedule.patience {
                (rate, wait, reduced) = (rate * schedule.factor, 0, true);
            }
        }
        let used_next = training.history.get(index + 1).map(|next| next.learning_rate);
        steps.push(Step { epoch: row.epoch, loss, best_loss, wait, next_rate: rate, reduced, used_next });
    }
    steps
}

fn table(steps: &[Step]) -> Table {
    let columns = ["epoch", "loss", "best_loss", "wait", "lr, slide", "lr, training", ""];
    let mut table = Table::new("The scheduler after each epoch, and the rate of the next", &columns);
    for step in steps {
        table.rows.push(vec![
            Cell::count(step.epoch),
            Cell::number(step.loss, loss),
            Cell::number(step.best_loss, loss),
            Cell::count(step.wait),
            Cell::number(step.next_rate, rate),
            Cell::optional(step.used_next, rate),
            if step.reduced { "reduced" } else { "" }.into(),
        ]);
    }
    table.selected = selected(steps);
    table
}

/// The first epochs, and those that lead to the first reductions.
fn selected(steps: &[Step]) -> Vec<usize> {
    let reductions: Vec<usize> = (0..steps.len()).filter(|&index| steps[index].reduced).take(3).collect();
    let leads = |index: usize| reductions.iter().any(|&reduction| index <= reduction && index + PATIENCE >= reduction);
    (0..steps.len()).filter(|&index| index < 2 || leads(index) || index + 1 == steps.len()).collect()
}

fn verdict(steps: &[Step], reductions: usize) -> String {
    let differs = steps.iter().any(|step| step.used_next.is_some_and(|used| used != step.next_rate));
    let agreement = match differs {
        false => "The training used the slide's rate in every epoch.",
        true => "The training's rates differ from the slide's: this is a mistake of this program, please report it.",
    };
    match reductions {
        0 => format!("The loss never went {PATIENCE} epochs without a new best, so there was no plateau. {agreement}"),
        1 => format!("The rate was reduced once. {agreement}"),
        _ => format!("The rate was reduced {reductions} times. {agreement}"),
    }
}

fn rates(training: &Training) -> Curves {
    let points = training.history.iter().map(|row| (row.epoch, row.learning_rate)).collect();
    Curves {
        title: "Learning rate".to_string(),
        is_fraction: false,
        series: vec![Series { name: "learning rate".to_string(), role: Role::Rate, points }],
    }
}
