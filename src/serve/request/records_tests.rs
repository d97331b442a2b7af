use burn_mlp_infer::table::{Categories, ColumnKind, Numbers, Scaling, TableColumn};
use serde_json::json;

use super::*;

fn table(names: [&str; 2]) -> TableSchema {
    let scaling = Scaling::Standard { mean: 40.0, deviation: 10.0 };
    let numeric = ColumnKind::Numeric(Numbers::new(scaling, (10.0, 70.0)));
    let columns = vec![
        TableColumn { name: names[0].into(), kind: numeric },
        TableColumn {
            name: names[1].into(),
            kind: ColumnKind::OneHot(Categories {
                values: vec!["red".into()],
                other: false,
                missing: None,
                indicator: false,
            }),
        },
    ];
    TableSchema {
        targets: vec!["y".into()],
        classes: vec!["a".into(), "b".into()],
        header: true,
        width: 3,
        id: None,
        notation: Default::default(),
        occurrences: Default::default(),
        embedding_size: 0,
        other_encodings: Vec::new(),
        columns,
    }
}

fn read(body: &str) -> Result<Vec<f32>, (u16, String)> {
    of_json(body.as_bytes(), &table(["age", "colour"]), "the body", 3)
        .map(|rows| rows.features)
        .map_err(|error| (error.status.as_u16(), error.message))
}

#[test]
fn rows_are_objects_by_column_name() {
    assert_eq!(read(r#"{"colour": "red", "age": 50}"#).unwrap(), [1.0, 1.0]);
    let two = [1.0, 1.0, -1.0, 0.0];
    assert_eq!(read(r#"[{"age": 50, "colour": "red"}, {"age": "30", "colour": "blue"}]"#).unwrap(), two);
    assert_eq!(read(r#"{"rows": [{"age": 50, "colour": "red"}, {"colour": "x", "age": 3e1}]}"#).unwrap(), two);
    assert_eq!(read(r#"{"id": [1, {"a": []}], "age": 50, "y": null, "colour": "red"}"#).unwrap(), [1.0, 1.0]);
    let read = of_json(br#"{"rows": 50, "colour": "red"}"#, &table(["rows", "colour"]), "the body", 3);
    assert_eq!(read.unwrap().features, [1.0, 1.0], "a column called rows");
}

#[test]
fn the_example_is_a_row() {
    let example = example(&table(["age", "colour"]));
    assert_eq!(Json::Object(example.clone()), json!({"age": 40.0, "colour": "red"}));
    assert_eq!(read(&Json::Object(example).to_string()).unwrap(), [0.0, 1.0]);
}

#[test]
fn a_row_that_cannot_be_used_is_refused_with_its_number_and_column() {
    for (body, expected) in [
        (
            r#"[{"age": 1, "colour": "red"}, {"age": "old", "colour": "red"}]"#,
            "row 2: column \"age\": \"old\" is not a number",
        ),
        (r#"{"age": 1, "color": "red"}"#, "row 1: column \"colour\": the record does not have it; is it \"color\"?"),
        (r#"{"age": [1], "colour": "red"}"#, "row 1: column \"age\": holds a list or an object"),
        (r#"{"rows": [{}]}"#, "row 1: columns \"age\", \"colour\": the record does not have them"),
        (
            r#"{"age": "old", "colour": [1]}"#,
            "row 1: column \"age\": \"old\" is not a number; column \"colour\": holds a list or an object",
        ),
    ] {
        assert_eq!(read(body).unwrap_err(), (400, expected.to_string()));
    }
    let row = r#"{"age": 1, "colour": "red"}"#;
    assert_eq!(read(&format!("[{row}, {row}, {row}]")).unwrap().len(), 6);
    assert_eq!(read(&format!("[{row}, {row}, {row}, {row}]")).unwrap_err().0, 413);
}

#[test]
fn a_body_of_another_form_is_refused_with_an_example() {
    for (body, words) in [
        ("", "EOF"),
        ("3", "expected an object or a list of objects"),
        ("[]", "it has no rows"),
        (r#"{"rows": []}"#, "it has no rows"),
        (r#"{"rows": 3}"#, "expected an object or a list of objects"),
        (r#"[[1, "red"]]"#, "expected an object with values by column name"),
        (r#"{"rows": [{"age": 1, "colour": "red"}], "more": 1}"#, "unknown field `more`, expected `rows`"),
        (r#"{"age": 1, "age": 2, "colour": "red"}"#, "a row has \"age\" twice"),
        (r#"{"age": 1, "colour": "red"} x"#, "trailing characters"),
        (r#"{"age": 1e999, "colour": "red"}"#, "number out of range"),
    ] {
        let (status, message) = read(body).unwrap_err();
        assert_eq!(status, 400, "{body}");
        assert!(message.starts_with(r#"the body is not a row such as {"age":40.0,"colour":"red"}, or a"#), "{message}");
        assert!(message.contains(words), "{body}: {message}");
    }
}
