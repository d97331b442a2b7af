//! Loss, accuracy and learning rate over the epochs.

use super::axis::Axis;
use super::chart::{self, Chart, Drawn, Place, Plot};
use super::ink::Ink;
use super::marks::Marks;
use crate::Result;
use crate::format::{epochs, loss, percent, rate};
use crate::run_directory::EpochRow;

/// More epochs than this are thinned out: no screen has the pixels.
pub(super) const SHOWN_EPOCHS: usize = 600;

/// Most epochs whose values are told at a place of their own in a chart.
const PLACES: usize = 150;

/// A figure with its heading and legend.
#[derive(Debug)]
pub(super) struct Curves {
    pub id: &'static str,
    pub title: &'static str,
    pub is_logarithmic: bool,
    /// Nothing where no epoch has a finite value.
    pub chart: Option<Chart>,
    pub legend: Vec<LegendEntry>,
}

/// A line's meaning.
#[derive(Debug, PartialEq)]
pub(super) struct LegendEntry {
    pub ink: &'static str,
    pub text: String,
}

/// One line of a chart.
struct Series {
    name: &'static str,
    ink: Ink,
    value: fn(&EpochRow) -> Option<f64>,
}

/// What is particular to a chart.
struct Subject {
    id: &'static str,
    title: &'static str,
    series: &'static [Series],
    text: fn(f64) -> String,
    /// Whether a value holds for the whole of its epoch.
    is_stepped: bool,
}

const LOSS: Subject = Subject {
    id: "loss",
    title: "Loss",
    series: &[
        Series { name: "training", ink: Ink::Train, value: |row| Some(row.train_loss) },
        Series { name: "validation", ink: Ink::Valid, value: |row| row.valid_loss },
    ],
    text: loss,
    is_stepped: false,
};

const ACCURACY: Subject = Subject {
    id: "accuracy",
    title: "Accuracy",
    series: &[
        Series { name: "training", ink: Ink::Train, value: |row| Some(row.train_accuracy) },
        Series { name: "validation", ink: Ink::Valid, value: |row| row.valid_accuracy },
    ],
    text: percent,
    is_stepped: false,
};

const RATE: Subject = Subject {
    id: "rate",
    title: "Learning rate",
    series: &[Series { name: "learning rate", ink: Ink::Rate, value: |row| Some(row.learning_rate) }],
    text: rate,
    is_stepped: true,
};

/// The three charts of a history that has at least one row.
pub(super) fn curves(history: &[EpochRow], marks: &Marks) -> Result<Vec<Curves>> {
    let is_fraction = [false, true, false];
    let subjects = [LOSS, ACCURACY, RATE].into_iter().zip(is_fraction);
    subjects.map(|(subject, is_fraction)| subject.curves(history, marks, is_fraction)).collect()
}

/// Every `n`th row so that at most `most` are left, with the marked ones and the last.
pub(super) fn thinned(history: &[EpochRow], marks: &Marks, most: usize) -> Vec<EpochRow> {
    let every = history.len().div_ceil(most).max(1);
    let kept = |&(index, row): &(usize, &EpochRow)| {
        index.is_multiple_of(every) || index + 1 == history.len() || !marks.at(row.epoch).is_empty()
    };
    history.iter().enumerate().filter(kept).map(|(_, row)| *row).collect()
}

impl Subject {
    fn curves(&self, history: &[EpochRow], marks: &Marks, is_fraction: bool) -> Result<Curves> {
        let values = || history.iter().flat_map(|row| self.series.iter().filter_map(|series| (series.value)(row)));
        let y = if is_fraction { Axis::of_fractions(values()) } else { Axis::of(values()) };
        Ok(Curves {
            id: self.id,
            title: self.title,
            is_logarithmic: y.as_ref().is_some_and(|y| y.is_logarithmic),
            chart: y.map(|y| self.chart(history, marks, &y)).transpose()?,
            legend: self.legend(history, marks),
        })
    }

    fn chart(&self, history: &[EpochRow], marks: &Marks, y: &Axis) -> Result<Chart> {
        let (first, last) = (history.first().map_or(1, |row| row.epoch), history.last().map_or(1, |row| row.epoch));
        let x = Axis::of_epochs(first, last);
        let shown = thinned(history, marks, SHOWN_EPOCHS);
        chart::draw(&x, y, "epoch", self.description(history), self.places(&x, history, marks), |plot| {
            draw_marks(plot, y, marks)?;
            self.series.iter().try_for_each(|series| {
                let point = |row: &EpochRow| Some((row.epoch as f64, y.position((series.value)(row)?)?));
                let points: Vec<Option<(f64, f64)>> = shown.iter().map(point).collect();
                chart::line(plot, if self.is_stepped { steps(&points) } else { points }, series.ink)
            })
        })
    }

