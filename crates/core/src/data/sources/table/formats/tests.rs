//! Files by pyarrow, pandas, polars and openpyxl, which `tests/fixtures/make_tables.py` writes.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::*;
use crate::config::{MissingValues, RunConfig, Source as SourceName};
use crate::data::{Dataset, Features, Samples, Source, TableFile};
use burn_mlp_infer::csv::{Column, Columns, Role, Texts};
use burn_mlp_infer::table::Notation;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/tables");

pub(super) fn fixture(file: &str) -> PathBuf {
    Path::new(FIXTURES).join(file)
}

fn load(source: &str) -> Result<Dataset> {
    let mut config = RunConfig::default();
    config.csv.missing = MissingValues::Impute;
    config.csv.ignore = vec!["id".into()];
    let source: SourceName = source.parse()?;
    TableFile::new(source, &config).load(&mut |_| {})
}

fn load_fixture(format: &str, file: &str) -> Dataset {
    load(&format!("{format}:{}", fixture(file).display())).unwrap()
}

pub(super) fn open(path: &Path) -> Result<Table> {
    open_table(path, None, CsvHeader::Auto, &CsvConfig::default())
}

/// Writes `bytes` to a file with this ending.
pub(super) fn written(ending: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(format!("t.{ending}"));
    fs::write(&path, bytes).unwrap();
    (directory, path)
}

pub(super) fn problem(path: &Path, roles: impl Fn(&Table) -> Vec<Role>) -> String {
    let read = open(path).and_then(|table| Ok(table.read(&roles(&table), &Notation::with_marks(&[]))?));
    read.unwrap_err().to_string()
}

pub(super) fn either(table: &Table) -> Vec<Role> {
    vec![Role::Either; table.names.len()]
}

/// A column's texts, row by row; `None` where one is missing.
pub(super) fn texts(read: &Columns, column: usize) -> Vec<Option<String>> {
    let Column::Texts(Texts { rows, values, .. }) = &read.columns[column] else { panic!("{:?}", read.columns[column]) };
    rows.iter().map(|&row| values.get(row as usize).cloned()).collect()
}

/// What a run computes from; where rows lie depends on the format.
fn values(samples: &Samples) -> (&Features, &[u32]) {
    (samples.features(), samples.labels())
}

#[test]
fn the_same_table_gives_the_same_features_in_every_format() {
    let expected = load_fixture("csv", "people.csv");
    let mut files = vec![("jsonl", "people.jsonl"), ("jsonl", "people.json"), ("csv", "csv-folder")];
    if cfg!(feature = "parquet") {
        let written = ["none", "snappy", "gzip", "zstd", "lz4", "old", "new", "pandas", "polars"];
        files.extend(written.map(|name| ("parquet", name)));
        files.push(("parquet", "parquet-folder"));
    }
    if cfg!(feature = "workbooks") {
        files.extend([("xlsx", "people.xlsx#People 2024"), ("xlsx", "people.ods#People 2024")]);
    }
    for (format, file) in files {
        let ending = if format == "parquet" && !file.contains('-') { ".parquet" } else { "" };
        let data = load_fixture(format, &format!("{file}{ending}"));
        assert_eq!(data.table, expected.table, "{file}");
        assert_eq!(values(&data.train), values(&expected.train), "{file}");
        assert_eq!(data.test.as_ref().map(values), expected.test.as_ref().map(values), "{file}");
    }
}

#[test]
fn a_test_file_may_have_another_format() {
    let mut config = RunConfig::default();
    config.csv.missing = MissingValues::Impute;
    config.csv.ignore = vec!["id".into()];
    config.csv.test = fixture("people.jsonl").display().to_string();
    let source = SourceName::Table(TableFormat::Csv, fixture("people.csv"));
    let data = TableFile::new(source, &config).load(&mut |_| {}).unwrap();
    assert_eq!(values(&data.test.unwrap()), values(&data.train));
}

