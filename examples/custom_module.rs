//! Trains a Burn module of your own with this crate's training: schedule, early stopping,
//! checkpoints and resuming.
//!
//! ```sh
//! cargo run --release --example custom_module
//! ```

use std::path::Path;

use burn::module::Module;
use burn::nn::{Linear, LinearConfig, Relu};
use burn::tensor::{Device, Tensor, TensorData};
use burn::train::{InferenceStep, TrainOutput, TrainStep};
use burn_mlp::config::Layers;
use burn_mlp::data::{self, Samples};
use burn_mlp::loading::Batch;
use burn_mlp::run_directory::{RunDirectory, RunRecord, Status};
use burn_mlp::training::{
    EpochSummary, Observer, StepOutput, StopSignal, TrainableModel, Trainer, inference_step, train_step,
};
use burn_mlp::{Result, backend};

/// A residual network: each block adds its result to its input (He et al. 2015, arXiv 1512.03385).
#[derive(Module, Debug)]
struct ResidualMlp {
    input: Linear,
    blocks: Vec<Linear>,
    output: Linear,
    activation: Relu,
}

impl ResidualMlp {
    fn new(features: usize, width: usize, blocks: usize, classes: usize, device: &Device) -> Self {
        Self {
            input: LinearConfig::new(features, width).init(device),
            blocks: (0..blocks).map(|_| LinearConfig::new(width, width).init(device)).collect(),
            output: LinearConfig::new(width, classes).init(device),
            activation: Relu::new(),
        }
    }

    /// Features `[batch, features]` to logits `[batch, classes]`.
    fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        let x = self.input.forward(features); // [batch, width]
        let x = self.blocks.iter().fold(x, |x, block| block.forward(self.activation.forward(x.clone())) + x);
        self.output.forward(self.activation.forward(x))
    }
}

impl TrainStep for ResidualMlp {
    type Input = Batch;
    type Output = StepOutput;

    fn step(&self, batch: Batch) -> TrainOutput<StepOutput> {
        train_step(self, |features| self.forward(features), batch)
    }
}

impl InferenceStep for ResidualMlp {
    type Input = Batch;
    type Output = StepOutput;

    fn step(&self, batch: Batch) -> StepOutput {
        inference_step(|features| self.forward(features), batch)
    }
}

impl TrainableModel for ResidualMlp {}

/// Prints a line per epoch.
struct Printer;

impl Observer for Printer {
    fn epoch_finished(&mut self, summary: &EpochSummary) {
        let row = &summary.row;
        let accuracy = 100.0 * row.valid_accuracy.unwrap_or(f64::NAN);
        println!("epoch {:>2}: loss {:.4}, validation accuracy {accuracy:.2} %", row.epoch, row.train_loss);
    }
}

/// Trains on the digits and saves checkpoints and metrics.csv below `out`. Returns the test
/// accuracy.
pub fn train(out: &Path, epochs: usize) -> Result<f64> {
    let config = Layers::new()
        .set(&format!("training.epochs={epochs}"))
        .set("optimizer.name=adam")
        .set("optimizer.learning_rate=0.001")
        .resolve()?;
    let data = data::load(&config, &mut |_| ())?;
    let split = data.split_training_set(&config.split)?;
    let device = backend::open(config.backend.parse()?)?.device;

    let mut record = RunRecord::new("");
    let (run, _lock) = RunDirectory::create(out, None, "residual", &config.to_toml()?, &mut record)?;
    let trainer = Trainer {
        config: &config,
        data: &data,
        split: &split,
        initial_weights: None,
        device: &device,
        run: run.clone(),
        stop: StopSignal::new(),
    };
    device.seed(config.seed);
    let model = ResidualMlp::new(data.train.dimension(), 64, 3, data.classes(), &device.clone().autodiff());
    let (model, result) = trainer.train_model(model, &mut Printer)?;
    (record.status, record.epochs_done) = (Status::Finished, result.history.len());
    run.write_record(&mut record)?;

    Ok(data.test.map_or(f64::NAN, |test| accuracy(&model, &test, &device)))
}

fn accuracy(model: &ResidualMlp, samples: &Samples, device: &Device) -> f64 {
    let shape = [samples.len(), samples.dimension()];
    let features = Tensor::<2>::from_data(TensorData::new(samples.to_floats(), shape), device); // [rows, features]
    let predicted = model.forward(features).argmax(1).into_data(); // [rows, 1]
    let correct = predicted.iter::<i64>().zip(samples.labels()).filter(|(class, label)| *class == i64::from(**label));
    correct.count() as f64 / samples.len() as f64
}

fn main() -> Result<()> {
    println!("test accuracy {:.2} %", 100.0 * train(Path::new("artifacts"), 20)?);
    Ok(())
}
