//! Epoch by epoch, the rate after each observation.

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

fn rates(config: &ScheduleConfig, figures: &[f64]) -> Vec<f64> {
    let plateau = Plateau::new(config, 1.0);
    figures
        .iter()
        .map(|&figure| {
            plateau.observe(figure);
            plateau.rate()
        })
        .collect()
}

/// Slide 12's scheduler, line by line.
fn walkthrough(patience: usize, factor: f64, figures: &[f64]) -> Vec<f64> {
    let (mut rate, mut wait, mut best) = (1.0, 0, f64::INFINITY);
    let update = |&figure: &f64| {
        if figure < best {
            best = figure;
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
    figures.iter().map(update).collect()
}

#[test]
fn the_rate_falls_when_patience_epochs_did_not_improve() {
    assert_eq!(rates(&config(|_| ()), &[1.0, 0.9, 0.9, 0.9, 0.8, 0.9, 0.9]), [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25]);
}

#[test]
fn with_threshold_0_it_is_the_walkthroughs_scheduler() {
    let figures = [2.3, 1.0, 1.1, 1.0, 1.2, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.5, f64::NAN, 0.6, 0.7];
    for patience in 1..5 {
        let ours = rates(&config(|config| config.patience = patience), &figures);
        assert_eq!(ours, walkthrough(patience, 0.5, &figures), "patience {patience}");
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
fn accuracy_improves_upwards() {
    let config = config(|config| config.monitor = Monitor::ValidAccuracy);
    assert_eq!(rates(&config, &[0.5, 0.6, 0.6, 0.55, 0.7]), [1.0, 1.0, 1.0, 0.5, 0.5]);
}

#[test]
fn not_a_number_is_never_an_improvement() {
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
fn max_reductions_limits_them() {
    let config = config(|config| {
        config.patience = 1;
        config.max_reductions = 1;
    });
    assert_eq!(rates(&config, &[1.0, 1.0, 1.0, 1.0]), [1.0, 0.5, 0.5, 0.5]);
}

#[test]
fn a_restored_plateau_goes_on_as_the_original_would() {
    let config = config(|config| {
        config.cooldown = 1;
        config.max_reductions = 3;
    });
    let figures = [1.0, 0.9, 0.95, 0.95, 0.95, 0.95, 0.95, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6];
    for cut in 0..figures.len() {
        let original = Plateau::new(&config, 1.0);
        for &figure in &figures[..cut] {
            original.observe(figure);
        }
        let mut restored = Plateau::new(&config, 1.0);
        restored.load_record(original.to_record());
        for &figure in &figures[cut..] {
            assert_eq!(original.observe(figure), restored.observe(figure), "cut at {cut}");
        }
    }
}
