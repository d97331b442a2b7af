//! The threshold of two classes: the lowest probability of the second, positive class at which it is predicted.

use super::ranking::{Rank, Ranking};
use crate::config::ThresholdRule;
use crate::evaluation::{Predictions, TwoClassMetrics};

/// Chooses the best threshold by `rule`. Between two neighbouring probabilities every threshold is equally good: 0.5 if
/// it lies there, otherwise the middle. Of several best places the one nearest 0.5 wins, then the higher one.
///
/// `predictions` have two classes.
pub fn best_threshold(predictions: &Predictions, rule: ThresholdRule) -> f32 {
    let ranking = Ranking::new(predictions, TwoClassMetrics::POSITIVE);
    let (positives, negatives) = (ranking.positives(), ranking.negatives());
    let nothing = Rank { score: f32::INFINITY, true_positives: 0, false_positives: 0 };
    let lower = ranking.ranks.iter().map(|rank| Some(rank.score)).chain([None]);
    let mut best: Option<(f64, f32)> = None;
    for (rank, lower) in std::iter::once(&nothing).chain(&ranking.ranks).zip(lower) {
        let (value, threshold) = (value(rule, rank, positives, negatives), between(lower, rank.score));
        let wins = best.is_none_or(|(best_value, best_threshold)| {
            let is_nearer = (threshold - 0.5).abs() < (best_threshold - 0.5).abs();
            value > best_value || (value == best_value && is_nearer)
        });
        if wins {
            best = Some((value, threshold));
        }
    }
    best.map_or(0.5, |(_, threshold)| threshold)
}

/// How good it is to predict the rows up to `rank` as positive; higher is better.
fn value(rule: ThresholdRule, rank: &Rank, positives: u64, negatives: u64) -> f64 {
    let (right, wrong) = (rank.true_positives, rank.false_positives);
    match rule {
        ThresholdRule::F1 => (2 * right) as f64 / (right + wrong + positives).max(1) as f64,
        // Multiplied by the number of pairs of both classes, so that equal indices are equal numbers.
        ThresholdRule::Youden => {
            (i128::from(right) * i128::from(negatives) - i128::from(wrong) * i128::from(positives)) as f64
        }
        ThresholdRule::Cost { false_positive, false_negative } => {
            -(false_positive * wrong as f64 + false_negative * (positives - right) as f64)
        }
    }
}

/// A threshold above `lower`, the next lower probability, and at most `score`.
fn between(lower: Option<f32>, score: f32) -> f32 {
    // Every row is positive from the lowest probability on, and below.
    let Some(lower) = lower else { return if score >= 0.5 { 0.5 } else { score / 2.0 } };
    // Of no row, above the highest probability.
    let upper = if score.is_finite() { score } else { 1.0_f32.max(lower.next_up()) };
    let middle = ((f64::from(lower) + f64::from(upper)) / 2.0) as f32;
    match () {
        () if lower < 0.5 && 0.5 <= upper => 0.5,
        () if middle > lower => middle,
        () => upper,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(probabilities: &[f32], labels: &[u32], rule: ThresholdRule) -> f32 {
        let both = probabilities.iter().flat_map(|&positive| [1.0 - positive, positive]).collect();
        best_threshold(&Predictions::new(both, labels.to_vec(), 2).unwrap(), rule)
    }

    #[test]
    fn a_threshold_is_one_half_or_else_in_the_middle_of_two_probabilities() {
        assert_eq!(chosen(&[0.25, 0.75], &[0, 1], ThresholdRule::F1), 0.5);
        assert_eq!(chosen(&[0.125, 0.25], &[0, 1], ThresholdRule::F1), 0.1875);
        assert_eq!(chosen(&[0.625, 0.875], &[0, 1], ThresholdRule::Youden), 0.75);
        assert_eq!(chosen(&[0.625, 0.875], &[1, 1], ThresholdRule::F1), 0.5, "every row is positive");
    }

    #[test]
    fn of_equally_good_thresholds_the_one_nearest_one_half_is_chosen() {
        // Both the highest row alone and the highest three have one mistake.
        let (probabilities, labels) = ([0.0, 0.25, 0.625, 1.0], [0, 1, 0, 1]);
        let cost = |false_negative| ThresholdRule::Cost { false_positive: 1.0, false_negative };
        assert_eq!(chosen(&probabilities, &labels, cost(1.0)), 0.8125);
        assert_eq!(chosen(&probabilities, &labels, cost(2.0)), 0.125);
    }

    #[test]
    fn if_no_row_should_be_positive_the_threshold_is_above_every_probability() {
        let cost = ThresholdRule::Cost { false_positive: 100.0, false_negative: 1.0 };
        assert_eq!(chosen(&[0.75, 0.5], &[0, 1], cost), 0.875);
        assert!(chosen(&[1.0, 0.5], &[0, 1], cost) > 1.0);
    }
}
