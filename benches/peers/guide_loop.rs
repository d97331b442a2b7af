//! A training like the one in the Burn book's chapter on custom training loops: Burn's data loader,
//! whose workers build each batch row by row, and loss and accuracy read and printed after every
//! batch.
//!
//! `benches/peers/run` starts it. It shows what a reader of the guide gets, including the system
//! allocator.

mod peer_job;

use burn::data::dataloader::batcher::Batcher;
use burn::data::dataloader::{DataLoader, DataLoaderBuilder};
use burn::module::Module;
use burn::nn::loss::CrossEntropyLoss;
use burn::nn::{Linear, LinearConfig, Relu};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Int, Tensor};
use burn_mlp::data::{Sample, Samples};
use peer_job::{Job, Laps, Means};

/// The guide's default.
const WORKERS: usize = 4;

#[derive(Module, Debug)]
struct Model {
    hidden: Vec<Linear>,
    activation: Relu,
    output: Linear,
}

impl Model {
    fn new(shape: &[usize], device: &Device) -> Self {
        let layers = shape.windows(2).map(|sizes| LinearConfig::new(sizes[0], sizes[1]).init(device));
        let mut hidden: Vec<Linear> = layers.collect();
        let output = hidden.pop().expect("at least two layers");
        Self { hidden, activation: Relu::new(), output }
    }

    /// Features `[batch, features]` to logits `[batch, classes]`.
    fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        let hidden = self.hidden.iter().fold(features, |input, layer| self.activation.forward(layer.forward(input)));
        self.output.forward(hidden)
    }
}

#[derive(Clone, Debug)]
struct RowBatch {
    features: Tensor<2>,
    targets: Tensor<1, Int>,
}

#[derive(Clone)]
struct RowBatcher;

impl Batcher<Sample, RowBatch> for RowBatcher {
    fn batch(&self, items: Vec<Sample>, device: &Device) -> RowBatch {
        let row = |item: &Sample| Tensor::<1>::from_data(&item.features[..], device).unsqueeze::<2>(); // [1, features]
        let target = |item: &Sample| Tensor::<1, Int>::from_data([item.label as i64], device); // [1]
        RowBatch {
            features: Tensor::cat(items.iter().map(row).collect(), 0),
            targets: Tensor::cat(items.iter().map(target).collect(), 0),
        }
    }
}

fn main() -> burn_mlp::Result<()> {
    let job = Job::from_arguments()?;
    let device = Device::flex();
    let loader = || DataLoaderBuilder::new(RowBatcher).batch_size(job.batch_size).num_workers(WORKERS);
    let (train, valid): (Samples, Samples) = job.read()?;
    let train = loader().shuffle(0).set_device(device.clone()).build(burn_mlp::loading::SampleDataset(train));
    let valid = loader().set_device(device.clone()).build(burn_mlp::loading::SampleDataset(valid));
    let mut model = Model::new(&job.shape, &device.autodiff());
    let mut optimizer = job.burns_optimizer();
    let mut laps = Laps::start();
    for epoch in 1..=job.epochs {
        let mut trained = Sums::default();
        for (iteration, batch) in train.iter().map(Result::unwrap).enumerate() {
            let output = model.forward(batch.features);
            let loss = CrossEntropyLoss::new(None, &output.device()).forward(output.clone(), batch.targets.clone());
            let read = trained.add(&loss, output, batch.targets);
            println!("train, epoch {epoch}, batch {iteration}: loss {:.3}, accuracy {:.3}", read.loss, read.accuracy);
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            model = optimizer.step(job.learning_rate(), model, gradients);
        }
        laps.record(trained.means(), validate(&model.valid(), valid.as_ref(), epoch));
    }
    laps.print();
    Ok(())
}

fn validate(model: &Model, rows: &dyn DataLoader<RowBatch>, epoch: usize) -> Means {
    let mut sums = Sums::default();
    for (iteration, batch) in rows.iter().map(Result::unwrap).enumerate() {
        let output = model.forward(batch.features);
        let loss = CrossEntropyLoss::new(None, &output.device()).forward(output.clone(), batch.targets.clone());
        let read = sums.add(&loss, output, batch.targets);
        println!("valid, epoch {epoch}, batch {iteration}: loss {:.3}, accuracy {:.3}", read.loss, read.accuracy);
    }
    sums.means()
}

/// Sums over the rows of an epoch, on the host.
#[derive(Default)]
struct Sums {
    loss: f64,
    correct: f64,
    rows: f64,
}

impl Sums {
    /// Adds a batch and returns its metrics, for which it waits.
    fn add(&mut self, loss: &Tensor<1>, output: Tensor<2>, targets: Tensor<1, Int>) -> Means {
        let [rows] = targets.dims();
        let predictions = output.argmax(1).squeeze_dim::<1>(1); // [batch]
        let correct = predictions.equal(targets).int().sum().into_scalar::<i64>() as f64;
        let (loss, rows) = (loss.clone().into_scalar::<f64>(), rows as f64);
        self.loss += loss * rows;
        self.correct += correct;
        self.rows += rows;
        Means { loss, accuracy: correct / rows }
    }

    fn means(&self) -> Means {
        Means { loss: self.loss / self.rows, accuracy: self.correct / self.rows }
    }
}
