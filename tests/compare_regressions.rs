//! `burn-mlp compare RUN RUN...` of models that predict numbers.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::Program;

/// A program in a directory with `diabetes.csv`, scikit-learn's table of 442 patients.
fn with_diabetes() -> Program {
    let program = Program::new();
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/diabetes.csv");
    fs::copy(table, program.path("diabetes.csv")).unwrap();
    program
}

fn train(program: &Program, name: &str, arguments: &[&str]) {
    let fixed = ["--data", "diabetes.csv", "--optimizer", "adamw", "--lr", "0.01", "--quiet", "--name", name];
    program.run(&[&fixed[..], arguments].concat()).succeeds();
}

fn as_json(program: &Program, runs: &[&str]) -> Value {
    serde_json::from_str(&program.run(&[&["compare", "--json"], runs].concat()).succeeds().stdout).unwrap()
}

/// Errors on the test set, from the file of predictions.
fn rmse(program: &Program, run: &str) -> f64 {
    let rows = csv::Reader::from_path(program.path(&format!("artifacts/{run}/predictions/test.csv")));
    let squares: Vec<f64> = rows
        .unwrap()
        .records()
        .map(|row| {
            let row = row.unwrap();
            let number = |column: usize| row[column].parse::<f64>().unwrap();
            (number(row.len() - 1) - number(row.len() - 2)).powi(2)
        })
        .collect();
    (squares.iter().sum::<f64>() / squares.len() as f64).sqrt()
}

#[test]
fn the_better_of_two_regressions_is_named_with_an_interval() {
    let program = with_diabetes();
    train(&program, "one", &["--epochs", "1"]);
    train(&program, "many", &["--epochs", "40"]);
    let comparison = as_json(&program, &["one", "many"]);
    let found = &comparison["errors"][1]["comparisons"][0];
    let [one, many] = ["one", "many"].map(|run| rmse(&program, run));
    let close = |found: &Value, expected: f64| {
        let found = found.as_f64().unwrap();
        assert!((found - expected).abs() < 1e-9, "{found}, expected {expected}");
    };
    close(&found["test"]["difference"], many - one);
    close(&comparison["errors"][0]["rmse"][0], one);
    assert_eq!(comparison["mistakes"], Value::Array(Vec::new()));
    assert!(many < one, "40 epochs are better than one");
    let high = found["test"]["interval"][1].as_f64().unwrap();
    assert!(high < 0.0, "{found}");
    let output = program.run(&["compare", "one", "many", "--html", "page.html"]).succeeds();
    let sentence = found["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("B's RMSE is "), "{sentence}");
    output.says("errors on the test set").says(sentence).says("The interval does not contain 0, so chance is an");
    output.says("test RMSE").says("valid RMSE");
    let page = String::from_utf8(program.read("page.html")).unwrap();
    for text in ["<h2>Errors on the test set</h2>", "10,000 resamples", "B&#39;s RMSE is ", "#mistakes\">Errors</a>"] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("McNemar") && !page.contains("test accuracy"));
    assert_eq!(as_json(&program, &["one", "many"]), comparison, "the same runs give the same numbers");
}

#[test]
fn the_same_model_twice_has_the_same_errors() {
    let program = with_diabetes();
    train(&program, "a", &["--epochs", "2"]);
    train(&program, "b", &["--epochs", "2"]);
    program.run(&["compare", "a", "b"]).succeeds().says("A and B have the same RMSE, ");
}

#[test]
fn every_target_is_compared_and_all_comparisons_are_corrected() {
    let program = with_diabetes();
    for (name, epochs) in [("a", "1"), ("b", "10"), ("c", "2")] {
        train(&program, name, &["--target", "bmi,bp", "--epochs", epochs]);
    }
    let comparison = as_json(&program, &["a", "b", "c"]);
    let tests: Vec<&Value> =
        [1, 2].iter().flat_map(|row| comparison["errors"][row]["comparisons"].as_array().unwrap()).collect();
    let targets: Vec<&str> = tests.iter().map(|test| test["target"].as_str().unwrap()).collect();
    assert_eq!(targets, ["bmi", "bp", "bmi", "bp"]);
    let lowest = tests.iter().map(|test| test["test"]["p_value"].as_f64().unwrap()).fold(1.0, f64::min);
    let corrected = tests.iter().map(|test| test["corrected_p_value"].as_f64().unwrap()).fold(1.0, f64::min);
    assert!((corrected - (4.0 * lowest).min(1.0)).abs() < 1e-12, "{corrected} of {lowest}");
    let output = program.run(&["compare", "a", "b", "c"]).succeeds();
    output.says("RMSE of bmi").says("RMSE of bp").says("p, Holm");
}

#[test]
fn a_regression_is_not_compared_with_a_classification() {
    let program = with_diabetes();
    train(&program, "number", &["--epochs", "1"]);
    train(&program, "class", &["--epochs", "1", "--task", "classification", "--target", "sex"]);
    train(&program, "bmi", &["--epochs", "1", "--target", "bmi"]);
    let output = program.run(&["compare", "number", "class", "bmi", "--html", "page.html"]).succeeds();
    output.says("B predicts classes, A predicts numbers, so their predictions cannot be compared.");
    output.says("C does not predict the same targets as A.");
    let output = program.run(&["compare", "class", "number"]).succeeds();
    output.says("B predicts numbers, A predicts classes, so their predictions cannot be compared.");
    let comparison = as_json(&program, &["class", "number"]);
    let metric = |name: &str| comparison["metrics"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap();
    assert!(metric("test loss")["differences"][1].is_null(), "losses of two kinds have no difference");
}

#[test]
fn losses_of_different_kinds_have_no_difference() {
    let program = with_diabetes();
    train(&program, "mse", &["--epochs", "1"]);
    train(&program, "mae", &["--epochs", "1", "--loss", "mae"]);
    let comparison = as_json(&program, &["mse", "mae"]);
    let metric = |name: &str| comparison["metrics"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap();
    assert!(metric("test loss")["differences"][1].is_null());
    assert!(metric("test RMSE")["differences"][1].is_number());
}

#[test]
fn missing_and_damaged_predictions_are_reported() {
    let program = with_diabetes();
    train(&program, "a", &["--epochs", "1"]);
    train(&program, "b", &["--epochs", "1"]);
    let path = program.path("artifacts/b/predictions/test.csv");
    fs::write(&path, "index,line,true,predicted\n0,2,1,2\n").unwrap();
    program.run(&["compare", "a", "b"]).succeeds().says("B: test.csv has 1 of ").says("`burn-mlp evaluate`");
    fs::remove_file(&path).unwrap();
    program.run(&["compare", "a", "b"]).succeeds().says("B: test.csv is missing; write it again with");
    program.run(&["compare", "b", "a"]).succeeds().says("A: test.csv is missing; write it again with");
}
