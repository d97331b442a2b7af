//! Agreement and advice for made-up trials.

use std::collections::BTreeMap;

use super::{Agreement, BackendOutcome, Comparison, FinishedTrial, Speed, Trial, ValidPredictions, Verdict};
use crate::run_directory::EpochRow;

fn epoch(number: usize, seconds: f64, valid_accuracy: f64) -> EpochRow {
    EpochRow {
        epoch: number,
        learning_rate: 0.01,
        train_loss: 1.0,
        train_accuracy: Some(0.5),
        valid_loss: Some(1.0),
        valid_accuracy: Some(valid_accuracy),
        seconds,
        samples_per_second: Some(1000.0 / seconds),
        ..EpochRow::default()
    }
}

/// Returns a correct trial whose first epoch takes `first` seconds, and the other three about
/// `later`.
fn trial(backend: &str, first: f64, later: f64) -> FinishedTrial {
    let epochs = [(first, 0.5), (0.9 * later, 0.9), (later, 0.96), (1.1 * later, 0.97)];
    let tensor = |entries: [f32; 2]| BTreeMap::from([("output.weight".to_string(), entries.to_vec())]);
    FinishedTrial {
        trial: Trial {
            backend: backend.to_string(),
            device: format!("a {backend} device"),
            software: false,
            compiles_kernels: backend != "flex" && backend != "ndarray",
            opening_seconds: 0.5,
            epochs: epochs.iter().enumerate().map(|(index, (time, best))| epoch(index + 1, *time, *best)).collect(),
            step_losses: vec![2.0; 101],
            exact_error: 2e-7,
            predictions: ValidPredictions::Classes(vec![0, 1, 2, 3]),
            peak_memory_bytes: Some(1 << 20),
            device_memory_bytes: None,
        },
        gradients: tensor([0.5, -0.25]),
        weights: tensor([1.0, 2.0]),
    }
}

/// Returns a trial whose gradients are off by 2 %.
fn wrong(backend: &str, first: f64, later: f64) -> FinishedTrial {
    let mut wrong = trial(backend, first, later);
    wrong.gradients.insert("output.weight".to_string(), vec![0.5, -0.26]);
    wrong.trial.exact_error = 0.02;
    wrong
}

fn agreement_after(change: impl FnOnce(&mut FinishedTrial)) -> Agreement {
    let mut other = trial("ndarray", 1.0, 1.0);
    change(&mut other);
    Agreement::between(&trial("flex", 1.0, 1.0), &other)
}

fn differs(first: &str) -> Verdict {
    Verdict::Differs { first: first.to_string() }
}

fn comparison(trials: Vec<FinishedTrial>) -> Comparison {
    Comparison::new(
        trials.into_iter().map(|trial| (trial.trial.backend.clone(), Ok(trial))).collect(),
        0.95,
        Vec::new(),
    )
}

#[test]
fn equal_trials_have_no_differences() {
    let agreement = agreement_after(|_| ());
    assert_eq!((agreement.gradients, agreement.losses, agreement.weights), (0.0, [Some(0.0); 3], 0.0));
    assert_eq!((agreement.predictions_that_differ, agreement.verdict), (0, Verdict::Agrees));
}

#[test]
fn gradients_agree_within_the_tolerance() {
    let moved = |by: f32| agreement_after(|other| other.gradients.get_mut("output.weight").unwrap()[1] += by);
    assert_eq!(moved(4e-6).verdict, Verdict::Agrees);
    let agreement = moved(1e-5);
    assert!((agreement.gradients - 2e-5).abs() < 1e-6, "{agreement:?}");
    assert_eq!(agreement.verdict, differs("gradients"));
}

#[test]
fn each_loss_has_its_own_tolerance() {
    let off = |steps: usize, by: f64| agreement_after(|other| other.trial.step_losses[steps] *= 1.0 + by);
    for (steps, within, outside) in [(1, 9e-7, 2e-6), (10, 9e-6, 2e-5), (100, 9e-4, 2e-3)] {
        assert_eq!(off(steps, within).verdict, Verdict::Agrees);
        assert_eq!(off(steps, -within).verdict, Verdict::Agrees);
        let plural = if steps == 1 { "" } else { "s" };
        assert_eq!(off(steps, outside).verdict, differs(&format!("loss after {steps} step{plural}")));
    }
    assert_eq!(off(50, 1.0).verdict, Verdict::Agrees, "only the losses after 1, 10 and 100 steps count");
}

#[test]
fn the_first_value_outside_its_tolerance_is_named() {
    let agreement = agreement_after(|other| other.trial.step_losses.iter_mut().for_each(|loss| *loss *= 1.5));
    assert_eq!(agreement.verdict, differs("loss after 1 step"));
}

