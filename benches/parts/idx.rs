//! Parses MNIST's 10,000 test images.

use std::hint::black_box;
use std::io::Write;

use burn_mlp::data::parse_idx;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::rows::{DIMENSION, bytes};
use crate::timer::Timer;

const IMAGES: usize = 10_000;

/// An IDX file of images.
fn file() -> Vec<u8> {
    let mut file = vec![0, 0, 8, 3];
    for size in [IMAGES as u32, 28, 28] {
        file.extend(size.to_be_bytes());
    }
    file.extend(bytes(IMAGES * DIMENSION));
    file
}

pub fn time(timer: &Timer) {
    let plain = file();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&plain).expect("writing to memory succeeds");
    let compressed = encoder.finish().expect("writing to memory succeeds");
    for (name, file) in [("idx/raw", &plain), ("idx/gzip", &compressed)] {
        timer.time(name, (plain.len(), "bytes"), || parse_idx(black_box(&file[..]), name).expect("a whole file"));
    }
}
