use serde::{Deserialize, Serialize};

use super::*;

pub(super) fn out() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Creates a locked run.
pub(super) fn create(out: &Path, name: Option<&str>, stem: &str) -> crate::Result<(RunDirectory, RunLock)> {
    RunDirectory::create(out, name, stem, "seed = 1\n", &mut RunRecord::new(""))
}

pub(super) fn names(directory: &Path) -> Vec<String> {
    entry_names(directory).unwrap()
}

pub(super) fn new_run(out: &Path, name: &str) -> RunDirectory {
    create(out, Some(name), "run").unwrap().0
}

#[test]
fn a_run_is_found_by_name_and_by_path() {
    let out = out();
    let run = new_run(out.path(), "digits-flex-001");
    assert_eq!(RunDirectory::find("digits-flex-001", out.path()).unwrap().path(), run.path());
    let by_path = RunDirectory::find(run.path().to_str().unwrap(), Path::new("elsewhere")).unwrap();
    assert_eq!(by_path.name(), "digits-flex-001");
}

#[test]
fn the_error_for_a_missing_run_suggests_similar_names() {
    let out = out();
    let answer = |run: &str| RunDirectory::find(run, out.path()).unwrap_err().to_string();
    assert!(answer("digits").contains("contains no runs"));
    new_run(out.path(), "digits-flex-001");
    new_run(out.path(), "mnist-wgpu-001");
    assert!(answer("digits-flex-01").contains("did you mean digits-flex-001?"));
    assert!(answer("xyz").contains("with `burn-mlp runs`"));
    assert!(answer("").contains("RUN is empty"));
    assert!(answer("../xyz").contains("there is no such run"));
}

#[test]
fn a_directory_that_is_not_a_run_is_refused() {
    let out = out();
    fs::create_dir(out.path().join("notes")).unwrap();
    let error = RunDirectory::find("notes", out.path()).unwrap_err().to_string();
    assert!(error.contains("not a run directory: run.json is missing"), "{error}");
}

#[test]
fn a_run_recorded_as_running_without_a_lock_is_killed() {
    let out = out();
    let run = new_run(out.path(), "run");
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
fn locking_removes_only_what_killed_writers_left() {
    let out = out();
    let run = new_run(out.path(), "run");
    run.write_predictions("test", [(1, 2)]).unwrap();
    for stray in [".tmp-abc123", "predictions/.tmp-abc123"] {
        fs::write(run.path().join(stray), b"{\"half").unwrap();
    }
    let _lock = run.lock().unwrap();
    assert_eq!(names(run.path()), [".lock", "config.toml", "predictions", "run.json"]);
    assert_eq!(fs::read_dir(run.path().join("predictions")).unwrap().count(), 1);
}

#[test]
fn damaged_runs_are_listed_with_their_problem() {
    let out = out();
    assert!(RunDirectory::list(&out.path().join("none")).unwrap().is_empty());
    new_run(out.path(), "b-good");
    let broken = new_run(out.path(), "a-broken");
    fs::write(broken.path().join("run.json"), b"{").unwrap();
    fs::remove_file(new_run(out.path(), "c-begun").path().join("run.json")).unwrap();
    fs::create_dir(out.path().join("notes")).unwrap();
    fs::write(out.path().join("README.md"), b"").unwrap();
    let runs = RunDirectory::list(out.path()).unwrap();
    let names: Vec<&str> = runs.iter().map(|run| run.name.as_str()).collect();
    assert_eq!(names, ["a-broken", "b-good", "c-begun"]);
    assert!(runs[0].record.as_ref().unwrap_err().to_string().contains("is damaged"));
    assert_eq!(runs[1].record.as_ref().unwrap().name, "b-good");
    assert!(runs[2].record.as_ref().unwrap_err().to_string().contains("run.json is missing"));
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    index: usize,
    source: String,
    probability: f32,
}

#[test]
fn every_file_reads_back_as_written() {
    let out = out();
    let run = new_run(out.path(), "run");
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
fn missing_files_differ_from_damaged_ones() {
    let out = out();
    let run = new_run(out.path(), "run");
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

#[test]
fn writing_predictions_does_not_recreate_a_removed_run() {
    let out = out();
    let run = new_run(out.path(), "run");
    fs::remove_dir_all(run.path()).unwrap();
    assert!(matches!(run.write_predictions("test", [1]), Err(Error::Io { action: "create", .. })));
    assert!(!run.path().exists());
}

#[cfg(unix)]
#[test]
fn a_log_that_is_a_link_is_not_followed() {
    let out = out();
    let run = new_run(out.path(), "mine");
    let elsewhere = out.path().join("elsewhere");
    fs::write(&elsewhere, b"precious").unwrap();
    std::os::unix::fs::symlink(&elsewhere, run.path().join("log.txt")).unwrap();
    assert!(run.append_log("a line").unwrap_err().to_string().contains("is not a plain file"));
    assert_eq!(fs::read(&elsewhere).unwrap(), b"precious");
}
