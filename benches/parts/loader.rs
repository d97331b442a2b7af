//! An epoch's batches of 48,000 images, as they are and changed anew.

use burn::data::dataloader::DataLoader;
use burn_mlp::backend;
use burn_mlp::config::Layers;
use burn_mlp::data::{Augmentation, AugmentedLoader, Batch, Order, ResidentLoader};
use criterion::{Criterion, Throughput};

use crate::rows;

const ROWS: usize = 48_000;
const ORDER: Order = Order::Shuffled { seed: 0 };

fn take_epoch(loader: &dyn DataLoader<Batch>) -> usize {
    loader.iter().map(|batch| batch.expect("the host has the rows").labels.dims()[0]).sum()
}

pub fn measure(criterion: &mut Criterion) {
    let device = backend::open(backend::host()).expect("the host's backend").device;
    let data = rows::data(ROWS);
    let config = Layers::new().set("augmentation.rotation_probability=1").resolve().expect("a configuration");
    let augmentation =
        Augmentation::new(&config.augmentation, &data, 0).expect("images").expect("rotation was asked for");
    let mut group = criterion.benchmark_group("loader");
    group.sample_size(20).throughput(Throughput::Elements(ROWS as u64));
    for batch_size in [32, 512] {
        let loader = ResidentLoader::new(data.train.clone(), batch_size, ORDER, 1, &device);
        group.bench_function(format!("batches of {batch_size}"), |bench| bench.iter(|| take_epoch(&loader)));
    }
    let loader = AugmentedLoader::new(data.train, augmentation, 128, ORDER, 1, &device);
    group.bench_function("batches of 128, rotated", |bench| bench.iter(|| take_epoch(&loader)));
}
