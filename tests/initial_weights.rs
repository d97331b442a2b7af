//! Runs that start from the weights of a file.

mod support;

use std::fs;

use support::{Program, digits_run};

const NETWORK: [&str; 4] = ["--hidden", "12", "--epochs", "2"];

fn record(program: &Program, run: &str) -> serde_json::Value {
    serde_json::from_slice(&program.read(&format!("artifacts/{run}/run.json"))).unwrap()
}

fn model(program: &Program, run: &str) -> Vec<u8> {
    program.read(&format!("artifacts/{run}/model.safetensors"))
}

/// A run called `first`, its model copied to `weights.safetensors`, and a run called `second` that starts from it.
fn two_runs() -> Program {
    let program = Program::new();
    digits_run(&program, "first", &NETWORK);
    fs::copy(program.path("artifacts/first/model.safetensors"), program.path("weights.safetensors")).unwrap();
    digits_run(&program, "second", &[&NETWORK[..], &["--init-from", "weights.safetensors"]].concat());
    program
}

/// As if the run had been killed in its first epoch.
fn forget_epochs(program: &Program, run: &str) {
    fs::remove_dir_all(program.path(&format!("artifacts/{run}/checkpoint"))).unwrap();
}

#[test]
fn a_run_starts_from_the_weights_of_another_and_records_which_they_were() {
    let program = two_runs();
    let metric = |run: &str, row: usize, column: usize| program.metrics(run)[row][column].parse::<f64>().unwrap();
    assert!(metric("second", 0, 2) < 0.7 * metric("first", 0, 2), "the first epoch's training loss");
    let rate = ["--lr", "1e-30", "--init-from", "weights.safetensors"];
    digits_run(&program, "still", &[&NETWORK[..], &rate].concat());
    let evaluation = |run: &str| program.read(&format!("artifacts/{run}/evaluation.json"));
    assert_eq!(evaluation("still"), evaluation("first"), "steps of no length leave the first run's model");
    let sha256 = burn_mlp_infer::sha256_hex(&program.read("weights.safetensors"));
    assert_eq!(record(&program, "second")["initial_weights_sha256"], sha256.as_str());
    assert!(record(&program, "first")["initial_weights_sha256"].is_null());
}

#[test]
fn the_runs_own_configuration_repeats_it_from_any_directory() {
    let program = two_runs();
    fs::create_dir(program.path("elsewhere")).unwrap();
    let again = ["--config", "../artifacts/second/config.toml", "--name", "again", "--out", "../artifacts"];
    program.run_in("elsewhere", &again).succeeds();
    assert_eq!(model(&program, "again"), model(&program, "second"));
}

#[test]
fn a_run_without_a_saved_epoch_starts_again_from_the_same_file_only() {
    let program = two_runs();
    let trained = model(&program, "second");
    let weights = program.read("weights.safetensors");
    forget_epochs(&program, "second");

    digits_run(&program, "other", &[&NETWORK[..], &["--seed", "1"]].concat());
    fs::copy(program.path("artifacts/other/model.safetensors"), program.path("weights.safetensors")).unwrap();
    program.run(&["--resume", "second"]).fails_with(1).complains("was to start from weights that");
    fs::remove_file(program.path("weights.safetensors")).unwrap();
    program.run(&["--resume", "second"]).fails_with(1).complains("cannot read");

    fs::write(program.path("weights.safetensors"), weights).unwrap();
    program.run(&["--resume", "second"]).succeeds();
    assert_eq!(model(&program, "second"), trained);
}

#[test]
fn with_an_epoch_saved_the_file_is_not_needed_any_more() {
    let program = two_runs();
    digits_run(&program, "whole", &["--hidden", "12", "--epochs", "4", "--init-from", "weights.safetensors"]);
    fs::remove_file(program.path("weights.safetensors")).unwrap();
    program.run(&["--resume", "second", "--epochs", "4"]).succeeds();
    assert_eq!(program.metrics("second"), program.metrics("whole"));
    assert_eq!(model(&program, "second"), model(&program, "whole"));
}

#[test]
fn a_resumed_run_keeps_the_weights_that_it_started_from() {
    let program = two_runs();
    let other = ["--resume", "second", "--epochs", "4", "--init-from", "artifacts/first/model.safetensors"];
    program.run(&other).fails_with(2).complains("training.init_from: the run to resume has");
}

#[test]
fn a_file_that_cannot_be_used_is_refused_before_anything_is_written() {
    let program = two_runs();
    fs::write(program.path("text.pt"), "no weights").unwrap();
    for (arguments, complaint) in [
        (["--init-from", "none.safetensors", "--hidden", "12"], "cannot read"),
        (["--init-from", "artifacts", "--hidden", "12"], "it is not a file"),
        (["--init-from", "text.pt", "--hidden", "12"], "it is not a complete safetensors file"),
        (["--init-from", "weights.safetensors", "--hidden", "13"], "tensor blocks.0.linear.weight has shape [12, 64]"),
        (["--init-from", "weights.safetensors", "--hidden", "12,12"], "it has 2 Linear layers, this network has 3"),
    ] {
        let output = program.run(&[&arguments[..], &["--name", "refused"]].concat());
        output.fails_with(1).complains(complaint);
        assert!(!program.path("artifacts/refused").exists(), "{complaint}");
    }
}
