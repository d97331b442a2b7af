//! Members that share their weights, bins of numbers, and the preset `tabular` that uses both.

mod support;

use burn_mlp::infer::{Model, Network, NetworkWeights};
use serde_json::Value;
use support::{Program, digits_run};

const IRIS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/iris.csv");
const DIABETES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/diabetes.csv");

/// A run's files without times.
const FILES: [&str; 3] = ["model.safetensors", "evaluation.json", "predictions/test.csv"];

fn setting(program: &Program, run: &str, section: &str, name: &str) -> toml::Value {
    let text = String::from_utf8(program.read(&format!("artifacts/{run}/config.toml"))).unwrap();
    text.parse::<toml::Table>().unwrap()[section][name].clone()
}

fn evaluation(program: &Program, run: &str) -> Value {
    serde_json::from_slice(&program.read(&format!("artifacts/{run}/evaluation.json"))).unwrap()
}

#[track_caller]
fn assert_same(program: &Program, one: &str, other: &str) {
    for file in FILES {
        let read = |run: &str| program.read(&format!("artifacts/{run}/{file}"));
        assert!(read(one) == read(other), "{file} of {one} and {other} differ");
    }
}

#[test]
fn a_table_is_trained_with_the_preset_tabular_which_other_settings_change() {
    let program = Program::new();
    program.run(&[IRIS, "--epochs", "2", "--name", "preset"]).succeeds().complains("using the preset tabular");
    let of = |run: &str, section: &str, name: &str| setting(&program, run, section, name);
    assert_eq!(of("preset", "model", "members"), 8.into());
    assert_eq!(of("preset", "training", "batch_size"), 16.into());
    assert_eq!(of("preset", "csv", "bins"), 16.into());

    program.run(&[IRIS, "--hidden", "8", "--members", "2", "--epochs", "2", "--name", "changed"]).succeeds();
    assert_eq!(of("changed", "model", "members"), 2.into());
    assert_eq!(of("changed", "model", "hidden"), vec![8].into());
    assert_eq!(of("changed", "csv", "bins"), 16.into());

    program.run(&[IRIS, "--config", "mnist", "--epochs", "2", "--name", "other"]).succeeds();
    assert_eq!(of("other", "model", "members"), 1.into());
    assert_eq!(of("other", "optimizer", "name"), "sgd".into());
    program.run(&["--epochs", "2", "--name", "digits"]).succeeds();
    assert_eq!(of("digits", "model", "members"), 1.into());
}

#[test]
fn the_preset_gives_way_to_training_on_all_rows() {
    let program = Program::new();
    program.run(&[IRIS, "--set", "split.valid=0", "--epochs", "2", "--name", "all"]).succeeds();
    assert_eq!(setting(&program, "all", "early_stopping", "enabled"), false.into());
}

#[test]
fn the_mean_of_the_members_is_more_probable_of_the_truth_than_the_average_member_says() {
    let program = Program::new();
    digits_run(&program, "run", &["--members", "4", "--hidden", "20", "--epochs", "2"]);
    let model = Model::load(program.path("artifacts/run")).unwrap();
    let weights = NetworkWeights::read(model.metadata(), &program.read("artifacts/run/model.safetensors")).unwrap();
    let activation = model.metadata().model.activation;
    let members = weights.into_iter().flat_map(NetworkWeights::members);
    let members: Vec<Network> = members.map(|weights| Network::new(weights, activation)).collect();
    assert_eq!(members.len(), 4);
    let rows: Vec<f32> = (0..20 * 64).map(|pixel| (pixel * 7919 % 17) as f32 / 16.0).collect();
    let together = model.outputs(&rows).unwrap();
    let alone: Vec<Vec<f32>> = members.iter().map(|member| member.probabilities(&rows).unwrap()).collect();
    let mut gain = 0.0;
    for (class, logarithm) in together.iter().enumerate() {
        // Jensen's inequality: the logarithm of a mean is at least the mean of the logarithms.
        let mean = alone.iter().map(|member| member[class].ln()).sum::<f32>() / 4.0;
        assert!(*logarithm >= mean - 1e-4, "{class}: {logarithm} and {mean}");
        gain += logarithm - mean;
    }
    assert!(gain > 0.1, "the members differ: {gain}");
}

