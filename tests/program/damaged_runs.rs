//! Damaged run directories.

use std::fs;

use super::support::{Program, digits_run};

#[test]
fn runs_lists_a_damaged_run_and_prints_its_problem_below_the_table() {
    let program = Program::new();
    digits_run(&program, "good", &["--epochs", "1"]);
    digits_run(&program, "spoiled", &["--epochs", "1"]);
    fs::write(program.path("artifacts/spoiled/run.json"), "{").unwrap();
    let output = program.run(&["runs"]).succeeds();
    let widest = output.stdout.lines().take(3).map(|line| line.chars().count()).max().unwrap();
    assert!(widest < 140, "{}", output.stdout);
    let damaged = output.stdout.lines().find(|line| line.contains("spoiled")).unwrap();
    assert!(damaged.contains("damaged"), "{damaged}");
    assert!(output.stdout.lines().last().unwrap().contains("run.json is damaged"), "{}", output.stdout);
}

#[test]
fn inspect_shows_the_readable_files_of_a_damaged_run() {
    for file in ["metrics.csv", "evaluation.json", "model.safetensors", "config.toml"] {
        let program = Program::new();
        digits_run(&program, "run", &["--epochs", "1"]);
        for damage in ["spoiled", "missing"] {
            match damage {
                "spoiled" => fs::write(program.path("artifacts/run").join(file), "{").unwrap(),
                _ => fs::remove_file(program.path("artifacts/run").join(file)).unwrap(),
            }
            let output = program.run(&["inspect", "run"]).succeeds();
            assert_eq!(output.says("finished").stdout.matches(file).count(), 1, "{damage}: {}", output.stdout);
            assert!(!output.stdout.contains("no epoch has finished yet"), "{}", output.stdout);
            let json = program.run(&["inspect", "run", "--json"]).succeeds().stdout;
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert!(json["problems"][0].as_str().unwrap().contains(file), "{json}");
        }
    }
    let program = Program::new();
    digits_run(&program, "whole", &["--epochs", "1"]);
    let json = program.run(&["inspect", "whole", "--json"]).succeeds().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["problems"], serde_json::json!([]));
    assert_eq!(json["settings"], serde_json::json!(["training.epochs = 1"]));
}

/// Overwrites four bytes.
fn damage(program: &Program, file: &str, offset: usize) {
    let mut bytes = program.read(file);
    bytes[offset..offset + 4].copy_from_slice(b"ZZZZ");
    fs::write(program.path(file), bytes).unwrap();
}

#[test]
fn a_damaged_model_is_refused_and_restored_by_resume() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "2"]);
    let whole = program.read("artifacts/run/model.safetensors");
    damage(&program, "artifacts/run/model.safetensors", whole.len() / 2);
    program.run(&["evaluate", "run"]).fails_with(1).complains("damaged");
    program.run(&["--resume", "run"]).succeeds();
    assert_eq!(program.read("artifacts/run/model.safetensors"), whole);
    program.run(&["evaluate", "run"]).succeeds();
}

#[test]
fn evaluate_replaces_a_damaged_evaluation() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "1"]);
    let whole = program.read("artifacts/run/evaluation.json");
    fs::write(program.path("artifacts/run/evaluation.json"), &whole[..100]).unwrap();
    program.run(&["evaluate", "run", "--split", "valid"]).succeeds();
    program.run(&["evaluate", "run"]).succeeds();
    let entries = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
    assert_eq!(entries(&program.read("artifacts/run/evaluation.json")), entries(&whole));
}
