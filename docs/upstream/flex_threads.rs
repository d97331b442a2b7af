//! Reproducer for docs/upstream.md: the time of a multi-threaded product after pauses of
//! different lengths.
//!
//! ```sh
//! cargo run --release --example upstream_flex_threads
//! ```

use std::hint::{black_box, spin_loop};
use std::time::{Duration, Instant};

use burn::tensor::{Device, Tensor};

fn main() {
    let device = Device::flex();
    let features = Tensor::<2>::ones([128, 784], &device);
    let weights = Tensor::<2>::ones([784, 128], &device);
    for pause in [0, 10, 30, 100] {
        let mut spent = Duration::ZERO;
        for _ in 0..2_000 {
            let end = Instant::now() + Duration::from_micros(pause);
            while Instant::now() < end {
                spin_loop();
            }
            let start = Instant::now();
            black_box(features.clone().matmul(weights.clone()));
            spent += start.elapsed();
        }
        println!("pause of {pause} us: a product takes {:.1} us", 1e6 * spent.as_secs_f64() / 2_000.0);
    }
}
