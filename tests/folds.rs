//! `burn-mlp --folds K`: cross-validations.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::Program;

const IRIS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/iris.csv");
const DIABETES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/diabetes.csv");

/// Leaves no rows for a test.
const ALL_ROWS: &str = "csv.test_fraction=0";

/// Three folds of iris, trained briefly.
const SHORT: [&str; 10] = ["--data", IRIS, "--folds", "3", "--epochs", "4", "--hidden", "8", "--set", ALL_ROWS];

/// The rows of a CSV file of a run or group, by column name.
fn rows(program: &Program, path: &str) -> Vec<BTreeMap<String, String>> {
    let bytes = program.read(path);
    csv::Reader::from_reader(bytes.as_slice()).deserialize().collect::<Result<_, _>>().unwrap()
}

fn json(program: &Program, path: &str) -> Value {
    serde_json::from_slice(&program.read(path)).unwrap()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

fn column_set(rows: &[BTreeMap<String, String>], column: &str) -> BTreeSet<String> {
    rows.iter().map(|row| row[column].clone()).collect()
}

#[test]
fn each_row_that_does_not_test_is_predicted_once_by_the_run_that_held_it_out() {
    let program = Program::new();
    let output = program.run(&[&SHORT[..], &["--name", "cv", "--set", "csv.test_fraction=0.2"]].concat()).succeeds();
    output
        .says("30 test rows are in no fold")
        .says("runs     3 in")
        .says("mean and standard deviation of 3 runs")
        .says("out-of-fold accuracy");

    let all = rows(&program, "artifacts/cv/predictions/out-of-fold.csv");
    assert_eq!((all.len(), column_set(&all, "line").len()), (120, 120));
    for fold in 1..=3 {
        let name = format!("fold-{fold}");
        let own = rows(&program, &format!("artifacts/cv/{name}/predictions/test.csv"));
        let pooled: Vec<_> = all.iter().filter(|row| row["run"] == name).cloned().collect();
        assert_eq!((own.len(), column_set(&own, "line")), (40, column_set(&pooled, "line")));
        // A third of each class, give or take one row.
        for class in ["setosa", "versicolor", "virginica"] {
            let of_class = own.iter().filter(|row| row["true"] == class).count();
            assert!((12..=15).contains(&of_class), "{of_class} of {class}");
        }
        let data = &json(&program, &format!("artifacts/cv/{name}/run.json"))["data"];
        assert_eq!(
            [&data["train_rows"], &data["valid_rows"], &data["test_rows"]].map(|rows| rows.as_u64().unwrap()),
            [64, 16, 40]
        );
    }
}

#[test]
fn the_metrics_of_all_folds_follow_from_their_predictions() {
    let program = Program::new();
    program.run(&[&SHORT[..], &["--name", "cv"]].concat()).succeeds();
    let all = rows(&program, "artifacts/cv/predictions/out-of-fold.csv");
    let report = &json(&program, "artifacts/cv/evaluation.json")["out-of-fold"];

    let right = all.iter().filter(|row| row["true"] == row["predicted"]).count();
    assert_eq!(report["accuracy"].as_f64().unwrap(), right as f64 / 150.0);
    let loss = |row: &BTreeMap<String, String>| -number(row, &format!("probability {}", row["true"])).ln();
    let mean = all.iter().map(loss).sum::<f64>() / 150.0;
    assert!((report["loss"].as_f64().unwrap() - mean).abs() < 1e-6, "{mean}");
    for row in &all {
        let sum: f64 =
            ["setosa", "versicolor", "virginica"].map(|it| number(row, &format!("probability {it}"))).iter().sum();
        assert!((sum - 1.0).abs() < 1e-5, "{sum}");
    }

    let folds = json_of(&program, &["inspect", "cv", "--json"]);
    let accuracy = folds["runs"]["metrics"].as_array().unwrap().iter().find(|it| it["name"] == "accuracy").unwrap();
    let values: Vec<f64> = accuracy["values"].as_array().unwrap().iter().map(|it| it.as_f64().unwrap()).collect();
    let mean = values.iter().sum::<f64>() / 3.0;
    let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 2.0).sqrt();
    assert!((accuracy["spread"]["mean"].as_f64().unwrap() - mean).abs() < 1e-12);
    assert!((accuracy["spread"]["deviation"].as_f64().unwrap() - deviation).abs() < 1e-12);
}

