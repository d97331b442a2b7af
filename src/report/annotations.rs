//! Epochs that are marked in charts and in the table of epochs.

use super::run_data::RunData;
use crate::config::ScheduleName;
use crate::format::{epochs, rate};
use crate::run_directory::{EpochRow, Status};

/// Rate reductions that a legend lists one by one.
const MAX_LISTED_REDUCTIONS: usize = 6;

/// The marked epochs of a run.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Annotations {
    pub best: Option<usize>,
    /// First epochs with a reduced learning rate, and that rate. Empty for schedules that change
    /// the rate in every epoch.
    pub reductions: Vec<(usize, f64)>,
    /// The epoch after which early stopping ended the training.
    pub stopped: Option<usize>,
}

impl Annotations {
    pub fn new(run: &RunData, history: &[EpochRow]) -> Self {
        let schedule = run.config.as_ref().ok().map(|config| config.schedule.name);
        let has_reductions = matches!(schedule, Some(ScheduleName::Plateau | ScheduleName::Step));
        let last = history.last().map(|row| row.epoch);
        Self {
            best: run.record.best_epoch.filter(|best| history.iter().any(|row| row.epoch == *best)),
            reductions: if has_reductions { reductions(history) } else { Vec::new() },
            stopped: last.filter(|_| run.record.status == Status::StoppedEarly),
        }
    }

    /// Returns what to say about `epoch`: "best epoch", "rate reduced to 0.005", "stopped early".
    pub fn at(&self, epoch: usize) -> Vec<String> {
        let best = (self.best == Some(epoch)).then(|| "best epoch".to_string());
        let reduction = self.reductions.iter().find(|reduction| reduction.0 == epoch);
        let reduced = reduction.map(|reduction| format!("rate reduced to {}", rate(reduction.1)));
        let stopped = (self.stopped == Some(epoch)).then(|| "stopped early".to_string());
        [best, reduced, stopped].into_iter().flatten().collect()
    }

    /// Returns when the rate was reduced: "in epochs 18, 23 and 35", "in 12 epochs".
    pub fn reduction_epochs(&self) -> String {
        let numbers: Vec<String> = self.reductions.iter().map(|reduction| reduction.0.to_string()).collect();
        match numbers.as_slice() {
            [one] => format!("in epoch {one}"),
            [first @ .., last] if numbers.len() <= MAX_LISTED_REDUCTIONS => {
                format!("in epochs {} and {last}", first.join(", "))
            }
            _ => format!("in {}", epochs(numbers.len())),
        }
    }
}

fn reductions(history: &[EpochRow]) -> Vec<(usize, f64)> {
    let falls = history.windows(2).filter(|pair| pair[1].learning_rate < pair[0].learning_rate);
    falls.map(|pair| (pair[1].epoch, pair[1].learning_rate)).collect()
}
