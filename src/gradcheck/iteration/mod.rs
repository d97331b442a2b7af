//! Whole training iterations in numbers (slides 2 to 6), computed twice: by the slides' formulas in `f64`, and by the
//! layers, the autodiff and the optimizer of a training run on a device.

mod burn_iteration;
mod closed_form;
mod computed;
mod results;

use burn::tensor::Device;

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
use computed::{Computed, Update, l2_of};
pub use results::{Iteration, LayerPass, ParameterUpdate, Twice};

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
            "{} members share their weights; the slides' iteration is that of one network; use --members 1",
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
