//! Takes an epoch's batches of 48,000 images, as they are and augmented.

use burn::data::dataloader::DataLoader;
use burn_mlp::backend;
use burn_mlp::config::Layers;
use burn_mlp::data::Augmentation;
use burn_mlp::loading::{AugmentedLoader, Batch, DeviceLoader, Order};

use crate::rows;
use crate::timer::Timer;

const ROWS: usize = 48_000;
const ORDER: Order = Order::Shuffled { seed: 0 };

fn take_epoch(loader: &dyn DataLoader<Batch>) -> usize {
    loader.iter().map(|batch| batch.expect("the rows are in memory").labels.dims()[0]).sum()
}

pub fn time(timer: &Timer) {
    let device = backend::open(backend::host()).expect("a CPU backend").device;
    let data = rows::data(ROWS);
    let config = Layers::new().set("augmentation.rotation_probability=1").resolve().expect("a valid configuration");
    let augmentation = Augmentation::new(&config.augmentation, &data, 0).expect("images").expect("a rotation");
    for batch_size in [32, 512] {
        let loader = DeviceLoader::new(data.train.clone(), batch_size, ORDER, 1, &device);
        timer.time(&format!("loader/batches of {batch_size}"), (ROWS, "rows"), || take_epoch(&loader));
    }
    let loader = AugmentedLoader::new(data.train, augmentation, 128, ORDER, 1, &device);
    timer.time("loader/batches of 128, rotated", (ROWS, "rows"), || take_epoch(&loader));
}
