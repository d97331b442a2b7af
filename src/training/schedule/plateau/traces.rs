//! Random sequences of figures with the rates that PyTorch's and Keras's `ReduceLROnPlateau` made of them, written by
//! `tests/fixtures/make_plateau.py`. `BURN_MLP_PLATEAU` names a directory of other sequences.

use std::io::Read;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use serde::Deserialize;

use super::*;
use crate::config::RunConfig;

/// Of each library.
const SEQUENCES: usize = 1000;

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
    /// One an epoch.
    figures: Vec<Figure>,
    /// Epochs, counted from 1, after which the rate was another, and that rate.
    changes: Vec<(usize, f64)>,
}

/// JSON has no word for what is not finite.
#[derive(Deserialize)]
#[serde(untagged)]
enum Figure {
    Finite(f64),
    Spelled(String),
}

impl Sequence {
    fn figures(&self) -> Vec<f64> {
        let value = |figure: &Figure| match figure {
            Figure::Finite(value) => *value,
            Figure::Spelled(word) => word.parse().unwrap(),
        };
        self.figures.iter().map(value).collect()
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
        (1..=self.figures.len()).map(after).collect()
    }

    /// Our rate after each epoch of `figures`.
    fn ours(&self, figures: &[f64]) -> Vec<f64> {
        let plateau = Plateau::new(&self.config(), self.learning_rate);
        let after = |&figure: &f64| {
            plateau.observe(figure);
            plateau.rate()
        };
        figures.iter().map(after).collect()
    }
}

fn sequences(library: &str) -> Vec<Sequence> {
    let ours = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/plateau");
    let directory = std::env::var_os("BURN_MLP_PLATEAU").map_or(ours, PathBuf::from);
    let file = std::fs::File::open(directory.join(format!("{library}.json.gz"))).unwrap();
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let sequences: Vec<Sequence> = serde_json::from_str(&text).unwrap();
    assert!(sequences.len() >= SEQUENCES);
    assert!(sequences.iter().filter(|sequence| !sequence.changes.is_empty()).count() > sequences.len() / 2);
    sequences
}

#[test]
fn the_rate_is_pytorchs_at_every_epoch_at_one_epoch_less_patience() {
    for (index, sequence) in sequences("pytorch").iter().enumerate() {
        assert_eq!(sequence.ours(&sequence.figures()), sequence.rates(), "sequence {index}");
    }
}

#[test]
fn the_rate_is_kerass_at_every_epoch_but_for_its_first_figure() {
    let mut differ = 0;
    for (index, sequence) in sequences("keras").iter().enumerate() {
        let figures = sequence.figures();
        let as_keras_takes_them = best_from_the_first(sequence.monitor, figures.clone());
        assert_eq!(sequence.ours(&as_keras_takes_them), sequence.rates(), "sequence {index}");
        differ += usize::from(sequence.ours(&figures) != sequence.rates());
    }
    assert!(differ > 0, "Keras's first figure is no longer special");
}

/// Keras takes the first figure as the best, whatever it is: after one that is not a number nothing is better any more,
/// and after one that is infinitely bad every finite one is. The same in figures that the other programs take alike.
fn best_from_the_first(monitor: Monitor, mut figures: Vec<f64>) -> Vec<f64> {
    let worst = if monitor.lower_is_better() { f64::INFINITY } else { f64::NEG_INFINITY };
    if figures[0].is_nan() {
        figures.fill(f64::NAN);
        figures[0] = 0.0;
    } else if figures[0] == worst {
        figures[0] = worst.clamp(f64::MIN, f64::MAX);
    }
    figures
}
