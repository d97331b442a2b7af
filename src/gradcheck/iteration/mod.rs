//! Whole training iterations in numbers (slides 2 to 6), computed twice: by the slides' formulas in `f64`, and by the
//! layers, the autodiff and the optimizer of a training run on a device.

mod burn_iteration;
mod closed_form;

use burn::tensor::Device;
use ndarray::Array2;

use super::network::Network;
use super::parameters::Parameters;
use super::{MIN_ROWS_TO_NORMALIZE, masks, rows};
use crate::backend::one_generator_user;
use crate::config::{OptimizerConfig, OptimizerName, RunConfig};
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::loading::Order;
use crate::model::{InitialWeights, Mlp};
use burn_iteration::BurnTraining;
use closed_form::ClosedForm;

/// A matrix, computed twice. A vector is a matrix with one row, and a number one with one entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Twice {
    /// The result of the slide's formula, in `f64`.
    pub closed_form: Array2<f64>,
    /// Burn's result on the device, in `f32`.
    pub burn: Array2<f64>,
}

/// One iteration on one batch: forward pass, loss, backward pass and update.
#[derive(Debug, Clone)]
pub struct Iteration {
    /// The batch: rows of the training set.
    pub rows: Vec<usize>,
    /// One-hot classes `[batch, classes]`, or standardised numbers `[batch, targets]`.
    pub labels: Array2<f64>,
    /// The layers, the output layer last.
    pub layers: Vec<LayerPass>,
    /// The class probabilities `[batch, classes]`, or the predicted numbers `[batch, targets]`.
    pub outputs: Twice,
    /// The mean loss `[1, 1]`, without the L2 term.
    pub loss: Twice,
}

/// A layer in an iteration.
#[derive(Debug, Clone)]
pub struct LayerPass {
    /// What the layer takes `[batch, inputs]`: the features or the activations before it, after dropout.
    pub input: Twice,
    /// The factors that dropout has multiplied the input by `[batch, inputs]`, if the network has dropout here.
    pub mask: Option<Array2<f64>>,
    /// `input W + b` `[batch, outputs]`.
    pub z: Twice,
    /// `z` after batch normalisation `[batch, outputs]`, if the layer has it.
    pub normalized: Option<Twice>,
    /// The number of rows times the gradient of the loss by `input`; `None` in the first layer.
    pub da: Option<Twice>,
    /// The number of rows times the gradient of the loss by `z`.
    pub dz: Twice,
    /// The layer's parameters, the weight before the bias.
    pub parameters: Vec<ParameterUpdate>,
}

/// What an iteration does to one parameter.
#[derive(Debug, Clone)]
pub struct ParameterUpdate {
    /// The name within the layer: `weight`, `bias`, `norm.weight`, `norm.bias`, `embedding.weight`.
    pub name: &'static str,
    /// The L2 coefficient.
    pub l2: f64,
    /// The weights before the iteration.
    pub before: Twice,
    /// The gradient of the mean loss, without the L2 term.
    pub gradient: Twice,
    /// The velocity before the iteration; zeros in the first.
    pub velocity_before: Twice,
    /// Slide 6's velocity: `momentum * velocity - learning_rate * gradient`.
    pub velocity: Twice,
    /// The weights after the iteration.
    pub after: Twice,
}

impl Twice {
    /// Returns the largest difference between both; NaN if one has it.
    pub fn difference(&self) -> f64 {
        super::worst(self.closed_form.iter().zip(&self.burn).map(|(one, other)| (one - other).abs()))
    }

    /// Returns the largest magnitude by the slide's formula.
    pub fn largest(&self) -> f64 {
        self.closed_form.iter().fold(0.0, |largest, entry| largest.max(entry.abs()))
    }
}

/// Trains the configured network for `count` iterations on batches of `batch` rows each, the first of the first epoch
/// among the rows `train` of the training set, by SGD with momentum. Rows that put a neuron at the kink of the activation
/// are passed over. The network starts from `training.init_from`, if that names a file.
///
/// # Errors
/// If there are too few rows (with batch normalisation, a batch needs 8), the file does not fit, too many rows lie at a
/// kink, or the device fails.
pub fn iterations(
    config: &RunConfig,
    data: &Dataset,
    train: &[usize],
    (batch, count): (usize, usize),
    device: &Device,
) -> Result<Vec<Iteration>> {
    if config.model.members > 1 {
        let problem = format!(
            "{} members share their weights; the slides' iteration is that of one network",
            config.model.members
        );
        return Err(Error::config("--members", problem));
    }
    check_rows(config, train.len(), (batch, count))?;
    let _only = one_generator_user();
    let device = device.clone().inner();
    let task = data.task(train, false);
    let optimizer = OptimizerConfig { name: OptimizerName::Sgd, nesterov: false, ..config.optimizer.clone() };
    let mlp = initial_network(config, data, &device)?;
    let mut closed_form = ClosedForm::new(network_of(config, data, &mlp)?, optimizer.clone());
    let mut burn = BurnTraining::new(mlp, optimizer, closed_form.network.number_loss)?;
    let order = Order::of(config).indices(train.len(), 1).unwrap_or_else(|| (0..train.len()).collect());
    let mut candidates = order.into_iter().map(|position| train[position]);
    (0..count)
        .map(|_| {
            let masks = masks::draw(burn.mlp(), batch, &device)?;
            let (chosen, rows) =
                rows::choose(&closed_form.network, &masks, &data.train, &task, batch, &mut candidates)?;
            let exact = closed_form.iterate(&rows, &masks);
            let computed = burn.iterate(&data.train.select(&chosen), &task, &device)?;
            Ok(exact.beside(&computed, chosen, rows.labels, masks))
        })
        .collect()
}

