//! A multilayer perceptron in plain Burn, from the model to the test accuracy, with this crate's
//! data and loader.
//!
//! ```sh
//! cargo run --release --example mnist             # the 1,797 digits inside the binary
//! cargo run --release --example mnist -- mnist    # MNIST, downloaded once
//! ```

use burn::data::dataloader::DataLoader;
use burn::module::Module;
use burn::nn::loss::CrossEntropyLoss;
use burn::nn::{Dropout, DropoutConfig, Linear, LinearConfig, Relu};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Tensor};
use burn_mlp::config::Layers;
use burn_mlp::data::{self, stratified_split};
use burn_mlp::loading::{DeviceLoader, Order};

const SEED: u64 = 0;
const EPOCHS: usize = 10;
const BATCH_SIZE: usize = 32;
const LEARNING_RATE: f64 = 1e-3;

/// Two hidden layers with ReLU and dropout.
#[derive(Module, Debug)]
struct Mlp {
    hidden: Vec<Linear>,
    output: Linear,
    activation: Relu,
    dropout: Dropout,
}

impl Mlp {
    fn new(features: usize, classes: usize, device: &Device) -> Self {
        Self {
            hidden: vec![LinearConfig::new(features, 128).init(device), LinearConfig::new(128, 64).init(device)],
            output: LinearConfig::new(64, classes).init(device),
            activation: Relu::new(),
            dropout: DropoutConfig::new(0.1).init(),
        }
    }

    /// Features `[batch, features]` to logits `[batch, classes]`.
    fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        let hidden = self.hidden.iter().fold(features, |input, linear| {
            self.dropout.forward(self.activation.forward(linear.forward(input))) // [batch, outputs]
        });
        self.output.forward(hidden)
    }

    /// The fraction of rows whose largest logit is that of their class.
    fn accuracy(&self, rows: &DeviceLoader, device: &Device) -> f64 {
        let mut correct = Tensor::<1>::zeros([1], device);
        for batch in rows.iter().map(Result::unwrap) {
            let predicted = self.forward(batch.features).argmax(1).squeeze_dim::<1>(1); // [batch]
            correct = correct + predicted.equal(batch.labels).float().sum();
        }
        correct.into_scalar::<f64>() / rows.num_items() as f64
    }
}

fn main() -> burn_mlp::Result<()> {
    let source = std::env::args().nth(1).unwrap_or_else(|| "digits".to_string());
    let config = Layers::new().set(&format!("data.source={source}")).resolve()?;
    let data = data::load(&config, &mut |_| ())?;
    let split = stratified_split(data.train.labels(), data.classes(), 0.2, SEED)?;

    // Parameters live on the autodiff device, which records operations for the backward pass; rows
    // need no gradient.
    let device = Device::flex();
    device.seed(SEED);
    let loader = |rows, order| DeviceLoader::new(rows, BATCH_SIZE, order, 1, &device);
    let train = loader(data.train.select(&split.train), Order::Shuffled { seed: SEED });
    let valid = loader(data.train.select(&split.valid), Order::Sequential);

    let mut model = Mlp::new(data.train.dimension(), data.classes(), &device.clone().autodiff());
    let mut optimizer = AdamConfig::new().init();
    for epoch in 1..=EPOCHS {
        let mut loss_sum = Tensor::<1>::zeros([1], &device);
        for batch in train.iter().map(Result::unwrap) {
            let [rows] = batch.labels.dims();
            let logits = model.forward(batch.features.autodiff()); // [batch, classes]
            let loss = CrossEntropyLoss::new(None, &logits.device()).forward(logits, batch.labels); // [1]
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            model = optimizer.step(LEARNING_RATE, model, gradients);
            // Summed on the device and read once per epoch: reading waits for the device.
            loss_sum = loss_sum + loss.inner() * rows as f64;
        }
        let loss = loss_sum.into_scalar::<f64>() / train.num_items() as f64;
        // Without autodiff, dropout passes its input on.
        let accuracy = model.valid().accuracy(&valid, &device);
        println!("epoch {epoch:>2}: training loss {loss:.4}, validation accuracy {:.2} %", 100.0 * accuracy);
    }

    if let Some(test) = data.test {
        let accuracy = model.valid().accuracy(&loader(test, Order::Sequential), &device);
        println!("test accuracy {:.2} %", 100.0 * accuracy);
    }
    Ok(())
}
