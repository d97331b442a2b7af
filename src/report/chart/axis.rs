//! Axes with round ticks.

/// Ratio of the largest to the smallest value from which an axis is logarithmic: a linear one would
/// flatten most of the curve.
const LOGARITHMIC_RATIO: f64 = 30.0;

/// Intervals between ticks that an axis aims for.
const INTERVALS: f64 = 5.0;

/// Larger values overflow when the axis is divided into intervals, so they are left out.
const MAX_MAGNITUDE: f64 = 1e300;

/// One axis of a chart. Its coordinates are the values, or their decimal logarithms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    /// Coordinates of both ends.
    low: f64,
    high: f64,
    /// Coordinates of the ticks.
    ticks: Vec<f64>,
    is_logarithmic: bool,
    /// Whether values are fractions, labelled in percent.
    is_percent: bool,
}

impl Axis {
    /// Returns an axis for all finite `values`, logarithmic if they are positive and span widely,
    /// or `None` if not one of them is finite.
    pub fn fitting(values: impl Iterator<Item = f64>) -> Option<Self> {
        let (lowest, highest) = extremes(values)?;
        Some(if lowest > 0.0 && highest / lowest >= LOGARITHMIC_RATIO {
            Self::logarithmic(lowest, highest)
        } else {
            Self::linear(lowest, highest)
        })
    }

    /// Returns a linear axis for all finite `values`, or `None` if not one of them is finite.
    pub fn linear_fitting(values: impl Iterator<Item = f64>) -> Option<Self> {
        extremes(values).map(|(lowest, highest)| Self::linear(lowest, highest))
    }

    /// Returns an axis for all finite fractions in `values` that does not extend below 0 or above
    /// 1, or `None` if not one of them is finite.
    pub fn fractions(values: impl Iterator<Item = f64>) -> Option<Self> {
        let (lowest, highest) = extremes(values)?;
        let mut axis = Self::linear(lowest, highest);
        (axis.low, axis.high) = (axis.low.max(0.0).min(lowest), axis.high.min(1.0).max(highest));
        axis.ticks.retain(|tick| (axis.low..=axis.high).contains(tick));
        axis.is_percent = true;
        Some(axis)
    }

    /// Returns an axis from 0 to 100 %.
    pub fn zero_to_one() -> Self {
        Self {
            low: 0.0,
            high: 1.0,
            ticks: (0..=5).map(|fifth| f64::from(fifth) / 5.0).collect(),
            is_logarithmic: false,
            is_percent: true,
        }
    }

    /// Returns an axis of whole numbers from `first` to `last`, with half a step of space at both
    /// ends.
    pub fn epochs(first: usize, last: usize) -> Self {
        let step = round_step((last - first) as f64 / INTERVALS).max(1.0) as usize;
        let multiples = (first.div_ceil(step)..=last / step).map(|multiple| multiple * step);
        let mut ticks: Vec<f64> = multiples.map(|epoch| epoch as f64).collect();
        if ticks.first().is_none_or(|&tick| tick - first as f64 >= step as f64 / 2.0) {
            ticks.insert(0, first as f64);
        }
        Self { low: first as f64 - 0.5, high: last as f64 + 0.5, ticks, is_logarithmic: false, is_percent: false }
    }

    fn linear(lowest: f64, highest: f64) -> Self {
        let space = if highest > lowest { 0.0 } else { (highest.abs() * 0.1).max(1e-12) };
        let (lowest, highest) = (lowest - space, highest + space);
        let step = round_step((highest - lowest) / INTERVALS);
        let (first, last) = ((lowest / step).floor(), (highest / step).ceil());
        let ticks: Vec<f64> = (0..=(last - first) as usize).map(|index| (first + index as f64) * step).collect();
        Self { low: first * step, high: last * step, ticks, is_logarithmic: false, is_percent: false }
    }

    fn logarithmic(lowest: f64, highest: f64) -> Self {
        let (first, last) = (lowest.log10().floor() as i32, highest.log10().ceil() as i32);
        let decades = last - first;
        let digits: &[f64] = if decades <= 3 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let every = (decades as usize).div_ceil(INTERVALS as usize + 1).max(1);
        let exponents = (first..=last).step_by(every);
        let mut ticks: Vec<f64> = exponents
            .flat_map(|exponent| digits.iter().map(move |digit| f64::from(exponent) + digit.log10()))
            .collect();
        let (low, high) = (lowest.log10(), highest.log10());
        let start = ticks.iter().rposition(|&tick| tick <= low + 1e-9).unwrap_or(0);
        ticks.drain(..start);
        let end = ticks.iter().position(|&tick| tick >= high - 1e-9).map_or(ticks.len(), |position| position + 1);
        ticks.truncate(end);
        let bound = |tick: Option<&f64>, value: f64| tick.copied().unwrap_or(value);
        let (low, high) = (bound(ticks.first(), low).min(low), bound(ticks.last(), high).max(high));
        Self { low, high, ticks, is_logarithmic: true, is_percent: false }
    }

    /// Coordinates of both ends: on a linear axis, the values there.
    pub fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    pub fn is_logarithmic(&self) -> bool {
        self.is_logarithmic
    }

