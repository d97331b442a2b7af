//! Run directories in real directories.

use std::fs;
use std::path::Path;
use std::sync::Barrier;

use serde::{Deserialize, Serialize};

use super::{RunDirectory, RunRecord, Status};
use crate::Error;

fn out() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn recorded_run(out: &Path, name: &str) -> RunDirectory {
    let run = RunDirectory::create(out, Some(name), "run").unwrap();
    run.write_record(&mut RunRecord::new(name)).unwrap();
    run
}

#[test]
fn a_run_never_takes_a_name_that_is_taken() {
    let out = out();
    let run = recorded_run(out.path(), "mine");
    let before = fs::read(run.path().join("run.json")).unwrap();
    let error = RunDirectory::create(out.path(), Some("mine"), "run").unwrap_err().to_string();
    assert!(error.contains("not overwritten") && error.contains("--name"), "{error}");
    assert_eq!(fs::read(run.path().join("run.json")).unwrap(), before);
}

#[test]
fn a_bad_name_makes_nothing_not_even_out() {
    let out = out();
    let runs = out.path().join("runs");
    for name in ["", "..", "a/b", ".hidden"] {
        assert!(matches!(RunDirectory::create(&runs, Some(name), "run"), Err(Error::Config { .. })));
    }
    assert!(!runs.exists());
}

#[test]
fn unnamed_runs_are_numbered_and_out_is_made() {
    let out = out();
    let runs = out.path().join("some/runs");
    let names: Vec<String> =
        (0..3).map(|_| RunDirectory::create(&runs, None, "digits-flex").unwrap().name().to_string()).collect();
    assert_eq!(names, ["digits-flex-001", "digits-flex-002", "digits-flex-003"]);
    fs::remove_dir(runs.join("digits-flex-001")).unwrap();
    assert_eq!(RunDirectory::create(&runs, None, "digits-flex").unwrap().name(), "digits-flex-004");
}

#[test]
fn runs_made_at_the_same_time_get_different_names() {
    let out = out();
    let barrier = Barrier::new(8);
    let create = || {
        barrier.wait();
        RunDirectory::create(out.path(), None, "run").unwrap().name().to_string()
    };
    let mut names: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(create)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    names.sort();
    assert_eq!(names, (1..=8).map(|number| format!("run-{number:03}")).collect::<Vec<_>>());
}

#[test]
fn an_out_that_is_a_file_or_below_one_is_refused_by_name() {
    let out = out();
    let file = out.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = RunDirectory::create(&file, None, "run").unwrap_err().to_string();
    assert!(error.contains("file is not a directory") && error.contains("--out"), "{error}");
    let error = RunDirectory::create(&file.join("runs"), None, "run").unwrap_err();
    assert!(matches!(error, Error::Io { action: "create", .. }), "{error}");
}

#[test]
fn a_run_is_found_by_name_and_by_path() {
    let out = out();
    let run = recorded_run(out.path(), "digits-flex-001");
    assert_eq!(RunDirectory::find("digits-flex-001", out.path()).unwrap().path(), run.path());
    let by_path = RunDirectory::find(run.path().to_str().unwrap(), Path::new("elsewhere")).unwrap();
    assert_eq!(by_path.name(), "digits-flex-001");
}

#[test]
fn a_missing_run_is_answered_with_the_names_like_it() {
    let out = out();
    let answer = |run: &str| RunDirectory::find(run, out.path()).unwrap_err().to_string();
    assert!(answer("digits").contains("there are no runs in"));
    recorded_run(out.path(), "digits-flex-001");
    recorded_run(out.path(), "mnist-wgpu-001");
    assert!(answer("digits-flex-01").contains("did you mean digits-flex-001?"));
    assert!(answer("xyz").contains("`burn-mlp runs` lists"));
    assert!(answer("").contains("RUN is empty"));
    assert!(answer("../xyz").contains("there is no such run"));
}

#[test]
fn a_directory_that_is_no_run_is_not_opened() {
    let out = out();
    fs::create_dir(out.path().join("notes")).unwrap();
    let error = RunDirectory::find("notes", out.path()).unwrap_err().to_string();
    assert!(error.contains("not a run directory: there is no run.json"), "{error}");
}

