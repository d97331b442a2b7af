//! The same run on each backend, from the same weights and over the same batches.

mod support;

use support::{Program, mnist_directory};

/// Returns the training and the validation loss of a run's first epoch.
fn first_losses(program: &Program, name: &str) -> [f64; 2] {
    let metrics = program.metrics(name);
    [2, 4].map(|column| metrics[0][column].parse().unwrap())
}

fn assert_agree(program: &Program, backend: &str, settings: &[&str]) {
    for name in ["flex", backend] {
        program.run(&[&["--backend", name, "--name", name, "--epochs", "1"], settings].concat()).succeeds();
    }
    let (flex, other) = (first_losses(program, "flex"), first_losses(program, backend));
    for (flex, other) in flex.iter().zip(other) {
        assert!((flex - other).abs() <= 1e-3 * flex, "flex {flex}, {backend} {other}");
    }
}

#[test]
fn ndarray_agrees_with_flex() {
    assert_agree(&Program::new(), "ndarray", &["--batch-norm", "--optimizer", "adam", "--lr", "0.001"]);
}

#[test]
fn ndarray_agrees_with_flex_on_mnist() {
    let Some(directory) = mnist_directory() else { return };
    assert_agree(&Program::new(), "ndarray", &["--config", "mnist", "--data-dir", directory.to_str().unwrap()]);
}

#[test]
fn wgpu_agrees_with_flex_and_names_its_adapter() {
    let program = Program::new();
    if !program.has_wgpu() {
        return;
    }
    assert_agree(&program, "wgpu", &[]);
    let record: serde_json::Value = serde_json::from_slice(&program.read("artifacts/wgpu/run.json")).unwrap();
    assert_eq!(record["backend"], "wgpu");
    assert!(record["device"].as_str().unwrap().len() > 3, "{record}");
    let output = program.run(&["evaluate", "wgpu", "--backend", "flex", "--json"]).succeeds();
    let on_flex: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(on_flex["accuracy"], record["test"]["accuracy"]);
}

#[test]
fn a_missing_device_is_an_error() {
    let program = Program::new();
    program.run(&["--backend", "flex:3"]).fails_with(1).complains("only device 0");
    if program.has_wgpu() {
        program.run(&["--backend", "wgpu:99"]).fails_with(1).complains("wgpu");
    }
}
