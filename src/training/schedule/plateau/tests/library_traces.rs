//! The rates of PyTorch's and Keras's `ReduceLROnPlateau` for random sequences of a metric, written
//! by `tests/fixtures/make_plateau.py`. `BURN_MLP_PLATEAU` names a directory with other sequences.

use std::io::Read;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use serde::Deserialize;

use super::super::*;
use crate::config::RunConfig;

/// Minimum number of sequences of each library.
const MIN_SEQUENCES: usize = 1000;

#[derive(Deserialize)]
struct Sequence {
    monitor: Monitor,
    learning_rate: f64,
    factor: f64,
    patience: usize,
    threshold: f64,
    threshold_mode: ThresholdMode,
    cooldown: usize,
    min_lr: f64,
    max_reductions: usize,
    /// The metric of each epoch.
    values: Vec<Value>,
    /// Epochs, counted from 1, after which the rate changed, and the new rate.
    changes: Vec<(usize, f64)>,
}

/// JSON cannot express NaN and infinity as numbers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Finite(f64),
    Spelled(String),
}

impl Sequence {
    fn values(&self) -> Vec<f64> {
        let number = |value: &Value| match value {
            Value::Finite(number) => *number,
            Value::Spelled(word) => word.parse().unwrap(),
        };
        self.values.iter().map(number).collect()
    }

    fn config(&self) -> ScheduleConfig {
        let &Self { monitor, factor, patience, threshold, threshold_mode, cooldown, min_lr, max_reductions, .. } = self;
        let defaults = RunConfig::default().schedule;
        ScheduleConfig {
            monitor,
            factor,
            patience,
            threshold,
            threshold_mode,
            cooldown,
            min_lr,
            max_reductions,
            ..defaults
        }
    }

    /// The library's rate after each epoch.
    fn rates(&self) -> Vec<f64> {
        let mut rate = self.learning_rate;
        let mut changes = self.changes.iter().peekable();
        let after = |epoch| {
            if let Some((_, changed)) = changes.next_if(|(changed, _)| *changed == epoch) {
                rate = *changed;
            }
            rate
        };
        (1..=self.values.len()).map(after).collect()
    }

    /// Our rate after each epoch of `values`.
    fn ours(&self, values: &[f64]) -> Vec<f64> {
        let plateau = Plateau::new(&self.config(), self.learning_rate);
        let after = |&value: &f64| {
            plateau.observe(value);
            plateau.rate()
        };
        values.iter().map(after).collect()
    }
}

fn sequences(library: &str) -> Vec<Sequence> {
    let ours = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/plateau");
    let directory = std::env::var_os("BURN_MLP_PLATEAU").map_or(ours, PathBuf::from);
    let file = std::fs::File::open(directory.join(format!("{library}.json.gz"))).unwrap();
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let sequences: Vec<Sequence> = serde_json::from_str(&text).unwrap();
    assert!(sequences.len() >= MIN_SEQUENCES);
    assert!(sequences.iter().filter(|sequence| !sequence.changes.is_empty()).count() > sequences.len() / 2);
    sequences
}

#[test]
fn every_rate_is_pytorchs_with_a_patience_of_one_less() {
    for (index, sequence) in sequences("pytorch").iter().enumerate() {
        assert_eq!(sequence.ours(&sequence.values()), sequence.rates(), "sequence {index}");
    }
}

#[test]
fn every_rate_is_kerass_except_for_an_unusual_first_value() {
    let mut differ = 0;
    for (index, sequence) in sequences("keras").iter().enumerate() {
        let values = sequence.values();
        let as_keras_takes_them = best_from_the_first(sequence.monitor, values.clone());
        assert_eq!(sequence.ours(&as_keras_takes_them), sequence.rates(), "sequence {index}");
        differ += usize::from(sequence.ours(&values) != sequence.rates());
    }
    assert!(differ > 0, "Keras's first value is no longer special");
}

/// Keras takes any first value as the best: after NaN nothing is better any more, and after an
/// infinitely bad value every finite one is. Returns values for which the other programs do the
/// same.
fn best_from_the_first(monitor: Monitor, mut values: Vec<f64>) -> Vec<f64> {
    let worst = if monitor.lower_is_better() { f64::INFINITY } else { f64::NEG_INFINITY };
    if values[0].is_nan() {
        values.fill(f64::NAN);
        values[0] = 0.0;
    } else if values[0] == worst {
        values[0] = worst.clamp(f64::MIN, f64::MAX);
    }
    values
}