#[test]
fn a_running_run_whose_lock_is_free_is_killed() {
    let out = out();
    let run = recorded_run(out.path(), "run");
    assert_eq!(run.read_record().unwrap().status, Status::Killed);
    let lock = run.lock().unwrap();
    assert_eq!(run.read_record().unwrap().status, Status::Running);
    assert!(run.lock().is_err());
    let mut record = run.read_record().unwrap();
    record.status = Status::Finished;
    run.write_record(&mut record).unwrap();
    drop(lock);
    assert_eq!(run.read_record().unwrap().status, Status::Finished);
}

#[test]
fn locking_clears_what_dead_writers_left_and_nothing_else() {
    let out = out();
    let run = recorded_run(out.path(), "run");
    run.write_predictions("test", [(1, 2)]).unwrap();
    for stray in [".tmp-abc123", "predictions/.tmp-abc123"] {
        fs::write(run.path().join(stray), b"{\"half").unwrap();
    }
    let _lock = run.lock().unwrap();
    let mut left: Vec<_> = fs::read_dir(run.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, [".lock", "predictions", "run.json"]);
    assert_eq!(fs::read_dir(run.path().join("predictions")).unwrap().count(), 1);
}

#[test]
fn broken_runs_are_listed_with_their_problem() {
    let out = out();
    assert!(RunDirectory::list(&out.path().join("none")).unwrap().is_empty());
    recorded_run(out.path(), "b-good");
    let broken = recorded_run(out.path(), "a-broken");
    fs::write(broken.path().join("run.json"), b"{").unwrap();
    RunDirectory::create(out.path(), Some("c-begun"), "run").unwrap().write_config("seed = 1").unwrap();
    fs::create_dir(out.path().join("notes")).unwrap();
    fs::write(out.path().join("README.md"), b"").unwrap();
    let runs = RunDirectory::list(out.path()).unwrap();
    let names: Vec<&str> = runs.iter().map(|run| run.name.as_str()).collect();
    assert_eq!(names, ["a-broken", "b-good", "c-begun"]);
    assert!(runs[0].record.as_ref().unwrap_err().to_string().contains("is damaged"));
    assert_eq!(runs[1].record.as_ref().unwrap().name, "b-good");
    assert!(runs[2].record.as_ref().unwrap_err().to_string().contains("no run.json"));
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    index: usize,
    source: String,
    probability: f32,
}

#[test]
fn every_file_reads_as_it_was_written() {
    let out = out();
    let run = recorded_run(out.path(), "run");
    run.write_config("seed = 7\n").unwrap();
    assert_eq!(run.read_config().unwrap(), "seed = 7\n");
    run.write_model(b"\x00weights").unwrap();
    assert_eq!(run.read_model().unwrap(), b"\x00weights");
    run.write_evaluation(&serde_json::json!({"test": {"accuracy": 0.5}})).unwrap();
    assert_eq!(run.read_evaluation::<serde_json::Value>().unwrap().unwrap()["test"]["accuracy"], 0.5);
    let rows = [Row { index: 3, source: "a, \"b\"\n.png".into(), probability: 0.1 }];
    run.write_predictions("test", &rows).unwrap();
    assert_eq!(run.read_predictions::<Row>("test").unwrap().unwrap(), rows);
    run.write_report("<html>").unwrap();
    assert_eq!(fs::read_to_string(run.report_path()).unwrap(), "<html>");
    run.append_log("epoch 1").unwrap();
    run.append_log("epoch 2").unwrap();
    assert_eq!(fs::read_to_string(run.path().join("log.txt")).unwrap(), "epoch 1\nepoch 2\n");
}

#[test]
fn files_that_are_not_there_yet_are_told_from_damaged_ones() {
    let out = out();
    let run = recorded_run(out.path(), "run");
    assert!(run.read_metrics().unwrap().is_empty());
    assert!(run.read_evaluation::<Row>().unwrap().is_none());
    assert!(run.read_predictions::<Row>("test").unwrap().is_none());
    assert!(run.read_model().unwrap_err().to_string().contains("--resume"));
    fs::write(run.path().join("evaluation.json"), b"{\"index\": ").unwrap();
    assert!(run.read_evaluation::<Row>().unwrap_err().to_string().contains("burn-mlp evaluate"));
    fs::write(run.path().join("config.toml"), b"\xff").unwrap();
    assert!(run.read_config().unwrap_err().to_string().contains("is damaged"));
    assert!(run.write_predictions("../test", [1]).is_err());
}
