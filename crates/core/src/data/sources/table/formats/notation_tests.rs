use std::fs;
use std::path::Path;

use super::tests::written;
use crate::Result;
use crate::config::{Layers, RunConfig, Source as SourceName};
use crate::data::{Dataset, Features, Source, TableFile};

/// Twelve rows of numbers as they are written in Germany, with a unit, a class, and names above.
fn rows() -> Vec<Vec<String>> {
    let row =
        |row: usize| vec![format!("{row},5"), format!("1.{row:03},25"), format!("{row} %"), ["a", "b"][row % 2].into()];
    [["x", "y", "z", "class"].map(String::from).to_vec()].into_iter().chain((0..12).map(row)).collect()
}

fn csv(rows: &[Vec<String>]) -> String {
    rows.iter().map(|row| format!("{}\n", row.join(";"))).collect()
}

fn json_lines(rows: &[Vec<String>]) -> String {
    let record = |row: &Vec<String>| {
        let entries = rows[0].iter().zip(row).map(|(name, value)| format!("\"{name}\": \"{value}\""));
        format!("{{{}}}\n", entries.collect::<Vec<_>>().join(", "))
    };
    rows[1..].iter().map(record).collect()
}

fn load_with(path: &Path, settings: &[&str]) -> Result<Dataset> {
    let settings = settings.iter().fold(Layers::new().set("csv.standardize=false"), |layers, text| layers.set(text));
    let mut config = RunConfig { ..settings.resolve().unwrap() };
    config.data.source = path.display().to_string();
    let (config, _) = crate::data::recognise(config)?;
    TableFile::new(config.data.source.parse::<SourceName>()?, &config).load(&mut |_| {})
}

fn load(path: &Path) -> Dataset {
    load_with(path, &[]).unwrap()
}

fn floats(data: &Dataset) -> Vec<f32> {
    let Features::Floats(values) = data.train.features() else { panic!() };
    values.clone()
}

#[test]
fn decimal_marks_thousands_and_units_are_detected_alike_in_every_format() {
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
    let mut paths = vec![folder, records];
    #[cfg(feature = "workbooks")]
    let (_other, book) = written("xlsx", &super::test_workbook::of_texts(&rows));
    #[cfg(feature = "workbooks")]
    paths.push(book);
    for path in paths {
        let data = load(&path);
        assert_eq!((data.table.as_ref(), floats(&data)), (Some(schema), floats(&expected)), "{}", path.display());
        let note = "numbers are read with a decimal comma and points between thousands";
        assert!(data.notes.iter().any(|text| text.starts_with(note)), "{:?}", data.notes);
        assert!(data.notes.iter().any(|text| text.contains("with the unit \"%\"")), "{:?}", data.notes);
    }
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

#[test]
fn a_mixed_column_is_placed_by_line_or_row_and_file() {
    let values = |odd: &str| -> Vec<String> {
        (0..12).map(|row| if row == 7 { odd.to_string() } else { row.to_string() }).collect()
    };
    let rows = |odd: &str| -> Vec<Vec<String>> {
        let rows = values(odd).into_iter().enumerate().map(|(row, value)| vec![value, ["a", "b"][row % 2].to_string()]);
        [["x", "class"].map(String::from).to_vec()].into_iter().chain(rows).collect()
    };
    let noted = |path: &Path, place: &str| {
        let notes = load(path).notes;
        let note = format!("column x is text because of \"many\" in {place}");
        assert!(notes.iter().any(|text| text.starts_with(&note)), "{notes:?}");
    };
    let (directory, path) = written("jsonl", json_lines(&rows("many")).as_bytes());
    noted(&path, "line 8;");
    let folder = directory.path().join("parts");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("1.csv"), csv(&rows("7"))).unwrap();
    fs::write(folder.join("2.csv"), csv(&rows("many"))).unwrap();
    noted(&folder, "2.csv, line 9;");
    #[cfg(feature = "workbooks")]
    {
        let (_directory, path) = written("xlsx", &super::test_workbook::of_texts(&rows("many")));
        noted(&path, "row 9;");
    }
}

#[test]
#[cfg(feature = "workbooks")]
fn a_workbook_names_rows_below_a_title_and_formulas_without_values() {
    use super::test_workbook::{place, text, workbook};
    // A title, an empty row, the names in row 3, and a formula that openpyxl has not computed in row 6.
    let row = |row: usize| {
        let cells = match row {
            1 => text("A1", "Measured in 2020"),
            2 => String::new(),
            3 => ["x", "n", "class"].iter().enumerate().map(|(column, name)| text(&place(column, 3), name)).collect(),
            6 => text("A6", "1") + "<c r=\"B6\"><f>A5+1</f><v></v></c>" + &text("C6", "a"),
            row => {
                text(&place(0, row), &row.to_string())
                    + &text(&place(1, row), "5")
                    + &text(&place(2, row), ["a", "b"][row % 2])
            }
        };
        format!("<row r=\"{row}\">{cells}</row>")
    };
    let (_directory, path) = written("xlsx", &workbook(&(1..16).map(row).collect::<String>()));
    let message = load_with(&path, &[]).unwrap_err().to_string();
    let problem = "row 6, column \"n\": the value of the formula is not saved; open the workbook in a spreadsheet program \
                   and save it";
    assert!(message.ends_with(problem), "{message}");
    let data = load_with(&path, &["csv.ignore=n"]).unwrap();
    assert_eq!(data.table.unwrap().feature_names(), ["x"]);
    let note = "the table begins in row 3; what is above it, \"Measured in 2020\"";
    assert!(data.notes.iter().any(|text| text.starts_with(note)), "{:?}", data.notes);
}

#[test]
fn missing_values_that_would_fill_memory_are_refused() {
    // Records of which each has another name.
    let records: String = (0..5000).map(|row| format!("{{\"name{row}\": 1, \"class\": \"a\"}}\n")).collect();
    let (_directory, path) = written("jsonl", records.as_bytes());
    let message = load_with(&path, &[]).unwrap_err().to_string();
    assert!(message.ends_with("has 5000 rows of 5001 columns, nearly all of them empty"), "{message}");
    #[cfg(feature = "workbooks")]
    {
        use super::test_workbook::{text, workbook};
        let row = |row: usize| format!("<row r=\"{row}\">{}</row>", text(&format!("XFD{row}"), "x"));
        let first = format!("<row r=\"1\">{}</row>", text("A1", "x"));
        let rows: String = (2..5000).map(row).collect();
        let (_directory, path) = written("xlsx", &workbook(&(first + &rows)));
        let message = load_with(&path, &[]).unwrap_err().to_string();
        let problem = "has 4999 rows of 16384 columns, nearly all of them empty; delete stray cells beside the table";
        assert!(message.ends_with(problem), "{message}");
    }
}
