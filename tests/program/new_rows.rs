//! Judging and predicting rows that are not the run's own.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::support::{Output, Program};

/// Copies a fixture into the program's directory.
fn with(program: &Program, fixture: &str, name: &str) {
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(fixture), program.path(name)).unwrap();
}

fn train(program: &Program, source: &str, settings: &[&str]) {
    program.run(&[&["train", source, "--epochs", "3", "--name", "run"], settings].concat()).succeeds();
}

/// Writes an array as `numpy.save` does.
fn write_npy(program: &Program, name: &str, (descr, shape): (&str, &str), data: &[u8]) {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let start = [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes()].concat();
    fs::write(program.path(name), [&start, data].concat()).unwrap();
}

/// The predictions that the program printed as JSON: each row's line and most probable class.
fn predicted(output: &Output) -> Vec<(u64, String)> {
    let rows = output.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let rows = rows.filter(|row| row.get("predictions").is_some());
    rows.map(|row| {
        let class = row["predictions"][0]["class"].as_str().unwrap();
        (row["line"].as_u64().unwrap(), class.to_string())
    })
    .collect()
}

#[test]
fn a_model_of_arrays_judges_and_predicts_arrays() {
    let program = Program::new();
    for file in ["table.npz", "x.npy", "y.npy", "x-fortran-big-endian.npy"] {
        with(&program, &format!("tables/{file}"), file);
    }
    train(&program, "table.npz", &[]);
    let judged = program.run(&["evaluate", "run", "--data", "npy:x.npy,y.npy", "--json"]).succeeds();
    let judged: Value = serde_json::from_str(&judged.stdout).unwrap();
    assert_eq!(judged["samples"], 40);

    let rows = predicted(&program.run(&["predict", "run", "x.npy", "--format", "json"]).succeeds());
    assert_eq!((rows.len(), rows[39].0), (40, 40));
    let swapped = program.run(&["predict", "run", "x-fortran-big-endian.npy", "--format", "json"]).succeeds();
    assert_eq!(predicted(&swapped), rows);
    let archive = program.run(&["predict", "run", "table.npz", "--format", "json"]).succeeds();
    let archive = archive.complains("of 40 rows with a true class are predicted right");
    assert_eq!(predicted(&archive), rows);

    write_npy(&program, "wide.npy", ("<f4", "(1, 4)"), &[0; 16]);
    program.run(&["predict", "run", "y.npy"]).fails_with(1).complains("the model was trained on a table of 4");
    program.run(&["evaluate", "run", "--data", "npy:wide.npy,y.npy"]).fails_with(1).complains("give one for each");
}

#[test]
fn a_model_of_images_takes_arrays_of_bytes() {
    let program = Program::new();
    with(&program, "tables/keras.npz", "keras.npz");
    train(&program, "keras.npz", &[]);
    let pixels: Vec<u8> = (0..60).collect();
    write_npy(&program, "x.npy", ("|u1", "(3, 4, 5)"), &pixels);
    write_npy(
        &program,
        "flat.npy",
        ("<u2", "(3, 20)"),
        &pixels.iter().flat_map(|&pixel| [pixel, 0]).collect::<Vec<_>>(),
    );
    write_npy(&program, "y.npy", ("|u1", "(3,)"), &[1, 0, 1]);
    let rows = |file: &str| predicted(&program.run(&["predict", "run", file, "--format", "json"]).succeeds());
    assert_eq!(rows("x.npy").len(), 3);
    assert_eq!(rows("x.npy"), rows("flat.npy"));
    program.run(&["evaluate", "run", "--data", "npy:x.npy,y.npy"]).succeeds().says("3 rows");
    write_npy(&program, "other.npy", ("|u1", "(3, 5, 4)"), &pixels);
    program
        .run(&["predict", "run", "other.npy"])
        .fails_with(1)
        .complains("has the shape [3, 5, 4]; the model takes images of 4x5x1");
    write_npy(&program, "z.npy", ("|u1", "(3,)"), &[1, 0, 7]);
    let unknown = "\"7\" in row 3 is not a class of the model, which knows \"0\", \"1\"";
    program.run(&["evaluate", "run", "--data", "npy:x.npy,z.npy"]).fails_with(1).complains(unknown);
}

#[test]
#[cfg(feature = "workbooks")]
fn predict_takes_folders_of_tables_and_sheets_and_says_how_they_were_read() {
    let program = Program::new();
    for (fixture, name) in [("people.csv", "people.csv"), ("people.xlsx", "people.xlsx")] {
        with(&program, &format!("tables/{fixture}"), name);
    }
    train(&program, "people.csv", &["--set", "csv.missing=impute", "--set", "csv.ignore=id"]);
    fs::create_dir(program.path("new")).unwrap();
    let text = String::from_utf8(program.read("people.csv")).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    fs::write(program.path("new/part-2.csv"), format!("{header}\n{}\n", rows[0])).unwrap();
    fs::write(program.path("new/part-10.csv"), format!("a title\n\n{header}\n{}\n{}\n", rows[1], rows[2])).unwrap();
    fs::write(program.path("new/_SUCCESS"), "").unwrap();
    let output = program.run(&["predict", "run", "new", "--format", "json"]).succeeds();
    let files: Vec<String> = output
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|row| row.get("predictions").is_some())
        .map(|row| format!("{} {}", row["source"].as_str().unwrap(), row["line"]))
        .collect();
    assert_eq!(files, ["new/part-2.csv 2", "new/part-10.csv 4", "new/part-10.csv 5"]);
    output.complains("new/part-10.csv: the table begins in line 3; what is above it, \"a title\", is left out");

    let sheet = program.run(&["predict", "run", "people.xlsx#People 2024", "--format", "json"]).succeeds();
    assert_eq!(predicted(&sheet).len(), 80);
    program.run(&["predict", "run", "people.xlsx#Nobody"]).fails_with(1).complains("Nobody");
    fs::create_dir(program.path("empty")).unwrap();
    program.run(&["predict", "run", "empty"]).fails_with(1).complains("empty has no tables (csv, tsv, ");
}

#[test]
#[cfg(feature = "workbooks")]
fn a_run_on_a_sheet_can_be_evaluated_and_resumed() {
    let program = Program::new();
    with(&program, "tables/people.xlsx", "people.xlsx");
    train(&program, "xlsx:people.xlsx#People 2024", &["--set", "csv.missing=impute"]);
    program.run(&["evaluate", "run"]).succeeds();
    program.run(&["--resume", "run", "--epochs", "4"]).succeeds();
}

#[test]
fn a_tables_mistakes_are_named_by_line_and_keep_no_encoded_values() {
    let program = Program::new();
    with(&program, "iris.csv", "iris.csv");
    train(&program, "iris.csv", &["--set", "optimizer.learning_rate=0.0001"]);
    let evaluation: Value = serde_json::from_slice(&program.read("artifacts/run/evaluation.json")).unwrap();
    let worst = &evaluation["test"]["worst"][0];
    assert!(worst["line"].as_u64().unwrap() > 1 && worst.get("pixels").is_none(), "{worst}");
}
