use super::*;
use crate::config::RunConfig;
use crate::data::{Dataset, Features, Samples};
use burn_mlp_infer::Normalization;

fn metadata() -> ModelMetadata {
    let samples = Samples::new(Features::Floats(vec![0.0; 2]), vec![0], 2).unwrap();
    let data = Dataset::new("test", samples, None, vec!["a".into(), "b".into()], None).unwrap();
    let normalization = Normalization::DivideBy(16.0);
    ModelMetadata { normalization, ..crate::data::model_metadata(&RunConfig::default(), &data, &[]) }
}

fn json(body: &str) -> Result<Vec<f32>, (u16, String)> {
    let read = of_json(body.as_bytes(), &metadata(), "the body", 3);
    read.map(|rows| rows.features).map_err(|error| (error.status.as_u16(), error.message))
}

#[test]
fn rows_are_normalised_and_concatenated() {
    assert_eq!(json(r#"{"features": [[0, 16], [4.0, 8e0]]}"#).unwrap(), [0.0, 1.0, 0.25, 0.5]);
    assert_eq!(json(r#"{"features": [[0,1],[0,1],[0,1]]}"#).unwrap().len(), 6);
    assert_eq!(of_csv(b"a,b\n0,16\n4,8\n", &metadata(), "the body", 3).unwrap().features, [0.0, 1.0, 0.25, 0.5]);
}

#[test]
fn too_many_rows_are_refused() {
    let many = json(r#"{"features": [[0,1],[0,1],[0,1],[0,1]]}"#).unwrap_err();
    assert_eq!((many.0, many.1.contains("more than 3 rows")), (413, true), "{}", many.1);
    assert_eq!(of_csv("0,1\n".repeat(4).as_bytes(), &metadata(), "the body", 3).unwrap_err().status.as_u16(), 413);
    assert_eq!(of_csv("0,1\n".repeat(3).as_bytes(), &metadata(), "the body", 3).unwrap().features.len(), 6);
}

#[test]
fn an_invalid_row_is_reported_with_its_number() {
    for (body, words) in [
        (r#"{"features": [[0, 1], [0]]}"#, "row 2: has 1 values, the model takes 2"),
        (r#"{"features": [[0, 1, 2]]}"#, "row 1: has more than the 2 values"),
        (r#"{"features": [[0, 17]]}"#, "row 1: 17 is outside the pixels' range from 0 to 16"),
        (r#"{"features": [[0, 1e99]]}"#, "number out of range"),
        (r#"{"features": [0, 1]}"#, "expected a row of 2 numbers"),
        (r#"{"features": []}"#, "no rows"),
        (r#"{"features": [[0, null]]}"#, "null"),
        (r#"{"features": [[0, 1]]} x"#, "trailing"),
        (r#"{"rows": [[0, 1]]}"#, "unknown field `rows`, expected `features`"),
        ("{}", "missing field `features`"),
        ("[1, 2]", "an object with \"features\""),
        ("", "EOF"),
    ] {
        let (status, message) = json(body).unwrap_err();
        assert_eq!(status, 400, "{body}");
        assert!(message.contains(words), "{body}: {message}");
    }
    let error = of_csv(b"0,1\n0,x\n", &metadata(), "the body", 3).unwrap_err();
    assert_eq!(error.message, "the body: line 2: column 2: \"x\" is not a number");
}
