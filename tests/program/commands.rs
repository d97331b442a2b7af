//! The commands that read runs, and those that need none.

use std::fs;

use super::support::{Program, digits_run};

#[test]
fn evaluate_reproduces_the_saved_metrics_on_any_backend() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "3"]);
    let saved = program.read("artifacts/run/evaluation.json");
    let evaluated = program.run(&["evaluate", "run"]).succeeds();
    evaluated.says("precision").says("weighted mean").says("without loading; saved in artifacts/run");
    assert_eq!(program.read("artifacts/run/evaluation.json"), saved);
    let json = program.run(&["evaluate", "run", "--split", "train", "--backend", "ndarray", "--json"]).succeeds();
    let report: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(report["samples"], 1150);
    assert!(program.path("artifacts/run/predictions/train.csv").is_file());
}

#[test]
fn inspect_and_runs_print_json() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "2"]);
    let inspected: serde_json::Value =
        serde_json::from_str(&program.run(&["inspect", "run", "--json"]).succeeds().stdout).unwrap();
    assert_eq!(inspected["record"]["status"], "finished");
    assert_eq!(inspected["history"].as_array().unwrap().len(), 2);
    assert_eq!(inspected["layers"][0]["parameters"], 65 * 128);
    let runs: serde_json::Value = serde_json::from_str(&program.run(&["runs", "--json"]).succeeds().stdout).unwrap();
    assert_eq!(runs[0]["record"]["name"], "run");
}

#[test]
fn a_printed_configuration_can_be_read_back() {
    let program = Program::new();
    let printed = program.run(&["config", "--config", "mnist", "--lr", "0.05"]).succeeds().stdout;
    assert!(printed.contains("learning_rate = 0.05"), "{printed}");
    fs::write(program.path("printed.toml"), &printed).unwrap();
    assert_eq!(program.run(&["config", "--config", "printed.toml"]).succeeds().stdout, printed);
}

#[test]
fn completions_prints_a_script_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        Program::new().run(&["completions", shell]).succeeds().says("burn-mlp");
    }
}

#[test]
fn backends_lists_every_backend() {
    let output = Program::new().run(&["backends"]).succeeds();
    output.says("works  --backend flex").says("works  --backend ndarray").says("--features cuda");
}

#[test]
#[cfg(target_os = "linux")]
fn a_failed_write_to_standard_output_is_an_error() {
    let program = Program::new();
    program.run_into("/dev/full", &["runs", "--json"]).fails_with(1).complains("standard output");
}
