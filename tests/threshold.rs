//! The threshold of two classes, from its choice to every use of the model.

mod support;

use std::fmt::Write;
use std::fs;

use burn_mlp::infer::Model;
use serde_json::Value;
use support::Program;

const QUICK: [&str; 8] = ["--data", "rare.csv", "--hidden", "8", "--batch-size", "16", "--lr", "0.05"];

/// A program in a directory with `rare.csv`: of 600 rows some are `yes`, more often for a larger `x`, but never most.
fn with_rare_class() -> Program {
    let program = Program::new();
    let mut table = "x,z,answer\n".to_string();
    for row in 0_u32..600 {
        let (x, noise) = (row * 7919 % 600, row * 104_729 % 601);
        let answer = if noise * 5 < x * 2 { "yes" } else { "no" };
        writeln!(table, "{x},{},{answer}", row % 13).unwrap();
    }
    fs::write(program.path("rare.csv"), table).unwrap();
    program
}

fn train(program: &Program, name: &str, epochs: &str, more: &[&str]) {
    let epochs = ["--epochs", epochs, "--set", "early_stopping.enabled=false", "--name", name];
    program.run(&[&QUICK[..], &epochs, more].concat()).succeeds();
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn evaluation(program: &Program, run: &str) -> Value {
    json(&program.run(&["evaluate", run, "--json"]).succeeds().stdout)
}

#[test]
fn a_threshold_by_cost_is_saved_with_the_model_and_applied_everywhere() {
    let program = with_rare_class();
    train(&program, "plain", "6", &[]);
    train(&program, "costly", "6", &["--threshold", "cost=1:8"]);
    let (plain, costly) = (evaluation(&program, "plain"), evaluation(&program, "costly"));
    assert!(plain["threshold"].is_null());
    assert_eq!(costly["most_probable"], plain["confusion_matrix"], "the same weights");
    assert_eq!(costly["roc_auc"], plain["roc_auc"]);
    let found = |report: &Value| report["confusion_matrix"][1][1].as_u64().unwrap();
    assert!(found(&costly) > found(&plain), "{costly}");

    let threshold = costly["threshold"].as_f64().unwrap();
    assert!(threshold > 0.0 && threshold < 0.5, "{threshold}");
    let lines = program.run(&["predict", "costly", "rare.csv", "--top-k", "2", "--format", "json"]).succeeds().stdout;
    let file = program.read("artifacts/costly/model.safetensors");
    let model = Model::from_bytes(&file).unwrap();
    assert_eq!(model.metadata().threshold, Some(threshold as f32));
    let mut answers = 0;
    for line in lines.lines().map(json).filter(|line| line["predictions"].is_array()) {
        let first = &line["predictions"][0];
        let yes = line["predictions"].as_array().unwrap().iter().find(|ranked| ranked["class"] == "yes").unwrap();
        let is_yes = yes["probability"].as_f64().unwrap() >= threshold;
        assert_eq!(first["class"], if is_yes { "yes" } else { "no" });
        answers += usize::from(is_yes);
    }
    assert!(answers > 100, "{answers}");
    let rows = String::from_utf8(program.read("artifacts/costly/predictions/test.csv")).unwrap();
    let yes = rows.lines().filter(|row| row.contains(",yes,0.")).count();
    assert!(yes >= found(&costly) as usize, "{rows}");

    let shown = program.run(&["evaluate", "costly"]).succeeds();
    shown.says("the most probable class instead, accuracy").says("yes at a probability of");
    let report = String::from_utf8(program.read("artifacts/costly/report.html")).unwrap();
    assert!(report.contains("at a probability of") && report.contains("The most probable class instead"));
    program.run(&["evaluate", "costly", "--split", "valid"]).succeeds().says("used for selection");
    program.run(&["inspect", "costly"]).succeeds().says(&format!("threshold yes at a probability of {threshold}"));
    let inspected = json(&program.run(&["inspect", "costly", "--json"]).succeeds().stdout);
    assert_eq!(inspected["threshold"].as_f64().unwrap() as f32, threshold as f32);
}

#[test]
fn a_resumed_run_ends_with_the_model_of_an_uninterrupted_one() {
    let program = with_rare_class();
    train(&program, "whole", "6", &["--threshold", "f1"]);
    train(&program, "halved", "3", &["--threshold", "f1"]);
    program.run(&["--resume", "halved", "--epochs", "6"]).succeeds();
    let model = |run: &str| program.read(&format!("artifacts/{run}/model.safetensors"));
    assert!(model("whole") == model("halved"));
    assert_eq!(evaluation(&program, "whole"), evaluation(&program, "halved"));

    // Nothing is left to train: a threshold can still be chosen, and taken away.
    train(&program, "plain", "6", &[]);
    let plain = model("plain");
    program.run(&["--resume", "plain", "--threshold", "f1"]).succeeds();
    assert!(model("plain") == model("whole"));
    program.run(&["--resume", "plain", "--threshold", ""]).succeeds();
    assert!(model("plain") == plain);
}

#[test]
fn a_threshold_without_two_classes_or_validation_rows_is_refused() {
    let program = with_rare_class();
    let refused = |more: &[&str]| program.run(&[&["--threshold", "f1", "--epochs", "1"], more].concat()).fails_with(2);
    refused(&["--data", "digits"]).complains("evaluation.threshold").complains("the data has 10");
    refused(&["--data", "rare.csv", "--set", "split.valid=0"]).complains("there are none; hold some out");
    refused(&["--data", "rare.csv", "--target", "x"]).complains("the target is a number");
    program.run(&["--data", "rare.csv", "--threshold", "best"]).fails_with(2).complains("expected f1, youden");
}
