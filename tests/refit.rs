//! `burn-mlp --refit RUN`: training on all rows for the number of epochs that a run found best.

mod support;

use serde_json::Value;
use support::Program;

const IRIS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/iris.csv");

fn record(program: &Program, run: &str) -> Value {
    serde_json::from_slice(&program.read(&format!("artifacts/{run}/run.json"))).unwrap()
}

fn rows(program: &Program, run: &str, part: &str) -> u64 {
    record(program, run)["data"][part].as_u64().unwrap()
}

/// The learning rate of each epoch.
fn rates(program: &Program, run: &str) -> Vec<String> {
    let bytes = program.read(&format!("artifacts/{run}/metrics.csv"));
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let column = reader.headers().unwrap().iter().position(|name| name == "learning_rate").unwrap();
    reader.records().map(|row| row.unwrap()[column].to_string()).collect()
}

#[test]
fn a_refit_trains_on_the_validation_rows_too_with_the_rates_up_to_the_best_epoch() {
    let program = Program::new();
    let plateau = ["--set", "schedule.patience=1", "--set", "schedule.threshold=0.05"];
    program.run(&[&["--name", "found", "--epochs", "12"][..], &plateau].concat()).succeeds();
    program.run(&["--refit", "found", "--name", "all"]).succeeds();
    let best = record(&program, "found")["best_epoch"].as_u64().unwrap();
    assert_eq!(record(&program, "all")["epochs_done"], best);
    let found = rates(&program, "found");
    assert_eq!(rates(&program, "all"), found[..best as usize]);
    assert!(found.first() != found.last(), "the plateau was to reduce the rate");
    assert_eq!(rows(&program, "all", "train_rows"), 1438);
    assert_eq!(
        (rows(&program, "all", "valid_rows"), rows(&program, "all", "test_rows")),
        (0, rows(&program, "found", "test_rows"))
    );
}

#[test]
fn a_cosine_schedule_keeps_its_length() {
    let program = Program::new();
    let cosine = ["--schedule", "cosine", "--set", "schedule.warmup_epochs=2", "--epochs", "8", "--lr", "0.05"];
    program.run(&[&["--name", "found"][..], &cosine].concat()).succeeds();
    program.run(&["--refit", "found", "--name", "all"]).succeeds();
    // A step is a different part of an epoch with more rows, so that only the first epochs are alike.
    let (found, all) = (rates(&program, "found"), rates(&program, "all"));
    let best = record(&program, "found")["best_epoch"].as_u64().unwrap() as usize;
    assert_eq!(all.len(), best);
    let close = |one: &String, other: &String| {
        let (one, other): (f64, f64) = (one.parse().unwrap(), other.parse().unwrap());
        (one - other).abs() < 0.02 * 0.05
    };
    assert!(all.iter().zip(&found).all(|(one, other)| close(one, other)), "{all:?} {found:?}");
}

#[test]
fn a_cross_validation_is_refitted_for_its_median_number_of_epochs() {
    let program = Program::new();
    program.run(&["--data", IRIS, "--folds", "3", "--epochs", "9", "--name", "cv"]).succeeds();
    let mut best: Vec<u64> =
        (1..=3).map(|fold| record(&program, &format!("cv/fold-{fold}"))["best_epoch"].as_u64().unwrap()).collect();
    best.sort_unstable();
    program.run(&["--refit", "cv", "--name", "all", "--seed", "5"]).succeeds().complains("the median of 3 runs");
    let all = record(&program, "all");
    assert_eq!((all["epochs_done"].as_u64().unwrap(), all["seed"].as_u64().unwrap()), (best[1], 5));
    assert_eq!(rows(&program, "all", "train_rows") + rows(&program, "all", "test_rows"), 150);
}

#[test]
fn an_interrupted_refit_resumes_to_the_same_bytes() {
    let program = Program::new();
    program.run(&["--name", "found", "--epochs", "20"]).succeeds();
    program.run(&["--refit", "found", "--name", "whole"]).succeeds();
    let code = program.stop_after_epoch(2, "INT", &["--refit", "found", "--name", "stopped"]);
    assert_eq!(code, Some(130));
    program.run(&["--resume", "stopped"]).succeeds();
    assert_eq!(program.metrics("whole"), program.metrics("stopped"));
    assert_eq!(program.read("artifacts/whole/model.safetensors"), program.read("artifacts/stopped/model.safetensors"));
}

#[test]
fn what_cannot_be_refitted_is_refused() {
    let program = Program::new();
    program.run(&["--name", "all", "--epochs", "2", "--set", "split.valid=0"]).succeeds();
    program.run(&["--refit", "all"]).fails_with(1).complains("all was trained on all rows already");
    program.run(&["--refit", "nothing"]).fails_with(1).complains("there is no such run");
    program.run(&["--refit", "all", "--resume", "all"]).fails_with(2).complains("cannot be used with");
}
