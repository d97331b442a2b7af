//! Terminal control sequences in names and files must not reach the terminal.

use std::fs;

use super::run_limited;
use super::support::Program;

/// Clears the screen, renames the window, reverses the direction of writing, and breaks the line.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\r\u{8}\u{202e}evil\nline";

/// A run with hostile text in every text field of its files.
fn hostile_run() -> Program {
    let program = Program::new();
    run_limited(&program, &["--name", "run", "--epochs", "1"]).succeeds();
    let edit = |file: &str, change: &dyn Fn(&mut serde_json::Value)| {
        let path = program.path("artifacts/run").join(file);
        let mut json = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        change(&mut json);
        fs::write(path, serde_json::to_vec(&json).unwrap()).unwrap();
    };
    edit("run.json", &|record| {
        for field in ["name", "reason", "backend", "device", "crate_version", "burn_version"] {
            record[field] = HOSTILE.into();
        }
        record["data"]["source"] = HOSTILE.into();
        record["data"]["class_names"][0] = HOSTILE.into();
        record["resumed"] = serde_json::json!([{"epoch": 1, "time": record["created"], "backend": HOSTILE}]);
    });
    edit("evaluation.json", &|reports| {
        let report = reports["test"].clone();
        reports[HOSTILE] = report;
        reports["test"]["classes"][0]["name"] = HOSTILE.into();
    });
    program
}

#[track_caller]
fn is_plain(text: &str) {
    let hostile = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!text.chars().any(hostile), "{text:?}");
}

#[test]
fn texts_in_files_are_shown_without_control_characters() {
    let program = hostile_run();
    for arguments in [&["inspect", "run"][..], &["runs"], &["evaluate", "run"], &["--resume", "run", "--epochs", "2"]] {
        let output = run_limited(&program, arguments).succeeds();
        is_plain(&output.stdout);
        is_plain(&output.stderr);
        assert!(!output.stdout.lines().any(|line| line.starts_with("line")), "{}", output.stdout);
    }
}

#[test]
fn escaped_json_keeps_its_meaning() {
    let program = hostile_run();
    for arguments in [&["inspect", "run", "--json"][..], &["runs", "--json"]] {
        let stdout = run_limited(&program, arguments).succeeds().stdout;
        is_plain(&stdout);
        let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        let record = json.get("record").unwrap_or(&json[0]["record"]);
        assert_eq!(record["name"], HOSTILE);
    }
}

#[test]
#[cfg(unix)]
fn directory_names_are_shown_without_control_characters() {
    let program = hostile_run();
    fs::rename(program.path("artifacts/run"), program.path("artifacts").join(HOSTILE)).unwrap();
    fs::create_dir(program.path("artifacts/damaged\u{1b}[7m")).unwrap();
    fs::write(program.path("artifacts/damaged\u{1b}[7m/run.json"), "{").unwrap();
    is_plain(&run_limited(&program, &["runs"]).succeeds().stdout);
    let json = run_limited(&program, &["runs", "--json"]).succeeds().stdout;
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap().as_array().unwrap().len(), 2);
    run_limited(&program, &["inspect", "evil"]).fails_with(1, &["there is no such run"]);
}

#[test]
fn errors_quote_damaged_files_without_control_characters() {
    let program = hostile_run();
    let key = serde_json::json!({"schema_version": 1, "status": HOSTILE}).to_string();
    fs::write(program.path("artifacts/run/run.json"), key).unwrap();
    run_limited(&program, &["inspect", "run"]).fails_with(1, &["run.json is damaged"]);
    is_plain(&run_limited(&program, &["runs"]).succeeds().stdout);
    let long = serde_json::json!({"schema_version": 1, "status": "x".repeat(1 << 20)}).to_string();
    fs::write(program.path("artifacts/run/run.json"), long).unwrap();
    let output = run_limited(&program, &["inspect", "run"]);
    output.fails_with(1, &["run.json is damaged", "restore it from a copy"]);
    assert!(output.stderr.len() < 2000);
}
