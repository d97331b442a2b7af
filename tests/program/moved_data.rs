//! Runs whose project or data has moved since they were trained.

use std::fs;
use std::path::Path;

use super::support::Program;

/// A program with the run `a` of `data/iris.csv` in the directory `project`.
fn with_run() -> Program {
    let program = Program::new();
    fs::create_dir_all(program.path("project/data")).unwrap();
    let iris = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/iris.csv");
    fs::copy(iris, program.path("project/data/iris.csv")).unwrap();
    let arguments = ["--data", "csv:data/iris.csv", "--epochs", "2", "--name", "a"];
    program.run_in("project", &arguments).succeeds();
    program
}

#[test]
fn a_project_with_relative_paths_can_move_as_a_whole() {
    let program = with_run();
    fs::rename(program.path("project"), program.path("moved")).unwrap();
    program.run(&["evaluate", "moved/artifacts/a"]).succeeds();
    program.run(&["--resume", "moved/artifacts/a", "--epochs", "3"]).succeeds();
    let config = String::from_utf8(program.read("moved/artifacts/a/config.toml")).unwrap();
    assert!(config.contains("source = \"csv:data/iris.csv\""), "{config}");
}

#[test]
fn data_that_has_moved_is_found_with_data_and_only_if_it_is_the_same() {
    let program = with_run();
    let run = "project/artifacts/a";
    fs::rename(program.path("project/data/iris.csv"), program.path("flowers.csv")).unwrap();
    let missing = "data/iris.csv is missing; if the run's data has moved, say where it is with --data";
    program.run(&["--resume", run, "--epochs", "3"]).fails_with(1).complains(missing);
    program.run(&["evaluate", run]).fails_with(1).complains(missing);
    let text = fs::read_to_string(program.path("flowers.csv")).unwrap();
    fs::write(program.path("other.csv"), text.replacen("5.1", "5.2", 1)).unwrap();
    let output = program.run(&["--resume", run, "--epochs", "3", "--data", "csv:other.csv"]).fails_with(1);
    output.complains("was trained on data that csv:").complains("other.csv no longer holds; restore the data, or say");
    program.run(&["--resume", run, "--epochs", "3", "--data", "csv:flowers.csv"]).succeeds();
    program.run_in("project", &["evaluate", "a"]).succeeds();
    assert_eq!(program.metrics_in("project/artifacts", "a").len(), 3);
}

#[test]
fn data_that_has_moved_is_found_by_its_directory() {
    let program = with_run();
    let run = "project/artifacts/a";
    fs::create_dir_all(program.path("store/data")).unwrap();
    fs::rename(program.path("project/data/iris.csv"), program.path("store/data/iris.csv")).unwrap();
    program.run(&["evaluate", run, "--data-dir", "elsewhere"]).fails_with(1).complains("data/iris.csv is missing");
    program.run(&["evaluate", run, "--data-dir", "store"]).succeeds();
    program.run(&["evaluate", run, "--data-dir", "store/data"]).succeeds();
    program.run(&["--resume", run, "--epochs", "3", "--data-dir", "store"]).succeeds();
    // The resumed run remembers where its data is.
    program.run_in("project", &["evaluate", "a"]).succeeds();
    let changed = fs::read_to_string(program.path("store/data/iris.csv")).unwrap().replacen("5.1", "5.2", 1);
    fs::create_dir(program.path("other")).unwrap();
    fs::write(program.path("other/iris.csv"), changed).unwrap();
    let refused = program.run(&["evaluate", run, "--data-dir", "other"]).fails_with(1);
    refused.complains("was trained on data that csv:").complains("other/iris.csv no longer holds");
}
