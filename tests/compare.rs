//! `burn-mlp compare RUN RUN...`.

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{Program, digits_run};

/// Copies the directory `from` and everything in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Copies the reference run of the repository, whose metrics are the same on every machine.
fn copy_reference(program: &Program, name: &str) {
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts/reference"),
        &program.path(&format!("artifacts/{name}")),
    );
}

fn edit_record(program: &Program, run: &str, edit: impl FnOnce(&mut Value)) {
    let path = format!("artifacts/{run}/run.json");
    let mut record: Value = serde_json::from_slice(&program.read(&path)).unwrap();
    edit(&mut record);
    fs::write(program.path(&path), serde_json::to_vec(&record).unwrap()).unwrap();
}

/// Makes the first `wrong` correct predictions of a run wrong, and the first `right` wrong ones
/// correct.
fn edit_predictions(program: &Program, run: &str, mut wrong: usize, mut right: usize) {
    let path = format!("artifacts/{run}/predictions/test.csv");
    let mut reader = csv::Reader::from_reader(std::io::Cursor::new(program.read(&path)));
    let mut writer = csv::Writer::from_path(program.path(&path)).unwrap();
    writer.write_record(reader.headers().unwrap()).unwrap();
    let (mut correct, mut rows) = (0, 0);
    for record in reader.records() {
        let mut fields: Vec<String> = record.unwrap().iter().map(str::to_string).collect();
        if fields[1] == fields[2] && wrong > 0 {
            wrong -= 1;
            fields[2] = ((fields[1].parse::<usize>().unwrap() + 1) % 10).to_string();
        } else if fields[1] != fields[2] && right > 0 {
            right -= 1;
            fields[2] = fields[1].clone();
        }
        correct += usize::from(fields[1] == fields[2]);
        rows += 1;
        writer.write_record(&fields).unwrap();
    }
    writer.flush().unwrap();
    edit_record(program, run, |record| record["test"]["accuracy"] = json!(correct as f64 / rows as f64));
}

fn as_json(program: &Program, runs: &[&str]) -> Value {
    let output = program.run(&[&["compare", "--json"], runs].concat()).succeeds();
    serde_json::from_str(&output.stdout).unwrap()
}

fn metric<'a>(comparison: &'a Value, name: &str) -> &'a Value {
    comparison["metrics"].as_array().unwrap().iter().find(|metric| metric["name"] == name).unwrap()
}

#[test]
fn the_comparison_of_two_runs_is_printed_as_in_the_fixture() {
    let program = Program::new();
    copy_reference(&program, "first");
    copy_reference(&program, "second");
    edit_predictions(&program, "second", 2, 6);
    edit_record(&program, "second", |record| {
        record["backend"] = json!("ndarray");
        record["timings"]["median_epoch_seconds"] = json!(0.0125);
        record["best"]["valid_accuracy"] = json!(0.9791666666666666);
    });
    let output = program.run(&["compare", "first", "second"]).succeeds();
    let number = burn_mlp::config::SETTINGS.len();
    let printed = output.stdout.replace(&format!("All {number} settings"), "All settings");
    let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let expected: Vec<&str> = include_str!("fixtures/compare/two_runs.txt").lines().collect();
    assert_eq!(printed, expected, "{}", output.stdout);
}

