//! The runs' curves, one over the other.

use super::ComparedRun;
use crate::Result;
use crate::format::{loss, percent, rate};
use crate::report::axis::Axis;
use crate::report::chart::{self, Chart, Place};
use crate::report::curves::steps;
use crate::report::ink::Ink;
use crate::run_directory::EpochRow;

/// Most points of a line: no screen has more pixels.
const SHOWN_EPOCHS: usize = 600;

/// Most epochs whose values are told at a place of their own.
const PLACES: usize = 150;

/// A chart with its heading.
#[derive(Debug)]
pub(super) struct Overlay {
    pub id: &'static str,
    pub title: &'static str,
    pub is_logarithmic: bool,
    pub chart: Chart,
}

/// What a chart shows of every run.
struct Subject {
    id: &'static str,
    title: &'static str,
    value: fn(&EpochRow) -> Option<f64>,
    text: fn(f64) -> String,
    is_fraction: bool,
    /// Whether a value holds for the whole of its epoch.
    is_stepped: bool,
}

const SUBJECTS: [Subject; 5] = [
    Subject {
        id: "valid-accuracy",
        title: "Validation accuracy",
        value: |row| row.valid_accuracy,
        text: percent,
        is_fraction: true,
        is_stepped: false,
    },
    Subject {
        id: "valid-loss",
        title: "Validation loss",
        value: |row| row.valid_loss,
        text: loss,
        is_fraction: false,
        is_stepped: false,
    },
    Subject {
        id: "train-accuracy",
        title: "Training accuracy",
        value: |row| Some(row.train_accuracy),
        text: percent,
        is_fraction: true,
        is_stepped: false,
    },
    Subject {
        id: "train-loss",
        title: "Training loss",
        value: |row| Some(row.train_loss),
        text: loss,
        is_fraction: false,
        is_stepped: false,
    },
    Subject {
        id: "rate",
        title: "Learning rate",
        value: |row| Some(row.learning_rate),
        text: rate,
        is_fraction: false,
        is_stepped: true,
    },
];

/// A chart of each figure that has finite values; of the first eight runs.
pub(super) fn overlays(runs: &[ComparedRun]) -> Result<Vec<Overlay>> {
    let shown = &runs[..runs.len().min(Ink::RUNS.len())];
    let overlays = SUBJECTS.iter().map(|subject| subject.overlay(shown));
    overlays.filter_map(Result::transpose).collect()
}

impl Subject {
    fn overlay(&self, runs: &[ComparedRun]) -> Result<Option<Overlay>> {
        let rows = || runs.iter().flat_map(|run| &run.history);
        let values = || rows().filter_map(self.value);
        let y = if self.is_fraction { Axis::of_fractions(values()) } else { Axis::of(values()) };
        let (first, last) = (rows().map(|row| row.epoch).min(), rows().map(|row| row.epoch).max());
        let (Some(y), Some(first), Some(last)) = (y, first, last) else { return Ok(None) };
        let x = Axis::of_epochs(first, last);
        let places = self.places(&x, runs);
        let chart = chart::draw(&x, &y, "epoch", self.description(runs), places, |plot| {
            runs.iter().zip(Ink::RUNS).try_for_each(|(run, ink)| {
                let point = |row: &EpochRow| Some((row.epoch as f64, y.position((self.value)(row)?)?));
                let points: Vec<Option<(f64, f64)>> = thinned(&run.history, SHOWN_EPOCHS).map(point).collect();
                chart::line(plot, if self.is_stepped { steps(&points) } else { points }, ink)?;
                let best = run.history.iter().find(|row| Some(row.epoch) == run.record.best_epoch);
                chart::line(plot, [best.and_then(point)], ink)
            })
        })?;
        Ok(Some(Overlay { id: self.id, title: self.title, is_logarithmic: y.is_logarithmic, chart }))
    }

    /// Each told epoch has the columns to the next one.
    fn places(&self, x: &Axis, runs: &[ComparedRun]) -> Vec<Place> {
        let mut epochs: Vec<usize> = runs.iter().flat_map(|run| &run.history).map(|row| row.epoch).collect();
        epochs.sort_unstable();
        epochs.dedup();
        let told: Vec<usize> = thinned(&epochs, PLACES).copied().collect();
        let middle = |one: usize, next: usize| (one as f64 + next as f64) / 2.0;
        let place = |(index, &epoch): (usize, &usize)| {
            let low = index.checked_sub(1).map_or(x.low, |before| middle(told[before], epoch));
            let high = told.get(index + 1).map_or(x.high, |&next| middle(epoch, next));
            Place::new(x, low, high, self.lines(runs, epoch))
        };
        told.iter().enumerate().map(place).collect()
    }

    fn lines(&self, runs: &[ComparedRun], epoch: usize) -> Vec<String> {
        let value = |run: &ComparedRun| {
            let row = run.history.iter().find(|row| row.epoch == epoch)?;
            let best = if run.record.best_epoch == Some(epoch) { ", best epoch" } else { "" };
            Some(format!("{} {}{best}", run.letter, (self.text)((self.value)(row)?)))
        };
        [format!("epoch {epoch}")].into_iter().chain(runs.iter().filter_map(value)).collect()
    }

    /// "Validation loss over the epochs: A from 0.8998 to 0.0930; B from ..."
    fn description(&self, runs: &[ComparedRun]) -> String {
        let course = |run: &ComparedRun| {
            let values: Vec<f64> = run.history.iter().filter_map(self.value).collect();
            let (first, last) = (values.first()?, values.last()?);
            Some(format!("{} from {} to {}", run.letter, (self.text)(*first), (self.text)(*last)))
        };
        let courses: Vec<String> = runs.iter().filter_map(course).collect();
        format!("{} over the epochs: {}.", self.title, courses.join("; "))
    }
}

/// Every `n`th of `items` so that about `most` are left, and the last.
fn thinned<T>(items: &[T], most: usize) -> impl Iterator<Item = &T> {
    let every = items.len().div_ceil(most).max(1);
    let last = items.len().saturating_sub(1);
    items
        .iter()
        .enumerate()
        .filter(move |(index, _)| index.is_multiple_of(every) || *index == last)
        .map(|(_, item)| item)
}
