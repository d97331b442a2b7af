use serde::{Deserialize, Serialize};

/// Repeated measurements.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Half of them lie on either side.
    pub median: f64,
    /// The smallest.
    pub least: f64,
    /// The largest.
    pub most: f64,
    /// A quarter of them lie below.
    pub lower_quartile: f64,
    /// A quarter of them lie above.
    pub upper_quartile: f64,
}

impl Spread {
    /// How many times the least of the middle half its most is: a quiet machine stays well below this.
    pub(crate) const WIDE: f64 = 1.5;

    /// Of no values nothing is a number.
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let last = values.len().saturating_sub(1);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        Self {
            median: (at(last / 2) + at(last.div_ceil(2))) / 2.0,
            least: at(0),
            most: at(last),
            // Of few measurements these are the outermost.
            lower_quartile: at(last / 4),
            upper_quartile: at((3 * last).div_ceil(4)),
        }
    }

    /// Whether the middle halves have values in common, so that their order is open. The outermost are left out: one epoch
    /// that something disturbed says little.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.lower_quartile <= other.upper_quartile && other.lower_quartile <= self.upper_quartile
    }

    /// Whether the middle half spreads more widely than a quiet machine's.
    pub(crate) fn is_wide(&self) -> bool {
        self.ratio() > Self::WIDE
    }

    /// The largest of the middle half over the smallest of it.
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
    fn one_disturbed_measurement_leaves_no_order_open() {
        let fast = Spread::of(vec![10.0, 11.0, 10.5, 2.0, 10.2, 10.8, 10.4, 10.6]);
        let slow = Spread::of(vec![5.0, 5.5, 5.2, 5.1, 5.3, 5.4, 5.2, 5.1]);
        assert!(!fast.overlaps(&slow) && !fast.is_wide() && fast.ratio() < 1.1, "{fast:?}");
        assert!(Spread::of(vec![10.0, 10.0, 16.0, 16.0]).is_wide());
        assert!(fast.overlaps(&Spread::of(vec![10.3; 8])));
    }
}
