//! Metrics of two classes, one of which is the positive one.

use serde::{Deserialize, Serialize};

use super::ranking::{Rank, Ranking};
use crate::evaluation::Predictions;

/// Points of a curve are at least this far apart, horizontally or vertically.
const STEP: f64 = 1.0 / 200.0;

/// Metrics of the probability of the second class, the positive one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TwoClassMetrics {
    /// Name of the positive class.
    pub positive: String,
    /// Precision at each threshold, weighted by the recall that it adds (scikit-learn's `average_precision_score`);
    /// `None` without rows of the positive class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_precision: Option<f64>,
    /// Mean squared difference of the probability from 1 for rows of the positive class, from 0 for others.
    pub brier: f64,
    /// The ROC and the precision-recall curve, thresholds descending; empty unless both classes have rows. Points that
    /// hardly differ from the one before are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub curve: Vec<CurvePoint>,
}

/// What predicting the positive class from a threshold on leads to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Lowest probability of the positive class that counts as positive.
    pub threshold: f32,
    /// Fraction of the positive rows that are predicted as positive: the true positive rate.
    pub recall: f64,
    /// Fraction of the negative rows that are predicted as positive.
    pub false_positive_rate: f64,
    /// Fraction of the rows predicted as positive that are.
    pub precision: f64,
}

impl TwoClassMetrics {
    /// Index of the positive class.
    pub const POSITIVE: usize = 1;

    /// Computes the metrics; `None` unless there are two classes.
    pub(crate) fn new(predictions: &Predictions, class_names: &[String]) -> Option<Self> {
        let [_, positive] = class_names else { return None };
        let ranking = Ranking::new(predictions, Self::POSITIVE);
        Some(Self {
            positive: positive.clone(),
            average_precision: ranking.average_precision(),
            brier: brier(predictions),
            curve: curve(&ranking),
        })
    }
}

fn brier(predictions: &Predictions) -> f64 {
    let squared = |row: usize| {
        let truth = if predictions.label(row) == TwoClassMetrics::POSITIVE { 1.0 } else { 0.0 };
        (f64::from(predictions.probabilities(row)[TwoClassMetrics::POSITIVE]) - truth).powi(2)
    };
    (0..predictions.rows()).map(squared).sum::<f64>() / predictions.rows() as f64
}

fn curve(ranking: &Ranking) -> Vec<CurvePoint> {
    let (positives, negatives) = (ranking.positives(), ranking.negatives());
    if positives == 0 || negatives == 0 {
        return Vec::new();
    }
    let point = |rank: &Rank| CurvePoint {
        threshold: rank.score,
        recall: rank.true_positives as f64 / positives as f64,
        false_positive_rate: rank.false_positives as f64 / negatives as f64,
        precision: rank.precision(),
    };
    let last = ranking.ranks.len() - 1;
    let mut kept: Vec<CurvePoint> = Vec::new();
    for (index, point) in ranking.ranks.iter().map(point).enumerate() {
        let is_far = kept.last().is_none_or(|before| {
            point.recall - before.recall >= STEP || point.false_positive_rate - before.false_positive_rate >= STEP
        });
        if is_far || index == last {
            kept.push(point);
        }
    }
    kept
}
