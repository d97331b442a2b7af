//! Paths instead of sources and commands, runs that are not named, and formats of tables.

use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;

use super::support::{Output, Program};

/// Settings that train in a moment.
const QUICK: [&str; 3] = ["--epochs", "2", "--set=csv.missing=impute"];

/// Copies a fixture, a file or a directory, into the program's directory.
fn with(program: &Program, fixture: &str, name: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(fixture);
    if from.is_file() {
        fs::copy(from, program.path(name)).unwrap();
        return;
    }
    fs::create_dir(program.path(name)).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_file() {
            fs::copy(entry.path(), program.path(name).join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn a_path_is_trained_on_and_what_it_holds_is_said() {
    let program = Program::new();
    with(&program, "iris.csv", "iris.csv");
    with(&program, "tables/people.jsonl", "people");
    with(&program, "tables/csv-folder", "parts");
    for (arguments, said, run) in [
        (&["iris.csv"][..], "iris.csv: a table in CSV", "iris-flex-001"),
        (&["train", "people"], "people: a table in JSON", "people-flex-001"),
        (&["--data", "parts/"], "parts/: a folder of CSV files", "parts-flex-001"),
    ] {
        program.run(&[arguments, &QUICK].concat()).succeeds().complains(said);
        assert!(program.path("artifacts").join(run).join("model.safetensors").is_file(), "{run}");
    }
    let config = String::from_utf8(program.read("artifacts/people-flex-001/config.toml")).unwrap();
    assert!(config.contains("source = \"jsonl:people\""), "{config}");
    program.run(&["data", "iris.csv", "--json"]).succeeds().complains("iris.csv: a table in CSV");
}

#[test]
#[cfg(all(feature = "parquet", feature = "workbooks"))]
fn tables_in_binary_formats_are_trained_on_and_told_by_their_content() {
    let program = Program::new();
    for (fixture, name, said) in [
        ("tables/snappy.parquet", "one", "one: a table in Parquet"),
        ("tables/people.xlsx", "two.data", "two.data: a workbook"),
        ("tables/parquet-folder", "three", "three: a folder of Parquet files"),
    ] {
        with(&program, fixture, name);
        let source = if name == "two.data" { "xlsx:two.data#People 2024" } else { name };
        let output = program.run(&[&["train", source], &QUICK[..]].concat()).succeeds();
        output.says("51 training, 13 validation, 16 test rows");
        if source == name {
            output.complains(said);
        }
    }
}

#[test]
fn arrays_are_images_or_a_table() {
    let program = Program::new();
    with(&program, "tables", "arrays");
    let train = |source: &str| program.run(&[&["train", source], &QUICK[..]].concat());
    train("arrays/keras.npz").succeeds().says("20 features in 2 classes");
    train("npy:arrays/x.npy,arrays/y-texts.npy").succeeds().says("größer");
    let plain = train("npz:arrays/table.npz").succeeds();
    let swapped = train("npy:arrays/x-fortran-big-endian.npy,arrays/y.npy").succeeds();
    let heading = |output: &Output| output.stdout.lines().last().map(str::len);
    assert_eq!(heading(&plain).is_some(), heading(&swapped).is_some());
    train("arrays/x.npy").fails_with(1).complains("give features and classes as npy:arrays/x.npy,CLASSES.npy");
    train("npy:arrays/x.npy,arrays/y-objects.npy").fails_with(1).complains("y-objects.npy holds Python objects");
    train("npy:arrays/y.npy,arrays/x.npy").fails_with(1).complains("it needs one class for each row");
}

#[test]
fn standard_input_is_a_file_too() {
    let program = Program::new();
    let iris = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/iris.csv");
    let mut command = program.command(&["train", "--data", "csv:-", "--epochs", "2"]);
    let child = command.stdin(File::open(iris).unwrap()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Output::of(child.spawn().unwrap()).succeeds().says("96 training, 24 validation, 30 test rows");
    assert!(program.path("artifacts/standard-input-flex-001").is_dir());
}

#[test]
fn a_path_that_holds_no_data_is_refused_with_the_way_out() {
    let program = Program::new();
    fs::create_dir(program.path("empty")).unwrap();
    fs::write(program.path("one.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    fs::write(program.path("mine.toml"), "seed = 1\n").unwrap();
    fs::write(program.path("bytes.bin"), [7, 0, 0, 1]).unwrap();
    for (path, code, words) in [
        ("empty", 1, "holds no folders of images, no CSV, Parquet or IDX files"),
        ("one.png", 1, "is one image; give a folder that has a folder of images for each class"),
        ("mine.toml", 1, "is a configuration; give it as --config mine.toml"),
        ("bytes.bin", 1, "bytes.bin is neither a text nor Parquet"),
        ("nosuch.csv", 2, "there is no file or directory \"nosuch.csv\""),
        ("no/such", 2, "there is no file or directory \"no/such\""),
    ] {
        program.run(&["train", path]).fails_with(code).complains(words);
    }
    program.run(&["trian"]).fails_with(2).complains("'train'");
    program.run(&["bytes.bin"]).fails_with(1).complains("neither a text");
}

#[test]
fn a_run_that_is_left_out_is_the_newest_that_has_finished() {
    let program = Program::new();
    program.run(&["evaluate"]).fails_with(1).complains("artifacts contains no runs; train one with `burn-mlp train`");
    with(&program, "iris.csv", "iris.csv");
    for name in ["zebra", "ape"] {
        program.run(&["train", "iris.csv", "--epochs", "2", "--name", name]).succeeds();
    }
    let newest = "run      artifacts/ape, the newest that has finished";
    for arguments in [
        &["evaluate"][..],
        &["inspect"],
        &["report"],
        &["export", "--format", "onnx"],
        &["predict", "iris.csv", "--top-k", "1"],
    ] {
        program.run(arguments).succeeds().complains(newest);
    }
    program.run(&["predict", "zebra"]).fails_with(2).complains("needs something to predict with zebra");
    program.run(&["predict", "nosuch", "iris.csv"]).fails_with(1).complains("nosuch");
}
