//! Reproducer for docs/upstream.md: the cost of burn-train's own loop, which reads and logs loss and
//! accuracy after every batch, compared with the same `Learner` and metrics that are summed on the
//! device and read once per epoch.
//!
//! ```sh
//! cargo run --release --example upstream_stock_loop >/dev/null
//! ```
//!
//! Burn's renderer prints a line per batch to standard output; the times go to standard error.

use std::sync::Arc;
use std::time::Instant;

use burn::data::dataloader::DataLoader;
use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};
use burn::train::metric::{AccuracyMetric, LossMetric};
use burn::train::renderer::CliMetricsRenderer;
use burn::train::{ClassificationOutput, InferenceStep, Learner, SupervisedTraining, TrainOutput, TrainStep};
use burn_mlp::Result;
use burn_mlp::config::RunConfig;
use burn_mlp::data::{Features, Samples};
use burn_mlp::loading::{Batch, DeviceLoader, Order};
use burn_mlp::model::Mlp;
use burn_mlp::training::cross_entropy;

const BATCH_SIZE: usize = 32;
const STEPS: usize = 1_000;
const EPOCHS: usize = 3;
const RATE: f64 = 0.01;

/// As in burn-mlp.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Module, Debug)]
struct Network {
    mlp: Mlp,
}

impl Network {
    fn output(&self, batch: Batch) -> ClassificationOutput {
        let logits = self.mlp.forward(batch.features); // [batch, classes]
        ClassificationOutput::new(cross_entropy(logits.clone(), batch.labels.clone()), logits, batch.labels)
    }
}

impl TrainStep for Network {
    type Input = Batch;
    type Output = ClassificationOutput;

    fn step(&self, batch: Batch) -> TrainOutput<ClassificationOutput> {
        let output = self.output(batch);
        TrainOutput::new(self, output.loss.backward(), output)
    }
}

impl InferenceStep for Network {
    type Input = Batch;
    type Output = ClassificationOutput;

    fn step(&self, batch: Batch) -> ClassificationOutput {
        self.output(batch)
    }
}

fn main() -> Result<()> {
    let device = Device::flex();
    let train = Arc::new(loader(STEPS * BATCH_SIZE, &device)?);
    // One batch, so that both times are those of training.
    let valid = Arc::new(loader(BATCH_SIZE, &device)?);
    let steps = (EPOCHS * STEPS) as f64;
    for _ in 0..2 {
        let (learner, start) = (learner(&device)?, Instant::now());
        let _ = summed_on_the_device(learner, train.as_ref(), &device);
        eprintln!("read once an epoch, by hand: {:.1} us a step", 1e6 * start.elapsed().as_secs_f64() / steps);
        for metrics in [false, true] {
            let files = tempfile::tempdir().expect("a temporary directory can be made");
            let mut training = SupervisedTraining::new(files.path(), train.clone(), valid.clone())
                .renderer(Box::new(CliMetricsRenderer::new()))
                .num_epochs(EPOCHS);
            if metrics {
                training = training.metrics((AccuracyMetric::new(), LossMetric::new()));
            }
            let (learner, start) = (self::learner(&device)?, Instant::now());
            training.launch(learner);
            let what = if metrics { "with accuracy and loss" } else { "without metrics" };
            eprintln!("Burn's loop, {what}: {:.1} us a step", 1e6 * start.elapsed().as_secs_f64() / steps);
        }
    }
    Ok(())
}

fn loader(rows: usize, device: &Device) -> Result<DeviceLoader> {
    let values = (0..rows * 784).map(|index| (index * 37 % 101) as u8).collect();
    let labels = (0..rows as u32).map(|row| row % 10).collect();
    let samples = Samples::new(Features::Bytes { values, maximum: 100 }, labels, 784)?;
    Ok(DeviceLoader::new(samples, BATCH_SIZE, Order::Sequential, 1, device))
}

fn learner(device: &Device) -> Result<Learner<Network>> {
    let config = RunConfig::default();
    let mlp = Mlp::new(&config.model, 784, 10, 0, &device.clone().autodiff())?;
    Ok(Learner::new(Network { mlp }, burn_mlp::training::build_optimizer(&config.optimizer, 0.0)?, RATE))
}

/// The mean loss and accuracy of each epoch.
fn summed_on_the_device(mut learner: Learner<Network>, train: &DeviceLoader, device: &Device) -> Vec<[f64; 2]> {
    let mut epochs = Vec::new();
    for _ in 0..EPOCHS {
        let mut loss = Tensor::<1>::zeros([1], device);
        let mut correct = Tensor::<1, Int>::zeros([1], device);
        for batch in train.iter().map(std::result::Result::unwrap) {
            let step = learner.train_step(batch);
            learner.lr_step();
            learner.optimizer_step(step.grads);
            let predicted = step.item.output.inner().argmax(1).squeeze_dim::<1>(1); // [batch]
            loss = loss + step.item.loss.inner();
            correct = correct + predicted.equal(step.item.targets).int().sum();
        }
        let mean_loss = loss.into_scalar::<f64>() / STEPS as f64;
        epochs.push([mean_loss, correct.into_scalar::<f64>() / (STEPS * BATCH_SIZE) as f64]);
    }
    epochs
}
