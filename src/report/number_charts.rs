//! Charts of one predicted number: against the true value, and its errors.

use std::collections::HashSet;

use super::chart::{Axis, Chart, SeriesStyle, thin};
use super::sanitize::isolated;
use crate::evaluation::{NumberRow, RegressionReport};
use crate::format::{count, number};

/// Dots of a chart, without those of the largest errors; more would hide one another.
const MAX_DOTS: usize = 400;

/// Columns of a chart, each with its own tooltip.
const COLUMNS: usize = 20;

/// The view of a target's charts.
pub(super) struct NumberCharts {
    pub figures: Vec<NumberFigure>,
    /// Says that not all rows have a dot.
    pub note: Option<String>,
}

/// A chart with its heading.
pub(super) struct NumberFigure {
    /// Distinguishes the tooltips of this chart from those of others.
    pub id: String,
    pub title: &'static str,
    pub chart: Chart,
    /// Meaning of the line.
    pub line: &'static str,
}

/// What a chart shows of each row.
struct Plot<'a> {
    x_name: &'static str,
    y_name: &'static str,
    description: String,
    /// The values `(x, y)` of all rows.
    points: Vec<(f64, f64)>,
    /// Indices of the rows that have a dot.
    shown: &'a [usize],
}

impl NumberCharts {
    /// Draws the target at `place`, called `name`. A chart without a finite value is left out.
    pub fn new(rows: &[NumberRow], report: &RegressionReport, place: usize, name: &str) -> Self {
        let pairs: Vec<(f64, f64)> = rows.iter().map(|row| (row.truth[place], row.predicted[place])).collect();
        let shown = shown(rows.len(), report);
        let (subject, rows) = (isolated(name), count(rows.len()));
        let rmse = number(report.targets[place].rmse);
        let against_truth = Plot {
            x_name: "true value",
            y_name: "predicted",
            description: format!("Predicted against true values of {subject} for {rows} rows; RMSE {rmse}."),
            points: pairs.clone(),
            shown: &shown,
        };
        let errors = Plot {
            x_name: "predicted value",
            y_name: "error",
            description: format!(
                "Errors of {subject}, predicted minus true, against predicted values for {rows} rows."
            ),
            points: pairs.iter().map(|(truth, predicted)| (*predicted, predicted - truth)).collect(),
            shown: &shown,
        };
        let drawing = |id: &str, title, chart: Option<Chart>, line| {
            Some(NumberFigure { id: format!("{id}-{place}"), title, chart: chart?, line })
        };
        let figures = [
            drawing("predicted", "Predicted by true value", against_truth.with_diagonal(), "predicted equals true"),
            drawing("error", "Error by predicted value", errors.with_zero(), "no error"),
        ];
        let is_thinned = shown.len() < pairs.len();
        Self {
            figures: figures.into_iter().flatten().collect(),
            note: is_thinned
                .then(|| format!("{} of {rows} rows have a dot, also the largest errors.", count(shown.len()))),
        }
    }
}

/// Returns the indices of the rows to show: evenly spread ones, and those with the largest errors.
fn shown(rows: usize, report: &RegressionReport) -> Vec<usize> {
    let worst: HashSet<usize> = report.worst.iter().map(|error| error.index).collect();
    let indices: Vec<usize> = (0..rows).collect();
    thin(&indices, MAX_DOTS, |row| worst.contains(row)).copied().collect()
}