    /// Returns where `value` lies between the low end (0) and the high end (1), or `None` if it is
    /// not finite or has no logarithm where one is needed.
    pub fn fraction(&self, value: f64) -> Option<f64> {
        let coordinate = if self.is_logarithmic { value.log10() } else { value };
        (coordinate.is_finite() && value.abs() <= MAX_MAGNITUDE).then(|| self.fraction_of(coordinate))
    }

    /// Returns the ticks, each as its fraction of the axis and its label.
    pub fn ticks(&self) -> impl Iterator<Item = (f64, String)> {
        self.ticks.iter().map(|&tick| (self.fraction_of(tick), self.label(tick)))
    }

    fn fraction_of(&self, coordinate: f64) -> f64 {
        (coordinate - self.low) / (self.high - self.low)
    }

    /// Returns a tick's label, with as many decimals as it takes to tell it from its neighbours.
    fn label(&self, tick: f64) -> String {
        let value = if self.is_logarithmic { 10f64.powf(tick) } else { tick };
        let step = match (self.is_logarithmic, self.ticks.as_slice()) {
            (false, [first, second, ..]) => second - first,
            _ => value,
        };
        if self.is_percent { format!("{} %", number(100.0 * value, 100.0 * step)) } else { number(value, step) }
    }
}

/// Formats `value` with the decimals that a difference of `step` needs.
fn number(value: f64, step: f64) -> String {
    let size = value.abs().max(step);
    let text = if value == 0.0 || (1e-4..1e6).contains(&size) {
        let decimals = (-(step.abs().max(1e-9).log10() + 1e-9).floor()).clamp(0.0, 9.0) as usize;
        format!("{value:.decimals$}")
    } else {
        format!("{value:.1e}").replace(".0e", "e")
    };
    // Rounding may turn the value into "-0.00".
    if text.chars().all(|c| matches!(c, '-' | '0' | '.')) { "0".into() } else { text }
}

fn extremes(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.filter(|value| value.is_finite() && value.abs() <= MAX_MAGNITUDE);
    finite.fold(None, |extremes, value| match extremes {
        None => Some((value, value)),
        Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
    })
}

/// Returns the smallest of 1, 2 and 5 times a power of ten that is at least `step`.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.max(1e-300).log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|digit| digit * power)
        .find(|&round| round >= step * (1.0 - 1e-9))
        .unwrap_or(step)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks().map(|tick| tick.1).collect()
    }

    #[test]
    fn a_narrow_span_has_a_linear_axis_with_round_ticks() {
        assert_eq!(labels(&Axis::fitting([0.31, 1.52].into_iter()).unwrap()), ["0", "0.5", "1.0", "1.5", "2.0"]);
    }

    #[test]
    fn a_wide_span_of_positive_values_has_a_logarithmic_axis() {
        let axis = Axis::fitting([0.027, 1.57].into_iter()).unwrap();
        assert_eq!(labels(&axis), ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"]);
        assert_eq!(axis.fraction(0.0), None);
        assert!(!Axis::fitting([0.0, 1.57].into_iter()).unwrap().is_logarithmic);
    }

    #[test]
    fn many_decades_have_few_ticks() {
        let axis = Axis::fitting([1e-7, 1e12].into_iter()).unwrap();
        assert!(axis.ticks.len() <= 7, "{:?}", labels(&axis));
        assert_eq!(axis.label(-7.0), "1e-7");
    }

    #[test]
    fn an_axis_of_fractions_ends_at_one() {
        let axis = Axis::fractions([0.53, 0.998].into_iter()).unwrap();
        assert_eq!(labels(&axis), ["50 %", "60 %", "70 %", "80 %", "90 %", "100 %"]);
        assert_eq!((axis.low, axis.high), (0.5, 1.0));
        assert_eq!(Axis::fractions([1.0].into_iter()).unwrap().high, 1.0);
    }

    #[test]
    fn epoch_ticks_start_at_the_first_epoch_and_continue_in_round_steps() {
        assert_eq!(labels(&Axis::epochs(1, 50)), ["1", "10", "20", "30", "40", "50"]);
        assert_eq!(labels(&Axis::epochs(1, 1)), ["1"]);
        assert_eq!(labels(&Axis::epochs(1, 3)), ["1", "2", "3"]);
    }

    #[test]
    fn without_a_finite_value_there_is_no_axis() {
        assert_eq!(Axis::fitting([f64::NAN, f64::INFINITY].into_iter()), None);
    }

    proptest! {
        #[test]
        fn every_value_is_on_its_axis(values in prop::collection::vec(prop::num::f64::NORMAL, 1..9)) {
            if let Some(axis) = Axis::fitting(values.iter().copied()) {
                prop_assert!(axis.ticks.len() >= 2 && axis.ticks.len() <= 11, "{:?}", axis);
                prop_assert!(axis.low < axis.high);
                for fraction in values.iter().filter_map(|&value| axis.fraction(value)) {
                    prop_assert!((-1e-9..=1.0 + 1e-9).contains(&fraction), "{fraction} {axis:?}");
                }
            }
        }
    }
}
