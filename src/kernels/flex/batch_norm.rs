use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, Flex};
use burn::tensor::Tensor;

use super::Array;
use crate::kernels::Normalized;

type Differentiable = Autodiff<Flex>;

/// `input` `[batch, features]` by the batch's own statistics, times `gamma` plus `beta`, `[features]` each.
pub(in crate::kernels) fn batch_norm(
    input: &Tensor<2>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    epsilon: f64,
) -> Option<Normalized> {
    let (input, input_node) = input.clone().try_into_primitive::<Differentiable>().ok()?.into_parts();
    let (gamma, gamma_node) = gamma.try_into_primitive::<Differentiable>().ok()?.into_parts();
    let (beta, beta_node) = beta.try_into_primitive::<Differentiable>().ok()?.into_parts();
    let (gamma, beta) = (Array::new(gamma)?, Array::new(beta)?);
    let Forward { normalized, inverse_deviations, mean, variance } = Forward::new(&Array::new(input)?, epsilon as f32);
    let output = normalized.scaled_and_shifted(gamma.entries(), beta.entries());
    let prepared = BatchNormBackward.prepare::<NoCheckpointing>([input_node, gamma_node, beta_node]).compute_bound();
    let output = match prepared.stateful() {
        OpsKind::Tracked(prepared) => {
            prepared.finish(State { normalized, inverse_deviations, gamma }, output.primitive())
        }
        OpsKind::UnTracked(prepared) => prepared.finish(output.primitive()),
    };
    Some(Normalized {
        output: Tensor::from_primitive::<Differentiable>(output),
        mean: constant(mean),
        variance: constant(variance),
    })
}

/// On the autodiff device, where the running statistics lie too.
fn constant(entries: Vec<f32>) -> Tensor<1> {
    let size = [entries.len()];
    let constant: FloatTensor<Differentiable> =
        Differentiable::from_inner(Array::from_entries(entries, size).primitive());
    Tensor::from_primitive::<Differentiable>(constant)
}

struct Forward {
    /// `[batch, features]`, each feature of mean 0 and variance 1.
    normalized: Array,
    /// One over each feature's standard deviation.
    inverse_deviations: Vec<f32>,
    mean: Vec<f32>,
    /// Over n.
    variance: Vec<f32>,
}

impl Forward {
    fn new(input: &Array, epsilon: f32) -> Self {
        let [rows, columns] = input.size();
        let mean = means(input.entries(), rows, columns);
        let mut entries = input.entries().to_vec();
        for row in entries.chunks_exact_mut(columns.max(1)) {
            row.iter_mut().zip(&mean).for_each(|(entry, mean)| *entry -= mean);
        }
        let mut variance = vec![0.0; columns];
        for row in entries.chunks_exact(columns.max(1)) {
            variance.iter_mut().zip(row).for_each(|(sum, entry)| *sum += entry * entry);
        }
        variance.iter_mut().for_each(|sum| *sum /= rows as f32);
        let inverse_deviations: Vec<f32> = variance.iter().map(|variance| 1.0 / (variance + epsilon).sqrt()).collect();
        for row in entries.chunks_exact_mut(columns.max(1)) {
            row.iter_mut().zip(&inverse_deviations).for_each(|(entry, inverse)| *entry *= inverse);
        }
        Self { normalized: Array::from_entries(entries, [rows, columns]), inverse_deviations, mean, variance }
    }
}

fn means(entries: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut means = vec![0.0; columns];
    for row in entries.chunks_exact(columns.max(1)) {
        means.iter_mut().zip(row).for_each(|(sum, entry)| *sum += entry);
    }
    means.iter_mut().for_each(|sum| *sum /= rows as f32);
    means
}

impl Array {
    fn scaled_and_shifted(&self, gamma: &[f32], beta: &[f32]) -> Self {
        let mut scaled = self.copied();
        for row in scaled.entries_mut().chunks_exact_mut(gamma.len().max(1)) {
            for ((entry, gamma), beta) in row.iter_mut().zip(gamma).zip(beta) {
                *entry = *entry * gamma + beta;
            }
        }
        scaled
    }
}

#[derive(Debug)]
struct BatchNormBackward;

#[derive(Debug, Clone)]
struct State {
    normalized: Array,
    /// One over each feature's standard deviation.
    inverse_deviations: Vec<f32>,
    gamma: Array,
}

impl Backward<Flex, 3> for BatchNormBackward {
    type State = State;

    /// The equations of section 3 of the paper, put together: with means over the batch, dx = gamma / deviation
    /// (dy - mean(dy) - x mean(x dy)), where x is normalized.
    fn backward(self, ops: Ops<State, 3>, gradients: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [input, gamma, beta] = ops.parents;
        let State { normalized, inverse_deviations, gamma: scale } = ops.state;
        let Some(mut gradient) = Array::new(gradients.consume::<Flex>(&ops.node)) else { return };
        let [rows, columns] = gradient.size();
        let (mut shifts, mut scales) = (vec![0.0; columns], vec![0.0; columns]);
        let row_size = columns.max(1);
        for (dy, x) in gradient.entries().chunks_exact(row_size).zip(normalized.entries().chunks_exact(row_size)) {
            for (((shift, scale), dy), x) in shifts.iter_mut().zip(&mut scales).zip(dy).zip(x) {
                *shift += dy;
                *scale += dy * x;
            }
        }
        if let Some(input) = input {
            let factors: Vec<f32> =
                scale.entries().iter().zip(&inverse_deviations).map(|(gamma, inverse)| gamma * inverse).collect();
            let [mean_dy, mean_x_dy] =
                [&shifts, &scales].map(|sums| sums.iter().map(|sum| sum / rows as f32).collect::<Vec<_>>());
            let rows = gradient.entries_mut().chunks_exact_mut(row_size);
            for (dy, x) in rows.zip(normalized.entries().chunks_exact(row_size)) {
                for column in 0..columns {
                    dy[column] = factors[column] * (dy[column] - mean_dy[column] - x[column] * mean_x_dy[column]);
                }
            }
            gradients.register::<Flex>(input.id, gradient.primitive());
        }
        for (node, entries) in [(gamma, scales), (beta, shifts)] {
            if let Some(node) = node {
                gradients.register::<Flex>(node.id, Array::from_entries(entries, [columns]).primitive());
            }
        }
    }
}
