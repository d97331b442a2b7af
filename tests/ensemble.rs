//! `burn-mlp ensemble`: one model of several runs.

mod support;

use std::collections::BTreeMap;
use std::fs;

use burn_mlp::infer::Model;
use serde_json::{Value, json};
use support::Program;

const IRIS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/iris.csv");
const DIABETES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/diabetes.csv");

/// Two columns of numbers, one of them with gaps, and one of texts of which some are rare.
fn people() -> String {
    let colours = ["red", "green", "blue", "grey", "pink"];
    let mut text = String::from("age,height,colour,town,buys\n");
    for row in 0..240_usize {
        let age = 20 + (row * 37) % 50;
        let height = if row.is_multiple_of(11) { String::new() } else { format!("{}", 150 + (row * 13) % 45) };
        let buys = if (age > 42) ^ (row.is_multiple_of(9)) { "yes" } else { "no" };
        text += &format!("{age},{height},{},town{},{buys}\n", colours[row % 5], (row * row) % 23);
    }
    text
}

/// Trains `name` briefly.
fn train(program: &Program, name: &str, arguments: &[&str]) {
    let short = ["--name", name, "--hidden", "8", "--set", "training.epochs=3"];
    program.run(&[&short[..], arguments].concat()).succeeds();
}

fn json_of(program: &Program, path: &str) -> Value {
    serde_json::from_slice(&program.read(path)).unwrap()
}

fn rows(program: &Program, path: &str) -> Vec<BTreeMap<String, String>> {
    let bytes = program.read(path);
    csv::Reader::from_reader(bytes.as_slice()).deserialize().collect::<Result<_, _>>().unwrap()
}

/// The class probabilities that a run predicts for the rows of a file, in the order of the classes' names.
fn probabilities(program: &Program, run: &str, file: &str) -> Vec<Vec<f64>> {
    let output = program.run(&["predict", run, file, "--format", "json", "--top-k", "65535"]).succeeds();
    let line = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let is_row = |value: &Value| value["predictions"].is_array();
    let of_row = |value: Value| {
        let of_class =
            |ranked: &Value| (ranked["class"].as_str().unwrap().to_string(), ranked["probability"].as_f64().unwrap());
        let by_class: BTreeMap<_, _> = value["predictions"].as_array().unwrap().iter().map(of_class).collect();
        by_class.into_values().collect()
    };
    output.stdout.lines().map(line).filter(is_row).map(of_row).collect()
}

#[test]
fn an_ensemble_predicts_the_mean_of_its_members_whose_encodings_differ() {
    let program = Program::new();
    fs::write(program.path("people.csv"), people()).unwrap();
    train(&program, "cv", &["--data", "people.csv", "--folds", "3", "--set", "csv.max_one_hot=4"]);
    program.run(&["ensemble", "cv", "--name", "all"]).succeeds().says("3 members").says("out-of-fold");
    let all = probabilities(&program, "all", "people.csv");
    let members: Vec<_> =
        (1..=3).map(|fold| probabilities(&program, &format!("all/fold-{fold}"), "people.csv")).collect();
    assert_eq!(all.len(), 240);
    let means = |fold: usize| {
        let file: Value = json_of(&program, &format!("artifacts/all/fold-{fold}/run.json"));
        file["identity_hash"].as_str().unwrap().to_string()
    };
    assert_ne!(means(1), means(2));
    for (row, found) in all.iter().enumerate() {
        for (class, found) in found.iter().enumerate() {
            let mean = members.iter().map(|member| member[row][class]).sum::<f64>() / 3.0;
            assert!((found - mean).abs() < 1e-6, "row {row}: {found} {mean}");
        }
    }
    // The members were fitted on different rows, so that at least one statistic differs.
    let model = Model::load(program.path("artifacts/all")).unwrap();
    assert_eq!(model.metadata().table.as_ref().unwrap().encodings().len(), 3);
    let (prediction, _) =
        model.predict_record(&json!({ "age": 20, "height": null, "colour": "red", "town": "town0" })).unwrap();
    let served = prediction.as_class().unwrap().probabilities().to_vec();
    assert!(served.iter().zip(&all[0]).all(|(one, other)| (f64::from(*one) - other).abs() < 1e-5));
}

