//! Predicting numbers, from a table to every use of the model.

mod support;

use std::fs;
use std::path::Path;

use support::Program;

/// Settings that learn the table in seconds.
const QUICK: [&str; 10] = [
    "--config",
    "mnist",
    "--data",
    "diabetes.csv",
    "--set",
    "training.epochs=40",
    "--optimizer",
    "adamw",
    "--lr",
    "0.01",
];

/// A program in a directory with `diabetes.csv`, scikit-learn's table of 442 patients.
fn with_diabetes() -> Program {
    let program = Program::new();
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/diabetes.csv");
    fs::copy(table, program.path("diabetes.csv")).unwrap();
    program
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

fn read(program: &Program, file: &str) -> serde_json::Value {
    serde_json::from_slice(&program.read(file)).unwrap()
}

#[test]
fn many_different_numbers_are_predicted_as_numbers() {
    let program = with_diabetes();
    let output = program.run(&QUICK).succeeds();
    output.says("progression has 214 different whole numbers, so the number itself is predicted");
    output.says("of 10 features to predict progression");
    output.says("best epoch").says("validation RMSE of");
    let run = read(&program, "artifacts/diabetes-flex-001/run.json");
    let (test, deviation) = (run["test"]["rmse"].as_f64().unwrap(), 77.0);
    assert!(test < 0.85 * deviation, "an RMSE of {test} is hardly better than the mean's");
    assert!(run["test"]["accuracy"].is_null() && run["best"]["valid_rmse"].as_f64().unwrap() < deviation);
    let config = String::from_utf8(program.read("artifacts/diabetes-flex-001/config.toml")).unwrap();
    assert!(config.contains("task = \"regression\"") && config.contains("monitor = \"valid-rmse\""), "{config}");
    let metrics = String::from_utf8(program.read("artifacts/diabetes-flex-001/metrics.csv")).unwrap();
    assert!(metrics.starts_with("epoch,learning_rate,train_loss,train_rmse,valid_loss,valid_rmse,"), "{metrics}");

    let evaluated = json(&program.run(&["evaluate", "--json"]).succeeds().stdout);
    assert_eq!(evaluated["targets"][0]["rmse"], run["test"]["rmse"]);
    program.run(&["inspect"]).succeeds().says("progression").says("valid RMSE");
    program.run(&["runs"]).succeeds().says("RMSE ");
}

#[test]
fn the_task_can_be_chosen() {
    let program = with_diabetes();
    let iris = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/iris.csv");
    fs::copy(iris, program.path("iris.csv")).unwrap();
    let classes = ["--task", "classification", "--epochs", "1", "--target", "sex"];
    program.run(&[&["--data", "diabetes.csv"], &classes[..]].concat()).succeeds().says("in 2 classes");
    program
        .run(&["--data", "iris.csv", "--task", "regression"])
        .fails_with(1)
        .complains("target column \"class\" has texts, such as \"setosa\", and a number is predicted only from numbers")
        .complains("this works, with your other options: burn-mlp --data csv:iris.csv --set data.task=classification");
    program
        .run(&[&QUICK[..], &["--target", "bmi", "--loss", "huber", "--name", "bmi"]].concat())
        .succeeds()
        .says("bmi");
    program
        .run(&["--data", "diabetes.csv", "--set", "training.label_smoothing=0.1"])
        .fails_with(2)
        .complains("training.label_smoothing needs classes, but the target is a number");
    program
        .run(&["--data", "iris.csv", "--loss", "mae"])
        .fails_with(2)
        .complains("training.loss needs a target of numbers, but this one has classes");
}

#[test]
fn an_interrupted_run_ends_as_an_uninterrupted_one() {
    let program = with_diabetes();
    program.run(&[&QUICK[..], &["--name", "whole", "--epochs", "6"]].concat()).succeeds();
    program.run(&[&QUICK[..], &["--name", "parts", "--epochs", "3"]].concat()).succeeds();
    program.run(&["--resume", "parts", "--epochs", "6"]).succeeds();
    for file in ["model.safetensors", "evaluation.json", "predictions/test.csv"] {
        let (whole, parts) = (format!("artifacts/whole/{file}"), format!("artifacts/parts/{file}"));
        assert!(program.read(&whole) == program.read(&parts), "{file}");
    }
}

#[test]
fn every_way_of_predicting_gives_the_same_number() {
    let program = with_diabetes();
    program.run(&[&QUICK[..], &["--name", "run"]].concat()).succeeds();
    let text = String::from_utf8(program.read("diabetes.csv")).unwrap();
    let first: Vec<&str> = text.lines().take(4).collect();
    fs::write(program.path("new.csv"), first.join("\n")).unwrap();
    let output = program.run(&["predict", "run", "new.csv", "--format", "json"]).succeeds();
    let lines: Vec<serde_json::Value> = output.stdout.lines().map(json).collect();
    assert_eq!(lines[0]["true"]["progression"], 151.0);
    let model = burn_mlp::infer::Model::load(program.path("artifacts/run")).unwrap();
    let here = model.predict_csv(first.join("\n").as_bytes()).unwrap();
    for (line, here) in lines.iter().zip(&here.predictions) {
        let (there, here) = (line["values"]["progression"].as_f64().unwrap(), here.value().unwrap());
        assert!((there - here).abs() < 1e-3, "{there} and {here}");
    }
    let summary = lines.last().unwrap();
    assert_eq!(summary["errors"][0]["rows"], 3);
    let csv = program.run(&["predict", "run", "new.csv", "--format", "csv"]).succeeds();
    assert!(csv.stdout.starts_with("source,line,true,predicted\nnew.csv,2,151,"), "{}", csv.stdout);
    program
        .run(&["predict", "run", "new.csv", "--top-k", "2"])
        .fails_with(2)
        .complains("--top-k: ranks classes, but the model predicts numbers");
}

#[test]
fn several_numbers_are_predicted_together() {
    let program = with_diabetes();
    let trained = program.run(&[&QUICK[..], &["--target", "bmi,bp", "--name", "two"]].concat()).succeeds();
    trained.says("predict bmi, bp").says("RMSE (SD)").says("validation RMSE (SD) of");
    trained.says("errors over all targets (SD) are in standard deviations of the training rows");
    for command in [&["runs"][..], &["inspect", "two"], &["evaluate", "two"]] {
        program.run(command).succeeds().says("RMSE (SD)");
    }
    let page = String::from_utf8(program.read("artifacts/two/report.html")).unwrap();
    assert!(page.contains("test RMSE (SD)") && page.contains("validation RMSE (SD)"), "the report");
    program.run(&[&QUICK[..], &["--target", "bmi,bp", "--name", "again", "--seed", "1"]].concat()).succeeds();
    let compared = program.run(&["compare", "two", "again", "--html", "both.html"]).succeeds();
    compared.says("test RMSE (SD)").says("best valid RMSE (SD)");
    assert!(String::from_utf8(program.read("both.html")).unwrap().contains("Validation RMSE (SD)"));
    let evaluation = read(&program, "artifacts/two/evaluation.json");
    let names: Vec<&str> =
        evaluation["test"]["targets"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["bmi", "bp"]);
    let rows = String::from_utf8(program.read("artifacts/two/predictions/test.csv")).unwrap();
    assert!(rows.starts_with("index,line,true bmi,true bp,predicted bmi,predicted bp\n"), "{rows}");
    program
        .run(&[&QUICK[..], &["--target", "bmi,bmi"]].concat())
        .fails_with(2)
        .complains("csv.target names \"bmi\" twice");
}

#[test]
fn a_predicted_quantile_is_chosen_and_reported_as_one() {
    let program = with_diabetes();
    let quantile = ["--loss", "quantile", "--set", "training.quantile=0.9", "--name", "upper"];
    let output = program.run(&[&QUICK[..], &quantile].concat()).succeeds();
    output.says("with a validation loss of").says("pinball loss ").says("coverage for 0.9");
    let run = read(&program, "artifacts/upper/run.json");
    let metrics = String::from_utf8(program.read("artifacts/upper/metrics.csv")).unwrap();
    let loss = |line: &str| line.split(',').nth(4).unwrap().parse::<f64>().unwrap();
    let lowest = metrics.lines().skip(1).map(loss).fold(f64::INFINITY, f64::min);
    assert_eq!(run["best"]["valid_loss"], lowest);

    let rows = String::from_utf8(program.read("artifacts/upper/predictions/test.csv")).unwrap();
    let numbers: Vec<Vec<f64>> =
        rows.lines().skip(1).map(|line| line.split(',').map(|field| field.parse().unwrap()).collect()).collect();
    let pairs: Vec<(f64, f64)> = numbers.iter().map(|row| (row[row.len() - 2], row[row.len() - 1])).collect();
    let covered = pairs.iter().filter(|(truth, predicted)| truth <= predicted).count() as f64 / pairs.len() as f64;
    let pinball = |(truth, predicted): &(f64, f64)| (0.9 * (truth - predicted)).max(-0.1 * (truth - predicted));
    let mean = pairs.iter().map(pinball).sum::<f64>() / pairs.len() as f64;
    let found = &read(&program, "artifacts/upper/evaluation.json")["test"]["targets"][0]["predicted_quantile"];
    assert_eq!((&found["quantile"], &found["coverage"]), (&0.9.into(), &covered.into()));
    assert!((found["pinball_loss"].as_f64().unwrap() - mean).abs() < 1e-9 * mean, "{found}");
    assert!((0.75..=1.0).contains(&covered), "{covered}");

    program.run(&["evaluate", "upper"]).succeeds().says("pinball loss ").says("coverage for 0.9");
    program.run(&["inspect", "upper"]).succeeds().says("coverage for 0.9");
    let report = String::from_utf8(program.read("artifacts/upper/report.html")).unwrap();
    assert!(report.contains("coverage for 0.9") && report.contains("The model predicts the quantile 0.9"));
    program.run(&[&QUICK[..], &["--name", "mean"]].concat()).succeeds();
    assert!(read(&program, "artifacts/mean/evaluation.json")["test"]["targets"][0]["predicted_quantile"].is_null());
    program.run(&["compare", "upper", "mean"]).succeeds().says("test pinball loss").says("test coverage");
    program
        .run(&[&QUICK[..], &["--set", "training.quantile=0.9"]].concat())
        .fails_with(2)
        .complains("training.quantile is a constant of training.loss=quantile, but the loss is mse");
}

#[test]
fn predictions_stay_within_the_training_range_if_asked() {
    let program = with_diabetes();
    program.run(&[&QUICK[..], &["--set", "training.clip_outputs=true", "--name", "clipped"]].concat()).succeeds();
    let header = "age,sex,bmi,bp,s1,s2,s3,s4,s5,s6";
    fs::write(program.path("far.csv"), format!("{header}\n59,2,900,900,157,93,38,4,40,87\n")).unwrap();
    let output = program.run(&["predict", "clipped", "far.csv", "--format", "json"]).succeeds();
    let value = json(output.stdout.lines().next().unwrap())["values"]["progression"].as_f64().unwrap();
    assert!((25.0..=346.0).contains(&value), "{value}");
}

#[test]
fn a_target_that_cannot_be_predicted_is_refused() {
    let program = Program::new();
    let refused = |text: &str, words: &str| {
        fs::write(program.path("t.csv"), text).unwrap();
        program.run(&["--data", "t.csv"]).fails_with(1).complains(words);
    };
    fs::write(program.path("same.csv"), "x,y\n1,2.5\n2,2.5\n3,2.5\n").unwrap();
    program
        .run(&["--data", "same.csv", "--task", "regression"])
        .fails_with(1)
        .complains("target column \"y\" is 2.5 in every row, so there is nothing to predict");
    refused("x,y\n1,2.5\n2,2.5\n3,2.5\n", "target column \"y\" has one class: every row is \"2.5\"");
    refused("x,y\n1,2.5\n2,inf\n3,3.5\n4,4.5\n", "infinite");
}
