//! Takes training steps of the walkthrough's network through Burn's Learner.

use std::time::Duration;

use burn_mlp::backend;
use burn_mlp::config::Layers;
use burn_mlp::data::SplitIndices;
use burn_mlp::training::with_step_timer;

use crate::rows;
use crate::timer::Timer;

const ROWS: usize = 16_384;

/// Steps before the timed ones: they allocate memory, and find out whether threads speed up the
/// matrix products.
const WARM_UP_STEPS: usize = 300;

pub fn time(timer: &Timer) {
    let device = backend::open(backend::host()).expect("a CPU backend").device;
    let data = rows::data(ROWS);
    let split = SplitIndices { train: (0..ROWS).collect(), valid: Vec::new() };
    for batch_size in [32, 128, 512] {
        let config =
            Layers::new().set(&format!("training.batch_size={batch_size}")).resolve().expect("a valid configuration");
        let seconds = |count| {
            with_step_timer(&config, &data, &split, &device, |timer| {
                timer.time(WARM_UP_STEPS)?;
                timer.time(count)
            })
        };
        timer.time_by(&format!("step/batch of {batch_size}"), (batch_size, "rows"), |count| {
            Duration::from_secs_f64(seconds(count).expect("steps with a finite loss"))
        });
    }
}
