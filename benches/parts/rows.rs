//! Synthetic rows of MNIST's size.

use burn_mlp::data::{Dataset, Features, ImageShape, Samples};

/// Features of a row: the pixels of an image.
pub const DIMENSION: usize = 28 * 28;
const CLASSES: usize = 10;

/// Returns bytes with a long period.
pub fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|index| (index.wrapping_mul(2_654_435_761) >> 7) as u8).collect()
}

pub fn samples(rows: usize) -> Samples {
    let labels = (0..rows).map(|row| (row % CLASSES) as u32).collect();
    let features = Features::Bytes { values: bytes(rows * DIMENSION), maximum: u8::MAX };
    Samples::new(features, labels, DIMENSION).expect("valid rows")
}

pub fn data(rows: usize) -> Dataset {
    let classes = (0..CLASSES).map(|class| class.to_string()).collect();
    Dataset::new("images", samples(rows), None, classes, Some(ImageShape::grey(28, 28))).expect("valid data")
}
