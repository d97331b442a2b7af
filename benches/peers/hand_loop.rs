//! burn-mlp's network, loader and optimizer in a hand-written loop, to measure the cost of Burn's
//! Learner.
//!
//! `benches/peers/run` starts it. Loss and accuracy are summed on the device and read once per
//! epoch, as in a run.

mod peer_job;

use burn::data::dataloader::DataLoader;
use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Int, Tensor};
use burn_mlp::config::RunConfig;
use burn_mlp::loading::{DeviceLoader, Order};
use burn_mlp::model::Mlp;
use burn_mlp::training::cross_entropy;
use peer_job::{Job, Laps, Means};

/// Rows of a validation batch, as in burn-mlp.
const VALIDATION_BATCH_SIZE: usize = 1000;

/// As in burn-mlp.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> burn_mlp::Result<()> {
    let job = Job::from_arguments()?;
    let device = Device::flex();
    let (train, valid) = job.read()?;
    let train = DeviceLoader::new(train, job.batch_size, Order::Shuffled { seed: 0 }, 1, &device);
    let valid = DeviceLoader::new(valid, VALIDATION_BATCH_SIZE, Order::Sequential, 1, &device);
    let mut model = network(&job, &device)?;
    let mut optimizer = job.our_optimizer()?;
    let mut laps = Laps::start();
    for _ in 0..job.epochs {
        let mut trained = Sums::new(&device);
        for batch in train.iter().map(Result::unwrap) {
            let logits = model.forward(batch.features); // [batch, classes]
            let loss = cross_entropy(logits.clone(), batch.labels.clone()); // [1]
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            model = optimizer.step(job.learning_rate(), model, gradients);
            trained.add(loss.inner(), logits.inner(), batch.labels);
        }
        let validated = validate(&model.valid(), &valid, &device);
        laps.record(trained.means(train.num_items()), validated);
    }
    laps.print();
    Ok(())
}

/// Creates the initial network of `burn-mlp --hidden ... --seed 0`.
fn network(job: &Job, device: &Device) -> burn_mlp::Result<Mlp> {
    let mut config = RunConfig::default().model;
    let [features, hidden @ .., classes] = &job.shape[..] else { unreachable!("at least two layers") };
    config.hidden = hidden.to_vec();
    Mlp::new(&config, *features, *classes, 0, &device.clone().autodiff())
}

fn validate(model: &Mlp, rows: &DeviceLoader, device: &Device) -> Means {
    let mut sums = Sums::new(device);
    for batch in rows.iter().map(Result::unwrap) {
        let logits = model.forward(batch.features); // [batch, classes]
        sums.add(cross_entropy(logits.clone(), batch.labels.clone()), logits, batch.labels);
    }
    sums.means(rows.num_items())
}

/// Sums over the rows of an epoch, on the device.
struct Sums {
    loss: Tensor<1>,
    correct: Tensor<1, Int>,
}

impl Sums {
    fn new(device: &Device) -> Self {
        Self { loss: Tensor::zeros([1], device), correct: Tensor::zeros([1], device) }
    }

    /// Adds a batch with mean loss `[1]`, logits `[batch, classes]` and labels `[batch]`.
    fn add(&mut self, loss: Tensor<1>, logits: Tensor<2>, labels: Tensor<1, Int>) {
        let [rows, _] = logits.dims();
        let predicted = logits.argmax(1).squeeze_dim::<1>(1); // [batch]
        self.loss = self.loss.clone() + loss * rows as f64;
        self.correct = self.correct.clone() + predicted.equal(labels).int().sum();
    }

    fn means(self, rows: usize) -> Means {
        let mean = |sum: f64| sum / rows as f64;
        Means { loss: mean(self.loss.into_scalar()), accuracy: mean(self.correct.into_scalar()) }
    }
}
