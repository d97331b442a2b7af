use std::fs;
use std::path::Path;

use super::tests::written;
use crate::Result;
use crate::config::{Layers, RunConfig, Source as SourceName};
use crate::data::{Dataset, Features, Source, TableFile};

/// Twelve rows of numbers as they are written in Germany, with a unit, a class, and names above.
pub(super) fn rows() -> Vec<Vec<String>> {
    let row =
        |row: usize| vec![format!("{row},5"), format!("1.{row:03},25"), format!("{row} %"), ["a", "b"][row % 2].into()];
    [["x", "y", "z", "class"].map(String::from).to_vec()].into_iter().chain((0..12).map(row)).collect()
}

pub(super) fn csv(rows: &[Vec<String>]) -> String {
    rows.iter().map(|row| format!("{}\n", row.join(";"))).collect()
}

fn json_lines(rows: &[Vec<String>]) -> String {
    let record = |row: &Vec<String>| {
        let entries = rows[0].iter().zip(row).map(|(name, value)| format!("\"{name}\": \"{value}\""));
        format!("{{{}}}\n", entries.collect::<Vec<_>>().join(", "))
    };
    rows[1..].iter().map(record).collect()
}

pub(super) fn load_with(path: &Path, settings: &[&str]) -> Result<Dataset> {
    let settings = settings.iter().fold(Layers::new().set("csv.scaling=none"), |layers, text| layers.set(text));
    let mut config = RunConfig { ..settings.resolve().unwrap() };
    config.data.source = path.display().to_string();
    let (config, _) = crate::data::recognise(config)?;
    TableFile::new(config.data.source.parse::<SourceName>()?, &config).load(&mut |_| {})
}

pub(super) fn load(path: &Path) -> Dataset {
    load_with(path, &[]).unwrap()
}

fn floats(data: &Dataset) -> Vec<f32> {
    let Features::Floats(values) = data.train.features() else { panic!() };
    values.clone()
}

#[test]
fn decimal_marks_thousands_and_units_are_detected_in_every_format() {
    let rows = rows();
    let (directory, single) = written("csv", csv(&rows).as_bytes());
    let expected = load(&single);
    let schema = expected.table.as_ref().unwrap();
    assert_eq!(schema.feature_names(), ["x", "y", "z"]);
    assert_eq!((schema.notation.decimal, schema.notation.thousands), (',', Some('.')));
    assert_eq!(floats(&expected)[..3], [0.5, 1000.25, 0.0]);
    let folder = directory.path().join("parts");
    fs::create_dir(&folder).unwrap();
    // The first file alone does not tell what the points are.
    let part = |numbers: std::ops::Range<usize>| csv(&[&rows[..1], &rows[numbers]].concat());
    fs::write(folder.join("1.csv"), part(1..5)).unwrap();
    fs::write(folder.join("2.csv"), part(5..13)).unwrap();
    let (_directory, records) = written("jsonl", json_lines(&rows).as_bytes());
    for path in [folder, records] {
        assert_reads_as(&path, &expected);
    }
}

/// Asserts that the file at `path` has the same rows as `expected`, written in the same way.
pub(super) fn assert_reads_as(path: &Path, expected: &Dataset) {
    let data = load(path);
    assert_eq!((&data.table, floats(&data)), (&expected.table, floats(expected)), "{}", path.display());
    let note = "numbers are read with a decimal comma and points between thousands";
    assert!(data.notes.iter().any(|text| text.starts_with(note)), "{:?}", data.notes);
    assert!(data.notes.iter().any(|text| text.contains("with the unit \"%\"")), "{:?}", data.notes);
}

#[test]
fn a_setting_decides_what_is_ambiguous_in_every_format() {
    let row = |row: usize| vec![format!("{},234", row + 1), ["a", "b"][row % 2].into()];
    let rows: Vec<Vec<String>> =
        [["x", "class"].map(String::from).to_vec()].into_iter().chain((0..12).map(row)).collect();
    let (_directory, path) = written("jsonl", json_lines(&rows).as_bytes());
    let message = load_with(&path, &[]).unwrap_err().to_string();
    assert!(message.contains("say which with --set csv.decimal=comma or --set csv.thousands=comma"), "{message}");
    assert_eq!(floats(&load_with(&path, &["csv.decimal=comma"]).unwrap())[0], 1.234);
    assert_eq!(floats(&load_with(&path, &["csv.thousands=comma"]).unwrap())[0], 1234.0);
}

