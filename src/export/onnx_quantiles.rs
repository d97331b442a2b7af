//! The scaling to a normal distribution as ONNX operators.

use std::f64::consts::SQRT_2;

use burn_mlp_infer::table::{MIDDLE, MIN_SHARE, NEAR, TAIL};
use onnx_rs::ast::OpType;

use super::onnx_steps::Steps;

/// Different quantiles of all columns, in blocks of the same length, one a column. The first entry of a block is unused,
/// and entries beyond a column's quantiles are infinite.
struct Knots {
    block: usize,
    values: Vec<f64>,
    /// The share of a number that is such a value.
    shares: Vec<f64>,
    /// The share of a number just above, and by how much it grows from there.
    starts: Vec<f64>,
    slopes: Vec<f64>,
}

impl Knots {
    fn of(columns: &[&[f64]]) -> Self {
        let knots: Vec<Vec<(f64, usize, usize)>> = columns.iter().map(|quantiles| different(quantiles)).collect();
        let longest = knots.iter().map(Vec::len).max().unwrap_or(0);
        let block = (longest + 1).next_power_of_two();
        let filled = |filling: f64| vec![filling; block * columns.len()];
        let mut all = Self {
            block,
            values: filled(f64::INFINITY),
            shares: filled(1.0),
            starts: filled(1.0),
            slopes: filled(0.0),
        };
        for (column, (knots, quantiles)) in knots.iter().zip(columns).enumerate() {
            let share = |place: f64| place / (quantiles.len() - 1) as f64;
            for (index, &(value, first, last)) in knots.iter().enumerate() {
                let at = column * block + 1 + index;
                all.values[at] = value;
                all.shares[at] = match index {
                    0 => 0.0,
                    _ if index + 1 == knots.len() => 1.0,
                    _ => share((first + last) as f64 / 2.0),
                };
                all.starts[at] = share(last as f64);
                if let Some(&(above, first_above, _)) = knots.get(index + 1) {
                    all.slopes[at] = share((first_above - last) as f64) / (above - value);
                }
            }
        }
        all
    }
}

/// Each value once, with the first and the last of its places.
fn different(quantiles: &[f64]) -> Vec<(f64, usize, usize)> {
    let mut next = 0;
    let knot = |equal: &[f64]| {
        let first = next;
        next += equal.len();
        (equal[0], first, next - 1)
    };
    quantiles.chunk_by(|a, b| a == b).map(knot).collect()
}

/// Adds the steps from numbers `[batch, columns]` to their features, given the quantiles of each column.
pub(super) fn quantile_features(columns: &[&[f64]], steps: &mut Steps) {
    let knots = Knots::of(columns);
    steps.numbers("quantile.lowest", columns.iter().map(|quantiles| quantiles[0]).collect());
    steps.apply(OpType::Max, &["quantile.lowest"], "quantile.raised", vec![]);
    let number = steps.value().to_string();
    steps.numbers("quantile.values", knots.values);
    // The place of the last value that is not above the number, by halving.
    steps.positions("quantile.place", &(0..columns.len()).map(|column| column * knots.block).collect::<Vec<_>>());
    let mut place = "quantile.place".to_string();
    let mut step = knots.block / 2;
    while step > 0 {
        let part = |part: &str| format!("quantile.{part}.{step}");
        steps.positions(&part("step"), &[step]);
        steps.apply_to(OpType::Add, &[&place, &part("step")], &part("next"), vec![]);
        steps.apply_to(OpType::Gather, &["quantile.values", &part("next")], &part("value"), vec![]);
        steps.apply(OpType::LessOrEqual, &[&number], &part("is_beyond"), vec![]);
        steps.apply_to(OpType::Where, &[&part("is_beyond"), &part("next"), &place], &part("place"), vec![]);
        place = part("place");
        step /= 2;
    }
    for (name, entries) in [("shares", knots.shares), ("starts", knots.starts), ("slopes", knots.slopes)] {
        let (all, own) = (format!("quantile.{name}"), format!("quantile.own_{name}"));
        steps.numbers(&all, entries);
        steps.apply_to(OpType::Gather, &[&all, &place], &own, vec![]);
    }
    steps.apply_to(OpType::Gather, &["quantile.values", &place], "quantile.value", vec![]);
    steps.apply_to(OpType::Sub, &[&number, "quantile.value"], "quantile.distance", vec![]);
    steps.apply(OpType::Mul, &["quantile.own_slopes"], "quantile.growth", vec![]);
    steps.apply(OpType::Add, &["quantile.own_starts"], "quantile.between", vec![]);
    steps.apply_to(OpType::Equal, &[&number, "quantile.value"], "quantile.is_value", vec![]);
    steps.apply(OpType::Where, &["quantile.own_shares", "quantile.between"], "quantile.share", vec![]);
    normal_quantile(steps);
}

