//! Axes with round ticks.

/// Largest to smallest value from which an axis is logarithmic: where a linear one would flatten most of the curve.
const WIDE: f64 = 30.0;

/// Ticks that a short axis has room for.
const TICKS: f64 = 5.0;

/// Values beyond this overflow when they are spaced.
const LARGEST: f64 = 1e300;

/// One axis of a chart. Plotted units are the values, or their decimal logarithms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    /// In plotted units, lowest to highest.
    pub low: f64,
    pub high: f64,
    /// In plotted units.
    pub ticks: Vec<f64>,
    pub is_logarithmic: bool,
    /// Whether its values are fractions, told in percent.
    pub is_percent: bool,
}

impl Axis {
    /// Holds all finite `values`; logarithmic if they are positive and span widely. Nothing without a finite value.
    pub fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let (lowest, highest) = extremes(values)?;
        Some(if lowest > 0.0 && highest / lowest >= WIDE {
            Self::logarithmic(lowest, highest)
        } else {
            Self::linear(lowest, highest)
        })
    }

    /// Holds all finite fractions in `values`, and no room beyond 0 and 1.
    pub fn of_fractions(values: impl Iterator<Item = f64>) -> Option<Self> {
        let (lowest, highest) = extremes(values)?;
        let mut axis = Self::linear(lowest, highest);
        (axis.low, axis.high) = (axis.low.max(0.0).min(lowest), axis.high.min(1.0).max(highest));
        axis.ticks.retain(|tick| (axis.low..=axis.high).contains(tick));
        axis.is_percent = true;
        Some(axis)
    }

    /// From 0 to 100 %.
    pub fn unit() -> Self {
        Self {
            low: 0.0,
            high: 1.0,
            ticks: (0..=5).map(|fifth| f64::from(fifth) / 5.0).collect(),
            is_logarithmic: false,
            is_percent: true,
        }
    }

    /// Whole numbers from `first` to `last`, each with half a step of room to both sides.
    pub fn of_epochs(first: usize, last: usize) -> Self {
        let step = round_step((last - first) as f64 / TICKS).max(1.0) as usize;
        let multiples = (first.div_ceil(step)..=last / step).map(|multiple| multiple * step);
        let mut ticks: Vec<f64> = multiples.map(|epoch| epoch as f64).collect();
        if ticks.first().is_none_or(|&tick| tick - first as f64 >= step as f64 / 2.0) {
            ticks.insert(0, first as f64);
        }
        Self { low: first as f64 - 0.5, high: last as f64 + 0.5, ticks, is_logarithmic: false, is_percent: false }
    }

    fn linear(lowest: f64, highest: f64) -> Self {
        let room = if highest > lowest { 0.0 } else { (highest.abs() * 0.1).max(1e-12) };
        let (lowest, highest) = (lowest - room, highest + room);
        let step = round_step((highest - lowest) / TICKS);
        let (first, last) = ((lowest / step).floor(), (highest / step).ceil());
        let ticks: Vec<f64> = (0..=(last - first) as usize).map(|index| (first + index as f64) * step).collect();
        Self { low: first * step, high: last * step, ticks, is_logarithmic: false, is_percent: false }
    }

    fn logarithmic(lowest: f64, highest: f64) -> Self {
        let (first, last) = (lowest.log10().floor() as i32, highest.log10().ceil() as i32);
        let decades = last - first;
        let digits: &[f64] = if decades <= 3 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let every = (decades as usize).div_ceil(TICKS as usize + 1).max(1);
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

    /// Where `value` is, in plotted units; nothing for one that is not finite, or has no logarithm where one is needed.
    pub fn position(&self, value: f64) -> Option<f64> {
        let position = if self.is_logarithmic { value.log10() } else { value };
        (position.is_finite() && value.abs() <= LARGEST).then_some(position)
    }

    /// A tick's text, with the decimals that tell it from its neighbours.
    pub fn text(&self, tick: f64) -> String {
        let value = if self.is_logarithmic { 10f64.powf(tick) } else { tick };
        let step = match (self.is_logarithmic, self.ticks.as_slice()) {
            (false, [first, second, ..]) => second - first,
            _ => value,
        };
        if self.is_percent { format!("{} %", number(100.0 * value, 100.0 * step)) } else { number(value, step) }
    }
}

