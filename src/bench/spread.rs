//! Statistics of repeated measurements.

use serde::{Deserialize, Serialize};

/// The spread of repeated measurements.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// The smallest value.
    pub least: f64,
    /// The largest value.
    pub most: f64,
    /// A quarter of the values lie below.
    pub lower_quartile: f64,
    /// A quarter of the values lie above.
    pub upper_quartile: f64,
}

impl Spread {
    /// Maximum ratio of the quartiles on a quiet machine, which stays well below it.
    pub(crate) const MAX_RATIO: f64 = 1.5;

    /// Summarises `values`; all NaN if there are none.
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let last = values.len().saturating_sub(1);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        Self {
            median: (at(last / 2) + at(last.div_ceil(2))) / 2.0,
            least: at(0),
            most: at(last),
            // With few values these are the smallest and the largest.
            lower_quartile: at(last / 4),
            upper_quartile: at((3 * last).div_ceil(4)),
        }
    }

    /// Whether the middle halves overlap, so that it is open which of the two is larger. The rest
    /// is ignored, since one disturbed value means little.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.lower_quartile <= other.upper_quartile && other.lower_quartile <= self.upper_quartile
    }

    /// Whether the middle half is wider than on a quiet machine.
    pub(crate) fn is_wide(&self) -> bool {
        self.ratio() > Self::MAX_RATIO
    }

    /// The upper quartile divided by the lower.
    fn ratio(&self) -> f64 {
        self.upper_quartile / self.lower_quartile
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_and_the_quartiles_are_the_middle_of_the_sorted_values() {
        let spread = Spread::of(vec![9.0, 1.0, 2.0, 8.0, 3.0, 7.0, 4.0, 6.0, 5.0, 100.0]);
        assert_eq!((spread.least, spread.median, spread.most), (1.0, 5.5, 100.0));
        assert_eq!((spread.lower_quartile, spread.upper_quartile), (3.0, 8.0));
        let few = Spread::of(vec![3.0, 1.0, 2.0]);
        assert_eq!((few.lower_quartile, few.median, few.upper_quartile), (1.0, 2.0, 3.0));
        let one = Spread::of(vec![4.0]);
        assert_eq!(
            (one.least, one.lower_quartile, one.median, one.upper_quartile, one.most),
            (4.0, 4.0, 4.0, 4.0, 4.0)
        );
    }

    #[test]
    fn one_disturbed_value_does_not_leave_the_order_open() {
        let fast = Spread::of(vec![10.0, 11.0, 10.5, 2.0, 10.2, 10.8, 10.4, 10.6]);
        let slow = Spread::of(vec![5.0, 5.5, 5.2, 5.1, 5.3, 5.4, 5.2, 5.1]);
        assert!(!fast.overlaps(&slow) && !fast.is_wide() && fast.ratio() < 1.1, "{fast:?}");
        assert!(Spread::of(vec![10.0, 10.0, 16.0, 16.0]).is_wide());
        assert!(fast.overlaps(&Spread::of(vec![10.3; 8])));
    }
}
