//! A dense layer: `y = x W + b`, and slide 5's gradients of it.
//!
//! | | shape |
//! |---|---|
//! | `x` | `[batch, inputs]` |
//! | `W` | `[inputs, outputs]` |
//! | `b` | `[outputs]` |
//! | `y`, `dy` | `[batch, outputs]` |

use pulp::{Arch, Simd, WithSimd};

use crate::Matrix;
use crate::rows::{rows, rows_mut};

/// The layer's output `y`.
///
/// # Panics
/// If the shapes don't fit each other.
pub fn forward(input: Matrix, weight: Matrix, bias: &[f32]) -> Vec<f32> {
    assert_eq!(weight.columns(), bias.len(), "a bias for each output");
    let mut output = input.times(weight);
    Arch::new().dispatch(AddBias { output: &mut output, bias });
    output
}

/// The gradient with respect to the weights: `dW = x^T dy`.
pub fn weight_gradient(input: Matrix, gradient: Matrix) -> Vec<f32> {
    input.transposed().times(gradient)
}

/// The gradient with respect to the input: `dx = dy W^T`.
pub fn input_gradient(gradient: Matrix, weight: Matrix) -> Vec<f32> {
    gradient.times(weight.transposed())
}

/// The gradient with respect to the bias: the sum of `dy`, `[batch, outputs]`, over the batch.
///
/// # Panics
/// If the gradient doesn't consist of whole rows.
pub fn bias_gradient(gradient: &[f32], outputs: usize) -> Vec<f32> {
    Arch::new().dispatch(SumRows { gradient, outputs })
}

struct AddBias<'a> {
    output: &'a mut [f32],
    bias: &'a [f32],
}

impl WithSimd for AddBias<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for row in rows_mut(self.output, self.bias.len()) {
            for (entry, bias) in row.iter_mut().zip(self.bias) {
                *entry += bias;
            }
        }
    }
}

struct SumRows<'a> {
    gradient: &'a [f32],
    outputs: usize,
}

impl WithSimd for SumRows<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> Vec<f32> {
        let mut sums = vec![0.0; self.outputs];
        for row in rows(self.gradient, self.outputs) {
            for (sum, entry) in sums.iter_mut().zip(row) {
                *sum += entry;
            }
        }
        sums
    }
}
