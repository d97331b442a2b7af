//! Batch normalisation by the batch's own statistics: Ioffe, Szegedy 2015 (arXiv 1502.03167).
//!
//! Matrices are `[batch, features]`; vectors have an entry for each feature.

use crate::rows::{rows, rows_mut};

/// A batch normalised by its own statistics (algorithm 1).
#[derive(Debug, Clone, PartialEq)]
pub struct Normalized {
    /// Mean 0 and variance 1 in each feature, `[batch, features]`.
    pub entries: Vec<f32>,
    /// The batch's mean.
    pub mean: Vec<f32>,
    /// The batch's variance, over n.
    pub variance: Vec<f32>,
    /// 1 / sqrt(variance + epsilon).
    pub inverse_deviation: Vec<f32>,
}

/// The gradients with respect to scale and shift.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterGradients {
    /// Gradient with respect to the scale.
    pub gamma: Vec<f32>,
    /// Gradient with respect to the shift.
    pub beta: Vec<f32>,
}

/// Normalises `input`, `[batch, features]`.
///
/// # Panics
/// If the input doesn't consist of whole rows.
pub fn normalize(input: &[f32], features: usize, epsilon: f32) -> Normalized {
    let batch = rows(input, features).len() as f32;
    let mut mean = vec![0.0; features];
    for row in rows(input, features) {
        mean.iter_mut().zip(row).for_each(|(sum, entry)| *sum += entry);
    }
    mean.iter_mut().for_each(|sum| *sum /= batch);

    let mut entries = input.to_vec();
    let mut variance = vec![0.0; features];
    for row in rows_mut(&mut entries, features) {
        for ((entry, mean), sum) in row.iter_mut().zip(&mean).zip(&mut variance) {
            *entry -= mean;
            *sum += *entry * *entry;
        }
    }
    variance.iter_mut().for_each(|sum| *sum /= batch);

    let inverse_deviation: Vec<f32> = variance.iter().map(|variance| 1.0 / (variance + epsilon).sqrt()).collect();
    for row in rows_mut(&mut entries, features) {
        row.iter_mut().zip(&inverse_deviation).for_each(|(entry, inverse)| *entry *= inverse);
    }
    Normalized { entries, mean, variance, inverse_deviation }
}

impl Normalized {
    /// The layer's output, `gamma x + beta`, `[batch, features]`.
    ///
    /// # Panics
    /// If `gamma` and `beta` don't have an entry for each feature.
    pub fn scale_and_shift(&self, gamma: &[f32], beta: &[f32]) -> Vec<f32> {
        let features = self.mean.len();
        assert_eq!([gamma.len(), beta.len()], [features; 2], "a scale and a shift for each feature");
        let mut output = self.entries.clone();
        for row in rows_mut(&mut output, features) {
            for ((entry, gamma), beta) in row.iter_mut().zip(gamma).zip(beta) {
                *entry = *entry * gamma + beta;
            }
        }
        output
    }

    /// The gradients with respect to scale and shift. `gradient` is the one with respect to the
    /// output, `[batch, features]`.
    ///
    /// # Panics
    /// If `gradient` has another size than the input.
    pub fn parameter_gradients(&self, gradient: &[f32]) -> ParameterGradients {
        assert_eq!(gradient.len(), self.entries.len(), "a gradient for each entry");
        let features = self.mean.len();
        let (mut gamma, mut beta) = (vec![0.0; features], vec![0.0; features]);
        for (dy, x) in rows(gradient, features).zip(rows(&self.entries, features)) {
            for (((beta, gamma), dy), x) in beta.iter_mut().zip(&mut gamma).zip(dy).zip(x) {
                *beta += dy;
                *gamma += dy * x;
            }
        }
        ParameterGradients { gamma, beta }
    }

    /// Converts the gradient with respect to the output into the one with respect to the input, in
    /// place. These are the equations of the
    /// paper's section 3, put together: `dx = gamma / deviation (dy - mean(dy) - x mean(x dy))` with means
    /// over the batch and `x` normalised.
    ///
    /// # Panics
    /// If the sizes don't fit each other.
    pub fn input_gradient(&self, gradient: &mut [f32], gamma: &[f32], parameters: &ParameterGradients) {
        let features = self.mean.len();
        assert_eq!([gradient.len(), gamma.len()], [self.entries.len(), features], "a gradient for each entry");
        let batch = rows(gradient, features).len() as f32;
        let factors: Vec<f32> =
            gamma.iter().zip(&self.inverse_deviation).map(|(gamma, inverse)| gamma * inverse).collect();
        let [mean_dy, mean_x_dy] =
            [&parameters.beta, &parameters.gamma].map(|sums| sums.iter().map(|sum| sum / batch).collect::<Vec<_>>());
        for (dy, x) in rows_mut(gradient, features).zip(rows(&self.entries, features)) {
            for column in 0..features {
                dy[column] = factors[column] * (dy[column] - mean_dy[column] - x[column] * mean_x_dy[column]);
            }
        }
    }
}
