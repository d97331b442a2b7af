use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::config::{MissingValues, NumberScaling, TableFormat};
use burn_mlp_infer::Truths;

pub(super) const IRIS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/iris.csv");

pub(super) fn load(path: impl Into<PathBuf>, change: impl FnOnce(&mut RunConfig)) -> Result<Dataset> {
    let mut config = RunConfig::default();
    change(&mut config);
    TableFile::new(SourceName::Table(TableFormat::Csv, path.into()), &config).load(&mut |_| {})
}

pub(super) fn written(text: &str) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t.csv");
    fs::write(&path, text).unwrap();
    (directory, path)
}

/// Loads a table of this text.
pub(super) fn load_text(text: &str, change: impl FnOnce(&mut RunConfig)) -> Result<Dataset> {
    let (_directory, path) = written(text);
    load(path, change)
}

/// Returns the error for a table of this text, with its path replaced.
pub(super) fn problem(text: &str, change: impl FnOnce(&mut RunConfig)) -> String {
    let (_directory, path) = written(text);
    let message = load(&path, change).unwrap_err().to_string();
    message.replace(&path.display().to_string(), "t.csv")
}

/// Twelve rows of alternating classes; `row` returns the other columns by the row's number.
pub(super) fn twelve(row: impl Fn(usize) -> String) -> String {
    (0..12).map(|number| format!("{},{}\n", row(number), ["a", "b"][number % 2])).collect()
}

#[test]
fn iris_has_three_classes_and_a_stratified_test_set() {
    let data = load(IRIS, |_| ()).unwrap();
    assert_eq!((data.train.len(), data.test.as_ref().unwrap().len(), data.train.dimension()), (120, 30, 4));
    assert_eq!(data.class_names, ["setosa", "versicolor", "virginica"]);
    let of_class = |class| data.test.as_ref().unwrap().labels().iter().filter(|&&label| label == class).count();
    assert_eq!([0, 1, 2].map(of_class), [10; 3]);
    assert_eq!(data.notes, ["the target is in the last column, class; choose another with --target"]);
}

