//! Charts of values over the epochs of one or more runs.

use super::axis::Axis;
use super::palette::SeriesStyle;
use super::svg_chart::Chart;
use super::thinning::thin;
use crate::format::epochs;

/// Points of a line; more than a screen has pixels for are thinned out.
const MAX_POINTS: usize = 600;

/// Tooltips of a chart; more would be too narrow to point at.
const MAX_TOOLTIPS: usize = 150;

/// Lines that share their axes.
pub(crate) struct EpochCurves {
    pub title: String,
    /// Formats a value for tooltips and the description.
    pub format: fn(f64) -> String,
    /// Whether values are fractions, shown in percent.
    pub is_fraction: bool,
    /// Whether a value applies to the whole epoch, as a learning rate does.
    pub is_stepped: bool,
    pub series: Vec<Series>,
}

/// One line.
pub(crate) struct Series {
    /// Shown in tooltips before the value; empty for the only series of a chart.
    pub name: String,
    pub style: SeriesStyle,
    /// Epochs, ascending, with their values. `None` and values that are not finite leave a gap.
    pub values: Vec<(usize, Option<f64>)>,
    /// The epoch to mark with a dot on the line.
    pub best_epoch: Option<usize>,
}

impl EpochCurves {
    /// Returns the chart, or `None` if there is not a single finite value. The text of `notes` for
    /// an epoch is appended to its tooltip; epochs that have some are never thinned out.
    pub fn chart(&self, notes: impl Fn(usize) -> Vec<String>) -> Option<Chart> {
        let values = self.series.iter().flat_map(|series| series.values.iter().filter_map(|point| point.1));
        let y = if self.is_fraction { Axis::fractions(values)? } else { Axis::fitting(values)? };
        let epochs = self.epochs();
        let (&first, &last) = (epochs.first()?, epochs.last()?);
        let mut chart = Chart::new(Axis::epochs(first, last), y, "epoch", self.description(epochs.len()));
        let is_kept = |epoch: usize| {
            self.series.iter().any(|series| series.best_epoch == Some(epoch)) || !notes(epoch).is_empty()
        };
        for series in &self.series {
            let shown = thin(&series.values, MAX_POINTS, |point| is_kept(point.0));
            let points: Vec<(f64, f64)> =
                shown.map(|&(epoch, value)| (epoch as f64, value.unwrap_or(f64::NAN))).collect();
            chart.add_line(series.style, &if self.is_stepped { stepped(&points) } else { points });
            if let Some((epoch, value)) = series.best() {
                chart.add_dot(series.style, (epoch as f64, value));
            }
        }
        let shown: Vec<usize> = thin(&epochs, MAX_TOOLTIPS, |&epoch| is_kept(epoch)).copied().collect();
        for (index, &epoch) in shown.iter().enumerate() {
            let (from, to) = column(&shown, index, first as f64 - 0.5, last as f64 + 0.5);
            chart.add_tooltip(from, to, self.tooltip(epoch, notes(epoch)));
        }
        Some(chart)
    }

    /// Every epoch of any series once, ascending.
    fn epochs(&self) -> Vec<usize> {
        let mut epochs: Vec<usize> =
            self.series.iter().flat_map(|series| series.values.iter().map(|point| point.0)).collect();
        epochs.sort_unstable();
        epochs.dedup();
        epochs
    }

    fn tooltip(&self, epoch: usize, notes: Vec<String>) -> Vec<String> {
        let line = |series: &Series| {
            let value = (self.format)(series.at(epoch)?);
            let best = if series.best_epoch == Some(epoch) { ", best epoch" } else { "" };
            let space = if series.name.is_empty() { "" } else { " " };
            Some(format!("{}{space}{value}{best}", series.name))
        };
        let values = self.series.iter().filter_map(line);
        [format!("epoch {epoch}")].into_iter().chain(values).chain(notes).collect()
    }