/// `value` with the decimals that a difference of `step` needs.
fn number(value: f64, step: f64) -> String {
    let size = value.abs().max(step);
    let text = if value == 0.0 || (1e-4..1e6).contains(&size) {
        let decimals = (-(step.abs().max(1e-9).log10() + 1e-9).floor()).clamp(0.0, 9.0) as usize;
        format!("{value:.decimals$}")
    } else {
        format!("{value:.1e}").replace(".0e", "e")
    };
    // Rounding may leave a minus, and digits, of a zero.
    if text.chars().all(|c| matches!(c, '-' | '0' | '.')) { "0".into() } else { text }
}

fn extremes(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.filter(|value| value.is_finite() && value.abs() <= LARGEST);
    finite.fold(None, |extremes, value| match extremes {
        None => Some((value, value)),
        Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
    })
}

/// The least of 1, 2 and 5 times a power of ten that is not below `step`.
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

    fn texts(axis: &Axis) -> Vec<String> {
        axis.ticks.iter().map(|&tick| axis.text(tick)).collect()
    }

    #[test]
    fn a_narrow_span_has_a_linear_axis_with_round_ticks() {
        assert_eq!(texts(&Axis::of([0.31, 1.52].into_iter()).unwrap()), ["0", "0.5", "1.0", "1.5", "2.0"]);
    }

    #[test]
    fn a_wide_span_of_positive_values_has_a_logarithmic_axis() {
        let axis = Axis::of([0.027, 1.57].into_iter()).unwrap();
        assert_eq!(texts(&axis), ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"]);
        assert_eq!(axis.position(0.0), None);
        assert!(!Axis::of([0.0, 1.57].into_iter()).unwrap().is_logarithmic);
    }

    #[test]
    fn many_decades_have_few_ticks() {
        let axis = Axis::of([1e-7, 1e12].into_iter()).unwrap();
        assert!(axis.ticks.len() <= 7, "{:?}", texts(&axis));
        assert_eq!(axis.text(-7.0), "1e-7");
    }

    #[test]
    fn fractions_end_at_one() {
        let axis = Axis::of_fractions([0.53, 0.998].into_iter()).unwrap();
        assert_eq!(texts(&axis), ["50 %", "60 %", "70 %", "80 %", "90 %", "100 %"]);
        assert_eq!((axis.low, axis.high), (0.5, 1.0));
        assert_eq!(Axis::of_fractions([1.0].into_iter()).unwrap().high, 1.0);
    }

    #[test]
    fn epochs_begin_with_the_first_and_go_on_in_round_steps() {
        assert_eq!(texts(&Axis::of_epochs(1, 50)), ["1", "10", "20", "30", "40", "50"]);
        assert_eq!(texts(&Axis::of_epochs(1, 1)), ["1"]);
        assert_eq!(texts(&Axis::of_epochs(1, 3)), ["1", "2", "3"]);
    }

    #[test]
    fn without_a_finite_value_there_is_no_axis() {
        assert_eq!(Axis::of([f64::NAN, f64::INFINITY].into_iter()), None);
    }

    proptest! {
        #[test]
        fn every_value_is_on_its_axis(values in prop::collection::vec(prop::num::f64::NORMAL, 1..9)) {
            if let Some(axis) = Axis::of(values.iter().copied()) {
                prop_assert!(axis.ticks.len() >= 2 && axis.ticks.len() <= 11, "{:?}", axis);
                prop_assert!(axis.low < axis.high);
                let slack = (axis.high - axis.low) * 1e-9;
                for position in values.iter().filter_map(|&value| axis.position(value)) {
                    prop_assert!((axis.low - slack..=axis.high + slack).contains(&position), "{position} {axis:?}");
                }
            }
        }
    }
}
