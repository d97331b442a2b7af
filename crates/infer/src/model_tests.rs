use std::fs;

use serde_json::json;

use super::*;
use crate::table::{ColumnKind, Numbers, Scaling, TableColumn, TableSchema};
use crate::{Normalization, test_models};

/// Predicts class "a" for rows whose first feature is positive.
fn model() -> Model {
    test_models::model(test_models::metadata(2))
}

fn table_model() -> Model {
    let column = |name: &str, kind| TableColumn { name: name.into(), kind };
    let table = TableSchema {
        targets: vec!["kind".into()],
        classes: vec!["a".into(), "b".into()],
        header: true,
        width: 3,
        id: None,
        notation: Default::default(),
        occurrences: Default::default(),
        embedding_size: 0,
        other_encodings: Vec::new(),
        columns: vec![
            column(
                "age",
                ColumnKind::Numeric(Numbers::new(Scaling::Standard { mean: 40.0, deviation: 10.0 }, (20.0, 60.0))),
            ),
            column(
                "size",
                ColumnKind::Numeric(Numbers {
                    missing: Some(0.0),
                    ..Numbers::new(Scaling::Standard { mean: 0.0, deviation: 1.0 }, (-2.0, 2.0))
                }),
            ),
        ],
    };
    test_models::model(ModelMetadata { table: Some(table), ..test_models::metadata(2) })
}

#[test]
fn rows_are_normalised_and_predicted_in_order() {
    let pixels = ModelMetadata { normalization: Normalization::DivideBy(2.0), ..test_models::metadata(2) };
    let model = test_models::model(pixels);
    let predicted = model.predict(&[2.0, 0.0, 0.0, 2.0]).unwrap().predictions;
    let classes: Vec<&str> = predicted.iter().filter_map(Prediction::class).collect();
    assert_eq!(classes, ["a", "a"], "equal probabilities go to the lower index");
    let probability = model.predict(&[2.0, 0.0]).unwrap().predictions[0].probability().unwrap();
    assert!((probability - 1.0 / (1.0 + (-1f32).exp())).abs() < 1e-6, "{probability}");
    assert_eq!(model.predict(&[2.0, 0.0]).unwrap().predictions, model.predict_normalized(&[1.0, 0.0]).unwrap());
    assert_eq!(model.predict(&[]).unwrap().predictions, []);
}

#[test]
fn unusable_rows_are_refused_with_their_number() {
    let problem = |rows: &[f32]| model().predict(rows).unwrap_err().to_string();
    assert_eq!(problem(&[1.0]), "the rows are not whole: 1 values are not a multiple of 2");
    assert!(problem(&[1.0, 2.0, f32::NAN, 0.0]).starts_with("row 2: NaN "), "{}", problem(&[1.0, 2.0, f32::NAN, 0.0]));
    let huge = model().predict_normalized(&[f32::INFINITY, 0.0]).unwrap_err();
    assert_eq!(huge.to_string(), "row 1 contains values so large that the network overflows");
}

#[test]
fn a_record_is_predicted_by_column_names() {
    #[derive(Serialize)]
    struct Patient {
        size: Option<f32>,
        age: u8,
    }
    let model = table_model();
    let (old, warnings) = model.predict_record(&Patient { size: None, age: 50 }).unwrap();
    let (young, none) = model.predict_record(&json!({"age": 30, "size": 1})).unwrap();
    assert_eq!((old.class(), young.class(), none), (Some("a"), Some("b"), vec![]));
    assert_eq!(warnings[0].to_string(), "column \"size\": the value is missing; 0 is filled in");
    let rows = model.predict(&[50.0, f32::NAN]).unwrap();
    assert_eq!(old, rows.predictions[0]);
    assert_eq!(rows.warnings[0].to_string(), "column \"size\": the value in row 1 is missing; 0 is filled in");
    let problem = model.predict_record(&json!({"size": 1})).unwrap_err().to_string();
    assert_eq!(problem, "the record: column \"age\": the record does not have it");
    assert!(model.predict_record(&[1, 2]).unwrap_err().to_string().contains("must be a map or struct"));
    assert!(super::tests::model().predict_record(&json!({})).unwrap_err().to_string().contains("rows of 2 numbers"));
}

#[test]
fn a_run_directory_and_its_file_are_the_same_model() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let file = test_models::file(test_models::metadata(2));
    fs::write(path.join(MODEL_FILE), &file).unwrap();
    assert!(Model::load(path).unwrap_err().to_string().contains("run.json cannot be read"));
    fs::write(path.join(RUN_FILE), r#"{"identity_hash": "", "data": {"hash": ""}, "more": 1}"#).unwrap();
    assert_eq!(Model::load(path).unwrap(), model());
    assert_eq!(Model::load(path.join(MODEL_FILE)).unwrap(), model());
    fs::write(path.join(RUN_FILE), r#"{"identity_hash": "1", "data": {"hash": ""}}"#).unwrap();
    assert!(Model::load(path).unwrap_err().to_string().contains("is the model of another run"));
    assert!(matches!(Model::load(path.join("none")), Err(Error::Model { .. })));
}

#[test]
fn a_damaged_file_is_refused_wherever_the_damage_is() {
    let whole = test_models::file(test_models::metadata(2));
    for length in 0..whole.len() {
        assert!(Model::from_bytes(&whole[..length]).is_err(), "{length} bytes");
    }
    for byte in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[byte] ^= 1;
        let error = Model::from_bytes(&damaged).unwrap_err();
        assert!(error.to_string().contains("is damaged"), "byte {byte}: {error}");
    }
}
