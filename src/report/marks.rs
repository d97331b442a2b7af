//! The epochs that stand out.

use super::reading::Reading;
use crate::config::ScheduleName;
use crate::format::{epochs, rate};
use crate::run_directory::{EpochRow, Status};

/// Most epochs of rate reductions that are told by number.
const TOLD: usize = 6;

/// The epochs that the charts mark.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Marks {
    pub best: Option<usize>,
    /// First epochs at a reduced rate, with that rate; only of schedules that reduce it now and then.
    pub reductions: Vec<(usize, f64)>,
    /// The epoch after which early stopping ended the training.
    pub stopped: Option<usize>,
}

impl Marks {
    pub fn new(reading: &Reading, history: &[EpochRow]) -> Self {
        let schedule = reading.config.as_ref().ok().map(|config| config.schedule.name);
        let steps = matches!(schedule, Some(ScheduleName::Plateau | ScheduleName::Step));
        let last = history.last().map(|row| row.epoch);
        Self {
            best: reading.record.best_epoch.filter(|best| history.iter().any(|row| row.epoch == *best)),
            reductions: if steps { reductions(history) } else { Vec::new() },
            stopped: last.filter(|_| reading.record.status == Status::StoppedEarly),
        }
    }

    /// What stands out at `epoch`, in words.
    pub fn at(&self, epoch: usize) -> Vec<String> {
        let best = (self.best == Some(epoch)).then(|| "best epoch".to_string());
        let reduced = self.reductions.iter().find(|reduction| reduction.0 == epoch);
        let reduced = reduced.map(|reduction| format!("rate reduced to {}", rate(reduction.1)));
        let stopped = (self.stopped == Some(epoch)).then(|| "stopped early".to_string());
        [best, reduced, stopped].into_iter().flatten().collect()
    }

    /// "in epochs 18, 23 and 35".
    pub fn reductions_told(&self) -> String {
        let numbers: Vec<String> = self.reductions.iter().map(|reduction| reduction.0.to_string()).collect();
        match numbers.as_slice() {
            [one] => format!("in epoch {one}"),
            [first @ .., last] if numbers.len() <= TOLD => format!("in epochs {} and {last}", first.join(", ")),
            _ => format!("in {}", epochs(numbers.len())),
        }
    }
}

fn reductions(history: &[EpochRow]) -> Vec<(usize, f64)> {
    let falls = history.windows(2).filter(|pair| pair[1].learning_rate < pair[0].learning_rate);
    falls.map(|pair| (pair[1].epoch, pair[1].learning_rate)).collect()
}
