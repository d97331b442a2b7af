//! The gradients of one batch, from a device and exactly.

use burn::tensor::Device;
use ndarray::Array2;

use super::burn_network::burn_gradients;
use super::comparison::tensor_name;
use super::network::{Masks, Network, Rows};
use super::parameters::Parameters;
use crate::backend::one_generator_user;
use crate::config::{Activation, NumberLoss, RunConfig};
use crate::data::Dataset;
use crate::error::Result;
use crate::model::{L2, Mlp};
use burn_mlp_infer::Task;

/// The gradient of one tensor, row by row in Burn's layout (a weight is `[inputs, outputs]`).
#[derive(Debug, Clone, PartialEq)]
pub struct TensorGradient {
    /// The tensor's name in `model.safetensors`.
    pub name: String,
    /// The gradient from the device.
    pub computed: Vec<f64>,
    /// The closed form (slides 4 and 5) in `f64`, from the same `f32` weights and features.
    pub exact: Vec<f64>,
}

/// Computes the gradients of the mean loss in training mode, without the L2 term, for the
/// training rows `rows` of `data` as one batch. `mlp` is the network of `config` on an autodiff
/// `device`, without dropout.
///
/// # Errors
/// If the device fails.
pub fn batch_gradients(
    config: &RunConfig,
    mlp: &Mlp,
    data: &Dataset,
    rows: &[usize],
    device: &Device,
) -> Result<Vec<TensorGradient>> {
    let _only = one_generator_user();
    let task = data.task(rows, false);
    let loss = data.is_regression().then(|| config.training.number_loss());
    let exact = exact_gradients(mlp, (config.model.activation, loss), data, &task, rows)?;
    let number_loss = loss.map(|loss| (task.targets(), loss));
    let computed = burn_gradients(mlp, &L2::new(0.0), &data.train.select(rows), number_loss, &device.clone().inner())?;
    let layers = exact.len();
    let mut gradients = Vec::new();
    for (layer, (exact, computed)) in exact.iter().zip(&computed).enumerate() {
        for ((tensor, exact), (_, computed)) in exact.tensors().zip(computed.tensors()) {
            gradients.push(TensorGradient {
                name: tensor_name(layers, layer, tensor),
                computed: computed.iter().copied().collect(),
                exact: exact.iter().copied().collect(),
            });
        }
    }
    Ok(gradients)
}

fn exact_gradients(
    mlp: &Mlp,
    (activation, number_loss): (Activation, Option<NumberLoss>),
    data: &Dataset,
    task: &Task,
    rows: &[usize],
) -> Result<Vec<Parameters>> {
    let network = Network {
        layers: Parameters::of(mlp)?,
        activation,
        epsilon: mlp.blocks.iter().find_map(|block| block.norm.as_ref()).map_or(0.0, |norm| norm.epsilon),
        l2: 0.0,
        embedding_l2: 0.0,
        number_loss,
    };
    let rows = Rows::of(&data.train, rows, task);
    let ones = |layer: &Parameters| Array2::ones((rows.labels.nrows(), layer.weight.nrows()));
    // One mask for the input of each layer: the features first, and none for the logits.
    let masks: Masks = network.layers.iter().map(ones).collect();
    Ok(network.backpropagate(&rows, &masks, &network.forward(&rows, &masks)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RunConfig;
    use crate::data;

    #[test]
    fn the_devices_gradients_are_exact_up_to_rounding() {
        let mut config = RunConfig::default();
        config.model.batch_norm = true;
        let data = data::load(&config, &mut |_| ()).unwrap();
        let device = crate::backend::open(crate::backend::host()).unwrap().device.autodiff();
        let mlp = Mlp::new(&config.model, data.train.dimension(), data.classes(), 3, &device).unwrap();
        let rows: Vec<usize> = (5..37).collect();
        let gradients = batch_gradients(&config, &mlp, &data, &rows, &device).unwrap();
        assert_eq!(gradients.len(), 2 * 4 + 2);
        for gradient in &gradients {
            let worst = gradient.computed.iter().zip(&gradient.exact).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(worst < 1e-6, "{} is off by {worst}", gradient.name);
        }
        let weight = gradients.iter().find(|gradient| gradient.name == "blocks.1.linear.weight").unwrap();
        assert_eq!(weight.exact.len(), 128 * 64);
        assert!(weight.exact.iter().any(|entry| entry.abs() > 1e-3));
    }
}
