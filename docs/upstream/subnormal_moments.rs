//! Reproducer for docs/upstream.md: the time of an Adam step before and after its moments become
//! subnormal.
//!
//! ```sh
//! cargo run --release --example upstream_subnormal_moments
//! ```

use std::time::Instant;

use burn::optim::{AdamConfig, Optimizer};
use burn::tensor::{Device, Tensor};

fn main() {
    let device = Device::flex();
    let adam = AdamConfig::new().build();
    let (weights, gradient) = (Tensor::<2>::ones([784, 128], &device), Tensor::<2>::ones([784, 128], &device));
    let (mut weights, mut state) = adam.step::<2>(0.001, weights, gradient, None);
    for hundred in 1..=12 {
        let start = Instant::now();
        for _ in 0..100 {
            (weights, state) = adam.step::<2>(0.001, weights, Tensor::zeros([784, 128], &device), state);
        }
        println!("up to step {}: {:.0} us a step", 100 * hundred, 1e4 * start.elapsed().as_secs_f64());
    }
}
