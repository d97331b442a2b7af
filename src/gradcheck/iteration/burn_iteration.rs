//! An iteration by Burn: a training run's layers, autodiff and optimizer.

use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Gradients, Tensor, TensorData, activation};
use ndarray::{Array2, ArrayViewD};

use super::{Computed, Update, l2_of};
use crate::backend::reasons;
use crate::config::{NumberLoss, OptimizerConfig};
use crate::data::Samples;
use crate::error::Result;
use crate::gradcheck::burn_network::batch_loss;
use crate::gradcheck::masks;
use crate::gradcheck::parameters::{Parameters, failed};
use crate::model::Mlp;
use crate::training::{build_optimizer, momentum_step};
use burn_mlp_infer::Task;

/// The network and the optimizer of a training run.
pub(super) struct BurnTraining {
    mlp: Mlp,
    optimizer: ModuleOptimizer,
    config: OptimizerConfig,
    number_loss: Option<NumberLoss>,
    /// Burn's velocity, the sum of decayed gradients; `None` before the first iteration.
    velocity: Option<Vec<Parameters>>,
}

/// A forward pass with every tensor on the way.
struct Pass {
    inputs: Vec<Tensor<2>>,
    z: Vec<Tensor<2>>,
    normalized: Vec<Option<Tensor<2>>>,
    /// Zeros that were added to the input of each layer after the first. Their gradient is that of the sum, which autodiff
    /// keeps for leaves only.
    at_inputs: Vec<Tensor<2>>,
    /// Zeros that were added to each `z`.
    at_z: Vec<Tensor<2>>,
}

impl BurnTraining {
    /// `mlp` is on an autodiff device.
    pub fn new(mlp: Mlp, config: OptimizerConfig, number_loss: Option<NumberLoss>) -> Result<Self> {
        Ok(Self { mlp, optimizer: build_optimizer(&config, 0.0)?, config, number_loss, velocity: None })
    }

    pub fn mlp(&self) -> &Mlp {
        &self.mlp
    }

    /// Trains on all rows of `samples` as one batch.
    pub fn iterate(&mut self, samples: &Samples, task: &Task, device: &Device) -> Result<Computed> {
        let shape = [samples.len(), samples.dimension()];
        let features = Tensor::<2>::from_data(TensorData::new(samples.to_floats(), shape), device); // [batch, features]
        let pass = masks::with_masks(device, || Pass::new(&self.mlp, features, device))?;
        let logits = pass.z[pass.z.len() - 1].clone(); // [batch, outputs]
        let number_loss = self.number_loss.map(|loss| (task.targets(), loss));
        let loss = batch_loss(logits.clone(), samples, number_loss, device); // [1]
        let outputs = match self.number_loss {
            Some(_) => logits.inner(),
            None => activation::softmax(logits.inner(), 1),
        };
        let value = number(loss.clone())?;
        let gradients = loss.backward();
        let rows = samples.len() as f64;
        let scaled = |leaf: &Tensor<2>| Ok(gradient(leaf, &gradients)? * rows);
        Ok(Computed {
            inputs: pass.inputs.iter().map(values).collect::<Result<_>>()?,
            z: pass.z.iter().map(values).collect::<Result<_>>()?,
            normalized: pass.normalized.iter().map(|z| z.as_ref().map(values).transpose()).collect::<Result<_>>()?,
            outputs: values(&outputs)?,
            loss: value,
            da: pass.at_inputs.iter().map(scaled).collect::<Result<_>>()?,
            dz: pass.at_z.iter().map(scaled).collect::<Result<_>>()?,
            update: self.update(gradients, device)?,
        })
    }

