//! The metric that decides, and the rows that have decided something.

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::Program;

/// A program in a directory with `iris.csv` of three classes and `diabetes.csv` of numbers.
fn with_tables() -> Program {
    let program = Program::new();
    for table in ["iris.csv", "diabetes.csv"] {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(table);
        fs::copy(fixture, program.path(table)).unwrap();
    }
    program
}

fn train(program: &Program, table: &str, name: &str, more: &[&str]) -> support::Output {
    let quick = ["--data", table, "--hidden", "8", "--batch-size", "16", "--lr", "0.02", "--name", name];
    program.run(&[&quick, more].concat()).succeeds()
}

fn read(program: &Program, file: &str) -> Value {
    serde_json::from_slice(&program.read(file)).unwrap()
}

fn text(program: &Program, file: &str) -> String {
    String::from_utf8(program.read(file)).unwrap()
}

/// The values of a column of metrics.csv.
fn column(program: &Program, run: &str, name: &str) -> Vec<f64> {
    let table = text(program, &format!("artifacts/{run}/metrics.csv"));
    let mut lines = table.lines();
    let place = lines.next().unwrap().split(',').position(|column| column == name).unwrap();
    lines.map(|line| line.split(',').nth(place).unwrap().parse().unwrap()).collect()
}

fn close(one: &Value, other: &Value, tolerance: f64) {
    let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
    assert!((one - other).abs() <= tolerance, "{one} and {other}");
}

const BY_AUC: [&str; 6] =
    ["--set", "early_stopping.monitor=valid-auc", "--set", "schedule.monitor=valid-f1", "--epochs", "12"];

#[test]
fn the_best_epoch_has_the_largest_area_under_the_roc_curve_and_it_is_shown_everywhere() {
    let program = with_tables();
    let output = train(&program, "iris.csv", "auc", &[&BY_AUC[..], &["--tensorboard"]].concat());
    output.says("accuracy   ROC AUC  macro F1      time").says("with a validation ROC AUC of ");
    let config = text(&program, "artifacts/auc/config.toml");
    assert!(config.contains("monitor = \"valid-auc\"") && config.contains("monitor = \"valid-f1\""), "{config}");

    let (aucs, losses) = (column(&program, "auc", "valid_auc"), column(&program, "auc", "valid_loss"));
    let best = aucs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let epoch = (0..aucs.len()).filter(|&it| aucs[it] == best).min_by(|&a, &b| losses[a].total_cmp(&losses[b]));
    let run = read(&program, "artifacts/auc/run.json");
    assert_eq!(run["best_epoch"], epoch.unwrap() + 1);
    assert_eq!(run["best"]["valid_auc"], best);
    let valid = &read(&program, "artifacts/auc/evaluation.json")["valid"];
    close(&run["best"]["valid_auc"], &valid["roc_auc"], 1e-12);
    close(&run["best"]["valid_f1"], &valid["macro_mean"]["f1"], 1e-12);

    program.run(&["inspect", "auc"]).succeeds().says("valid ROC AUC").says("valid macro F1");
    program.run(&["runs"]).succeeds().says(&format!("ROC AUC {best:.4}"));
    let report = text(&program, "artifacts/auc/report.html");
    assert!(report.contains("<h3>ROC AUC") && report.contains("<h3>Macro F1"));
    train(&program, "iris.csv", "plain", &["--epochs", "2"]).says("valid loss  accuracy      time");
    assert!(!text(&program, "artifacts/plain/metrics.csv").contains("valid_auc"));
    let compared = program.run(&["compare", "auc", "plain", "--html", "both.html"]).succeeds();
    compared.says("best valid ROC AUC").says("best valid macro F1");
    assert!(text(&program, "both.html").contains("Validation ROC AUC"));
}

#[test]
fn the_mean_absolute_error_decides_in_the_targets_unit() {
    let program = with_tables();
    let by_mae = ["--set", "early_stopping.monitor=valid-mae", "--epochs", "12"];
    train(&program, "diabetes.csv", "mae", &by_mae).says("with a validation MAE of");
    let maes = column(&program, "mae", "valid_mae");
    let run = read(&program, "artifacts/mae/run.json");
    assert_eq!(run["best"]["valid_mae"], maes.iter().copied().fold(f64::INFINITY, f64::min));
    let target = &read(&program, "artifacts/mae/evaluation.json")["valid"]["targets"][0];
    close(&run["best"]["valid_mae"], &target["mae"], 1e-3);
    program.run(&["inspect", "mae"]).succeeds().says("valid MAE");
}

#[test]
fn a_resumed_run_has_the_metrics_and_the_model_of_an_uninterrupted_one() {
    let program = with_tables();
    train(&program, "iris.csv", "whole", &BY_AUC);
    train(&program, "iris.csv", "parts", &[&BY_AUC[..4], &["--epochs", "5"]].concat());
    program.run(&["--resume", "parts", "--epochs", "12"]).succeeds();
    for file in ["model.safetensors", "evaluation.json", "predictions/valid.csv"] {
        assert!(program.read(&format!("artifacts/whole/{file}")) == program.read(&format!("artifacts/parts/{file}")));
    }
    for name in ["valid_auc", "valid_f1"] {
        assert_eq!(column(&program, "whole", name), column(&program, "parts", name));
    }
    program
        .run(&["--resume", "parts", "--epochs", "14", "--set", "early_stopping.monitor=valid-loss"])
        .fails_with(2)
        .complains("early_stopping.monitor: the run to resume has \"valid-auc\"");
}