#[test]
fn nan_and_missing_values_differ() {
    let nan = agreement_after(|other| other.trial.step_losses[10] = f64::NAN);
    assert_eq!(nan.verdict, differs("loss after 10 steps"));
    let shorter = agreement_after(|other| other.trial.step_losses.truncate(60));
    assert_eq!(shorter.verdict, differs("loss after 100 steps"));
    let no_gradient = agreement_after(|other| other.gradients.clear());
    assert_eq!(no_gradient.verdict, differs("gradients"));
}

#[test]
fn weights_and_predictions_do_not_affect_the_verdict() {
    let agreement = agreement_after(|other| {
        other.weights.get_mut("output.weight").unwrap()[0] = 1.5;
        other.trial.predictions = ValidPredictions::Classes(vec![0, 2, 1, 3]);
    });
    assert_eq!((agreement.weights, agreement.predictions_that_differ), (0.25, 2));
    assert_eq!(agreement.verdict, Verdict::Agrees);
}

#[test]
fn a_run_that_is_too_short_for_a_mark_skips_it() {
    let mut short = [trial("flex", 1.0, 1.0), trial("ndarray", 1.0, 1.0)];
    short.iter_mut().for_each(|trial| trial.trial.step_losses.truncate(8));
    let agreement = Agreement::between(&short[0], &short[1]);
    assert_eq!((agreement.losses, agreement.verdict), ([Some(0.0), None, None], Verdict::Agrees));
}

#[test]
fn the_first_epoch_is_warm_up_and_counts_only_for_the_time_to_the_target() {
    let trial = trial("wgpu", 40.0, 2.0).trial;
    let speed = Speed::of(&trial, 0.95);
    assert_eq!((speed.warm_up_seconds, speed.repeats), (40.5, 3));
    assert_eq!((speed.epoch_seconds.least, speed.epoch_seconds.median), (1.8, 2.0));
    assert_eq!((speed.samples_per_second.median, speed.samples_per_second.most), (500.0, 1000.0 / 1.8));
    assert!((speed.seconds_to_target.unwrap() - 44.3).abs() < 1e-9, "{speed:?}");
    let speed = Speed::of(&trial, 0.98);
    assert_eq!((speed.seconds_to_target, speed.best_valid_accuracy), (None, Some(0.97)));
}

#[test]
fn the_reference_is_the_first_that_ran() {
    let failed = ("cuda".to_string(), Err("no device".to_string()));
    let ran = |name: &str| (name.to_string(), Ok(trial(name, 1.0, 1.0)));
    let comparison = Comparison::new(vec![failed, ran("ndarray"), ran("flex")], 0.95, Vec::new());
    assert_eq!(comparison.reference.as_deref(), Some("ndarray"));
    assert_eq!(comparison.backends[0].outcome, BackendOutcome::Failed { reason: "no device".to_string() });
    assert_eq!(comparison.backends[1].metrics().unwrap().agreement.verdict, Verdict::Reference);
    assert_eq!(comparison.backends[2].metrics().unwrap().agreement.verdict, Verdict::Agrees);
    assert!(!comparison.all_agree(), "one of them failed");
}

#[test]
fn all_agree_only_if_all_ran_and_compute_the_exact_gradient() {
    let pair = |other: FinishedTrial| comparison(vec![trial("flex", 1.0, 1.0), other]);
    assert!(pair(trial("ndarray", 1.0, 1.0)).all_agree());
    assert!(!pair(wrong("ndarray", 1.0, 1.0)).all_agree());
    assert!(!comparison(vec![wrong("flex", 1.0, 1.0), wrong("ndarray", 1.0, 1.0)]).all_agree(), "both wrong");
}

#[test]
fn advice_if_all_agree() {
    let advice = comparison(vec![trial("ndarray", 3.1, 3.1), trial("flex", 1.0, 1.0)]).advice;
    assert_eq!(advice, ["ndarray and flex agree.", "flex is 3.1 times as fast as ndarray.", "Choose flex here."]);
}

#[test]
fn advice_if_two_are_about_as_fast() {
    let advice = comparison(vec![trial("flex", 1.0, 1.0), trial("ndarray", 1.05, 1.05)]).advice;
    assert_eq!(advice[1..], ["flex is about as fast as ndarray.", "Choose flex or ndarray here."]);
}

#[test]
fn advice_if_the_spread_leaves_the_order_open() {
    let advice = comparison(vec![trial("flex", 1.18, 1.18), trial("ndarray", 1.0, 1.0)]).advice;
    assert_eq!(advice[1..], ["ndarray is perhaps 1.2 times as fast as flex.", "Choose ndarray or flex here."]);
}

