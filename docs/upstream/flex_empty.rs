//! Reproducer for docs/upstream.md: on flex, an uninitialised tensor costs more than one that is
//! filled with zeros.
//!
//! ```sh
//! cargo run --release --example upstream_flex_empty
//! ```

use std::hint::black_box;
use std::time::Instant;

use burn::tensor::{Device, Tensor, TensorData};

/// The gradient of the walkthrough's first weights.
const SHAPE: [usize; 2] = [784, 128];
const REPEATS: u32 = 20_000;

fn main() {
    let device = Device::flex();
    let zeros = || Tensor::<2>::from_data(TensorData::new(vec![0_f32; SHAPE[0] * SHAPE[1]], SHAPE), &device);
    for round in 1..=3 {
        let empty = microseconds(|| Tensor::empty(SHAPE, &device));
        println!("round {round}: Tensor::empty {empty:.1} us, zeros from a vector {:.1} us", microseconds(zeros));
    }
}

fn microseconds(make: impl Fn() -> Tensor<2>) -> f64 {
    let start = Instant::now();
    for _ in 0..REPEATS {
        black_box(make());
    }
    1e6 * start.elapsed().as_secs_f64() / f64::from(REPEATS)
}