    fn update(&mut self, gradients: Gradients, device: &Device) -> Result<Update> {
        let l2 = (self.config.l2, self.config.embedding_l2);
        let before = Parameters::of(&self.mlp)?;
        let by_parameter = Parameters::gradients_of(&self.mlp, &gradients)?;
        let old = self.velocity.take();
        let mut velocity: Vec<Parameters> = before.iter().map(Parameters::zeros).collect();
        for (layer, velocity) in velocity.iter_mut().enumerate() {
            for (name, mut velocity) in velocity.tensors_mut() {
                let tensor = |of: &[Parameters]| of[layer].tensor(name).map(|entries| on_device(entries, device));
                let (Some(weights), Some(gradient)) = (tensor(&before), tensor(&by_parameter)) else { continue };
                let old = old.as_ref().and_then(|old| tensor(old));
                let (new, _) = momentum_step(&self.config, l2_of(name, l2), weights, gradient, old);
                let new = new.try_into_data().map_err(|error| failed(reasons(error)))?;
                velocity.iter_mut().zip(new.iter::<f64>()).for_each(|(entry, new)| *entry = new);
            }
        }
        let gradients = GradientsParams::from_grads(gradients, &self.mlp);
        self.mlp = self.optimizer.step(self.config.learning_rate, self.mlp.clone(), gradients);
        let rate = self.config.learning_rate;
        let velocity_before = match &old {
            Some(old) => old.iter().map(|layer| slides(layer, rate)).collect(),
            None => before.iter().map(Parameters::zeros).collect(),
        };
        let as_on_slide = velocity.iter().map(|layer| slides(layer, rate)).collect();
        self.velocity = Some(velocity);
        Ok(Update {
            before,
            gradients: by_parameter,
            velocity_before,
            velocity: as_on_slide,
            after: Parameters::of(&self.mlp)?,
            l2,
        })
    }
}

/// Slide 6's velocity, which has the learning rate in it: `-learning_rate` times Burn's.
fn slides(velocity: &Parameters, rate: f64) -> Parameters {
    let mut scaled = velocity.clone();
    scaled.tensors_mut().for_each(|(_, mut entries)| entries.mapv_inplace(|entry| -rate * entry));
    scaled
}

impl Pass {
    fn new(mlp: &Mlp, features: Tensor<2>, device: &Device) -> Self {
        let device = device.clone().autodiff();
        let leaf = |like: &Tensor<2>| Tensor::<2>::zeros(like.dims(), &device).require_grad();
        let x = features.autodiff();
        let x = match &mlp.embedding {
            Some(embedding) => embedding.forward(x), // [batch, inputs of the first layer]
            None => x,
        };
        let mut x = mlp.input_dropout.forward(x);
        let mut pass = Self {
            inputs: vec![x.clone()],
            z: Vec::new(),
            normalized: Vec::new(),
            at_inputs: Vec::new(),
            at_z: Vec::new(),
        };
        for block in &mlp.blocks {
            let z = block.linear.forward(x); // [batch, outputs]
            let at_z = leaf(&z);
            let z = z + at_z.clone();
            let normalized = block.norm.as_ref().map(|norm| norm.forward(z.clone()));
            let activated = block.activation.forward(normalized.clone().unwrap_or_else(|| z.clone()));
            let output = block.dropout.forward(activated);
            let at_input = leaf(&output);
            x = output + at_input.clone();
            pass.inputs.push(x.clone());
            pass.z.push(z);
            pass.normalized.push(normalized);
            pass.at_inputs.push(at_input);
            pass.at_z.push(at_z);
        }
        let logits = mlp.output.forward(x); // [batch, outputs]
        let at_z = leaf(&logits);
        pass.z.push(logits + at_z.clone());
        pass.at_z.push(at_z);
        pass
    }
}

fn on_device(entries: ArrayViewD<f64>, device: &Device) -> Tensor<1> {
    let entries: Vec<f32> = entries.iter().map(|&entry| entry as f32).collect();
    let count = entries.len();
    Tensor::from_data(TensorData::new(entries, [count]), device)
}

fn gradient(leaf: &Tensor<2>, gradients: &Gradients) -> Result<Array2<f64>> {
    let gradient = leaf.grad(gradients).ok_or_else(|| failed("a layer has no gradient"))?;
    matrix(gradient)
}

fn values(tensor: &Tensor<2>) -> Result<Array2<f64>> {
    let plain = if tensor.device().is_autodiff() { tensor.clone().inner() } else { tensor.clone() };
    matrix(plain)
}

fn matrix(tensor: Tensor<2>) -> Result<Array2<f64>> {
    let [rows, columns] = tensor.dims();
    let data = tensor.try_into_data().map_err(|error| failed(reasons(error)))?;
    Array2::from_shape_vec((rows, columns), data.iter::<f64>().collect()).map_err(failed)
}

fn number(tensor: Tensor<1>) -> Result<f64> {
    let data = tensor.inner().try_into_data().map_err(|error| failed(reasons(error)))?;
    data.iter::<f64>().next().ok_or_else(|| failed("there is no loss"))
}