#[test]
fn advice_if_other_programs_disturbed_the_measurement() {
    let mut disturbed = trial("ndarray", 5.0, 5.0);
    disturbed.trial.epochs[3].samples_per_second =
        disturbed.trial.epochs[3].samples_per_second.map(|speed| speed / 2.0);
    let advice = comparison(vec![trial("flex", 1.0, 1.0), disturbed]).advice;
    let noise = "The speed of ndarray varied by a factor of more than 1.5; close other programs and compare again.";
    assert_eq!(advice[1..], ["flex is 5.0 times as fast as ndarray.", noise, "Choose flex here."]);
}

#[test]
fn a_warm_up_of_milliseconds_is_not_mentioned() {
    let advice = comparison(vec![trial("flex", 0.09, 0.01), trial("ndarray", 0.02, 0.02)]).advice;
    assert_eq!(advice[1..], ["flex is 2.0 times as fast as ndarray.", "Choose flex here."]);
}

#[test]
fn advice_if_one_runs_on_a_software_rasteriser() {
    let mut wgpu = trial("wgpu", 40.0, 42.0);
    wgpu.trial.software = true;
    let advice = comparison(vec![trial("flex", 1.0, 1.0), trial("ndarray", 2.5, 2.5), wgpu]).advice;
    assert_eq!(
        advice,
        [
            "flex, ndarray and wgpu agree.",
            "Once warm, flex is 2.5 times as fast as ndarray and 42 times as fast as wgpu.",
            "Choose flex here.",
            "wgpu runs on a software rasteriser here, so its speed says nothing about a GPU.",
        ]
    );
}

#[test]
fn advice_if_the_fastest_needs_long_to_warm_up() {
    let advice = comparison(vec![trial("flex", 2.0, 2.0), trial("cuda", 30.0, 0.5)]).advice;
    assert_eq!(
        advice,
        [
            "flex and cuda agree.",
            "Once warm, cuda is 4.0 times as fast as flex.",
            "Its warm-up takes 29.5 s longer than that of flex, which pays off in runs of 20 epochs or more.",
            "Choose cuda for such runs, and flex for shorter ones.",
        ]
    );
}

#[test]
fn advice_if_the_fastest_is_wrong() {
    let advice = comparison(vec![trial("flex", 1.0, 1.0), wrong("cuda", 1.0, 0.1)]).advice;
    assert_eq!(
        advice,
        ["cuda is wrong here: its gradients are 2e-2 off the exact ones. Do not train with it.", "Choose flex here.",]
    );
}

#[test]
fn advice_if_the_reference_is_the_wrong_one() {
    let advice = comparison(vec![wrong("ndarray", 1.0, 1.0), trial("flex", 1.0, 1.0)]).advice;
    assert_eq!(
        advice[..2],
        [
            "ndarray, the reference, is itself 2e-2 off the exact gradient; investigate that first.",
            "flex differs from ndarray and computes the exact gradient.",
        ]
    );
    assert_eq!(advice.last().unwrap(), "Choose flex here.");
}

#[test]
fn advice_if_training_drifts_apart_from_right_gradients() {
    let mut wgpu = trial("wgpu", 1.0, 0.1);
    wgpu.trial.step_losses[100] *= 1.01;
    let advice = comparison(vec![trial("flex", 1.0, 1.0), wgpu]).advice;
    let drift = "wgpu differs from flex in the loss after 100 steps, although both compute the exact gradient; check its \
                 metrics before you rely on it.";
    assert_eq!(advice[0], drift);
    assert_eq!(advice.last().unwrap(), "Choose flex here.");
}

#[test]
fn advice_if_none_is_right() {
    let advice = comparison(vec![wrong("ndarray", 1.0, 1.0), wrong("flex", 1.0, 1.0)]).advice;
    assert_eq!(advice.last().unwrap(), "None of them computes the exact gradient here, so trust none of them.");
}

#[test]
fn advice_if_only_one_ran_or_none() {
    let failed = |name: &str| (name.to_string(), Err("it died".to_string()));
    let only =
        Comparison::new(vec![failed("cuda"), ("flex".to_string(), Ok(trial("flex", 1.0, 1.0)))], 0.95, Vec::new());
    assert_eq!(only.advice, ["Only flex ran, so there is nothing to compare it with."]);
    let none = Comparison::new(vec![failed("cuda"), failed("rocm")], 0.95, Vec::new());
    assert_eq!(none.advice, ["No backend ran, so there is nothing to choose from."]);
    assert_eq!(none.reference, None);
}