#[test]
fn an_ensemble_of_regressions_predicts_the_mean_in_the_targets_unit() {
    let program = Program::new();
    for seed in ["0", "1"] {
        train(&program, &format!("run{seed}"), &["--data", DIABETES, "--seed", seed]);
    }
    let output = program.run(&["ensemble", "run0", "run1", "--name", "mean", "--json"]).succeeds();
    let made: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(made["ensemble"]["judged_by"], "valid");
    let predicted = |run: &str| -> Vec<f64> {
        rows(&program, &format!("artifacts/{run}/predictions/test.csv"))
            .iter()
            .map(|row| row["predicted"].parse().unwrap())
            .collect()
    };
    let (one, other, mean) = (predicted("run0"), predicted("run1"), predicted("mean"));
    for ((one, other), mean) in one.iter().zip(&other).zip(&mean) {
        assert!(((one + other) / 2.0 - mean).abs() < 1e-3 * mean.abs(), "{one} {other} {mean}");
    }
    // scikit-learn's definition of RMSE, on the rows of the file.
    let truths: Vec<f64> =
        rows(&program, "artifacts/mean/predictions/test.csv").iter().map(|row| row["true"].parse().unwrap()).collect();
    let squares = truths.iter().zip(&mean).map(|(truth, mean)| (truth - mean).powi(2)).sum::<f64>();
    let rmse = (squares / mean.len() as f64).sqrt();
    assert!((made["evaluation"]["test"]["targets"][0]["rmse"].as_f64().unwrap() - rmse).abs() < 1e-9 * rmse);
}

#[test]
fn what_a_run_adds_is_the_loss_of_the_ensemble_without_it() {
    let program = Program::new();
    for seed in ["0", "1"] {
        train(&program, &format!("run{seed}"), &["--seed", seed, "--set", "split.seed=5"]);
    }
    program.run(&["ensemble", "run0", "run1", "--name", "both"]).succeeds().says("used for selection (epoch");
    let record = json_of(&program, "artifacts/both/run.json");
    let candidates = record["ensemble"]["candidates"].as_array().unwrap();
    for (index, run) in ["run0", "run1"].iter().enumerate() {
        let own = &json_of(&program, &format!("artifacts/{run}/evaluation.json"))["valid"];
        let close = |one: &Value, other: &Value| (one.as_f64().unwrap() - other.as_f64().unwrap()).abs() < 1e-6;
        assert!(close(&candidates[index]["alone"]["loss"], &own["loss"]));
        assert!(close(&candidates[1 - index]["without"]["loss"], &own["loss"]), "only the other is left");
    }
}

#[test]
fn greedy_selection_leaves_out_a_run_that_makes_the_ensemble_worse() {
    let program = Program::new();
    let split = ["--set", "split.seed=5"];
    train(&program, "good", &[&split[..], &["--seed", "0", "--set", "training.epochs=6"]].concat());
    train(&program, "fair", &[&split[..], &["--seed", "1", "--set", "training.epochs=5"]].concat());
    train(&program, "bad", &[&split[..], &["--seed", "2", "--set", "training.epochs=1", "--lr", "1e-6"]].concat());
    let output = program.run(&["ensemble", "good", "fair", "bad", "--greedy", "--name", "chosen"]).succeeds();
    output.says("used for selection (epoch, learning rate, members)");
    let record = json_of(&program, "artifacts/chosen/run.json");
    let candidates = record["ensemble"]["candidates"].as_array().unwrap();
    assert_eq!(candidates[2]["share"], 0.0);
    assert!(!program.path("artifacts/chosen/bad").exists());
    let losses = record["ensemble"]["greedy_losses"].as_array().unwrap();
    let valid = &json_of(&program, "artifacts/chosen/evaluation.json")["valid"];
    let last = losses.last().unwrap().as_f64().unwrap();
    assert!((last - valid["loss"].as_f64().unwrap()).abs() < 1e-5);
}

