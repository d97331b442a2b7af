//! Whether the model is right as often as it claims to be.

use super::axis::Axis;
use super::chart::{self, Chart, Place};
use super::ink::Ink;
use crate::Result;
use crate::evaluation::{EvaluationReport, ReliabilityBin};
use crate::format::{count, percent};

/// The reliability diagram with its figures.
#[derive(Debug)]
pub(super) struct Calibration {
    pub chart: Chart,
    pub error: String,
    /// "too sure of itself", in a sentence.
    pub verdict: &'static str,
    pub bins: Vec<BinCells>,
}

/// One bin, in words.
#[derive(Debug, PartialEq)]
pub(super) struct BinCells {
    pub range: String,
    pub rows: String,
    pub confidence: String,
    pub accuracy: String,
}

impl Calibration {
    pub fn new(report: &EvaluationReport) -> Result<Self> {
        let reliability = &report.reliability;
        let axis = Axis::unit();
        let filled = || reliability.bins.iter().filter(|bin| bin.count > 0);
        let places = filled().map(|bin| Place::new(&axis, bin.lower, bin.upper, lines(bin))).collect();
        let error = percent(reliability.expected_calibration_error);
        let description = format!(
            "Reliability diagram: the accuracy of {} rows by the confidence of the prediction; expected calibration error {error}.",
            count(report.samples)
        );
        let chart = chart::draw(&axis, &axis, "confidence", description, places, |plot| {
            for bin in filled() {
                // A hair of room between neighbours.
                let room = (bin.upper - bin.lower) * 0.06;
                chart::bar(plot, [(bin.lower + room, 0.0), (bin.upper - room, bin.accuracy)], Ink::Bar)?;
            }
            chart::line(plot, [Some((0.0, 0.0)), Some((1.0, 1.0))], Ink::Ideal)?;
            filled()
                .try_for_each(|bin| chart::line(plot, [Some((bin.mean_confidence.min(1.0), bin.accuracy))], Ink::Text))
        })?;
        Ok(Self { chart, error, verdict: verdict(report), bins: filled().map(BinCells::new).collect() })
    }
}

impl BinCells {
    fn new(bin: &ReliabilityBin) -> Self {
        Self {
            range: range(bin),
            rows: count(bin.count as usize),
            confidence: percent(bin.mean_confidence),
            accuracy: percent(bin.accuracy),
        }
    }
}

fn range(bin: &ReliabilityBin) -> String {
    format!("{:.0} to {:.0} %", 100.0 * bin.lower, 100.0 * bin.upper)
}

fn lines(bin: &ReliabilityBin) -> Vec<String> {
    vec![
        format!("confidence {}", range(bin)),
        format!("rows {}", count(bin.count as usize)),
        format!("mean {}", percent(bin.mean_confidence)),
        format!("accuracy {}", percent(bin.accuracy)),
    ]
}

fn verdict(report: &EvaluationReport) -> &'static str {
    let rows = report.samples.max(1) as f64;
    let gap = |bin: &ReliabilityBin| bin.count as f64 * (bin.mean_confidence - bin.accuracy);
    let surplus = report.reliability.bins.iter().map(gap).sum::<f64>() / rows;
    match surplus {
        surplus if surplus > 0.005 => "On the whole the model is surer than it is right.",
        surplus if surplus < -0.005 => "On the whole the model is right more often than it is sure.",
        _ => "On the whole the model is about as sure as it is right.",
    }
}
