//! Writes valid and invalid IDX files.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

/// An IDX file of unsigned bytes.
pub fn idx(shape: &[u32], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, shape.len() as u8];
    shape.iter().for_each(|size| bytes.extend(size.to_be_bytes()));
    bytes.extend(values);
    bytes
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// `rows` images of 2 x 2 pixels.
pub fn images(rows: u32) -> Vec<u8> {
    idx(&[rows, 2, 2], &(0..rows * 4).map(|pixel| (pixel * 29 % 256) as u8).collect::<Vec<_>>())
}

/// `rows` labels that cycle through `classes`.
pub fn labels(rows: u32, classes: &[u8]) -> Vec<u8> {
    idx(&[rows], &(0..rows as usize).map(|row| classes[row % classes.len()]).collect::<Vec<_>>())
}

/// Writes a training set into a new directory.
pub fn write_set(directory: &Path, images: &[u8], labels: &[u8]) {
    fs::create_dir_all(directory).unwrap();
    fs::write(directory.join("train-images"), images).unwrap();
    fs::write(directory.join("train-labels"), labels).unwrap();
}