#[test]
fn a_column_is_selected_by_name_or_number() {
    let text = "class,x,\"y, z\",w\n".to_string()
        + &(0..12).map(|row| format!("{},{row}.5,{row}.25,q\n", row % 2)).collect::<String>();
    let data = load_text(&text, |config| {
        config.csv.target = "class".into();
        config.csv.ignore = vec!["y, z".into(), "4".into()];
    });
    let table = data.unwrap().table.unwrap();
    assert_eq!((table.feature_names(), table.targets[0].as_str(), table.width), (vec!["x".to_string()], "class", 4));
    let message = problem(&text, |config| config.csv.target = "klass".into());
    assert_eq!(message, r#"csv.target: "klass" is not a column of t.csv, which has "class", "x", "y, z", "w""#);
    let message = problem(&text, |config| config.csv.ignore = vec!["x".into(), "9".into()]);
    assert!(message.starts_with("csv.ignore: \"9\" is not a column of t.csv"), "{message}");
    assert!(problem(&text, |config| config.csv.target = "w".into()).contains("has one class: every row is \"q\""));
}

#[test]
fn the_classes_are_in_the_last_column_that_is_not_ignored() {
    let text = "x,class,remark\n".to_string() + &twelve(|row| row.to_string()).replace('\n', ",fine\n");
    let data = load_text(&text, |config| config.csv.ignore = vec!["remark".into()]).unwrap();
    assert_eq!(data.class_names, ["a", "b"]);
}

#[test]
fn columns_without_names_are_numbered() {
    let data = load_text(&twelve(|row| format!("{row}.5,red")), |_| ()).unwrap();
    assert!(
        data.notes[1].starts_with("the first line has no column names, so columns are called 1 to 3;"),
        "{:?}",
        data.notes
    );
    let table = data.table.unwrap();
    assert_eq!((table.header, table.targets[0].as_str()), (false, "3"));
    assert_eq!(table.feature_names(), ["1"], "the other has one value");
}

#[test]
fn an_unnamed_index_is_left_out_and_a_named_one_reported() {
    let unnamed =
        load_text(&(",x,class\n".to_string() + &twelve(|row| format!("{row},{}", row * row))), |_| ()).unwrap();
    assert_eq!(unnamed.table.unwrap().feature_names(), ["x"]);
    assert!(unnamed.notes[1].contains("column 1 has no name and only counts the rows; it is left out"));
    let named =
        load_text(&("Id,x,class\n".to_string() + &twelve(|row| format!("{row},{}", row * row))), |_| ()).unwrap();
    assert_eq!(named.train.dimension(), 2);
    assert!(named.notes[1].contains("column Id only counts the rows"), "{:?}", named.notes);
}

#[test]
fn numbers_in_categorical_columns_are_text() {
    let text = "code,class\n".to_string() + &twelve(|row| (row % 3).to_string());
    let data = load_text(&text, |config| config.csv.categorical = vec!["code".into()]).unwrap();
    assert_eq!(data.table.unwrap().feature_names(), ["code=0", "code=1", "code=2"]);
    assert_eq!(data.notes.len(), 1, "{:?}", data.notes);
}

#[test]
fn text_in_a_column_of_numbers_is_reported() {
    let text = "x,class\n".to_string() + &twelve(|row| if row == 7 { "o".into() } else { (row % 2).to_string() });
    let data = load_text(&text, |_| ()).unwrap();
    assert!(
        data.notes.contains(
            &"column x is text because 1 of its 12 values is not a number: \"o\" in line 9; if it marks a missing value, use \
              --set csv.na=auto,o"
                .to_string()
        ),
        "{:?}",
        data.notes
    );
}

#[test]
fn unusable_tables_are_refused() {
    for (text, words) in [
        ("", "t.csv is empty"),
        ("\n\n", "t.csv is empty"),
        ("x,class\n", "t.csv has no rows below its first line"),
        ("x\n1\n2\n", "t.csv has 1 column; it needs a target and a feature"),
        (
            "x,x,class\n1,2,a\n3,4,b\n5,6,a\n7,8,b\n",
            "t.csv: columns 1 and 2 are both called \"x\"; rename one, or leave it out by its number when you train: --set csv.ignore=2",
        ),
        ("x,class\n1,a\n2\n", "t.csv: line 3 has 1 column where the first has 2"),
        ("x,y\n1,1.5\n2,1.5\n3,1.5\n4,1.5\n", "has one class: every row is \"1.5\""),
    ] {
        let message = problem(text, |_| ());
        assert!(message.contains(words), "{text:?}: {message}");
    }
    let two = "x,class\n1,a\n2,b\n3,a\n4,b\n";
    assert!(problem(two, |config| config.split.valid = 0.1).starts_with("split.valid: 0.1 of 3 rows leaves"));
    let message = problem(two, |config| config.csv.test_fraction = 0.05);
    assert_eq!(message, "csv.test_fraction: 0.05 of 4 rows leaves no row to test; set another fraction, or 0 for none");
    let message = problem(two, |config| config.csv.ignore = vec!["x".into()]);
    assert_eq!(message, "t.csv has no column left as a feature; see csv.ignore");
    let message = problem(two, |config| {
        (config.csv.target, config.csv.ignore) = ("class".into(), vec!["class".into()]);
    });
    assert_eq!(message, "csv.ignore: \"class\" is the target and cannot be left out");
}

mod later_rows {
    use super::*;

    fn schema() -> TableSchema {
        let text = "x,colour,class\n".to_string() + &twelve(|row| format!("{row},{}", ["red", "blue"][row / 2 % 2]));
        let set = |config: &mut RunConfig| {
            (config.csv.scaling, config.csv.missing) = (NumberScaling::None, MissingValues::Refuse)
        };
        load_text(&text, set).unwrap().table.unwrap()
    }

    fn read(schema: &TableSchema, text: &str) -> Result<crate::data::TableRows> {
        Ok(schema.read_features(text.as_bytes(), "rows.csv")?)
    }

    #[test]
    fn columns_may_be_in_any_order_with_or_without_the_target_and_with_any_delimiter() {
        let schema = schema();
        assert_eq!(schema.feature_names(), ["x", "colour=blue", "colour=red"]);
        let rows = read(&schema, "class,colour,x\nb,red,1.5\n?,blue,2\nnew,red,3\n").unwrap();
        assert_eq!(rows.features, [1.5, 0.0, 1.0, 2.0, 1.0, 0.0, 3.0, 0.0, 1.0]);
        assert_eq!((rows.rows, rows.truths), (3, Some(Truths::Classes(vec![Some(1), None, None]))));
        assert_eq!(*rows.lines, [2, 3, 4]);
        let rows = read(&schema, "more;x;colour\r\n\"1;2\";-1;blue\r\n").unwrap();
        assert_eq!((rows.features, rows.truths), (vec![-1.0, 1.0, 0.0], None));
        assert_eq!(read(&schema, "x,colour\n").unwrap().rows, 0);
    }

    #[test]
    fn values_unlike_the_training_rows_are_counted_with_their_first_line() {
        let text = "x,colour\n1,green\n2,red\n-40,red\n900,green\n";
        let rows = read(&schema(), text).unwrap();
        assert_eq!(rows.features[..6], [1.0, 0.0, 0.0, 2.0, 0.0, 1.0]);
        let sentences: Vec<String> = rows.warnings.iter().map(|warning| warning.to_string()).collect();
        assert_eq!(
            sentences,
            [
                "column \"x\": 2 values, the first -40 in line 4, lie far outside the training rows, which go from 0 to 10",
                "column \"colour\": 2 values, the first \"green\" in line 2, are not among the values of the training \
                 rows; their features are 0",
            ]
        );
    }

    #[test]
    fn the_rows_before_one_that_cannot_be_used_are_read() {
        let schema = schema();
        for (rest, problem) in [
            ("3,red,9\n4,red\n", "line 4 has 3 columns where the first has 2"),
            ("x,red\n4,red\n", "line 4, column \"x\": \"x\" is not a number"),
            (",red\n4,red\n5\n", "line 4, column \"x\": the value is missing; complete it"),
            ("1e39,red\n,red\n", "line 4, column \"x\": \"1e39\" is infinite or too large"),
        ] {
            let text = format!("x,colour\n1,red\n2,pink\n{rest}");
            let (rows, result) = schema.read_features_before_damage(text.as_bytes(), "rows.csv").unwrap();
            assert_eq!((rows.rows, &rows.lines[..], rows.warnings.len()), (2, &[2, 3][..], 1), "{rest}");
            let message = result.unwrap_err().to_string();
            assert!(message.contains(problem), "{message}");
        }
    }

    #[test]
    fn mismatches_are_reported_by_line_and_column() {
        let schema = schema();
        for (text, words) in [
            ("y\n1\n", "rows.csv has no columns \"x\", \"colour\"; its first line has \"y\""),
            ("x,color\n1,red\n", "rows.csv has no column \"colour\"; its first line has \"x\", \"color\""),
            ("x,colour\n1,red\n,red\n", "rows.csv: line 3, column \"x\": the value is missing"),
            ("x,colour\nten,red\n", "rows.csv: line 2, column \"x\": \"ten\" is not a number"),
            ("x,x,colour\n1,2,red\n", "columns 1 and 2 are both called \"x\""),
        ] {
            let message = read(&schema, text).unwrap_err().to_string();
            assert!(message.contains(words), "{message}");
        }
    }

    #[test]
    fn unnamed_columns_are_those_of_the_training_file() {
        let text: String = (0..12).map(|row| format!("{row},{},{}\n", ["a", "b"][row % 2], row * 2)).collect();
        let set = |config: &mut RunConfig| (config.csv.target, config.csv.scaling) = ("2".into(), NumberScaling::None);
        let schema = load_text(&text, set).unwrap().table.unwrap();
        let rows = read(&schema, "1,b,2\n3,a,6\n").unwrap();
        assert_eq!(
            (rows.features, rows.truths),
            (vec![1.0, 2.0, 3.0, 6.0], Some(Truths::Classes(vec![Some(1), Some(0)])))
        );
        assert_eq!(read(&schema, "1,2\n3,6\n").unwrap().features, [1.0, 2.0, 3.0, 6.0]);
        let named = read(&schema, "1,2\n5.5,3.5\n4.5,2.5\n").unwrap();
        assert_eq!(named.features, [5.5, 3.5, 4.5, 2.5]);
        let warning = "the first line, \"1\", \"2\", is not read as a row, since it numbers the columns";
        assert_eq!(named.warnings[0].to_string(), warning);
        let row = read(&schema, "1,2\n3,6\n").unwrap();
        let warning = "the first line, \"1\", \"2\", is read as a row; if it only numbers the columns, remove it";
        assert_eq!(row.warnings[0].to_string(), warning);
        let message = read(&schema, "1\n").unwrap_err().to_string();
        assert!(message.contains("has 1 column(s); the model was trained on a table of 3, or 2 without the classes"));
    }

    #[test]
    fn a_schema_reads_back_from_its_json() {
        let schema = schema();
        let json = serde_json::to_string(&schema).unwrap();
        assert_eq!(serde_json::from_str::<TableSchema>(&json).unwrap(), schema);
        schema.check().unwrap();
        assert!(TableSchema { columns: Vec::new(), ..schema }.check().is_err());
    }
}
