//! An iteration by the slides' formulas.

use ndarray::Array2;

use super::{Computed, Update, l2_of};
use crate::config::OptimizerConfig;
use crate::gradcheck::backpropagation::Backward;
use crate::gradcheck::network::{Forward, Masks, Network, Rows};
use crate::gradcheck::parameters::Parameters;

/// The slides' network and optimizer in `f64`.
pub(super) struct ClosedForm {
    pub network: Network,
    optimizer: OptimizerConfig,
    velocity: Vec<Parameters>,
}

impl ClosedForm {
    pub fn new(network: Network, optimizer: OptimizerConfig) -> Self {
        let velocity = network.layers.iter().map(Parameters::zeros).collect();
        Self { network, optimizer, velocity }
    }

    /// Runs slides 2 to 6 on a batch, and moves the weights.
    pub fn iterate(&mut self, rows: &Rows, masks: &Masks) -> Computed {
        let forward = self.network.forward(rows, masks);
        let Backward { da, dz, gradients } = self.network.backward(rows, masks, &forward);
        let normalized = normalized(&self.network, &forward);
        let Forward { inputs, linear, outputs, loss, .. } = forward;
        let update = self.update(gradients);
        Computed { inputs, z: linear, normalized, outputs, loss, da, dz, update }
    }

    /// Slide 6: `velocity = momentum * velocity - learning_rate * gradient`, then `weights += velocity`. The L2 term adds
    /// `l2 * weights` to the gradient.
    fn update(&mut self, gradients: Vec<Parameters>) -> Update {
        let OptimizerConfig { momentum, learning_rate, l2, embedding_l2, .. } = self.optimizer;
        let (before, velocity_before) = (self.network.layers.clone(), self.velocity.clone());
        for ((weights, velocity), gradient) in self.network.layers.iter_mut().zip(&mut self.velocity).zip(&gradients) {
            let tensors = weights.tensors_mut().zip(velocity.tensors_mut()).zip(gradient.tensors());
            for (((name, mut weights), (_, mut velocity)), (_, gradient)) in tensors {
                let l2 = l2_of(name, (l2, embedding_l2));
                let step = &velocity * momentum - (&gradient + &weights * l2) * learning_rate;
                velocity.assign(&step);
                weights += &step;
            }
        }
        let (after, velocity) = (self.network.layers.clone(), self.velocity.clone());
        Update { before, gradients, velocity_before, velocity, after, l2: (l2, embedding_l2) }
    }
}

/// The hidden layers' batches after batch normalisation with scale and shift.
fn normalized(network: &Network, forward: &Forward) -> Vec<Option<Array2<f64>>> {
    let (_, hidden) = network.output_and_hidden();
    hidden.iter().zip(&forward.z).map(|(layer, z)| layer.norm.as_ref().map(|_| z.clone())).collect()
}