#[test]
fn settings_of_the_other_task_are_refused_in_one_sentence() {
    let program = with_tables();
    let refused = |table: &str, settings: &[&str]| {
        let set = settings.iter().flat_map(|setting| ["--set", setting]);
        program.run(&["--data", table].into_iter().chain(set).collect::<Vec<_>>()).fails_with(2)
    };
    refused(
        "diabetes.csv",
        &["early_stopping.monitor=valid-accuracy", "training.label_smoothing=0.1", "evaluation.top_k=2"],
    )
    .complains("training.label_smoothing, evaluation.top_k and early_stopping.monitor=valid-accuracy need classes")
    .complains("monitors here are auto, train-loss, train-rmse, valid-loss, valid-rmse, valid-mae");
    refused("iris.csv", &["training.loss=huber", "training.huber_delta=2", "schedule.monitor=valid-mae"])
        .complains("training.loss, training.huber_delta and schedule.monitor=valid-mae need a target of numbers");
    program
        .run(&["compare", "--backends", "flex,ndarray", "--data", "diabetes.csv", "--target-accuracy", "0.9"])
        .fails_with(2)
        .complains("--target-accuracy needs classes, but the target is a number");
}

#[test]
fn an_area_under_the_curve_of_rows_of_one_class_is_refused() {
    let program = Program::new();
    let rows = |labels: &[&str]| -> String {
        let line = |(row, label): (usize, &&str)| format!("{row},{label}\n");
        "x,y\n".to_string() + &labels.iter().enumerate().map(line).collect::<String>()
    };
    fs::write(program.path("train.csv"), rows(&["a", "b", "a", "b", "a", "b", "a", "b", "a", "b"])).unwrap();
    fs::write(program.path("valid.csv"), rows(&["a", "a", "a"])).unwrap();
    let sets = ["--set", "csv.valid=valid.csv", "--set", "early_stopping.monitor=valid-auc"];
    program
        .run(&[&["--data", "train.csv"], &sets[..]].concat())
        .fails_with(2)
        .complains("early_stopping.monitor=valid-auc needs validation rows of two classes at least");
}

#[test]
fn validation_rows_that_chose_something_are_labelled_wherever_a_metric_of_theirs_is() {
    let program = with_tables();
    let label = "used for selection (epoch, learning rate)";
    train(&program, "iris.csv", "chosen", &["--epochs", "4"]).says(label);
    assert_eq!(read(&program, "artifacts/chosen/run.json")["used_for_selection"], json!(["epoch", "learning-rate"]));
    let evaluation = read(&program, "artifacts/chosen/evaluation.json");
    assert_eq!(evaluation["valid"]["used_for_selection"], json!(["epoch", "learning-rate"]));
    assert!(evaluation["test"]["used_for_selection"].is_null());
    program.run(&["evaluate", "chosen", "--split", "valid"]).succeeds().says(label);
    let printed = program.run(&["evaluate", "chosen", "--split", "valid", "--json"]).succeeds().stdout;
    assert!(printed.contains("\"used_for_selection\""), "{printed}");
    program.run(&["inspect", "chosen"]).succeeds().says(&format!("valid: {label}"));
    program.run(&["runs"]).succeeds().says("% *").says("* used for selection");
    assert!(text(&program, "artifacts/chosen/report.html").contains(label));

    let nothing = ["early_stopping.enabled=false", "early_stopping.restore_best=false", "schedule.name=constant"];
    let sets: Vec<&str> = nothing.iter().flat_map(|setting| ["--set", setting]).collect();
    let output = train(&program, "iris.csv", "free", &[&["--epochs", "4"], &sets[..]].concat());
    assert!(!output.stdout.contains("used for selection"), "{}", output.stdout);
    assert_eq!(read(&program, "artifacts/free/run.json")["used_for_selection"], json!([]));
    assert!(!text(&program, "artifacts/free/report.html").contains("used for selection ("));
    let inspected = program.run(&["inspect", "free"]).succeeds().stdout;
    assert!(!inspected.contains("used for selection"), "{inspected}");
    let compared = program.run(&["compare", "chosen", "free"]).succeeds();
    compared.says(&format!("The validation rows of A were {label}."));
}

#[test]
fn scores_of_rows_that_trained_or_chose_are_said_to_be_too_good() {
    let program = with_tables();
    let table = text(&program, "iris.csv");
    let (header, rows) = table.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    let write = |name: &str, rows: Vec<&str>| fs::write(program.path(name), format!("{header}\n{}\n", rows.join("\n")));
    write("train.csv", rows.iter().copied().step_by(2).collect()).unwrap();
    write("valid.csv", rows.iter().copied().skip(1).step_by(2).collect()).unwrap();
    train(&program, "train.csv", "run", &["--epochs", "2", "--set", "csv.valid=valid.csv"]);
    let predicted = |file: &str| program.run(&["predict", "run", file, "--format", "json"]).succeeds();
    let chosen = predicted("valid.csv")
        .complains("these rows were used for selection (epoch, learning rate), so this is too good");
    assert!(chosen.stdout.contains("\"used_for_selection\":[\"epoch\",\"learning-rate\"]"), "{}", chosen.stdout);
    predicted("train.csv").complains("some of these rows trained the model, so this is too good");
    fs::copy(program.path("valid.csv"), program.path("new.csv")).unwrap();
    assert!(!predicted("new.csv").stderr.contains("too good"));
    program
        .run(&["evaluate", "run", "--data", "valid.csv"])
        .succeeds()
        .says("used for selection (epoch, learning rate)");
}
