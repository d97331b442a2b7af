//! A limit on the length of each neuron's incoming weights.

use crate::rows::{rows, rows_mut};

/// Keeps a column of zeros from dividing 0 by 0.
pub const MIN_LENGTH: f32 = 1e-12;

/// The factor for each column of `weights`, `[inputs, outputs]`, that brings its L2 norm down to `limit`;
/// `None` if every column is within it.
pub fn factors(weights: &[f32], outputs: usize, limit: f32) -> Option<Vec<f32>> {
    let mut squares = vec![0.0; outputs];
    for row in rows(weights, outputs) {
        squares.iter_mut().zip(row).for_each(|(square, entry)| *square += entry * entry);
    }
    let factor = |square: &f32| (limit / square.sqrt().max(MIN_LENGTH)).min(1.0);
    let factors: Vec<f32> = squares.iter().map(factor).collect();
    factors.iter().any(|&factor| factor < 1.0).then_some(factors)
}

/// Multiplies each column of `weights`, `[inputs, outputs]`, by its factor.
pub fn scale_columns(weights: &mut [f32], factors: &[f32]) {
    for row in rows_mut(weights, factors.len()) {
        row.iter_mut().zip(factors).for_each(|(entry, factor)| *entry *= factor);
    }
}
