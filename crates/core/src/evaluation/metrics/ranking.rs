//! Rows ranked by a score, from which the curves of a class against all others follow.

use crate::evaluation::{Predictions, TwoClassMetrics};

/// Rows ranked by the probability of one class, the positive one, highest first. Rows of equal
/// probability share a rank.
#[derive(Debug)]
pub(crate) struct Ranking {
    /// What a threshold at each distinct probability counts, highest first; never empty.
    pub ranks: Vec<Rank>,
}

/// Rows whose score is at least that of a rank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rank {
    pub score: f32,
    pub true_positives: u64,
    pub false_positives: u64,
}

impl Ranking {
    /// Ranks all rows by their probability of `class`.
    pub fn new(predictions: &Predictions, class: usize) -> Self {
        let key = |row: usize| {
            // Adding zero turns -0 into 0. The bits of floats that are not negative are in their order.
            let bits = (predictions.probabilities(row)[class] + 0.0).to_bits();
            (u64::from(bits) << 1) | u64::from(predictions.label(row) == class)
        };
        let mut keys: Vec<u64> = (0..predictions.rows()).map(key).collect();
        keys.sort_unstable_by(|one, other| other.cmp(one));
        let mut ranks: Vec<Rank> = Vec::new();
        let (mut true_positives, mut false_positives) = (0, 0);
        for key in keys {
            let score = f32::from_bits((key >> 1) as u32);
            true_positives += key & 1;
            false_positives += 1 - (key & 1);
            let rank = Rank { score, true_positives, false_positives };
            match ranks.last_mut() {
                Some(last) if last.score == score => *last = rank,
                _ => ranks.push(rank),
            }
        }
        Self { ranks }
    }

    /// Number of rows of the positive class.
    pub fn positives(&self) -> u64 {
        self.ranks.last().map_or(0, |rank| rank.true_positives)
    }

    /// Number of rows of all other classes.
    pub fn negatives(&self) -> u64 {
        self.ranks.last().map_or(0, |rank| rank.false_positives)
    }

    /// Area under the ROC curve: the probability that a row of the positive class has a higher score than one of
    /// another class, where a tie counts as half. `None` without rows of either.
    pub fn roc_auc(&self) -> Option<f64> {
        let pairs = u128::from(self.positives()) * u128::from(self.negatives());
        let mut before = (0, 0);
        let mut twice_the_area = 0_u128;
        for rank in &self.ranks {
            let (width, heights) = (rank.false_positives - before.1, before.0 + rank.true_positives);
            twice_the_area += u128::from(width) * u128::from(heights);
            before = (rank.true_positives, rank.false_positives);
        }
        (pairs > 0).then(|| twice_the_area as f64 / (2 * pairs) as f64)
    }

    /// Average precision: precision at each threshold, weighted by the recall that it adds. `None` without rows of the
    /// positive class.
    pub fn average_precision(&self) -> Option<f64> {
        let mut before = 0;
        let mut sum = 0.0;
        for rank in &self.ranks {
            sum += (rank.true_positives - before) as f64 * rank.precision();
            before = rank.true_positives;
        }
        (self.positives() > 0).then(|| sum / self.positives() as f64)
    }
}

impl Rank {
    pub fn precision(&self) -> f64 {
        self.true_positives as f64 / (self.true_positives + self.false_positives) as f64
    }
}

/// Area under the ROC curve of the second of two classes; of more classes the mean over one against the rest, where a
/// class without rows is left out. `None` unless two classes have rows.
pub fn roc_auc(predictions: &Predictions) -> Option<f64> {
    if predictions.classes() == 2 {
        return Ranking::new(predictions, TwoClassMetrics::POSITIVE).roc_auc();
    }
    let areas = (0..predictions.classes()).filter_map(|class| Ranking::new(predictions, class).roc_auc());
    let areas: Vec<f64> = areas.collect();
    (!areas.is_empty()).then(|| areas.iter().sum::<f64>() / areas.len() as f64)
}