fn json_of(program: &Program, arguments: &[&str]) -> Value {
    serde_json::from_str(&program.run(arguments).succeeds().stdout).unwrap()
}

#[test]
fn a_fold_is_only_judged_so_that_its_values_change_nothing_of_its_run() {
    let program = Program::new();
    program.run(&[&SHORT[..], &["--name", "cv"]].concat()).succeeds();
    // Other values in the rows that the first run held out.
    let held_out = column_set(&rows(&program, "artifacts/cv/fold-1/predictions/test.csv"), "line");
    let text = fs::read_to_string(IRIS).unwrap();
    let changed = text.lines().enumerate().map(|(index, line)| match held_out.contains(&(index + 1).to_string()) {
        true => format!("1000,{}", line.split_once(',').unwrap().1),
        false => line.to_string(),
    });
    fs::write(program.path("changed.csv"), changed.collect::<Vec<_>>().join("\n")).unwrap();
    let fold = [
        "--data",
        "changed.csv",
        "--folds",
        "3",
        "--set",
        "split.fold=1",
        "--epochs",
        "4",
        "--hidden",
        "8",
        "--set",
        ALL_ROWS,
    ];
    program.run(&[&fold[..], &["--name", "alone"]].concat()).succeeds();
    assert_eq!(program.metrics_in("artifacts/cv", "fold-1"), program.metrics("alone"));
    let schema = |path: &str| json_of(&program, &["inspect", path, "--json"])["layers"].clone();
    assert_eq!(schema("cv/fold-1"), schema("alone"));
}

#[test]
fn one_fold_trained_alone_is_the_run_of_the_group() {
    let program = Program::new();
    program.run(&[&SHORT[..], &["--name", "cv"]].concat()).succeeds();
    program.run(&[&SHORT[..], &["--set", "split.fold=2", "--name", "alone"]].concat()).succeeds();
    assert_eq!(program.metrics_in("artifacts/cv", "fold-2"), program.metrics("alone"));
    assert_eq!(
        program.read("artifacts/cv/fold-2/predictions/test.csv"),
        program.read("artifacts/alone/predictions/test.csv")
    );
    let report = String::from_utf8(program.read("artifacts/alone/report.html")).unwrap();
    assert!(report.contains("held-out fold"));
}

#[test]
fn no_group_of_rows_is_on_two_sides_of_a_fold() {
    let program = Program::new();
    let text: Vec<String> = (0..240)
        .map(|row| format!("{},{},{}", (row * 7919 % 97) as f64 / 10.0, row % 3, ["a", "b"][row / 3 % 2]))
        .collect();
    let with_groups: Vec<String> =
        text.iter().enumerate().map(|(row, line)| format!("patient-{},{line}", row / 8)).collect();
    fs::write(program.path("t.csv"), format!("patient,x,z,class\n{}\n", with_groups.join("\n"))).unwrap();
    let settings = [
        "--data",
        "t.csv",
        "--folds",
        "4",
        "--epochs",
        "2",
        "--hidden",
        "4",
        "--set",
        "split.group=patient",
        "--set",
        ALL_ROWS,
    ];
    program.run(&[&settings[..], &["--name", "cv"]].concat()).succeeds();
    let patient = |line: &String| (line.parse::<usize>().unwrap() - 2) / 8;
    let folds: Vec<BTreeSet<usize>> = (1..=4)
        .map(|fold| {
            let rows = rows(&program, &format!("artifacts/cv/fold-{fold}/predictions/test.csv"));
            rows.iter().map(|row| patient(&row["line"])).collect()
        })
        .collect();
    assert_eq!(folds.iter().map(BTreeSet::len).sum::<usize>(), 30);
    assert_eq!(folds.iter().flatten().collect::<BTreeSet<_>>().len(), 30);
}

