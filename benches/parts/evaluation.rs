//! Judging 10,000 images by a trained network of the walkthrough's shape, all figures included.

use burn_mlp::config::Layers;
use burn_mlp::inference::Predictor;
use burn_mlp::pipeline::{self, RunLocation, judge};
use burn_mlp::training::StopSignal;
use burn_mlp::{Result, backend};
use criterion::{Criterion, Throughput};

use crate::rows;

const IMAGES: usize = 10_000;

fn trained() -> Result<Predictor> {
    let out = tempfile::tempdir().expect("room for a run");
    let config = Layers::new().set("training.epochs=1").resolve()?;
    let location = RunLocation { out: out.path().to_path_buf(), ..RunLocation::default() };
    let completed = pipeline::run_on(&config, |_, _| Ok(rows::data(2_000)), &location, &StopSignal::new(), &mut ())?;
    Predictor::load(completed.run.path(), &backend::open(backend::host())?.device)
}

pub fn measure(criterion: &mut Criterion) {
    let predictor = trained().expect("a run on the host");
    let samples = rows::samples(IMAGES);
    let mut group = criterion.benchmark_group("evaluation");
    group.throughput(Throughput::Elements(IMAGES as u64));
    group.bench_function("10,000 images", |bench| {
        bench.iter(|| judge(&predictor, &samples, 5).expect("rows of the model's size"));
    });
}
