use std::fs;

use burn_mlp_infer::{Activation, Architecture, Dropout, ImageShape, Normalization};
use image::{GrayImage, Luma};
use tempfile::TempDir;

use super::*;
use crate::config::DataConfig;
use crate::data::{ColumnKind, TableColumn, TableSchema};

fn metadata(features: usize, classes: &[&str]) -> ModelMetadata {
    let dropout = Dropout::Rate(0.0);
    let model = Architecture { hidden: vec![3], activation: Activation::Relu, batch_norm: false, dropout };
    let class_names = classes.iter().map(|class| class.to_string()).collect();
    ModelMetadata::new(model, features, burn_mlp_infer::Task::Classification { class_names })
}

fn table_model() -> ModelMetadata {
    let kind =
        ColumnKind::Numeric { mean: 1.0, deviation: 2.0, lowest: 0.0, highest: 9.0, missing: None, indicator: false };
    let table = TableSchema {
        targets: vec!["kind".into()],
        classes: vec!["a".into(), "b".into()],
        header: true,
        width: 2,
        id: None,
        notation: Default::default(),
        occurrences: Default::default(),
        columns: vec![TableColumn { name: "x".into(), kind }],
    };
    ModelMetadata { table: Some(table), ..metadata(1, &["a", "b"]) }
}

fn read(source: String, metadata: &ModelMetadata) -> Result<NewRows> {
    let data = DataConfig { source, ..RunConfig::default().data };
    NewRows::read(&RunConfig { data, ..RunConfig::default() }, metadata, &mut |_| {})
}

fn read_table(text: &str, metadata: &ModelMetadata) -> Result<NewRows> {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("t.csv");
    fs::write(&path, text).unwrap();
    read(format!("csv:{}", path.display()), metadata)
}

#[test]
fn a_table_is_encoded_like_the_training_rows_and_rows_without_a_class_are_left_out() {
    let rows = read_table("kind;x\nb;3\n;5\na;900\na;1\na;1\na;1\n", &table_model()).unwrap();
    assert_eq!(
        (rows.samples.labels(), rows.samples.to_floats()),
        (&[1, 0, 0, 0, 0][..], vec![1.0, 449.5, 0.0, 0.0, 0.0])
    );
    assert!(
        rows.notes[0].contains("the row in line 3 has no value in the target column kind; it is left out"),
        "{:?}",
        rows.notes
    );
    assert!(rows.warnings[0].to_string().starts_with("column \"x\": 900 in line 4 lies far outside"));
}

#[test]
fn a_table_without_usable_classes_is_refused() {
    for (text, problem) in [
        ("x\n1\n", "has no column \"kind\" with the classes"),
        ("x,kind\n1,a\n2,c\n3,c\n", "line 3, column \"kind\": \"c\" is not a class of the training rows"),
        ("x,kind\n1,\n", "1 of 1 rows have no value in the target column \"kind\""),
        ("x,kind\nz,a\n", "line 2, column \"x\": \"z\" is not a number"),
    ] {
        let message = read_table(text, &table_model()).unwrap_err().to_string();
        assert!(message.contains(problem), "{message}");
    }
    assert!(read("digits".into(), &table_model()).unwrap_err().to_string().contains("name a table"));
}

#[test]
fn rows_of_pixels_have_their_classes_in_a_named_column() {
    let pixels = ModelMetadata { normalization: Normalization::DivideBy(16.0), ..metadata(2, &["3", "8"]) };
    let rows = read_table("label,p0,p1\n8,0,16\n3.0,8,0\n", &pixels).unwrap();
    assert_eq!((rows.samples.labels(), rows.samples.to_floats()), (&[1, 0][..], vec![0.0, 1.0, 0.5, 0.0]));
    assert!(read_table("label,p0,p1\n9,0,16\n", &pixels).unwrap_err().to_string().contains("not a class of the model"));
}

#[test]
fn folders_of_images_have_the_classes_that_they_are_named_after() {
    let model = ModelMetadata {
        image_shape: Some(ImageShape::grey(1, 2)),
        normalization: Normalization::DivideBy(255.0),
        ..metadata(2, &["cat", "dog"])
    };
    let directory = TempDir::new().unwrap();
    let picture = |path: &str, grey: u8| {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        GrayImage::from_pixel(2, 1, Luma([grey])).save(path).unwrap();
    };
    let source = || format!("images:{}", directory.path().display());
    picture("dog/1.png", 255);
    let rows = read(source(), &model).unwrap();
    assert_eq!((rows.samples.labels(), rows.samples.to_floats()), (&[1][..], vec![1.0, 1.0]));
    assert!(rows.samples.origin(0).file.unwrap().ends_with("1.png"));
    picture("hen/1.png", 0);
    assert!(read(source(), &model).unwrap_err().to_string().contains("hen is not a class of the model, which knows"));
    picture("test/cat/1.png", 0);
    let rows = read(source(), &model).unwrap();
    assert_eq!((rows.samples.labels(), rows.notes.len()), (&[0][..], 1));
}

#[test]
fn a_whole_data_set_gives_its_test_rows() {
    let names: Vec<String> = (0..10).map(|class| class.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let model = ModelMetadata { image_shape: Some(ImageShape::grey(8, 8)), ..metadata(64, &names) };
    assert_eq!(read("digits".into(), &model).unwrap().samples.len(), 359);
    let of_other_size = ModelMetadata { image_shape: None, ..metadata(63, &names) };
    assert!(read("digits".into(), &of_other_size).unwrap_err().to_string().contains("the model takes 63"));
}
