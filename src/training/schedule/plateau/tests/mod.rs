mod library_traces;

use super::*;
use crate::config::RunConfig;

fn config(change: impl FnOnce(&mut ScheduleConfig)) -> ScheduleConfig {
    let mut config = RunConfig::default().schedule;
    config.patience = 2;
    config.factor = 0.5;
    config.threshold = 0.0;
    change(&mut config);
    config
}

/// The rate after each observation.
fn rates(config: &ScheduleConfig, values: &[f64]) -> Vec<f64> {
    let plateau = Plateau::new(config, 1.0);
    values
        .iter()
        .map(|&value| {
            plateau.observe(value);
            plateau.rate()
        })
        .collect()
}

/// Slide 12's scheduler, line by line.
fn walkthrough(patience: usize, factor: f64, values: &[f64]) -> Vec<f64> {
    let (mut rate, mut wait, mut best) = (1.0, 0, f64::INFINITY);
    let update = |&value: &f64| {
        if value < best {
            best = value;
            wait = 0;
            return rate;
        }
        wait += 1;
        if wait >= patience {
            rate *= factor;
            wait = 0;
        }
        rate
    };
    values.iter().map(update).collect()
}

#[test]
fn the_rate_falls_after_patience_epochs_without_improvement() {
    assert_eq!(rates(&config(|_| ()), &[1.0, 0.9, 0.9, 0.9, 0.8, 0.9, 0.9]), [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25]);
}

/// Slide 12's `update` worked out by hand, with its own `initial_lr=0.01, patience=3, factor=0.5`:
/// the loss, `self.wait` when it returns, and the rate that it returns. `wait` is 0 after a
/// reduction too, but the best loss stays.
const SLIDE_12: [(f64, usize, f64); 20] = [
    (f64::INFINITY, 1, 0.01), // not less than `float('inf')`
    (2.3, 0, 0.01),
    (1.0, 0, 0.01),
    (1.0, 1, 0.01), // a tie
    (1.1, 2, 0.01),
    (0.99, 0, 0.01), // in the last epoch before a reduction
    (1.2, 1, 0.01),
    (1.1, 2, 0.01), // less than the one before, not than the best
    (1.0, 0, 0.005),
    (0.99, 1, 0.005), // ties with the best from before the reduction
    (f64::NAN, 2, 0.005),
    (f64::NAN, 0, 0.0025),
    (0.98, 0, 0.0025),
    (0.97, 0, 0.0025),
    (0.98, 1, 0.0025),
    (0.98, 2, 0.0025),
    (0.98, 0, 0.00125),
    (0.98, 1, 0.00125),
    (0.98, 2, 0.00125),
    (0.98, 0, 0.000625),
];

#[test]
fn with_threshold_0_it_follows_the_walkthroughs_table() {
    let config = config(|config| config.patience = 3);
    let plateau = Plateau::new(&config, 0.01);
    for (epoch, (loss, wait, rate)) in SLIDE_12.into_iter().enumerate() {
        plateau.observe(loss);
        let waited = plateau.state().bad_epochs;
        assert_eq!((waited, plateau.rate()), (wait, rate), "row {epoch}");
    }
}

#[test]
fn with_threshold_0_it_matches_the_walkthroughs_scheduler_at_any_patience() {
    let values = SLIDE_12.map(|(loss, ..)| loss);
    for patience in 1..7 {
        let ours = rates(&config(|config| config.patience = patience), &values);
        assert_eq!(ours, walkthrough(patience, 0.5, &values), "patience {patience}");
    }
}

#[test]
fn a_relative_threshold_is_a_fraction_of_the_best() {
    let config = config(|config| {
        config.patience = 1;
        config.threshold = 0.1;
    });
    assert_eq!(rates(&config, &[1.0, 0.91, 0.89, 0.85]), [1.0, 0.5, 0.5, 0.25]);
}

#[test]
fn an_absolute_threshold_is_a_difference_from_the_best() {
    let config = config(|config| {
        config.patience = 1;
        config.threshold = 0.25;
        config.threshold_mode = ThresholdMode::Absolute;
    });
    assert_eq!(rates(&config, &[4.0, 3.75, 3.5, 3.5]), [1.0, 0.5, 0.5, 0.25]);
}

#[test]
fn a_higher_accuracy_is_an_improvement() {
    let config = config(|config| config.monitor = Monitor::ValidAccuracy);
    assert_eq!(rates(&config, &[0.5, 0.6, 0.6, 0.55, 0.7]), [1.0, 1.0, 1.0, 0.5, 0.5]);
}

#[test]
fn nan_is_never_an_improvement() {
    assert_eq!(rates(&config(|_| ()), &[f64::NAN, f64::NAN, 1.0, f64::NAN, f64::NAN]), [1.0, 0.5, 0.5, 0.5, 0.25]);
}

#[test]
fn epochs_in_cooldown_are_not_counted() {
    let config = config(|config| config.cooldown = 2);
    assert_eq!(rates(&config, &[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]), [1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.25]);
}

#[test]
fn the_rate_never_falls_below_min_lr() {
    let config = config(|config| {
        config.patience = 1;
        config.min_lr = 0.3;
    });
    assert_eq!(rates(&config, &[1.0, 1.0, 1.0, 1.0]), [1.0, 0.5, 0.3, 0.3]);
}

#[test]
fn at_most_max_reductions_are_made() {
    let config = config(|config| {
        config.patience = 1;
        config.max_reductions = 1;
    });
    assert_eq!(rates(&config, &[1.0, 1.0, 1.0, 1.0]), [1.0, 0.5, 0.5, 0.5]);
}

#[test]
fn a_restored_plateau_continues_like_the_original() {
    let config = config(|config| {
        config.cooldown = 1;
        config.max_reductions = 3;
    });
    let values = [1.0, 0.9, 0.95, 0.95, 0.95, 0.95, 0.95, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6];
    for cut in 0..values.len() {
        let original = Plateau::new(&config, 1.0);
        for &value in &values[..cut] {
            original.observe(value);
        }
        let mut restored = Plateau::new(&config, 1.0);
        restored.load_record(original.to_record());
        for &value in &values[cut..] {
            assert_eq!(original.observe(value), restored.observe(value), "cut at {cut}");
        }
    }
}