#[test]
fn damaged_files_are_refused_whatever_is_wrong_with_them() {
    for file in ["snappy.parquet", "new.parquet", "people.xlsx", "people.ods", "people.json"] {
        let bytes = fs::read(fixture(file)).unwrap();
        let ending = file.rsplit('.').next().unwrap();
        for length in [5, 100, bytes.len() / 2, bytes.len() - 1] {
            let (_directory, path) = written(ending, &bytes[..length]);
            let message = problem(&path, either);
            assert!(message.contains("t.") && !message.contains('\n'), "{file} {length}: {message}");
        }
        // A changed byte may not be noticed, but must not crash.
        for position in (0..bytes.len()).step_by(bytes.len() / 40) {
            let mut changed = bytes.clone();
            changed[position] ^= 0xff;
            let (_directory, path) = written(ending, &changed);
            let _ = open(&path).map(|table| table.read(&either(&table), &Notation::with_marks(&[])).map(drop));
        }
    }
}

#[test]
fn a_format_that_the_file_does_not_have_is_named() {
    if cfg!(feature = "parquet") {
        let message = load(&format!("xlsx:{}", fixture("snappy.parquet").display())).unwrap_err().to_string();
        assert!(message.ends_with("is a table in Parquet, not a workbook; give it as parquet:FILE"), "{message}");
    }
    let (_directory, path) = written("csv", b"a,b\n1,2\n");
    let message = load(&format!("parquet:{}", path.display())).unwrap_err().to_string();
    assert!(message.ends_with("is a table in CSV, not a table in Parquet; give it as csv:FILE"), "{message}");
}

#[test]
fn records_in_json_may_lack_names_and_hold_any_text() {
    let text =
        "{\"a\": 1, \"b\": \"x,\\n\\\"y\"}\n\n{\"b\": \"z\", \"c\": null, \"a\": 1.5e1}\n{\"c\": 9007199254740993}\n";
    let (_directory, path) = written("jsonl", text.as_bytes());
    let table = open(&path).unwrap();
    assert_eq!(table.names, ["a", "b", "c"]);
    let read = table.read(&[Role::Either, Role::Either, Role::Texts], &Notation::with_marks(&[])).unwrap();
    let Column::Numbers(numbers) = &read.columns[0] else { panic!() };
    assert!(numbers[..2] == [1.0, 15.0] && numbers[2].is_nan());
    assert_eq!(texts(&read, 1), [Some("x,\n\"y".into()), Some("z".into()), None]);
    assert_eq!(texts(&read, 2), [None, None, Some("9007199254740993".into())]);
    assert_eq!(*read.lines, [1, 3, 4]);
}

#[test]
fn a_record_that_is_not_one_is_named_by_its_line() {
    for (text, words) in [
        ("{\"a\": 1}\n{\"a\": [1]}\n", "line 2, column \"a\": holds a list; leave the column out with csv.ignore"),
        (
            "{\"a\": 1}\n[1, 2]\n",
            "line 2 is not a record in JSON (invalid type: sequence, expected an object); each must be",
        ),
        ("{\"a\": 1}\n\n{\"a\": NaN}\n", "write null for a missing value"),
        ("{\"a\": 1}\n{\"a\": ", "line 2 is not a record in JSON"),
        ("[{\"a\": 1},", "is cut short: its list does not end"),
        ("", "has no records"),
        ("[]", "has no records"),
    ] {
        let (_directory, path) = written("jsonl", text.as_bytes());
        let message = problem(&path, either);
        assert!(message.contains(words), "{message}");
    }
    assert!(problem(&written("json", "[".repeat(200_000).as_bytes()).1, either).contains("t.json"));
}

#[test]
fn a_folder_needs_the_same_columns_in_all_files_and_may_mix_texts_and_numbers() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
    write("part-2.csv", "b,a\nx,3\n");
    write("part-10.csv", "a,b\n5,6\n");
    write("part-1.csv", "a,b\n1,2\n");
    write("README.md", "about");
    write("_SUCCESS", "");
    let table = open(directory.path()).unwrap();
    assert!(table.notes[0].starts_with("another file in") && table.notes[0].contains("README.md"), "{:?}", table.notes);
    let read = table.read(&[Role::Either; 2], &Notation::with_marks(&[])).unwrap();
    assert_eq!(read.columns[0], Column::Numbers(vec![1.0, 3.0, 5.0]));
    assert_eq!(texts(&read, 1), [Some("2".into()), Some("x".into()), Some("6".into())]);
    assert_eq!(read.lines.place(1), "part-2.csv, line 2");
    write("part-3.csv", "a,c\n1,2\n");
    let message = open(directory.path()).err().unwrap().to_string();
    assert!(
        message.contains("part-3.csv has no column \"b\", which ") && message.contains("part-1.csv has"),
        "{message}"
    );
}