#[test]
fn a_later_file_may_write_its_numbers_otherwise_if_that_is_unambiguous() {
    let plain: String = (0..12).map(|row| format!("{row}.5;{}\n", ["a", "b"][row % 2])).collect();
    let (directory, path) = written("csv", format!("x;class\n{plain}").as_bytes());
    let later = |text: &str| {
        let test = directory.path().join("test.csv");
        fs::write(&test, text).unwrap();
        load_with(&path, &[&format!("csv.test={}", test.display())])
    };
    let data = later("x;class\n1,5;a\n2,25;b\n").unwrap();
    let Features::Floats(values) = data.test.as_ref().unwrap().features() else { panic!() };
    assert_eq!(values, &[1.5, 2.25]);
    let note = "column \"x\": numbers such as \"1,5\" are read with a decimal comma, other than in training";
    assert!(data.notes.iter().any(|text| text.ends_with(note)), "{:?}", data.notes);
    let message = later("x;class\n1,234;a\n2,345;b\n").unwrap_err().to_string();
    let problem = "column \"x\": \"1,234\" is a number with a decimal comma or with a comma between thousands; write it as \
                   the training file does, with a decimal point";
    assert!(message.ends_with(problem), "{message}");
    let message = later("x;class\n1,5;a\n2.25;b\n").unwrap_err().to_string();
    assert!(message.contains("line 2, column \"x\": \"1,5\" is not a number"), "{message}");
    let message = later("x;class\n1.5;a\nmany;b\n").unwrap_err().to_string();
    assert!(message.contains("line 3, column \"x\": \"many\" is not a number"), "{message}");
    // As `predict` reads it.
    let schema = data.table.unwrap();
    let rows = schema.read_features("x\n1,5\n".as_bytes(), "rows.csv");
    assert!(rows.is_err(), "a comma is the delimiter");
    let rows = schema.read_features("x;y\n1,5;2\n".as_bytes(), "rows.csv").unwrap();
    assert_eq!((rows.features, rows.warnings[0].unlike.name()), (vec![1.5], "notation"));
}

/// Twelve rows of numbers, the eighth of which is `odd`, and a class.
pub(super) fn mixed_rows(odd: &str) -> Vec<Vec<String>> {
    let value = |row: usize| if row == 7 { odd.to_string() } else { row.to_string() };
    let rows = (0..12).map(|row| vec![value(row), ["a", "b"][row % 2].to_string()]);
    [["x", "class"].map(String::from).to_vec()].into_iter().chain(rows).collect()
}

/// Asserts that a note names the place of the text in [`mixed_rows`].
pub(super) fn assert_notes_mixed(path: &Path, place: &str) {
    let notes = load(path).notes;
    let note = format!("values is not a number: \"many\" in {place}");
    assert!(
        notes.iter().any(|text| text.starts_with("column x is text because 1 of its") && text.contains(&note)),
        "{notes:?}"
    );
}

#[test]
fn a_mixed_column_is_placed_by_line_or_row_and_file() {
    let (directory, path) = written("jsonl", json_lines(&mixed_rows("many")).as_bytes());
    assert_notes_mixed(&path, "line 8;");
    let folder = directory.path().join("parts");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("1.csv"), csv(&mixed_rows("7"))).unwrap();
    fs::write(folder.join("2.csv"), csv(&mixed_rows("many"))).unwrap();
    assert_notes_mixed(&folder, "2.csv, line 9;");
}

#[test]
fn missing_values_that_would_fill_memory_are_refused() {
    // Records of which each has another name.
    let records: String = (0..5000).map(|row| format!("{{\"name{row}\": 1, \"class\": \"a\"}}\n")).collect();
    let (_directory, path) = written("jsonl", records.as_bytes());
    let message = load_with(&path, &[]).unwrap_err().to_string();
    assert!(message.ends_with("has 5000 rows of 5001 columns, nearly all of them empty"), "{message}");
}