#[test]
fn folds_by_time_are_predicted_from_older_rows_only() {
    let program = Program::new();
    // The newest rows come first.
    let rows_of = |row: usize| format!("{},{},{}", 2000 - row, row * 31 % 17, ["no", "yes"][row * 31 % 17 / 9]);
    let text: Vec<String> = (0..200).map(rows_of).collect();
    fs::write(program.path("t.csv"), format!("year,x,class\n{}\n", text.join("\n"))).unwrap();
    let settings = [
        "--data",
        "t.csv",
        "--folds",
        "4",
        "--epochs",
        "2",
        "--hidden",
        "4",
        "--set",
        "split.time=year",
        "--set",
        ALL_ROWS,
    ];
    program.run(&[&settings[..], &["--name", "cv"]].concat()).succeeds();
    // Lines of the four newer fifths: the later the fold, the lower the lines.
    for fold in 1..=4 {
        let rows = rows(&program, &format!("artifacts/cv/fold-{fold}/predictions/test.csv"));
        let lines: BTreeSet<usize> = rows.iter().map(|row| row["line"].parse().unwrap()).collect();
        let first = 2 + 160 - 40 * fold;
        assert_eq!(lines, (first..first + 40).collect(), "fold {fold}");
        let data = &json(&program, &format!("artifacts/cv/fold-{fold}/run.json"))["data"];
        let trained = data["train_rows"].as_u64().unwrap() + data["valid_rows"].as_u64().unwrap();
        assert_eq!(trained, 40 * fold as u64);
    }
    program
        .run(&[&settings[..], &["--repeats", "2"]].concat())
        .fails_with(2)
        .complains("folds by time are the same in every repeat");
}

#[test]
fn repeats_and_seeds_train_each_fold_again() {
    let program = Program::new();
    let more = ["--repeats", "2", "--seeds", "3,5", "--epochs", "1", "--name", "cv"];
    program.run(&[&SHORT[..4], &["--hidden", "4", "--set", ALL_ROWS], &more].concat()).succeeds().says("of 12 runs");
    let all = rows(&program, "artifacts/cv/predictions/out-of-fold.csv");
    assert_eq!((all.len(), column_set(&all, "run").len()), (600, 12));
    let run = |name: &str| json(&program, &format!("artifacts/cv/{name}/run.json"));
    assert_eq!(run("repeat-1-fold-1-seed-3")["seed"], 3);
    let held_out = |name: &str| program.read(&format!("artifacts/cv/{name}/predictions/test.csv"));
    let lines = |name: &str| {
        held_out(name);
        column_set(&rows(&program, &format!("artifacts/cv/{name}/predictions/test.csv")), "line")
    };
    assert_eq!(lines("repeat-1-fold-1-seed-3"), lines("repeat-1-fold-1-seed-5"));
    assert_ne!(lines("repeat-1-fold-1-seed-3"), lines("repeat-2-fold-1-seed-3"));
}

#[test]
fn numbers_are_predicted_out_of_fold_in_their_own_unit() {
    let program = Program::new();
    let settings =
        ["--data", DIABETES, "--folds", "3", "--epochs", "3", "--hidden", "8", "--set", ALL_ROWS, "--name", "cv"];
    program.run(&settings).succeeds().says("R2").says("out-of-fold RMSE");
    let all = rows(&program, "artifacts/cv/predictions/out-of-fold.csv");
    assert_eq!(column_set(&all, "line").len(), 442);
    let squares: f64 = all.iter().map(|row| (number(row, "true") - number(row, "predicted")).powi(2)).sum();
    let report = &json(&program, "artifacts/cv/evaluation.json")["out-of-fold"];
    let rmse = report["targets"][0]["rmse"].as_f64().unwrap();
    assert!((rmse - (squares / 442.0).sqrt()).abs() < 1e-9 * rmse, "{rmse}");
    let page = String::from_utf8(program.read("artifacts/cv/report.html")).unwrap();
    assert!(page.contains("href=\"fold-1/report.html\"") && page.contains("out-of-fold RMSE"));
}