#[test]
fn members_are_chosen_only_by_rows_that_no_run_was_trained_on() {
    let program = Program::new();
    for split in ["1", "2"] {
        train(&program, &format!("run{split}"), &["--set", &format!("split.seed={split}")]);
    }
    program
        .run(&["ensemble", "run1", "run2", "--greedy"])
        .fails_with(2)
        .complains("needs rows that no run was trained on")
        .complains("split.seed");
    // Without a choice nothing is evaluated on rows that some member was trained on.
    program
        .run(&["ensemble", "run1", "run2", "--name", "mixed"])
        .succeeds()
        .says("every row was used to train some run");
    program.run(&["evaluate", "mixed", "--split", "valid"]).fails_with(1).complains("trained on different rows");
    program.run(&["evaluate", "mixed"]).succeeds();
}

#[test]
fn greedy_selection_of_cross_validations_uses_their_held_out_folds() {
    let program = Program::new();
    let folds = ["--data", IRIS, "--folds", "3", "--seeds", "0,1"];
    train(&program, "cv", &folds);
    let output = program.run(&["ensemble", "cv", "--greedy", "--name", "best", "--json"]).succeeds();
    let made: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(made["ensemble"]["judged_by"], "out-of-fold");
    assert_eq!(made["evaluation"]["out-of-fold"]["used_for_selection"], json!(["members"]));
    let all = rows(&program, "artifacts/best/predictions/out-of-fold.csv");
    let numbers: Vec<usize> = all.iter().map(|row| row["row"].parse().unwrap()).collect();
    assert!(numbers.is_sorted() && all.len() == 120, "{} rows", all.len());
}

