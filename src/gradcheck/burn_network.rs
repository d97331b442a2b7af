//! The network under check, as a training run uses it.

use burn::module::Param;
use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::masks;
use super::parameters::{Parameters, failed};
use crate::backend::reasons;
use crate::config::{NumberLoss, RunConfig};
use crate::data::random::{Purpose, stream};
use crate::data::{Dataset, Samples};
use crate::error::Result;
use crate::model::{InitialWeights, L2, Mlp};
use crate::training::{cross_entropy, number_loss};
use burn_mlp_infer::NumericTarget;

/// Standard deviation of the noise added to a new network's biases, batch-norm parameters and members' factors. Their
/// equal initial values would hide many a wrong formula.
const NOISE: f64 = 0.1;

/// Creates a network ready for training: with the weights of `training.init_from`, or new with
/// noise on its biases, batch-norm parameters and the factors of its members.
pub(super) fn network_to_check(config: &RunConfig, data: &Dataset, device: &Device) -> Result<Mlp> {
    let autodiff = device.clone().autodiff();
    let mut mlp = Mlp::new(&config.model, data.inputs(), data.outputs(), config.seed, &autodiff)?;
    let file = &config.training.init_from;
    if !file.is_empty() {
        return InitialWeights::read(file, &config.model, data.inputs(), data.outputs())?.apply(mlp);
    }
    let mut rng = stream(config.seed, Purpose::GradientCheck, 0);
    let mut moved = |vector: &Param<Tensor<1>>| move_entries(vector, &mut rng, &autodiff);
    for block in &mut mlp.blocks {
        block.linear.bias = moved(&block.linear.bias)?;
        if let Some(norm) = &mut block.norm {
            norm.gamma = moved(&norm.gamma)?;
            norm.beta = moved(&norm.beta)?;
        }
    }
    mlp.output.bias = moved(&mlp.output.bias)?;
    let of_blocks = mlp.blocks.iter_mut().map(|block| &mut block.factors);
    for factors in of_blocks.chain([&mut mlp.output_factors]).flatten() {
        for factor in [&mut factors.input, &mut factors.output, &mut factors.bias] {
            *factor = move_entries(factor, &mut rng, &autodiff)?;
        }
    }
    Ok(mlp)
}

fn move_entries<const D: usize>(
    vector: &Param<Tensor<D>>,
    rng: &mut ChaCha8Rng,
    device: &Device,
) -> Result<Param<Tensor<D>>> {
    let data = vector.val().inner().try_into_data().map_err(|error| failed(reasons(error)))?;
    let mut moved = |entry: f64| {
        let step: f64 = StandardNormal.sample(rng);
        (entry + NOISE * step) as f32
    };
    let entries: Vec<f32> = data.iter::<f64>().map(&mut moved).collect();
    Ok(Param::from_data(TensorData::new(entries, vector.dims()), device))
}

/// Returns Burn's gradients of the training loss with the L2 term, for all rows of `samples` as one
/// batch. `loss` is that of a regression and its targets.
pub(super) fn burn_gradients(
    mlp: &Mlp,
    l2: &L2,
    samples: &Samples,
    loss: Option<(&[NumericTarget], NumberLoss)>,
    device: &Device,
) -> Result<Vec<Parameters>> {
    let shape = [samples.len(), samples.dimension()];
    let features = Tensor::<2>::from_data(TensorData::new(samples.to_floats(), shape), device); // [batch, features]
    let outputs = masks::with_masks(device, || mlp.forward(features))?; // [batch, outputs]
    let loss = batch_loss(outputs, samples, loss, device); // [1]
    Parameters::gradients_of(mlp, &(loss + l2.forward(mlp)).backward())
}

/// Returns the mean loss `[1]` of a training run on all rows of `samples`, from the network's `outputs`. `loss` is that
/// of a regression and its targets.
pub(super) fn batch_loss(
    outputs: Tensor<2>,
    samples: &Samples,
    loss: Option<(&[NumericTarget], NumberLoss)>,
    device: &Device,
) -> Tensor<1> {
    match loss {
        Some((targets, loss)) => {
            let numbers = TensorData::new(samples.standardized(targets), [samples.len(), targets.len()]);
            number_loss(outputs, Tensor::from_data(numbers, device), loss)
        }
        None => cross_entropy(outputs, labels(samples, device)),
    }
}

fn labels(samples: &Samples, device: &Device) -> Tensor<1, Int> {
    let labels: Vec<i32> = samples.labels().iter().map(|&label| label as i32).collect();
    Tensor::from_data(TensorData::new(labels, [samples.len()]), device) // [batch]
}