impl Plot<'_> {
    /// Both axes have the same range, so that a perfect model's dots lie on the diagonal of the plot area.
    fn with_diagonal(self) -> Option<Chart> {
        let axis = Axis::linear_fitting(self.points.iter().flat_map(|&(x, y)| [x, y]))?;
        let ends = axis.ends();
        Some(self.chart(axis.clone(), axis, [(ends.0, ends.0), (ends.1, ends.1)]))
    }

    fn with_zero(self) -> Option<Chart> {
        let x = Axis::linear_fitting(self.points.iter().map(|point| point.0))?;
        let y = Axis::linear_fitting(self.points.iter().map(|point| point.1).chain([0.0]))?;
        let ends = x.ends();
        Some(self.chart(x, y, [(ends.0, 0.0), (ends.1, 0.0)]))
    }

    fn chart(self, x: Axis, y: Axis, line: [(f64, f64); 2]) -> Chart {
        let (start, end) = x.ends();
        let mut chart = Chart::new(x, y, self.x_name, self.description.clone());
        for &row in self.shown {
            chart.add_dot(SeriesStyle::ROW, self.points[row]);
        }
        chart.add_line(SeriesStyle::PERFECT_PREDICTION, &line);
        let width = (end - start) / COLUMNS as f64;
        let column_of = |x: f64| (((x - start) / width) as usize).min(COLUMNS - 1);
        let mut columns = vec![Vec::new(); COLUMNS];
        self.points.iter().for_each(|&(x, y)| columns[column_of(x)].push(y));
        for (column, values) in columns.into_iter().enumerate().filter(|(_, values)| !values.is_empty()) {
            let (from, to) = (start + width * column as f64, start + width * (column + 1) as f64);
            chart.add_tooltip(from, to, self.tooltip((from, to), &values));
        }
        chart
    }

    fn tooltip(&self, (from, to): (f64, f64), values: &[f64]) -> Vec<String> {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let (low, high) =
            values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &y| (low.min(y), high.max(y)));
        vec![
            format!("{} {} to {}", self.x_name, number(from), number(to)),
            format!("rows {}", count(values.len())),
            format!("{} from {}", self.y_name, number(low)),
            format!("to {}", number(high)),
            format!("mean {}", number(mean)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use burn_mlp_infer::NumericTarget;

    use super::*;
    use crate::config::RunConfig;
    use crate::data::Origin;
    use crate::evaluation::NumberPredictions;

    /// Charts of rows whose true values are 0, 1, 2, ... and whose errors are given.
    fn charts(errors: &[f64]) -> NumberCharts {
        let target = NumericTarget::fit("y", [-1.0, 1.0].into_iter(), false);
        let truths: Vec<f64> = (0..errors.len()).map(|row| row as f64).collect();
        let outputs: Vec<f32> = truths.iter().zip(errors).map(|(truth, error)| (truth + error) as f32).collect();
        let predictions = NumberPredictions::from_outputs(&outputs, &truths, &[target]).unwrap();
        let report = RegressionReport::new(&predictions, RunConfig::default().training.number_loss());
        let row = |index: usize| NumberRow {
            index,
            origin: Origin::default(),
            truth: predictions.truth(index).to_vec(),
            predicted: predictions.predicted(index).to_vec(),
        };
        NumberCharts::new(&(0..errors.len()).map(row).collect::<Vec<_>>(), &report, 0, "y")
    }

    #[test]
    fn the_dots_of_a_perfect_model_lie_on_the_diagonal() {
        let charts = charts(&[0.0; 11]);
        let [truth, errors] = &charts.figures[..] else { panic!("two charts") };
        assert_eq!(truth.chart.lines[0].points, "62.0,250.0 454.0,10.0");
        for dot in &truth.chart.dots {
            let (across, up) = ((dot.x - 62.0) / 392.0, (250.0 - dot.y) / 240.0);
            assert!((across - up).abs() < 1e-9, "{across} {up}");
        }
        let zero = errors.chart.lines[0].points.split([',', ' ']).nth(1).unwrap().parse::<f64>().unwrap();
        assert!(errors.chart.dots.iter().all(|dot| (dot.y - zero).abs() < 0.05));
        assert_eq!((truth.chart.dots.len(), &charts.note), (11, &None));
    }

    #[test]
    fn a_dot_is_at_its_true_and_its_predicted_value() {
        // The axes go from 0 to 4 and from -1 to 2 (errors).
        let charts = charts(&[0.0, 2.0, -1.0, 0.0, 0.0]);
        let dot = |drawing: usize, row: usize| {
            let dot = &charts.figures[drawing].chart.dots[row];
            ((dot.x - 62.0) / 392.0, (250.0 - dot.y) / 240.0)
        };
        assert_eq!(dot(0, 1), (0.25, 0.75));
        let (across, up) = dot(1, 1);
        assert_eq!(across, 0.75);
        assert!((up - 1.0).abs() < 1e-9, "{up}");
        let tooltip = charts.figures[0].chart.tooltips.iter().find(|it| it.lines[2] == "predicted from 3");
        assert_eq!(tooltip.unwrap().lines, ["true value 1 to 1.2", "rows 1", "predicted from 3", "to 3", "mean 3"]);
    }

    #[test]
    fn many_rows_are_thinned_out_except_for_the_largest_errors() {
        let mut errors = vec![0.0; 10_000];
        errors[1234] = 5000.0;
        let charts = charts(&errors);
        for drawing in &charts.figures {
            let dots = drawing.chart.dots.len();
            assert!((400..=500).contains(&dots), "{dots}");
            let rows: usize = drawing
                .chart
                .tooltips
                .iter()
                .map(|tooltip| tooltip.lines[1].replace("rows ", "").replace(',', "").parse::<usize>().unwrap())
                .sum();
            assert_eq!(rows, 10_000, "tooltips count all rows");
        }
        let highest = charts.figures[1].chart.dots.iter().map(|dot| dot.y).fold(f64::INFINITY, f64::min);
        assert!((highest - 10.0).abs() < 1e-6, "the largest error has a dot");
        assert!(charts.note.unwrap().contains(" of 10,000 rows have a dot"));
    }
}
