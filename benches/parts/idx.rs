//! Parsing MNIST's 10,000 test images.

use std::hint::black_box;
use std::io::Write;

use burn_mlp::data::parse_idx;
use criterion::{Criterion, Throughput};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::rows::{DIMENSION, bytes};

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

pub fn measure(criterion: &mut Criterion) {
    let plain = file();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&plain).expect("memory takes all");
    let compressed = encoder.finish().expect("memory takes all");
    let mut group = criterion.benchmark_group("idx");
    group.throughput(Throughput::Bytes(plain.len() as u64));
    for (name, file) in [("raw", &plain), ("gzip", &compressed)] {
        group.bench_function(name, |bench| bench.iter(|| parse_idx(black_box(&file[..]), name).expect("a whole file")));
    }
}
