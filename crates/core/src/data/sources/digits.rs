//! The `digits` source: 1,797 handwritten digits of 8x8 pixels, compiled into the program.
//!
//! UCI's Optical Recognition of Handwritten Digits, CC BY 4.0: see `assets/digits.LICENSE.md`.

use std::io::Read;

use flate2::read::GzDecoder;

use crate::data::split::{HeldOut, SplitBy};
use crate::data::{Dataset, Features, ImageShape, Progress, Samples, Source, numbered_classes};
use crate::{Error, Result};

/// One line per image: 64 pixels from 0 to 16, then the digit.
const DIGITS: &[u8] = include_bytes!("../../../assets/digits.csv.gz");

const SHAPE: ImageShape = ImageShape::grey(8, 8);
const PIXELS: usize = SHAPE.height * SHAPE.width;
const MAXIMUM: u8 = 16;
const CLASSES: usize = 10;

/// The test rows are fixed, so that test accuracies of different seeds can be compared.
const TEST_FRACTION: f64 = 0.2;
const TEST_SEED: u64 = 0;

/// The `digits` source; 1,438 training and 359 test rows, the same for every seed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Digits;

impl Source for Digits {
    fn load(&self, _progress: Progress) -> Result<Dataset> {
        let all = parse()?;
        let rows: Vec<usize> = (0..all.len()).collect();
        let part = HeldOut::test("digits", TEST_FRACTION, TEST_SEED);
        let (train, test) = SplitBy::Class.hold_out(&rows, all.labels(), CLASSES, part)?;
        let (train, test) = (all.select(&train), all.select(&test));
        Dataset::new("digits", train, Some(test), numbered_classes(CLASSES), Some(SHAPE))
    }
}

fn parse() -> Result<Samples> {
    let damaged = |problem: String| Error::data("digits", format!("the copy in this program is damaged: {problem}"));
    let mut text = String::new();
    GzDecoder::new(DIGITS).read_to_string(&mut text).map_err(|error| damaged(error.to_string()))?;
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let row: std::result::Result<Vec<u8>, _> = line.split(',').map(str::parse).collect();
        match row {
            Ok(row) if row.len() == PIXELS + 1 => {
                pixels.extend_from_slice(&row[..PIXELS]);
                labels.push(u32::from(row[PIXELS]));
            }
            _ => return Err(damaged(format!("line {} is not 64 pixels and a digit", labels.len() + 1))),
        }
    }
    Samples::new(Features::Bytes { values: pixels, maximum: MAXIMUM }, labels, PIXELS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits() -> Dataset {
        Digits.load(&mut |_| {}).unwrap()
    }

    // Expected values are from Python's gzip and csv modules on the same file.
    #[test]
    fn all_1797_images_are_read() {
        let all = parse().unwrap();
        assert_eq!((all.len(), all.dimension()), (1797, 64));
        let Features::Bytes { values, maximum } = all.features() else { panic!("digits are bytes") };
        assert_eq!((values.iter().map(|&pixel| u64::from(pixel)).sum::<u64>(), *maximum), (561_718, 16));
        assert_eq!(&values[..8], [0, 0, 5, 13, 9, 1, 0, 0]);
        assert_eq!(all.labels()[..12], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
        let counts: Vec<usize> =
            (0..10).map(|digit| all.labels().iter().filter(|&&label| label == digit).count()).collect();
        assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    }

    #[test]
    fn the_test_set_is_a_stratified_fifth() {
        let test = digits().test.unwrap();
        assert_eq!((digits().train.len(), test.len()), (1438, 359));
        let counts: Vec<usize> =
            (0..10).map(|digit| test.labels().iter().filter(|&&label| label == digit).count()).collect();
        assert_eq!(counts, [36, 36, 35, 37, 36, 36, 36, 36, 35, 36]);
    }

    #[test]
    fn the_rows_and_the_split_never_change() {
        // The test rows are from the Python streams of random.rs's tests, hashed with hashlib.
        assert_eq!(digits().hash(), "20accb133dec11065191e3e2e9c1847f0bff1703c0d06614b396626cc40668c4");
    }
}
