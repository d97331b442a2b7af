//! The short pass of the fuzzers in `fuzz/`: their corpora, and a few thousand changes of them, without a fuzzer.

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use std::fs;
use std::path::Path;

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// Changed inputs of each corpus.
const CHANGES: usize = 5000;

/// Feeds the corpus, then changes of it that are the same each time.
fn replay(corpus: &str, target: fn(&[u8])) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(corpus);
    let mut paths: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut inputs: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    inputs.extend(found(corpus));
    assert!(inputs.len() >= 50, "{corpus} has {} inputs", inputs.len());
    inputs.iter().for_each(|input| target(input));
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    for _ in 0..CHANGES {
        target(&changed(&inputs, &mut |below| (random.next_u64() % below.max(1) as u64) as usize));
    }
}

/// What a fuzzer found worth keeping, one input a line in hexadecimal digits.
fn found(corpus: &str) -> Vec<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/found").join(format!("{corpus}.hex"));
    let byte = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    fs::read_to_string(path).unwrap().lines().map(|line| line.as_bytes().chunks(2).map(byte).collect()).collect()
}

/// One of `inputs` after a few of a fuzzer's usual changes. `random` gives a number below its argument.
fn changed(inputs: &[Vec<u8>], random: &mut dyn FnMut(usize) -> usize) -> Vec<u8> {
    let mut bytes = inputs[random(inputs.len())].clone();
    for _ in 0..1 + random(4) {
        let at = random(bytes.len());
        match random(6) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << random(8),
            1 if !bytes.is_empty() => bytes[at] = [0, 1, 0x7f, 0x80, 0xff, b'"', b'{', b'\n'][random(8)],
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..(at + 1 + random(8)).min(bytes.len()))),
            4 => bytes.insert(at, random(256) as u8),
            _ => {
                let other = &inputs[random(inputs.len())];
                let start = random(other.len());
                let end = (start + random(32)).min(other.len());
                bytes.splice(at..at, other[start..end].iter().copied());
            }
        }
    }
    bytes
}

#[test]
fn idx_files() {
    replay("idx", fuzz::idx);
}

#[test]
fn tables() {
    replay("table", fuzz::table);
}

#[test]
fn configurations() {
    replay("config", fuzz::config);
}

#[test]
fn model_files() {
    replay("model_file", fuzz::model_file);
}

#[test]
fn run_files() {
    replay("run_files", fuzz::run_files);
}