    /// "Loss over 50 epochs: training from 1.5667 to 0.0272; validation from 0.8998 to 0.0930."
    fn description(&self, number_of_epochs: usize) -> String {
        let ends = |series: &Series| {
            let mut values = series.values.iter().filter_map(|point| point.1);
            let first = values.next()?;
            let last = values.next_back().unwrap_or(first);
            let space = if series.name.is_empty() { "" } else { " " };
            Some(format!("{}{space}from {} to {}", series.name, (self.format)(first), (self.format)(last)))
        };
        let ends: Vec<String> = self.series.iter().filter_map(ends).collect();
        format!("{} over {}: {}.", self.title, epochs(number_of_epochs), ends.join("; "))
    }
}

impl Series {
    fn at(&self, epoch: usize) -> Option<f64> {
        let index = self.values.binary_search_by_key(&epoch, |point| point.0).ok()?;
        self.values[index].1
    }

    fn best(&self) -> Option<(usize, f64)> {
        let epoch = self.best_epoch?;
        Some((epoch, self.at(epoch)?))
    }
}

/// The column of the epoch at `index`, up to the middle between it and each neighbour.
fn column(epochs: &[usize], index: usize, start: f64, end: f64) -> (f64, f64) {
    let middle = |left: usize, right: usize| (left as f64 + right as f64) / 2.0;
    let from = if index == 0 { start } else { middle(epochs[index - 1], epochs[index]) };
    let to = epochs.get(index + 1).map_or(end, |&next| middle(epochs[index], next));
    (from, to)
}

/// Replaces each point by a level from the middle before it to the middle after it.
fn stepped(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let level = |(index, &(x, y)): (usize, &(f64, f64))| {
        let middle = |neighbour: Option<&(f64, f64)>, without: f64| match neighbour {
            Some((other, value)) if value.is_finite() => (other + x) / 2.0,
            _ => without,
        };
        let before = index.checked_sub(1).and_then(|before| points.get(before));
        [(middle(before, x - 0.5), y), (middle(points.get(index + 1), x + 0.5), y)]
    };
    points.iter().enumerate().flat_map(level).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves(values: &[f64]) -> EpochCurves {
        let values = values.iter().enumerate().map(|(index, &value)| (index + 1, Some(value))).collect();
        let series = Series { name: "a".into(), style: SeriesStyle::TRAIN, values, best_epoch: Some(2) };
        EpochCurves {
            title: "Loss".to_string(),
            format: |value| format!("{value:.1}"),
            is_fraction: false,
            is_stepped: false,
            series: vec![series],
        }
    }

    #[test]
    fn a_chart_describes_its_ends_and_each_epoch() {
        let chart = curves(&[3.0, 1.0, 2.0]).chart(|_| Vec::new()).unwrap();
        assert_eq!(chart.description, "Loss over 3 epochs: a from 3.0 to 2.0.");
        let lines: Vec<String> = chart.tooltips.iter().map(|tooltip| tooltip.lines.join("|")).collect();
        assert_eq!(lines, ["epoch 1|a 3.0", "epoch 2|a 1.0, best epoch", "epoch 3|a 2.0"]);
        assert_eq!(chart.dots.len(), 1);
    }

    #[test]
    fn epochs_with_notes_are_not_thinned_out() {
        let notes = |epoch: usize| if epoch == 77 { vec!["a note".to_string()] } else { Vec::new() };
        let chart = curves(&vec![1.0; 1000]).chart(notes).unwrap();
        // Every 7th from 1 to 995, and 2, 77 and 1000.
        assert_eq!(chart.tooltips.len(), 143 + 3);
        assert!(chart.tooltips.iter().any(|tooltip| tooltip.lines.last().is_some_and(|line| line == "a note")));
    }

    #[test]
    fn without_a_finite_value_there_is_no_chart() {
        assert!(curves(&[f64::NAN, f64::INFINITY]).chart(|_| Vec::new()).is_none());
    }

    #[test]
    fn a_stepped_value_holds_from_the_middle_before_it_to_the_middle_after_it() {
        let points = [(1.0, 5.0), (2.0, 4.0), (3.0, f64::NAN)];
        let levels = stepped(&points);
        assert_eq!(levels[..4], [(0.5, 5.0), (1.5, 5.0), (1.5, 4.0), (2.5, 4.0)]);
    }
}