    /// Each told epoch has the columns to the next one.
    fn places(&self, x: &Axis, history: &[EpochRow], marks: &Marks) -> Vec<Place> {
        let told = thinned(history, marks, PLACES);
        let middle = |one: &EpochRow, next: &EpochRow| (one.epoch as f64 + next.epoch as f64) / 2.0;
        let place = |(index, row): (usize, &EpochRow)| {
            let low = index.checked_sub(1).map_or(x.low, |before| middle(&told[before], row));
            let high = told.get(index + 1).map_or(x.high, |next| middle(row, next));
            Place::new(x, low, high, self.lines(row, marks))
        };
        told.iter().enumerate().map(place).collect()
    }

    fn lines(&self, row: &EpochRow, marks: &Marks) -> Vec<String> {
        let values = self.series.iter().filter_map(|series| {
            let value = (self.text)((series.value)(row)?);
            Some(if self.series.len() > 1 { format!("{} {value}", series.name) } else { value })
        });
        [format!("epoch {}", row.epoch)].into_iter().chain(values).chain(marks.at(row.epoch)).collect()
    }

    fn legend(&self, history: &[EpochRow], marks: &Marks) -> Vec<LegendEntry> {
        let entry = |ink: Ink, text: String| LegendEntry { ink: ink.name(), text };
        let has = |series: &&Series| history.iter().any(|row| (series.value)(row).is_some());
        let lines = self.series.iter().filter(has).map(|series| entry(series.ink, series.name.to_string()));
        let best = marks.best.map(|epoch| entry(Ink::Best, format!("best epoch, {epoch}")));
        let reduced = (!marks.reductions.is_empty())
            .then(|| entry(Ink::Reduced, format!("rate reduced {}", marks.reductions_told())));
        let stopped = marks.stopped.map(|epoch| entry(Ink::Stopped, format!("stopped early after epoch {epoch}")));
        lines.filter(|_| self.series.len() > 1).chain(best).chain(reduced).chain(stopped).collect()
    }

    /// "Loss over 50 epochs: training from 1.5667 to 0.0272; validation from 0.8998 to 0.0930."
    fn description(&self, history: &[EpochRow]) -> String {
        let course = |series: &Series| {
            let values: Vec<f64> = history.iter().filter_map(series.value).collect();
            let (first, last) = (values.first()?, values.last()?);
            Some(format!("{} from {} to {}", series.name, (self.text)(*first), (self.text)(*last)))
        };
        let courses: Vec<String> = self.series.iter().filter_map(course).collect();
        format!("{} over {}: {}.", self.title, epochs(history.len()), courses.join("; "))
    }
}

/// Each point as a level from the middle before it to the middle after it.
pub(crate) fn steps(points: &[Option<(f64, f64)>]) -> Vec<Option<(f64, f64)>> {
    let middle = |one: Option<&Option<(f64, f64)>>, x: f64, without: f64| match one {
        Some(Some((other, _))) => (other + x) / 2.0,
        _ => without,
    };
    let level = |(index, point): (usize, &Option<(f64, f64)>)| match *point {
        None => vec![None],
        Some((x, y)) => {
            let before = index.checked_sub(1).and_then(|before| points.get(before));
            let (start, end) = (middle(before, x, x - 0.5), middle(points.get(index + 1), x, x + 0.5));
            vec![Some((start, y)), Some((end, y))]
        }
    };
    points.iter().enumerate().flat_map(level).collect()
}

/// A reduction is in force from the beginning of its epoch on, early stopping from the end of the last.
fn draw_marks(plot: &mut Plot, y: &Axis, marks: &Marks) -> Drawn {
    for &(epoch, _) in &marks.reductions {
        chart::upright(plot, y, epoch as f64 - 0.5, Ink::Reduced)?;
    }
    if let Some(epoch) = marks.stopped {
        chart::upright(plot, y, epoch as f64 + 0.5, Ink::Stopped)?;
    }
    marks.best.map_or(Ok(()), |epoch| chart::upright(plot, y, epoch as f64, Ink::Best))
}