/// Waits until a file of a run appears.
fn wait_for(path: &Path) {
    let start = Instant::now();
    while !path.exists() {
        assert!(start.elapsed() < Duration::from_secs(120), "{} did not appear", path.display());
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
#[cfg(unix)]
fn a_group_stopped_or_killed_anywhere_and_resumed_equals_an_uninterrupted_one() {
    let program = Program::new();
    let settings = ["--data", IRIS, "--folds", "4", "--epochs", "30", "--hidden", "32", "--dropout", "0.2"];
    program.run(&[&settings[..], &["--name", "whole"]].concat()).succeeds();
    for (round, signal) in ["KILL", "INT", "KILL"].into_iter().enumerate() {
        let name = format!("parts-{round}");
        let mut running = program.start(&[&settings[..], &["--name", &name]].concat());
        wait_for(&program.path(&format!("artifacts/{name}/fold-{}/metrics.csv", round + 1)));
        program.signal(&mut running, signal);
        running.wait().unwrap();
        // Once more, at some other instant.
        let mut running = program.start(&["--resume", &name]);
        wait_for(&program.path(&format!("artifacts/{name}/fold-{}/model.safetensors", round + 2)));
        program.signal(&mut running, "KILL");
        running.wait().unwrap();
        program.run(&["--resume", &name]).succeeds();
        for file in ["evaluation.json", "predictions/out-of-fold.csv"] {
            assert_eq!(
                program.read(&format!("artifacts/whole/{file}")),
                program.read(&format!("artifacts/{name}/{file}")),
                "{file} after {signal} in fold {}",
                round + 1
            );
        }
        assert_eq!(json(&program, &format!("artifacts/{name}/run.json"))["status"], "finished");
    }
}

#[test]
fn a_group_resumes_from_any_directory_and_other_data_leaves_it_as_it_is() {
    let program = Program::new();
    fs::create_dir_all(program.path("d")).unwrap();
    fs::create_dir_all(program.path("elsewhere")).unwrap();
    fs::copy(IRIS, program.path("d/iris.csv")).unwrap();
    fs::copy(DIABETES, program.path("d/diabetes.csv")).unwrap();
    let settings = ["--data", "d/iris.csv", "--folds", "3", "--epochs", "2", "--hidden", "4"];
    program.run(&[&settings[..], &["--name", "one"]].concat()).succeeds();
    program.run(&[&settings[..], &["--jobs", "2", "--name", "jobs"]].concat()).succeeds();
    for file in ["fold-1/config.toml", "fold-2/model.safetensors"] {
        assert_eq!(program.read(&format!("artifacts/one/{file}")), program.read(&format!("artifacts/jobs/{file}")));
    }
    let config = program.read("artifacts/one/config.toml");
    program.run_in("elsewhere", &["--resume", "../artifacts/one"]).succeeds();
    program.run(&["--resume", "one"]).succeeds();
    program.run(&["--resume", "one", "--data", "d/diabetes.csv"]).fails_with(1);
    assert_eq!(program.read("artifacts/one/config.toml"), config);
    // Also where runs start only now.
    fs::remove_dir_all(program.path("artifacts/one/fold-3")).unwrap();
    program.run_in("elsewhere", &["--resume", "../artifacts/one", "--jobs", "2"]).succeeds();
    program.run(&["evaluate", "one/fold-3"]).succeeds();
    program.run(&["--resume", "one"]).succeeds();
}

/// Asserts that a run of two groups has the same model, evaluation and epochs.
#[track_caller]
fn assert_same_run(program: &Program, groups: (&str, &str), run: &str) {
    for file in ["model.safetensors", "evaluation.json", "predictions/test.csv", "predictions/valid.csv"] {
        let read = |group: &str| program.read(&format!("artifacts/{group}/{run}/{file}"));
        assert!(read(groups.0) == read(groups.1), "{file} of {run}");
    }
    let epochs = |group: &str| program.metrics_in(&format!("artifacts/{group}"), run);
    assert_eq!(epochs(groups.0), epochs(groups.1), "{run}");
}

#[test]
fn runs_side_by_side_have_the_same_bytes_at_any_number_of_jobs() {
    let program = Program::new();
    let settings = ["--data", IRIS, "--folds", "5", "--epochs", "8", "--hidden", "16", "--dropout", "0.1,0.2"];
    program.run(&[&settings[..], &["--name", "one"]].concat()).succeeds();
    for jobs in ["2", "4", "20"] {
        let output = program.run(&[&settings[..], &["--jobs", jobs, "--name", jobs]].concat()).succeeds();
        let lines: Vec<&str> = output.stdout.lines().filter(|line| line.starts_with("fold-")).collect();
        assert!(lines.len() == 5 && lines.is_sorted(), "{}", output.stdout);
        for file in ["evaluation.json", "predictions/out-of-fold.csv"] {
            assert_eq!(
                program.read(&format!("artifacts/one/{file}")),
                program.read(&format!("artifacts/{jobs}/{file}"))
            );
        }
        (1..=5).for_each(|fold| assert_same_run(&program, ("one", jobs), &format!("fold-{fold}")));
    }
    // A fold alone, in a process of its own.
    fs::create_dir(program.path("artifacts/alone")).unwrap();
    let alone = ["--set", "split.fold=3", "--out", "artifacts/alone", "--name", "fold-3"];
    program.run(&[&settings[..], &alone].concat()).succeeds();
    assert_same_run(&program, ("4", "alone"), "fold-3");
    program.run(&["--jobs", "2"]).fails_with(2).complains("--jobs needs --folds, without split.fold");
}

#[test]
#[cfg(unix)]
fn a_group_killed_while_runs_train_side_by_side_resumes_to_the_same_bytes() {
    let program = Program::new();
    let settings = ["--data", IRIS, "--folds", "4", "--epochs", "40", "--hidden", "32", "--dropout", "0.2"];
    program.run(&[&settings[..], &["--name", "whole"]].concat()).succeeds();
    for signal in ["KILL", "TERM"] {
        let mut running = program.start(&[&settings[..], &["--jobs", "2", "--name", signal]].concat());
        wait_for(&program.path(&format!("artifacts/{signal}/fold-2/metrics.csv")));
        program.signal(&mut running, signal);
        running.wait().unwrap();
        program.run(&["--resume", signal, "--jobs", "2"]).succeeds();
        let file = "predictions/out-of-fold.csv";
        assert_eq!(
            program.read(&format!("artifacts/whole/{file}")),
            program.read(&format!("artifacts/{signal}/{file}"))
        );
    }
}

#[test]
#[cfg(unix)]
fn runs_in_processes_of_their_own_stop_with_their_group_and_have_the_same_bytes() {
    let program = Program::new();
    let settings = [
        "--data",
        IRIS,
        "--folds",
        "4",
        "--epochs",
        "40",
        "--hidden",
        "32",
        "--dropout",
        "0.2",
        "--backend",
        "ndarray",
    ];
    program.run(&[&settings[..], &["--name", "whole"]].concat()).succeeds();
    let mut running = program.start(&[&settings[..], &["--jobs", "2", "--name", "parts"]].concat());
    wait_for(&program.path("artifacts/parts/fold-2/metrics.csv"));
    program.signal(&mut running, "KILL");
    running.wait().unwrap();
    // The children stop after their batch.
    let is_used = |fold: usize| program.run(&["inspect", &format!("parts/fold-{fold}")]).stdout.contains("running");
    let start = Instant::now();
    while [1, 2].into_iter().any(is_used) {
        assert!(start.elapsed() < Duration::from_secs(60), "a child goes on without its parent");
    }
    program.run(&["--resume", "parts", "--jobs", "2"]).succeeds();
    (1..=4).for_each(|fold| assert_same_run(&program, ("whole", "parts"), &format!("fold-{fold}")));
}

#[test]
#[cfg(unix)]
fn ctrl_c_stops_all_runs_that_train_side_by_side() {
    let program = Program::new();
    let settings = ["--data", IRIS, "--folds", "3", "--epochs", "2000", "--set", "early_stopping.enabled=false"];
    for (name, signals) in [("once", &["INT"][..]), ("twice", &["INT", "INT"])] {
        let running = program.start_captured(&[&settings[..], &["--jobs", "2", "--name", name]].concat());
        wait_for(&program.path(&format!("artifacts/{name}/fold-1/metrics.csv")));
        wait_for(&program.path(&format!("artifacts/{name}/fold-2/metrics.csv")));
        for signal in signals {
            let _ = std::process::Command::new("kill").args(["-s", signal, &running.id().to_string()]).status();
        }
        support::Output::of(running).fails_with(130).complains("stopping after this batch");
        let status = |run: &str| json(&program, &format!("artifacts/{name}/{run}run.json"))["status"].clone();
        if signals.len() == 1 {
            assert_eq!([status(""), status("fold-1/"), status("fold-2/")], ["interrupted"; 3]);
        }
        assert!(!program.path(&format!("artifacts/{name}/fold-3")).exists());
    }
}

#[test]
fn a_run_that_fails_beside_others_leaves_them_to_finish() {
    let program = Program::new();
    let settings = ["--data", IRIS, "--folds", "3", "--epochs", "4", "--hidden", "8", "--jobs", "2"];
    program.run(&[&settings[..], &["--name", "whole"]].concat()).succeeds();
    program.run(&[&settings[..], &["--name", "cv"]].concat()).succeeds();
    ["fold-2", "fold-3"]
        .iter()
        .for_each(|fold| fs::remove_dir_all(program.path(&format!("artifacts/cv/{fold}"))).unwrap());
    fs::write(program.path("artifacts/cv/fold-2"), "not a directory").unwrap();
    let failed = program.run(&["--resume", "cv", "--jobs", "2"]).fails_with(1).complains("artifacts/cv/fold-2");
    failed.says("fold-2  failed");
    assert_eq!(json(&program, "artifacts/cv/run.json")["status"], "failed");
    assert_eq!(json(&program, "artifacts/cv/fold-3/run.json")["status"], "finished");
    fs::remove_file(program.path("artifacts/cv/fold-2")).unwrap();
    program.run(&["--resume", "cv", "--jobs", "2"]).succeeds();
    (1..=3).for_each(|fold| assert_same_run(&program, ("whole", "cv"), &format!("fold-{fold}")));
}

#[test]
fn runs_whose_loss_is_not_finite_fail_each_with_their_reason() {
    let program = Program::new();
    let growing =
        ["--lr", "4.2", "--l2", "1", "--schedule", "constant", "--epochs", "200", "--jobs", "2", "--name", "cv"];
    let settings = ["--data", IRIS, "--folds", "3", "--hidden", "8", "--set", "early_stopping.enabled=false"];
    let failed = program.run(&[&settings[..], &growing].concat()).fails_with(1).complains("--lr");
    assert_eq!(failed.stderr.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{}", failed.stderr);
    for fold in 1..=3 {
        let record = json(&program, &format!("artifacts/cv/fold-{fold}/run.json"));
        assert_eq!(record["status"], "failed");
        let log = String::from_utf8(program.read(&format!("artifacts/cv/fold-{fold}/log.txt"))).unwrap();
        assert!(log.ends_with(&format!("error: {}\n", record["reason"].as_str().unwrap())), "{log}");
    }
}

#[test]
#[cfg(unix)]
fn an_interrupted_group_says_how_to_go_on() {
    let program = Program::new();
    let settings = ["--data", IRIS, "--folds", "5", "--epochs", "2000", "--set", "early_stopping.enabled=false"];
    let mut running = program.start_captured(&[&settings[..], &["--name", "cv"]].concat());
    wait_for(&program.path("artifacts/cv/fold-1/metrics.csv"));
    program.signal(&mut running, "INT");
    support::Output::of(running)
        .fails_with(130)
        .complains("0 of 5 runs have finished; resume all with: burn-mlp --resume artifacts/cv");
    assert_eq!(json(&program, "artifacts/cv/run.json")["status"], "interrupted");
    program.run(&["runs"]).succeeds().says("5 runs");
    program.run(&["inspect", "cv"]).succeeds().says("not started");
}

#[test]
fn groups_are_compared_fold_by_fold_by_the_corrected_t_test() {
    let program = Program::new();
    program.run(&[&SHORT[..], &["--name", "short"]].concat()).succeeds();
    let long = ["--data", IRIS, "--folds", "3", "--epochs", "40", "--hidden", "8", "--set", ALL_ROWS, "--name", "long"];
    program.run(&long).succeeds();
    let text = program.run(&["compare", "short", "long"]).succeeds();
    text.says("training.epochs").says("95 % interval").says("Folds are not independent");

    let comparison = json_of(&program, &["compare", "short", "long", "--json"]);
    let loss = comparison["metrics"].as_array().unwrap().iter().find(|metric| metric["name"] == "loss").unwrap();
    let losses = |run: &str| -> Vec<f64> {
        (1..=3)
            .map(|fold| {
                let report = json(&program, &format!("artifacts/{run}/fold-{fold}/evaluation.json"));
                report["test"]["loss"].as_f64().unwrap()
            })
            .collect()
    };
    let differences: Vec<f64> = losses("long").iter().zip(losses("short")).map(|(long, short)| long - short).collect();
    let mean = differences.iter().sum::<f64>() / 3.0;
    assert!((loss["tests"][1]["difference"].as_f64().unwrap() - mean).abs() < 1e-12);
    assert!(loss["tests"][0].is_null());

    // Two seeds of a fold are one difference.
    let seeds = ["--seeds", "1,2", "--name"];
    program.run(&[&SHORT[..], &seeds, &["few"]].concat()).succeeds();
    program.run(&[&SHORT[..], &["--lr", "0.05"], &seeds, &["fast"]].concat()).succeeds();
    let comparison = json_of(&program, &["compare", "few", "fast", "--json"]);
    assert_eq!(comparison["metrics"][1]["tests"][1]["runs"], 3);

    let other = ["--set", "split.seed=1", "--name", "other"];
    program.run(&[&SHORT[..], &other].concat()).succeeds();
    program.run(&["compare", "short", "other"]).succeeds().says("held out other rows");
    program.run(&["compare", "short", "short/fold-1"]).fails_with(2).complains("GROUP/fold-1");
}

#[test]
fn what_needs_a_model_names_a_run_of_the_group() {
    let program = Program::new();
    program.run(&[&SHORT[..], &["--name", "cv"]].concat()).succeeds();
    for command in [&["evaluate", "cv"][..], &["predict", "cv", IRIS], &["export", "cv", "--format", "onnx"]] {
        program.run(command).fails_with(1).complains("name one of them, such as artifacts/cv/fold-1");
    }
    program.run(&["evaluate", "cv/fold-1"]).succeeds().says("fold");
    program.run(&["predict", "cv/fold-1", IRIS]).succeeds();
    // The newest finished run is a single one.
    program.run(&[&SHORT[..], &["--set", "split.fold=1", "--name", "alone"]].concat()).succeeds();
    program.run(&["evaluate"]).succeeds();
}

#[test]
fn impossible_folds_are_refused_before_anything_is_written() {
    let program = Program::new();
    for (options, problem) in [
        (&["--folds", "1"][..], "leaves no row to train; set 2 or more"),
        (&["--folds", "200"], "120 rows cannot be divided into 200 folds"),
        (&["--folds", "3", "--set", "split.fold=4"], "split.fold is 4, but split.folds is 3"),
        (&["--repeats", "2"], "give --folds without split.fold"),
        (&["--folds", "3", "--repeats", "0"], "--repeats"),
        (&["--set", "split.repeat=2"], "there are no folds; set split.folds"),
    ] {
        program.run(&[&["--data", IRIS], options].concat()).fails_with(2).complains(problem);
    }
    assert!(!program.path("artifacts").exists() || fs::read_dir(program.path("artifacts")).unwrap().next().is_none());
    program.run(&[&SHORT[..], &["--name", "cv"]].concat()).succeeds();
    program.run(&[&SHORT[..], &["--name", "cv"]].concat()).fails_with(1).complains("already exists");
    program.run(&["--resume", "cv", "--folds", "4"]).fails_with(2).complains("the run to resume has 3");
    program.run(&["--resume", "cv", "--repeats", "2"]).fails_with(2).complains("the group has planned its runs");
}

#[test]
fn folds_with_thresholds_of_their_own_show_their_range_and_the_most_probable_class() {
    let program = Program::new();
    let class = |row: usize| if row * 104_729 % 601 * 5 < row * 7919 % 600 * 2 { "yes" } else { "no" };
    let table: String = (0..600).map(|row| format!("{},{},{}\n", row * 7919 % 600, row % 13, class(row))).collect();
    fs::write(program.path("rare.csv"), format!("x,z,answer\n{table}")).unwrap();
    let quick = ["--data", "rare.csv", "--hidden", "8", "--lr", "0.05", "--epochs", "4", "--set", ALL_ROWS];
    let folds = ["--folds", "3", "--threshold", "cost=1:8", "--name", "cv"];
    let output = program.run(&[&quick[..], &folds].concat()).succeeds();
    let thresholds: Vec<f64> = (1..=3)
        .map(|fold| json(&program, &format!("artifacts/cv/fold-{fold}/evaluation.json"))["test"]["threshold"].as_f64())
        .map(Option::unwrap)
        .collect();
    let (lowest, highest) = thresholds.iter().fold((1.0, 0.0), |(low, high), it| (it.min(low), it.max(high)));
    assert!(lowest < highest, "{thresholds:?}");
    let line =
        format!("yes at a probability of {lowest} to {highest} or more, by the threshold of each fold's own run");
    output.says(&line).says("the most probable class instead, accuracy");

    let report = &json(&program, "artifacts/cv/evaluation.json")["out-of-fold"];
    assert_eq!(report["thresholds"], serde_json::json!([lowest, highest]));
    let most_probable: u64 = (1..=3)
        .map(|fold| {
            json(&program, &format!("artifacts/cv/fold-{fold}/evaluation.json"))["test"]["most_probable"][1][1].as_u64()
        })
        .map(Option::unwrap)
        .sum();
    assert_eq!(report["most_probable"][1][1], most_probable);
    let page = String::from_utf8(program.read("artifacts/cv/report.html")).unwrap();
    assert!(page.contains(&format!("at a probability of {lowest} to {highest} or more")));
}

#[test]
fn folds_of_several_targets_mark_the_error_over_all_of_them() {
    let program = Program::new();
    let targets = ["--data", DIABETES, "--target", "bmi,bp", "--folds", "2", "--epochs", "2", "--name", "cv"];
    let output = program.run(&targets).succeeds();
    output.says("RMSE (SD)").says("RMSE of bmi").says("errors over all targets (SD) are in standard deviations");
    let page = String::from_utf8(program.read("artifacts/cv/report.html")).unwrap();
    assert!(page.contains("out-of-fold RMSE (SD)"));
}
