use std::sync::Barrier;

use super::*;
use crate::run_directory::Status;
use crate::run_directory::tests::{create, names, new_run, out};

/// Runs `work` in eight threads at once.
fn at_once<T: Send>(work: impl Fn() -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(8);
    let work = || {
        barrier.wait();
        work()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn a_new_run_never_replaces_an_entry() {
    let out = out();
    let run = new_run(out.path(), "mine");
    let before = fs::read(run.path().join("run.json")).unwrap();
    fs::write(out.path().join("file"), b"").unwrap();
    fs::create_dir(out.path().join("empty")).unwrap();
    for name in ["mine", "file", "empty"] {
        let error = create(out.path(), Some(name), "run").unwrap_err().to_string();
        assert!(error.contains("not overwritten") && error.contains("--name"), "{error}");
    }
    assert_eq!(fs::read(run.path().join("run.json")).unwrap(), before);
    assert_eq!(names(out.path()), ["empty", "file", "mine"]);
}

#[test]
fn a_bad_name_creates_nothing_not_even_out() {
    let out = out();
    let runs = out.path().join("runs");
    for name in ["", "..", "a/b", ".hidden"] {
        assert!(matches!(create(&runs, Some(name), "run"), Err(Error::Config { .. })));
    }
    assert!(!runs.exists());
}

#[test]
fn unnamed_runs_are_numbered_and_out_is_created() {
    let out = out();
    let runs = out.path().join("some/runs");
    let names: Vec<String> = (0..3).map(|_| create(&runs, None, "digits-flex").unwrap().0.name().to_string()).collect();
    assert_eq!(names, ["digits-flex-001", "digits-flex-002", "digits-flex-003"]);
    fs::remove_dir_all(runs.join("digits-flex-001")).unwrap();
    let (run, _lock) = create(&runs, None, "digits-flex").unwrap();
    assert_eq!(run.name(), "digits-flex-004");
    assert_eq!(run.read_record().unwrap().name, "digits-flex-004");
}

#[test]
fn runs_created_at_the_same_time_get_different_names() {
    let out = out();
    let mut made = at_once(|| create(out.path(), None, "run").unwrap().0.name().to_string());
    made.sort();
    assert_eq!(made, (1..=8).map(|number| format!("run-{number:03}")).collect::<Vec<_>>());
    assert_eq!(names(out.path()), made, "nothing hidden is left");
    assert!(made.iter().all(|name| names(&out.path().join(name)) == [".lock", "config.toml", "run.json"]));
}

#[test]
fn only_one_of_several_processes_creates_a_run_of_the_same_name() {
    for _ in 0..20 {
        let out = out();
        let made = at_once(|| create(out.path(), Some("run"), "run"));
        assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
        for error in made.iter().filter_map(|made| made.as_ref().err()) {
            assert!(error.to_string().contains("not overwritten"), "{error}");
        }
        assert_eq!(names(out.path()), ["run"]);
    }
}

#[test]
fn a_new_run_has_its_files_and_is_locked() {
    let out = out();
    let (run, lock) = create(out.path(), Some("run"), "run").unwrap();
    assert_eq!(run.read_config().unwrap(), "seed = 1\n");
    assert_eq!(run.read_record().unwrap().status, Status::Running);
    assert!(run.lock().is_err());
    drop(lock);
    drop(run.lock().unwrap());
}

#[test]
fn creating_a_run_removes_abandoned_directories() {
    let out = out();
    let [dead, half, empty, living] =
        [".burn-mlp-new-aaaaaa", ".burn-mlp-new-bbbbbb", ".burn-mlp-new-cccccc", ".burn-mlp-new-dddddd"]
            .map(|name| out.path().join(name));
    for directory in [&dead, &half, &empty, &living, &out.path().join(".burn-mlp-new")] {
        fs::create_dir(directory).unwrap();
    }
    for file in [".lock", "config.toml", "run.json", ".tmp-abc123"] {
        fs::write(dead.join(file), b"").unwrap();
    }
    fs::write(half.join(".lock"), b"").unwrap();
    let _lock = RunLock::acquire(&living).unwrap();
    assert!(RunDirectory::list(out.path()).unwrap().is_empty());
    new_run(out.path(), "run");
    assert_eq!(names(out.path()), [".burn-mlp-new", ".burn-mlp-new-dddddd", "run"]);
}

#[test]
fn an_out_that_is_a_file_or_inside_one_is_refused_by_name() {
    let out = out();
    let file = out.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = create(&file, None, "run").unwrap_err().to_string();
    assert!(error.contains("file is not a directory") && error.contains("--out"), "{error}");
    let error = create(&file.join("runs"), None, "run").unwrap_err();
    assert!(matches!(error, Error::Io { action: "create", .. }), "{error}");
}