#[test]
fn a_resumed_run_of_members_has_the_bytes_of_an_uninterrupted_one_at_any_number_of_threads() {
    let program = Program::new();
    let whole = [IRIS, "--epochs", "9", "--set", "early_stopping.enabled=false", "--name"];
    program.run_with(&[("RAYON_NUM_THREADS", "1")], &[&whole[..], &["whole"]].concat()).succeeds();
    let part = [IRIS, "--epochs", "4", "--set", "early_stopping.enabled=false", "--name", "part"];
    program.run_with(&[("RAYON_NUM_THREADS", "4")], &part).succeeds();
    program.run_with(&[("RAYON_NUM_THREADS", "3")], &["--resume", "part", "--epochs", "9"]).succeeds();
    assert_same(&program, "whole", "part");
}

#[test]
fn every_way_of_predicting_gives_the_mean_of_the_members() {
    let program = Program::new();
    for (data, name) in [(IRIS, "classes"), (DIABETES, "numbers")] {
        program.run(&[data, "--epochs", "3", "--members", "3", "--name", name]).succeeds();
        let model = Model::load(program.path(&format!("artifacts/{name}"))).unwrap();
        let rows = String::from_utf8(std::fs::read(data).unwrap()).unwrap();
        let expected = model.predict_csv(rows.as_bytes()).unwrap().predictions;
        let lines = program.run(&["predict", name, data, "--format", "json"]).succeeds().stdout;
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(lines.len() >= expected.len());
        for (line, expected) in lines.iter().zip(&expected) {
            let expected = expected.probability().map(f64::from).or(expected.value()).unwrap();
            let found = match line["values"].as_object() {
                Some(values) => values.values().next().unwrap(),
                None => &line["predictions"][0]["probability"],
            };
            let found = found.as_f64().unwrap();
            assert!((found - expected).abs() < 1e-4 * expected.abs().max(1.0), "{found} and {expected}");
        }
    }
}

#[test]
fn backends_agree_on_a_network_of_members() {
    let program = Program::new();
    let losses = ["flex", "ndarray"].map(|backend| {
        let own = ["--backend", backend, "--name", backend, "--members", "3", "--dropout", "0", "--epochs", "2"];
        program.run(&[&own[..], &[IRIS]].concat()).succeeds();
        evaluation(&program, backend)["test"]["loss"].as_f64().unwrap()
    });
    assert!((losses[0] - losses[1]).abs() < 1e-3 * losses[0], "{losses:?}");
}

#[test]
fn images_may_have_members_with_batch_norm_dropout_and_augmentation() {
    let program = Program::new();
    let own = ["--members", "2", "--batch-norm", "--dropout", "0.1", "--augment", "rotation", "--epochs", "3"];
    digits_run(&program, "members", &own);
    digits_run(&program, "again", &own);
    assert_same(&program, "members", "again");
    assert!(evaluation(&program, "members")["test"]["accuracy"].as_f64().unwrap() > 0.8);
}

#[test]
fn a_run_of_members_starts_from_another_one_with_as_many() {
    let program = Program::new();
    let settings = ["--members", "3", "--hidden", "8", "--epochs", "1"];
    program.run(&[&settings[..], &["--name", "first"]].concat()).succeeds();
    let from = ["--init-from", "artifacts/first/model.safetensors"];
    program.run(&[&settings[..], &from, &["--name", "second"]].concat()).succeeds();
    let other = ["--members", "2", "--hidden", "8", "--epochs", "1", "--name", "other"];
    program
        .run(&[&other[..], &from].concat())
        .fails_with(1)
        .complains("blocks.0.factors.input has shape [3, 64]; this network needs [2, 64]");
    let single = ["--members", "1", "--hidden", "8", "--epochs", "1", "--name", "single"];
    program.run(&[&single[..], &from].concat()).fails_with(1).complains("its members share their weights");
    program.run(&["--hidden", "8", "--epochs", "1", "--name", "plain"]).succeeds();
    let from = ["--init-from", "artifacts/plain/model.safetensors"];
    program
        .run(&[&settings[..], &from, &["--name", "none"]].concat())
        .fails_with(1)
        .complains("--members 1 for a single network");
}

#[test]
fn impossible_numbers_of_members_and_bins_are_refused() {
    let program = Program::new();
    for (arguments, problem) in [
        (&["--members", "257"][..], "expected a whole number from 0 to 256"),
        (&["--members", "-1"], "expected a whole number from 0 to 256"),
        (&["--set", "csv.bins=1000"], "csv.bins: expected a whole number from 0 to 256"),
    ] {
        program.run(&[&[IRIS], arguments].concat()).fails_with(2).complains(problem);
    }
}