#[test]
fn settings_that_differ_are_listed_and_the_others_counted() {
    let program = Program::new();
    digits_run(&program, "narrow", &["--epochs", "2", "--hidden", "8"]);
    digits_run(&program, "wide", &["--epochs", "3", "--hidden", "32,16", "--lr", "0.05"]);
    let comparison = as_json(&program, &["narrow", "wide"]);
    let differing: Vec<(&str, &Value)> = comparison["settings"]["differing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["name"].as_str().unwrap(), &row["values"]))
        .collect();
    assert_eq!(
        differing,
        [
            ("model.hidden", &json!([[8], [32, 16]])),
            ("training.epochs", &json!([2, 3])),
            ("optimizer.learning_rate", &json!([0.01, 0.05]))
        ]
    );
    let output = program.run(&["compare", "narrow", "wide"]).succeeds();
    output.says("model.hidden             [8]   [32, 16]").says("The other ");
    output.says("Validation metrics come from the same 288 rows.").says("test metrics come from the same 359 rows.");
}

#[test]
fn metrics_and_mistakes_are_those_of_the_files_of_the_runs() {
    let program = Program::new();
    digits_run(&program, "a", &["--epochs", "1", "--hidden", "8"]);
    digits_run(&program, "b", &["--epochs", "3"]);
    let comparison = as_json(&program, &["a", "b"]);
    let record =
        |run: &str| -> Value { serde_json::from_slice(&program.read(&format!("artifacts/{run}/run.json"))).unwrap() };
    let accuracies = ["a", "b"].map(|run| record(run)["test"]["accuracy"].as_f64().unwrap());
    let row = metric(&comparison, "test accuracy");
    assert_eq!(row["values"], json!(accuracies));
    assert_eq!(row["differences"], json!([null, accuracies[1] - accuracies[0]]));
    // Counted from the two files, row by row.
    let is_right = |run: &str| -> Vec<bool> {
        let rows = csv::Reader::from_path(program.path(&format!("artifacts/{run}/predictions/test.csv")));
        rows.unwrap().records().map(|row| row.map(|row| row[1] == row[2]).unwrap()).collect()
    };
    let (a, b) = (is_right("a"), is_right("b"));
    let rows = |wanted: (bool, bool)| a.iter().zip(&b).filter(|&(&a, &b)| (a, b) == wanted).count();
    let pair = &comparison["mistakes"][1]["agreement"];
    assert_eq!(pair["test"]["only_first_right"], rows((true, false)));
    assert_eq!(pair["test"]["only_second_right"], rows((false, true)));
    assert_eq!((&pair["both_right"], &pair["both_wrong"]), (&json!(rows((true, true))), &json!(rows((false, false)))));
}

#[test]
fn the_p_values_of_several_comparisons_are_corrected() {
    let program = Program::new();
    for (run, wrong, right) in [("a", 0, 0), ("b", 12, 2), ("c", 0, 8)] {
        copy_reference(&program, run);
        edit_predictions(&program, run, wrong, right);
    }
    let comparison = as_json(&program, &["a", "b", "c"]);
    let p_values = |key: &str| {
        let value = |index: usize| {
            let pair = &comparison["mistakes"][index]["agreement"];
            pair.pointer(key).unwrap().as_f64().unwrap()
        };
        [value(1), value(2)]
    };
    // statsmodels 0.15: mcnemar(..., exact=True) of (12, 2) and (0, 8), and multipletests(...,
    // method="holm").
    assert_eq!(p_values("/test/p_value"), [0.012939453125, 0.0078125]);
    assert_eq!(p_values("/corrected_p_value"), [0.015625, 0.015625]);
    let output = program.run(&["compare", "a", "b", "c"]).succeeds();
    output.says("p, Holm").says("(corrected for 2 comparisons)").says("A makes fewer mistakes than B");
}

#[test]
fn other_data_and_another_split_are_pointed_out() {
    let program = Program::new();
    digits_run(&program, "digits", &["--epochs", "1"]);
    digits_run(&program, "seed", &["--epochs", "1", "--set", "split.seed=1"]);
    digits_run(&program, "synthetic", &["--epochs", "1", "--data", "synthetic"]);
    let output = program.run(&["compare", "digits", "seed", "synthetic"]).succeeds();
    output.says("A and B have the same data, so test metrics come from the same 359 rows.");
    output.says("B has different validation rows from A (drawn differently)");
    output.says("C uses different data from A (synthetic, not digits)");
    output.says("C was not tested on the same rows as A.");
    let comparison = as_json(&program, &["digits", "synthetic"]);
    assert_eq!(metric(&comparison, "test accuracy")["differences"], json!([null, null]));
    assert!(metric(&comparison, "parameters")["differences"][1].is_number());
}

#[test]
fn missing_and_damaged_files_are_reported_and_the_rest_is_compared() {
    let program = Program::new();
    copy_reference(&program, "a");
    let path = |file: &str| program.path(&format!("artifacts/b/{file}"));
    let cases: [(&str, Option<&str>, &str); 8] = [
        ("predictions/test.csv", None, "B: test.csv is missing; write it again with `burn-mlp evaluate`"),
        ("predictions/test.csv", Some("index,file\n0,x\n"), "B: test.csv is damaged (CSV deserialize error"),
        ("predictions/test.csv", Some("index,true,predicted,probability\n0,3,3,1\n"), "B: test.csv has 1 of 359 rows"),
        ("evaluation.json", None, "B: evaluation.json is missing; write it again with `burn-mlp evaluate`"),
        ("evaluation.json", Some("{"), "B: evaluation.json is damaged"),
        ("metrics.csv", None, "B: metrics.csv has no rows for the epochs that are done"),
        ("config.toml", Some("seed = 7"), "B: config.toml is not what the run was trained with"),
        ("config.toml", None, "B: config.toml is missing"),
    ];
    for (file, content, problem) in cases {
        let _ = fs::remove_dir_all(path(""));
        copy_reference(&program, "b");
        match content {
            Some(content) => fs::write(path(file), content).unwrap(),
            None => fs::remove_file(path(file)).unwrap(),
        }
        let output = program.run(&["compare", "a", "b", "--html", "page.html"]).succeeds();
        output.says(problem).says("test accuracy").says("96.94 %");
        as_json(&program, &["a", "b"]);
    }
}

#[test]
fn predictions_of_another_evaluation_are_not_compared() {
    let program = Program::new();
    copy_reference(&program, "a");
    copy_reference(&program, "b");
    edit_predictions(&program, "b", 5, 0);
    edit_record(&program, "b", |record| record["test"]["accuracy"] = json!(0.5));
    let output = program.run(&["compare", "a", "b"]).succeeds();
    output.says("B: test.csv does not match the evaluation in run.json; write it again with `burn-mlp evaluate`");
}

#[test]
fn a_run_with_a_damaged_record_is_left_out_if_two_others_remain() {
    let program = Program::new();
    ["a", "b", "c"].iter().for_each(|run| copy_reference(&program, run));
    fs::write(program.path("artifacts/b/run.json"), "{").unwrap();
    program.run(&["compare", "a", "b", "c"]).succeeds().says("b is left out: ");
    program.run(&["compare", "a", "b"]).fails_with(1).complains("run.json is damaged");
}

#[test]
fn unfinished_runs_are_compared_with_what_they_have() {
    let program = Program::new();
    digits_run(&program, "whole", &["--epochs", "2"]);
    program.run(&["--lr", "1e9", "--name", "diverged"]).fails_with(1);
    let settings = ["--data", "synthetic", "--epochs", "1000", "--set", "early_stopping.enabled=false"];
    program.stop_after_epoch(2, "INT", &[&settings[..], &["--name", "stopped"]].concat());
    let output = program.run(&["compare", "whole", "diverged", "stopped", "--html", "page.html"]).succeeds();
    output.says("B failed in its first epoch, so its metrics are not final");
    output.says("C was interrupted after ").says("the run has not been evaluated yet");
    let output = program.run(&["compare", "diverged", "stopped", "--html", "page.html"]).succeeds();
    output.says("A: test.csv is missing because the run has not been evaluated yet");
}

#[test]
fn the_same_run_twice_is_refused_unless_there_is_another() {
    let program = Program::new();
    copy_reference(&program, "a");
    copy_reference(&program, "b");
    program
        .run(&["compare", "a", "a"])
        .fails_with(2)
        .complains("names a each time; a comparison needs two different runs");
    program.run(&["compare", "a", "artifacts/a/"]).fails_with(2).complains("a comparison needs two different runs");
    program.run(&["compare", "a"]).fails_with(2).complains("RUN needs two or more runs");
    program.run(&["compare"]).fails_with(2).complains("--help");
    program.run(&["compare", "a", "c"]).fails_with(1).complains("there is no such run");
    program.run(&["compare", "a", "b", "a"]).succeeds().says("a is given more than once and shown once");
    let output = program.run(&["compare", "a", "b"]).succeeds();
    output.says("A and B are wrong on the same 11 of 359 test rows.").says(" settings are the same.");
}

#[test]
fn the_page_shows_the_comparison_and_escapes_text_from_outside() {
    let program = Program::new();
    copy_reference(&program, "a");
    copy_reference(&program, "b");
    edit_predictions(&program, "b", 2, 6);
    edit_record(&program, "b", |record| record["device"] = json!("<script>alert(1)</script>\" onload=\"x\u{202e}"));
    program.run(&["compare", "a", "b", "--html", "page.html"]).succeeds().says("saved in page.html");
    let page = String::from_utf8(program.read("page.html")).unwrap();
    assert!(!page.contains("<script") && !page.contains('\u{202e}'));
    assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62;"));
    assert!(
        !page.contains("://") && page.matches("<svg viewBox").count() == 5,
        "{}",
        page.matches("<svg viewBox").count()
    );
    for text in [
        "B makes fewer mistakes than A: 7 versus 11 on the same 359 test rows.",
        "polyline class=\"run-b\"",
        "exact binomial",
    ] {
        assert!(page.contains(text), "{text}");
    }
}
