//! `burn-mlp inspect --importance`: what each column of a table contributes.

mod support;

use std::fmt::Write;

use serde_json::Value;
use support::Program;

/// Writes a table whose target is `3 strong + weak`, with a copy of `strong` in another unit, a text that decides nothing
/// and a column of noise.
fn write_table(program: &Program, classes: bool) {
    let mut table = String::from("strong,copy,weak,noise,text,target\n");
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5
    };
    for _ in 0..400 {
        let (strong, weak, noise) = (random(), random(), random());
        let text = if random() > 0.0 { "red" } else { "green" };
        let value = 3.0 * strong + weak;
        let target = if classes { if value > 0.0 { "yes".into() } else { "no".into() } } else { value.to_string() };
        writeln!(table, "{strong},{},{weak},{noise},{text},{target}", 100.0 * strong + 7.0).unwrap();
    }
    std::fs::write(program.path("table.csv"), table).unwrap();
}

fn importance(program: &Program, run: &str, more: &[&str]) -> Value {
    let arguments = [&["inspect", run, "--importance", "--json"], more].concat();
    serde_json::from_str(&program.run(&arguments).succeeds().stdout).unwrap()
}

fn mean_of(importance: &Value, list: &str, column: &str) -> f64 {
    let columns = importance[list].as_array().unwrap();
    let found = columns.iter().find(|entry| entry["columns"].as_array().unwrap().contains(&column.into()));
    found.unwrap_or_else(|| panic!("{column} is not in {importance}"))["mean"].as_f64().unwrap()
}

#[test]
fn columns_that_decide_the_target_are_important_and_copies_only_together() {
    for (classes, metric) in [(true, "loss"), (false, "rmse")] {
        let program = Program::new();
        write_table(&program, classes);
        program.run(&["table.csv", "--epochs", "30", "--name", "run"]).succeeds();
        for split in ["test", "valid"] {
            let found = importance(&program, "run", &["--split", split]);
            assert_eq!((&found["split"], &found["metric"]), (&split.into(), &metric.into()));
            let of = |column: &str| mean_of(&found, "columns", column);
            assert!(of("weak") > 3.0 * of("noise").abs(), "{found}");
            assert!(of("weak") > 3.0 * of("text").abs(), "{found}");
            assert_eq!(found["groups"].as_array().unwrap().len(), 1, "{found}");
            let together = mean_of(&found, "groups", "strong");
            assert!(together > 1.5 * of("strong") && together > of("weak"), "{found}");
        }
    }
}

#[test]
fn the_importance_is_the_same_each_time_and_part_of_the_report() {
    let program = Program::new();
    write_table(&program, true);
    program.run(&["table.csv", "--epochs", "3", "--name", "run"]).succeeds();
    let report = || String::from_utf8(program.read("artifacts/run/report.html")).unwrap();
    assert!(!report().contains("Importance of columns"));
    assert_eq!(importance(&program, "run", &[]), importance(&program, "run", &[]));
    assert!(report().contains("Importance of columns") && report().contains("strong, copy"));
    program.run(&["inspect", "run", "--importance"]).succeeds().says("strongly associated columns");
    // Other weights have other importances.
    program.run(&["--resume", "run", "--epochs", "6"]).succeeds();
    assert!(!report().contains("Importance of columns"));
}

#[test]
fn what_has_no_columns_or_rows_is_refused() {
    let program = Program::new();
    program.run(&["--epochs", "1", "--name", "digits"]).succeeds();
    program.run(&["inspect", "digits", "--importance"]).fails_with(1).complains("was not trained on a table");
    write_table(&program, true);
    let no_test = ["table.csv", "--set", "csv.test_fraction=0", "--epochs", "1", "--name", "run"];
    program.run(&no_test).succeeds();
    program.run(&["inspect", "run", "--importance"]).fails_with(1).complains("has fewer than two test rows");
    program.run(&["inspect", "run", "--split", "valid"]).fails_with(2).complains("--importance");
    program.run(&["inspect", "run", "--importance", "--split", "train"]).fails_with(2).complains("invalid value");
}

#[test]
fn data_that_has_moved_is_named() {
    let program = Program::new();
    write_table(&program, true);
    program.run(&["table.csv", "--epochs", "2", "--name", "run"]).succeeds();
    let before = importance(&program, "run", &[]);
    std::fs::rename(program.path("table.csv"), program.path("moved.csv")).unwrap();
    program.run(&["inspect", "run", "--importance"]).fails_with(1).complains("with --data");
    assert_eq!(importance(&program, "run", &["--data", "moved.csv"]), before);
    program.run(&["inspect", "run", "--data", "moved.csv"]).fails_with(2).complains("--importance");
}

#[test]
fn the_members_of_an_ensemble_with_other_encodings_lose_a_column_together() {
    let program = Program::new();
    write_table(&program, false);
    program.run(&["table.csv", "--folds", "2", "--epochs", "5", "--name", "cv"]).succeeds();
    program.run(&["ensemble", "cv", "--name", "all"]).succeeds();
    let found = importance(&program, "all", &[]);
    assert!(mean_of(&found, "groups", "strong") > mean_of(&found, "columns", "noise"), "{found}");
}