/// Adds the number with such a share of the normal distribution below it; see `burn_mlp_infer::table::NEAR`.
fn normal_quantile(steps: &mut Steps) {
    let constants = [
        ("min_share", MIN_SHARE),
        ("max_share", 1.0 - MIN_SHARE),
        ("one", 1.0),
        ("four", 4.0),
        ("middle", MIDDLE),
        ("near_centre", 2.5),
        ("tail_centre", 3.0),
        ("two_sqrt2", 2.0 * SQRT_2),
        ("half", 0.5),
    ];
    for (name, value) in constants {
        steps.numbers(&format!("normal.{name}"), vec![value]);
    }
    steps.apply(OpType::Max, &["normal.min_share"], "normal.raised", vec![]);
    steps.apply(OpType::Min, &["normal.max_share"], "normal.share", vec![]);
    steps.apply_to(OpType::Sub, &["normal.one", "normal.share"], "normal.rest", vec![]);
    steps.apply(OpType::Mul, &["normal.share"], "normal.product", vec![]);
    steps.apply(OpType::Mul, &["normal.four"], "normal.scaled_product", vec![]);
    steps.apply(OpType::Log, &[], "normal.log", vec![]);
    steps.apply(OpType::Neg, &[], "normal.w", vec![]);
    steps.apply(OpType::Sub, &["normal.near_centre"], "normal.near_x", vec![]);
    polynomial("normal.near", &NEAR, steps);
    steps.continue_from("normal.w");
    steps.apply(OpType::Sqrt, &[], "normal.root", vec![]);
    steps.apply(OpType::Sub, &["normal.tail_centre"], "normal.tail_x", vec![]);
    polynomial("normal.tail", &TAIL, steps);
    steps.apply_to(OpType::Less, &["normal.w", "normal.middle"], "normal.is_near", vec![]);
    steps.apply(OpType::Where, &["normal.near", "normal.tail"], "normal.factor", vec![]);
    steps.apply_to(OpType::Sub, &["normal.share", "normal.half"], "normal.from_half", vec![]);
    steps.apply(OpType::Mul, &["normal.factor"], "normal.unscaled", vec![]);
    steps.apply(OpType::Mul, &["normal.two_sqrt2"], "normal.quantile", vec![]);
}

/// Adds a polynomial of the current value, called `name`; the coefficient of the highest power comes first.
fn polynomial(name: &str, coefficients: &[f64], steps: &mut Steps) {
    let x = steps.value().to_string();
    for (power, &coefficient) in coefficients.iter().enumerate() {
        steps.numbers(&format!("{name}.{power}"), vec![coefficient]);
    }
    steps.continue_from(&format!("{name}.0"));
    for power in 1..coefficients.len() {
        let last = power + 1 == coefficients.len();
        let sum = if last { name.to_string() } else { format!("{name}.sum.{power}") };
        steps.apply(OpType::Mul, &[&x], &format!("{name}.product.{power}"), vec![]);
        steps.apply(OpType::Add, &[&format!("{name}.{power}")], &sum, vec![]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_quantiles_are_one_value_whose_share_is_the_mean_of_theirs() {
        let knots = Knots::of(&[&[1.0, 2.0, 2.0, 2.0, 4.0], &[0.0, 5.0]]);
        assert_eq!(knots.block, 4);
        assert_eq!(knots.values[..4], [f64::INFINITY, 1.0, 2.0, 4.0]);
        assert_eq!(knots.shares[1..4], [0.0, 0.5, 1.0]);
        assert_eq!(knots.starts[1..4], [0.0, 0.75, 1.0]);
        assert_eq!(knots.slopes[1..4], [0.25, 0.125, 0.0]);
        assert_eq!(knots.values[4..], [f64::INFINITY, 0.0, 5.0, f64::INFINITY]);
    }
}
