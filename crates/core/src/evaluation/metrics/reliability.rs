//! Calibration: whether accuracy matches confidence. Guo et al. 2017, "On Calibration of Modern
//! Neural Networks", section 2.

use serde::{Deserialize, Serialize};

use crate::evaluation::Predictions;

/// Number of bins of equal width over confidence, as in the paper.
pub const RELIABILITY_BINS: usize = 15;

/// Values of the reliability diagram. Confidence is the probability of the predicted class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// [`RELIABILITY_BINS`] bins over confidences from 0 to 1.
    pub bins: Vec<ReliabilityBin>,
    /// Mean over rows of |accuracy - mean confidence| in the row's bin (equation 3 of the paper),
    /// in `[0, 1]`.
    pub expected_calibration_error: f64,
}

/// Rows with a confidence in `(lower, upper]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    pub lower: f64,
    pub upper: f64,
    /// Number of rows.
    pub count: u64,
    /// Mean confidence; 0 without rows.
    pub mean_confidence: f64,
    /// Fraction of rows that are predicted correctly; 0 without rows.
    pub accuracy: f64,
}

impl Reliability {
    /// Assigns all rows to bins.
    pub fn new(predictions: &Predictions) -> Self {
        let mut sums = [BinSums::default(); RELIABILITY_BINS];
        for row in 0..predictions.rows() {
            let predicted = predictions.predicted(row);
            // A softmax may round to slightly above one.
            let confidence = f64::from(predictions.probabilities(row)[predicted]).min(1.0);
            let bin = &mut sums[bin_of(confidence)];
            bin.count += 1;
            bin.correct += u64::from(predicted == predictions.label(row));
            bin.confidence += confidence;
        }
        let bins: Vec<ReliabilityBin> = sums.iter().enumerate().map(|(index, sums)| sums.bin(index)).collect();
        let gap = |bin: &ReliabilityBin| bin.count as f64 * (bin.accuracy - bin.mean_confidence).abs();
        let expected_calibration_error = bins.iter().map(gap).sum::<f64>() / predictions.rows() as f64;
        Self { bins, expected_calibration_error }
    }
}

#[derive(Clone, Copy, Default)]
struct BinSums {
    count: u64,
    correct: u64,
    confidence: f64,
}

impl BinSums {
    fn bin(&self, index: usize) -> ReliabilityBin {
        let rows = self.count.max(1) as f64;
        ReliabilityBin {
            lower: index as f64 / RELIABILITY_BINS as f64,
            upper: (index + 1) as f64 / RELIABILITY_BINS as f64,
            count: self.count,
            mean_confidence: self.confidence / rows,
            accuracy: self.correct as f64 / rows,
        }
    }
}

fn bin_of(confidence: f64) -> usize {
    let bin = (confidence * RELIABILITY_BINS as f64).ceil() as usize;
    bin.clamp(1, RELIABILITY_BINS) - 1
}