#[test]
fn runs_that_do_not_fit_together_are_refused() {
    let program = Program::new();
    fs::write(program.path("people.csv"), people()).unwrap();
    train(&program, "digits", &[]);
    train(&program, "iris", &["--data", IRIS]);
    train(&program, "diabetes", &["--data", DIABETES]);
    train(&program, "people", &["--data", "people.csv"]);
    train(&program, "fewer", &["--data", "people.csv", "--set", "csv.ignore=town"]);
    train(&program, "split", &["--data", "people.csv", "--set", "split.seed=9"]);
    let refusal = |runs: &[&str]| {
        let command = [&["ensemble"], runs, &["--name", "none"]].concat();
        let output = program.run(&command);
        assert!(matches!(output.code(), Some(1 | 2)) && !program.path("artifacts/none").exists());
        output.stderr
    };
    for (runs, problem) in [
        (&["digits"][..], "names one run; give two or more"),
        (&["digits", "digits"], "which would count twice"),
        (&["digits", "iris"], "it has other classes"),
        (&["iris", "diabetes"], "one predicts classes and the other numbers"),
        (&["people", "fewer"], "does not take the column \"town\""),
        (&["fewer", "people"], "takes the column \"town\" as well"),
        (&["people", "split"], "train both with the same split.seed"),
        (&["digits", "nothing"], "there is no such run"),
    ] {
        let message = refusal(runs);
        assert!(message.contains(problem), "{runs:?}: {message}");
    }
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_unicode_is_one_like_any_other() {
    use std::os::unix::ffi::OsStrExt;
    let program = Program::new();
    for seed in ["0", "1"] {
        train(&program, &format!("run{seed}"), &["--seed", seed]);
    }
    let odd = program.path("").join(std::ffi::OsStr::from_bytes(b"odd-\xff"));
    fs::rename(program.path("artifacts/run1"), &odd).unwrap();
    let output = program.command(&["ensemble", "run0", "--name", "both"]).arg(&odd).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(program.path("artifacts/both/model.safetensors").exists());
}

#[test]
fn an_ensemble_is_evaluated_reported_inspected_and_exported_like_a_run() {
    let program = Program::new();
    fs::write(program.path("people.csv"), people()).unwrap();
    for seed in ["0", "1"] {
        let arguments = ["--data", "people.csv", "--seed", seed, "--set", "split.seed=3", "--batch-norm"];
        train(&program, &format!("run{seed}"), &arguments);
    }
    program.run(&["ensemble", "run0", "run1", "--name", "both"]).succeeds();
    let before = program.read("artifacts/both/evaluation.json");
    program.run(&["evaluate", "both"]).succeeds().says("test");
    assert_eq!(before, program.read("artifacts/both/evaluation.json"));
    program.run(&["evaluate", "both", "--data", "people.csv"]).succeeds();
    program.run(&["inspect", "both"]).succeeds().says("2, ");
    program.run(&["runs"]).succeeds().says("2 members");
    program.run(&["report", "both"]).succeeds();
    let report = String::from_utf8(program.read("artifacts/both/report.html")).unwrap();
    assert!(report.contains("The mean of 2 runs.") && report.contains("href=\"run0/report.html\""));
    program.run(&["compare", "both", "run0"]).succeeds();
    program.run(&["export", "both", "--format", "onnx", "--normalize", "--softmax"]).succeeds();
    program
        .run(&["export", "both", "--format", "safetensors"])
        .fails_with(2)
        .complains("this is an ensemble of 2; export it as onnx");
    program.run(&["--resume", "both"]).fails_with(1).complains("is an ensemble and cannot be trained");
    program.run(&["ensemble", "both", "run0"]).fails_with(1).complains("is itself an ensemble");
}

#[test]
fn an_ensemble_and_its_members_work_after_their_runs_are_gone_and_it_has_moved() {
    let program = Program::new();
    fs::write(program.path("people.csv"), people()).unwrap();
    for seed in ["0", "1"] {
        train(&program, &format!("run{seed}"), &["--data", "people.csv", "--seed", seed]);
    }
    program.run(&["ensemble", "run0", "run1", "--name", "both"]).succeeds();
    for run in ["run0", "run1"] {
        fs::remove_dir_all(program.path(&format!("artifacts/{run}"))).unwrap();
    }
    program.run(&["evaluate", "both"]).succeeds();
    program.run(&["evaluate", "both/run1"]).succeeds();
    fs::rename(program.path("artifacts/both"), program.path("artifacts/moved")).unwrap();
    program.run(&["evaluate", "moved"]).succeeds();
    program.run(&["predict", "moved", "people.csv"]).succeeds();
}

#[test]
fn an_ensemble_chooses_a_threshold_of_its_own() {
    let program = Program::new();
    fs::write(program.path("people.csv"), people()).unwrap();
    for seed in ["0", "1"] {
        let arguments = ["--data", "people.csv", "--seed", seed, "--set", "split.seed=3", "--threshold", "f1"];
        train(&program, &format!("run{seed}"), &arguments);
    }
    program.run(&["ensemble", "run0", "run1", "--name", "both"]).succeeds().says("threshold");
    let model = Model::load(program.path("artifacts/both")).unwrap();
    let threshold = f64::from(model.metadata().threshold.unwrap());
    let positive = model.class_names()[1].clone();
    let all = probabilities(&program, "both", "people.csv");
    let predicted = program.run(&["predict", "both", "people.csv", "--format", "csv"]).succeeds().stdout;
    let mut reader = csv::Reader::from_reader(predicted.as_bytes());
    let classes: Vec<String> =
        reader.deserialize::<BTreeMap<String, String>>().map(|row| row.unwrap()["class_1"].clone()).collect();
    for (probabilities, class) in all.iter().zip(&classes) {
        assert_eq!(*class == positive, probabilities[1] >= threshold - 1e-7, "{probabilities:?}");
    }
}

#[test]
fn cross_validations_of_other_rows_are_refused() {
    let program = Program::new();
    let text = people();
    fs::write(program.path("people.csv"), &text).unwrap();
    // The same rows in another order: numbers of rows mean others.
    let (header, rows) = text.split_once('\n').unwrap();
    let mut reversed: Vec<&str> = rows.lines().collect();
    reversed.reverse();
    fs::write(program.path("reversed.csv"), format!("{header}\n{}\n", reversed.join("\n"))).unwrap();
    train(&program, "cv", &["--data", "people.csv", "--folds", "3"]);
    train(&program, "other", &["--data", "reversed.csv", "--folds", "3"]);
    train(&program, "moved", &["--data", "people.csv", "--folds", "3", "--set", "csv.test_fraction=0.4"]);
    train(&program, "single", &["--data", "people.csv", "--set", "csv.test_fraction=0.4"]);
    for runs in [["cv", "other"], ["cv", "moved"], ["cv", "single"], ["single", "cv"]] {
        let command = [&["ensemble"], &runs[..], &["--name", "none"]].concat();
        program.run(&command).fails_with(1).complains("does not fit");
    }
    // Another class for the first row, after the training.
    let changed = if rows.lines().next().unwrap().ends_with("yes") { "no" } else { "yes" };
    let (first, rest) = rows.split_once('\n').unwrap();
    let (values, _) = first.rsplit_once(',').unwrap();
    fs::write(program.path("people.csv"), format!("{header}\n{values},{changed}\n{rest}")).unwrap();
    program.run(&["ensemble", "cv", "--name", "none"]).fails_with(1).complains("no longer holds");
    assert!(!program.path("artifacts/none").exists());
}

#[test]
fn greedy_selection_of_quantiles_is_by_the_pinball_loss() {
    let program = Program::new();
    let quantile = ["--data", DIABETES, "--loss", "quantile", "--set", "training.quantile=0.9"];
    for (seed, epochs) in [("0", "12"), ("1", "1")] {
        let arguments = ["--seed", seed, "--set", &format!("training.epochs={epochs}")];
        let name = format!("run{seed}");
        program.run(&[&["--name", &name, "--hidden", "8"][..], &quantile, &arguments].concat()).succeeds();
    }
    program.run(&["ensemble", "run0", "run1", "--greedy", "--name", "best"]).succeeds();
    let record = json_of(&program, "artifacts/best/run.json");
    let losses = record["ensemble"]["greedy_losses"].as_array().unwrap();
    let alone = record["ensemble"]["candidates"][0]["alone"]["loss"].as_f64().unwrap();
    assert!(losses.last().unwrap().as_f64().unwrap() <= alone + 1e-6, "{losses:?} {alone}");
    let valid = &json_of(&program, "artifacts/best/evaluation.json")["valid"];
    assert!((losses.last().unwrap().as_f64().unwrap() - valid["loss"].as_f64().unwrap()).abs() < 1e-5);
    train(&program, "mean", &["--data", DIABETES]);
    program.run(&["ensemble", "run0", "mean"]).fails_with(1).complains("predicts another quantile");
}

#[test]
fn a_members_copy_is_not_trained_and_a_model_counts_once() {
    let program = Program::new();
    for seed in ["0", "1"] {
        train(&program, &format!("run{seed}"), &["--seed", seed]);
    }
    program.run(&["ensemble", "run0", "run1", "--name", "both"]).succeeds();
    program
        .run(&["--resume", "both/run0", "--epochs", "9"])
        .fails_with(1)
        .complains("is a copy of the run run0 in an ensemble");
    program.run(&["ensemble", "run0", "both/run0"]).fails_with(1).complains("which would count twice");
    train(&program, "given", &["--init-from", "artifacts/run0/model.safetensors"]);
    program.run(&["ensemble", "given", "run1", "--greedy"]).fails_with(2).complains("started from given weights");
}

#[test]
fn runs_of_any_name_become_members() {
    let program = Program::new();
    for (seed, name) in ["predictions", "a#b"].iter().enumerate() {
        train(&program, name, &["--seed", &seed.to_string()]);
    }
    program.run(&["ensemble", "predictions", "a#b", "--name", "odd"]).succeeds();
    assert!(program.path("artifacts/odd/predictions-2/run.json").exists());
    assert!(program.path("artifacts/odd/predictions/test.csv").exists());
    let report = String::from_utf8(program.read("artifacts/odd/report.html")).unwrap();
    assert!(report.contains("href=\"a%23b/report.html\""));
}
