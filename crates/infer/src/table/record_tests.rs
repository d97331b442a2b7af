use serde_json::json;

use super::*;
use crate::table::{Numbers, Scaling};

fn schema() -> TableSchema {
    let column = |name: &str, kind| TableColumn { name: name.into(), kind };
    let numeric = |mean, deviation, missing| {
        let range = (mean - 2.0 * deviation, mean + 2.0 * deviation);
        let numbers = Numbers::new(Scaling::Standard { mean, deviation }, range);
        ColumnKind::Numeric(Numbers { missing, ..numbers })
    };
    TableSchema {
        targets: vec!["kind".into()],
        classes: vec!["a".into(), "b".into()],
        header: true,
        width: 4,
        id: None,
        notation: Default::default(),
        occurrences: Default::default(),
        embedding_size: 0,
        other_encodings: Vec::new(),
        columns: vec![
            column("age", numeric(40.0, 10.0, None)),
            column(
                "colour",
                ColumnKind::OneHot(Categories {
                    values: vec!["red".into(), "7".into()],
                    other: false,
                    missing: None,
                    indicator: false,
                }),
            ),
            column("size", numeric(0.0, 2.0, Some(6.0))),
        ],
    }
}

fn encode(record: Json) -> Result<Vec<f32>, String> {
    let Json::Object(record) = record else { panic!("an object") };
    schema().encode_record(&record, None, &mut Vec::new())
}

#[test]
fn a_record_is_encoded_column_by_column() {
    let features = encode(json!({"size": 1, "colour": "red", "age": 50, "other": []})).unwrap();
    assert_eq!(features, [1.0, 1.0, 0.0, 0.5]);
    assert_eq!(encode(json!({"size": null, "colour": 7, "age": " 30 "})).unwrap(), [-1.0, 0.0, 1.0, 3.0]);
    assert_eq!(encode(json!({"size": "NA", "colour": "blue", "age": 40})).unwrap(), [0.0, 0.0, 0.0, 3.0]);
}

#[test]
fn an_unusable_record_is_refused_with_its_column() {
    for (record, problem) in [
        (
            json!({"age": 1, "size": 1, "color": "red"}),
            "column \"colour\": the record does not have it; is it \"color\"?",
        ),
        (json!({"age": null, "colour": "red", "size": 1}), "column \"age\": the value is missing"),
        (json!({"age": "old", "colour": "red", "size": 1}), "column \"age\": \"old\" is not a number"),
        (
            json!({"age": 1e300, "colour": "red", "size": 1}),
            "column \"age\": the value is too far from the training values",
        ),
        (json!({"age": [1], "colour": "red", "size": 1}), "column \"age\": holds a list or an object"),
    ] {
        assert_eq!(encode(record).unwrap_err(), problem);
    }
}

#[test]
fn all_that_is_wrong_with_a_record_is_said_at_once() {
    assert_eq!(
        encode(json!({"color": "red", "size": "big"})).unwrap_err(),
        "columns \"age\", \"colour\" (is it \"color\"?): the record does not have them; column \"size\": \"big\" is not a \
         number"
    );
    let mut wide = schema();
    let column = wide.columns[0].clone();
    wide.columns = (1..=9).map(|number| TableColumn { name: format!("x{number}"), ..column.clone() }).collect();
    let refused = |value: Option<&str>| {
        let cells = wide.columns.iter().filter_map(|column| Some((column.name.clone(), json!(value?)))).collect();
        wide.encode_record(&cells, None, &mut Vec::new()).unwrap_err()
    };
    let absent = refused(None);
    assert_eq!(absent, "columns \"x1\", \"x2\", \"x3\", \"x4\", \"x5\" and 4 more: the record does not have them");
    let texts = refused(Some("old"));
    assert!(texts.starts_with("column \"x1\": \"old\" is not a number; column \"x2\": \"old\" is not"), "{texts}");
    assert!(texts.ends_with("column \"x5\": \"old\" is not a number; 4 more columns cannot be used"), "{texts}");
}

#[test]
fn a_number_in_a_text_column_is_the_text_that_was_sent() {
    let mut schema = schema();
    let long = ["9007199254740992", "9007199254740993"].map(String::from).to_vec();
    schema.columns = vec![TableColumn {
        name: "code".into(),
        kind: ColumnKind::OneHot(Categories { values: long, other: false, missing: None, indicator: false }),
    }];
    let mut warnings = Vec::new();
    for (code, features) in [(json!(9007199254740993_u64), [0.0, 1.0]), (json!(1e300), [0.0, 0.0])] {
        let Json::Object(record) = json!({ "code": code }) else { panic!("an object") };
        assert_eq!(schema.encode_record(&record, None, &mut warnings).unwrap(), features);
    }
    assert_eq!(warnings[0].value, "1e+300");
}

#[test]
fn a_row_of_numbers_is_encoded_unless_a_column_holds_text() {
    assert!(
        schema()
            .encode_numbers(&[1.0, 2.0, 3.0], None, &mut Vec::new())
            .unwrap_err()
            .contains("column \"colour\": holds text")
    );
    let mut numeric = schema();
    numeric.columns.remove(1);
    assert_eq!(numeric.encode_numbers(&[50.0, f32::NAN], None, &mut Vec::new()).unwrap(), [1.0, 3.0]);
    assert!(numeric.encode_numbers(&[50.0], None, &mut Vec::new()).unwrap_err().contains("the model takes 2 columns"));
}

#[test]
fn what_is_unlike_the_training_rows_is_counted_with_its_first_row() {
    let mut warnings = Vec::new();
    let records = [
        json!({"age": 61, "colour": "red", "size": 1}),
        json!({"age": 101, "colour": 7.0, "size": null}),
        json!({"age": "-21", "colour": "07", "size": ""}),
        json!({"age": 40, "colour": true, "size": 2, "kind": "c"}),
    ];
    for (row, record) in records.iter().enumerate() {
        let Json::Object(record) = record else { panic!("an object") };
        schema().encode_record(record, Some(row + 1), &mut warnings).unwrap();
    }
    let sentences: Vec<String> = warnings.iter().map(Warning::to_string).collect();
    assert_eq!(
        sentences,
        [
            "column \"age\": 2 values, the first 101 in row 2, lie far outside the training rows, which go from 20 to 60",
            "column \"size\": 2 values, the first in row 2, are missing; 6 is filled in",
            "column \"colour\": \"07\" in row 3 is spelled differently in the training rows; \"07\" is read as \"7\"",
            "column \"colour\": \"true\" in row 4 is not among the values of the training rows; its features are 0",
            "column \"kind\": \"c\" in row 4 is not a class of the model",
        ]
    );
}