fn check_rows(config: &RunConfig, available: usize, (batch, count): (usize, usize)) -> Result<()> {
    let (minimum, maximum) =
        (if config.model.batch_norm { MIN_ROWS_TO_NORMALIZE } else { 1 }, available / count.max(1));
    if maximum < minimum {
        let problem = format!("{count} batches of {minimum} need more than the {available} training rows there are");
        return Err(Error::config("--rows", problem));
    }
    if (minimum..=maximum).contains(&batch) {
        return Ok(());
    }
    let problem = format!(
        "{batch} is not between {minimum} and {maximum}; {count} batches have to fit {available} training rows"
    );
    Err(Error::config("--rows", problem))
}

/// The network as a training run starts with it.
fn initial_network(config: &RunConfig, data: &Dataset, device: &Device) -> Result<Mlp> {
    let autodiff = device.clone().autodiff();
    let mlp = Mlp::new(&config.model, data.inputs(), data.outputs(), config.seed, &autodiff)?;
    match config.training.init_from.as_str() {
        "" => Ok(mlp),
        file => InitialWeights::read(file, &config.model, data.inputs(), data.outputs())?.apply(mlp),
    }
}

fn network_of(config: &RunConfig, data: &Dataset, mlp: &Mlp) -> Result<Network> {
    Ok(Network {
        layers: Parameters::of(mlp)?,
        activation: config.model.activation,
        epsilon: mlp.blocks.iter().find_map(|block| block.norm.as_ref()).map_or(0.0, |norm| norm.epsilon),
        // The optimizer adds the L2 term's gradient, as in a training run.
        l2: 0.0,
        embedding_l2: 0.0,
        number_loss: data.is_regression().then(|| config.training.number_loss()),
    })
}

/// One iteration, computed one way.
struct Computed {
    /// The input of each layer, after dropout.
    inputs: Vec<Array2<f64>>,
    z: Vec<Array2<f64>>,
    /// One for each hidden layer.
    normalized: Vec<Option<Array2<f64>>>,
    outputs: Array2<f64>,
    loss: f64,
    /// One for each layer after the first.
    da: Vec<Array2<f64>>,
    dz: Vec<Array2<f64>>,
    update: Update,
}

/// What happens to all parameters.
struct Update {
    before: Vec<Parameters>,
    gradients: Vec<Parameters>,
    velocity_before: Vec<Parameters>,
    velocity: Vec<Parameters>,
    after: Vec<Parameters>,
    /// The L2 coefficients of weight matrices and of embeddings.
    l2: (f64, f64),
}

impl Computed {
    /// Puts the same iteration, computed by Burn, beside this one.
    fn beside(self, burn: &Self, rows: Vec<usize>, labels: Array2<f64>, masks: Vec<Array2<f64>>) -> Iteration {
        let twice = |closed_form: &Array2<f64>, burn: &Array2<f64>| Twice {
            closed_form: closed_form.clone(),
            burn: burn.clone(),
        };
        let layer = |(layer, mask): (usize, Array2<f64>)| LayerPass {
            input: twice(&self.inputs[layer], &burn.inputs[layer]),
            mask: mask.iter().any(|&factor| factor != 1.0).then_some(mask),
            z: twice(&self.z[layer], &burn.z[layer]),
            normalized: self
                .normalized
                .get(layer)
                .and_then(Option::as_ref)
                .and_then(|exact| burn.normalized[layer].as_ref().map(|computed| twice(exact, computed))),
            da: layer.checked_sub(1).map(|before| twice(&self.da[before], &burn.da[before])),
            dz: twice(&self.dz[layer], &burn.dz[layer]),
            parameters: self.update.beside(&burn.update, layer),
        };
        let number = |value: f64| Array2::from_elem((1, 1), value);
        Iteration {
            rows,
            labels,
            layers: masks.into_iter().enumerate().map(layer).collect(),
            outputs: twice(&self.outputs, &burn.outputs),
            loss: twice(&number(self.loss), &number(burn.loss)),
        }
    }
}

impl Update {
    fn beside(&self, burn: &Self, layer: usize) -> Vec<ParameterUpdate> {
        let names: Vec<_> = self.before[layer].tensors().map(|(name, _)| name).collect();
        let twice = |of: fn(&Self) -> &Vec<Parameters>, name: &str| Twice {
            closed_form: of(self)[layer].matrix(name),
            burn: of(burn)[layer].matrix(name),
        };
        let parameter = |name: &'static str| ParameterUpdate {
            name,
            l2: l2_of(name, self.l2),
            before: twice(|it| &it.before, name),
            gradient: twice(|it| &it.gradients, name),
            velocity_before: twice(|it| &it.velocity_before, name),
            velocity: twice(|it| &it.velocity, name),
            after: twice(|it| &it.after, name),
        };
        names.into_iter().map(parameter).collect()
    }
}

/// The L2 coefficient of a tensor of a layer: that of weight matrices, of embeddings, or 0.
fn l2_of(name: &str, (weights, embeddings): (f64, f64)) -> f64 {
    match name {
        "weight" => weights,
        super::parameters::EMBEDDING => embeddings,
        _ => 0.0,
    }
}
