//! A training step of the walkthrough's network, through Burn's Learner.

use std::time::Duration;

use burn_mlp::backend;
use burn_mlp::config::Layers;
use burn_mlp::data::Split;
use burn_mlp::training::with_step_timer;
use criterion::{Criterion, Throughput};

use crate::rows;

const ROWS: usize = 16_384;

/// Steps that are not counted: memory is new to them, and whether their products gain by threads is tried in them.
const FIRST_STEPS: usize = 300;

pub fn measure(criterion: &mut Criterion) {
    let device = backend::open(backend::host()).expect("the host's backend").device;
    let data = rows::data(ROWS);
    let split = Split { train: (0..ROWS).collect(), valid: Vec::new() };
    let mut group = criterion.benchmark_group("step");
    group.sample_size(20);
    for batch_size in [32, 128, 512] {
        let config =
            Layers::new().set(&format!("training.batch_size={batch_size}")).resolve().expect("a configuration");
        let seconds = |count| {
            with_step_timer(&config, &data, &split, &device, |timer| {
                timer.time(FIRST_STEPS)?;
                timer.time(count)
            })
        };
        group.throughput(Throughput::Elements(batch_size));
        group.bench_function(format!("batch of {batch_size}"), |bench| {
            bench.iter_custom(|count| Duration::from_secs_f64(seconds(count as usize).expect("steps that go well")));
        });
    }
}
