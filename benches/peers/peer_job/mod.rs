//! Shared by the two loops of `benches/peers`: the job's arguments and rows, and the line of JSON
//! that the runner reads.

use std::collections::HashMap;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Instant;

use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, ModuleOptimizer, SgdConfig};
use burn_mlp::config::{OptimizerConfig, OptimizerName, RunConfig};
use burn_mlp::data::{Features, Samples, read_images, read_labels};
use burn_mlp::{Error, Result};
use serde_json::json;

/// The job, with the arguments of the Python programs: `--data DIR --shape 784-128-64-10
/// --batch-size 32 ...`.
pub struct Job {
    data: PathBuf,
    /// Neurons of each layer, from the features to the classes.
    pub shape: Vec<usize>,
    pub batch_size: usize,
    rows: usize,
    valid_rows: usize,
    pub epochs: usize,
    adam: bool,
}

impl Job {
    /// # Errors
    /// If an argument is missing or cannot be read.
    pub fn from_arguments() -> Result<Self> {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let given: HashMap<&str, &str> =
            arguments.chunks_exact(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
        let text = |name: &str| given.get(name).copied().ok_or_else(|| Error::config(name, "is missing"));
        let shape: Vec<usize> =
            text("--shape")?.split('-').map(|size| number("--shape", size)).collect::<Result<_>>()?;
        if shape.len() < 2 {
            return Err(Error::config("--shape", "names fewer than two layers"));
        }
        Ok(Self {
            data: text("--data")?.into(),
            shape,
            batch_size: number("--batch-size", text("--batch-size")?)?,
            rows: number("--rows", text("--rows")?)?,
            valid_rows: number("--valid-rows", text("--valid-rows")?)?,
            epochs: number("--epochs", text("--epochs")?)?,
            adam: text("--optimizer")? == "adam",
        })
    }

    /// The training rows, which come first, and the validation rows.
    ///
    /// # Errors
    /// If the files cannot be read or hold too few rows.
    pub fn read(&self) -> Result<(Samples, Samples)> {
        let images = read_images(&self.data.join("train-images-idx3-ubyte"))?;
        let labels = read_labels(&self.data.join("train-labels-idx1-ubyte"))?;
        let features = Features::Bytes { values: images.values, maximum: u8::MAX };
        let samples = Samples::new(features, labels.into_iter().map(|label| label as u32).collect(), self.shape[0])?;
        let part = |rows: std::ops::Range<usize>| samples.select(&rows.collect::<Vec<_>>());
        Ok((part(0..self.rows), part(self.rows..self.rows + self.valid_rows)))
    }

    /// Creates burn-mlp's optimizer.
    ///
    /// # Errors
    /// If Burn refuses its groups of parameters.
    #[allow(dead_code, reason = "each loop uses one of the two optimizers")]
    pub fn our_optimizer(&self) -> Result<ModuleOptimizer> {
        let name = if self.adam { OptimizerName::Adam } else { OptimizerName::Sgd };
        burn_mlp::training::build_optimizer(&OptimizerConfig { name, ..RunConfig::default().optimizer }, 0.0)
    }

    /// Creates Burn's own optimizer, with one group for all parameters and without dampening, as in
    /// PyTorch.
    #[allow(dead_code, reason = "each loop uses one of the two optimizers")]
    pub fn burns_optimizer(&self) -> ModuleOptimizer {
        let momentum = MomentumConfig::new().with_momentum(0.9).with_dampening(0.0);
        match self.adam {
            true => AdamConfig::new().with_epsilon(1e-8).init(),
            false => SgdConfig::new().with_momentum(Some(momentum)).init(),
        }
    }

    pub fn learning_rate(&self) -> f64 {
        if self.adam { 0.001 } else { 0.01 }
    }
}

fn number<T: FromStr>(name: &str, text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::config(name, format!("{text} is not a number")))
}

/// Mean loss and accuracy over the rows of an epoch.
#[derive(Clone, Copy)]
pub struct Means {
    pub loss: f64,
    pub accuracy: f64,
}

/// Times each epoch.
pub struct Laps {
    start: Instant,
    seconds: Vec<f64>,
    last: Option<(Means, Means)>,
}

impl Laps {
    pub fn start() -> Self {
        Self { start: Instant::now(), seconds: Vec::new(), last: None }
    }

    /// Ends an epoch and starts the next.
    pub fn record(&mut self, train: Means, valid: Means) {
        self.seconds.push(self.start.elapsed().as_secs_f64());
        self.last = Some((train, valid));
        self.start = Instant::now();
    }

    /// Prints the line that the runner reads.
    pub fn print(&self) {
        let Some((train, valid)) = self.last else { return };
        let line = json!({
            "seconds": self.seconds,
            "train_loss": train.loss,
            "train_accuracy": train.accuracy,
            "valid_loss": valid.loss,
            "valid_accuracy": valid.accuracy,
        });
        println!("{line}");
    }
}
