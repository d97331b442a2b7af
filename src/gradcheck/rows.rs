//! Rows at which the loss has a gradient.

use ndarray::Array2;

use super::activation::has_kink;
use super::central_differences::STEP_BESIDE_KINKS;
use super::network::{Masks, Network, Rows};
use crate::data::Samples;
use crate::data::random::{Purpose, permutation, stream};
use crate::error::{Error, Result};
use burn_mlp_infer::Task;

/// Minimum distance from an activation's kink. Closer, a step of central differences or `f32`
/// rounding may cross the kink.
const MARGIN: f64 = 20.0 * STEP_BESIDE_KINKS;

/// How often rows near a kink are replaced. With batch normalisation each new row moves all others
/// a little.
const MAX_ATTEMPTS: usize = 300;

/// Chooses `count` rows of `samples`, the first of `candidates` whose `z` all lie away from the activation's kink.
pub(super) fn choose(
    network: &Network,
    masks: &Masks,
    samples: &Samples,
    task: &Task,
    count: usize,
    candidates: &mut impl Iterator<Item = usize>,
) -> Result<(Vec<usize>, Rows)> {
    let mut chosen: Vec<usize> = candidates.by_ref().take(count).collect();
    for _ in 0..MAX_ATTEMPTS {
        let rows = Rows::of(samples, &chosen, task);
        let near_kink = network.near_kink(&rows, masks);
        if near_kink.is_empty() {
            return Ok((chosen, rows));
        }
        for position in near_kink {
            let Some(candidate) = candidates.next() else { return Err(none_left(network)) };
            chosen[position] = candidate;
        }
    }
    Err(none_left(network))
}

/// The rows of a gradient check: all of `samples`, in an order drawn from `seed`.
pub(super) fn shuffled(samples: &Samples, seed: u64) -> impl Iterator<Item = usize> {
    permutation(samples.len(), &mut stream(seed, Purpose::GradientCheck, 1)).into_iter()
}

fn none_left(network: &Network) -> Error {
    let problem = format!(
        "too many rows put a neuron within {MARGIN:.0e} of the kink of {}, where there is no gradient; use fewer --rows \
         or fewer neurons",
        network.activation
    );
    Error::config("--rows", problem)
}

impl Rows {
    pub fn of(samples: &Samples, indices: &[usize], task: &Task) -> Self {
        let rows: Vec<_> = indices.iter().map(|&index| samples.sample(index)).collect();
        let features = Array2::from_shape_fn((rows.len(), samples.dimension()), |(row, column)| {
            f64::from(rows[row].features[column])
        });
        let outputs = task.outputs();
        let numbers = samples.select(indices).standardized(task.targets());
        let labels = Array2::from_shape_fn((rows.len(), outputs), |(row, output)| match task {
            Task::Classification { .. } => f64::from(u8::from(rows[row].label == output)),
            Task::Regression { .. } => f64::from(numbers[row * outputs + output]),
        });
        Self { features, labels }
    }
}

impl Network {
    /// Returns the positions of rows with a `z` too close to the activation's kink.
    fn near_kink(&self, rows: &Rows, masks: &Masks) -> Vec<usize> {
        if !has_kink(self.activation) {
            return Vec::new();
        }
        let zs = self.forward(rows, masks).z;
        let near = |row: usize| zs.iter().any(|z| z.row(row).iter().any(|z| z.abs() < MARGIN));
        (0..rows.labels.nrows()).filter(|&row| near(row)).collect()
    }
}
