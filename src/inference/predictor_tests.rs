//! burn-mlp-infer computes what Burn computes, from the same file.

use burn::module::Param;
use burn::tensor::TensorData;
use burn_mlp_infer::image::Preparation;
use burn_mlp_infer::table::{Categories, ColumnKind, Numbers, Scaling, TableColumn, TableSchema};
use burn_mlp_infer::{ImageShape, Model, Normalization};

use super::*;
use crate::config::{Activation, Dropout, RunConfig};
use crate::training::TrainableModel;

const FEATURES: usize = 48;

/// Rows of which every third value is 0; the last row is all 0.
fn rows() -> Vec<f32> {
    let value = |index: usize| if index.is_multiple_of(3) { 0.0 } else { (index * 37 % 101) as f32 / 25.0 - 2.0 };
    (0..6 * FEATURES).map(value).chain([0.0; FEATURES]).collect()
}

/// Different entries around `center`.
fn spread(count: usize, center: f32, device: &Device) -> Tensor<1> {
    let values: Vec<f32> = (0..count).map(|index| center + 0.3 * ((index * 29 % 17) as f32 / 17.0 - 0.5)).collect();
    Tensor::from_data(TensorData::new(values, [count]), device)
}

/// The model file of an untrained network with biases and running statistics.
fn model_file(config: &ModelConfig, metadata: &ModelMetadata, device: &Device) -> Vec<u8> {
    let mut mlp = Mlp::new(config, metadata.inputs(), metadata.outputs(), 1, device).unwrap();
    for block in &mut mlp.blocks {
        let [_, outputs] = block.linear.weight.dims();
        block.linear.bias = Param::from_tensor(spread(outputs, 0.1, device));
        if let Some(norm) = &mut block.norm {
            norm.gamma = Param::from_tensor(spread(outputs, 1.2, device));
            norm.beta = Param::from_tensor(spread(outputs, -0.2, device));
            norm.running_mean.update(spread(outputs, 0.4, device));
            norm.running_var.update(spread(outputs, 0.7, device));
        }
    }
    let metadata = ModelMetadata { model: config.architecture(), ..metadata.clone() };
    mlp.model_file(&metadata).unwrap().unwrap()
}

/// The same model with and without Burn.
fn both(config: &ModelConfig, metadata: &ModelMetadata) -> (Predictor, Model) {
    let device = crate::backend::open(crate::backend::host()).unwrap().device;
    let file = model_file(config, metadata, &device);
    let model = Model::from_bytes(&file).unwrap();
    (Predictor::from_safetensors(file, &device).unwrap(), model)
}

fn metadata() -> ModelMetadata {
    let class_names = ["a", "b", "c"].map(String::from).to_vec();
    ModelMetadata::new(ModelConfig::default().architecture(), FEATURES, Task::Classification { class_names })
}

fn assert_same_logits(config: &ModelConfig) {
    let (predictor, model) = both(config, &metadata());
    let expected = predictor.combined(rows()).unwrap();
    let found = model.outputs(&rows()).unwrap();
    let largest = expected.iter().fold(0.0, |largest: f32, logit| largest.max(logit.abs()));
    assert_eq!(found.len(), 7 * 3);
    for (found, expected) in found.iter().zip(&expected) {
        let difference = (found - expected).abs() / largest;
        assert!(difference <= 1e-6, "{found} instead of {expected}, a difference of {difference:e}: {config:?}");
    }
}

#[test]
fn every_kind_of_network_has_burns_logits_without_burn() {
    use Activation::{Gelu, LeakyRelu, Relu, Selu, Sigmoid, Silu, Tanh};
    let model = RunConfig::default().model;
    for activation in [Relu, LeakyRelu, Gelu, Selu, Tanh, Sigmoid, Silu] {
        for batch_norm in [false, true] {
            for dropout in [Dropout::Rate(0.0), Dropout::PerLayer(vec![0.2, 0.5, 0.1])] {
                let hidden = vec![65, 17];
                assert_same_logits(&ModelConfig { hidden, activation, batch_norm, dropout, ..model.clone() });
            }
        }
    }
    assert_same_logits(&ModelConfig { hidden: Vec::new(), ..model });
}

fn assert_close(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    assert!(found.iter().zip(expected).all(|(one, other)| (one - other).abs() < 1e-6), "{found:?}, {expected:?}");
}

#[test]
fn images_and_raw_pixels_have_burns_probabilities_without_burn() {
    let images = ModelMetadata {
        image_shape: Some(ImageShape::grey(6, 8)),
        normalization: Normalization::DivideBy(255.0),
        ..metadata()
    };
    let (predictor, model) = both(&ModelConfig { hidden: vec![17], ..RunConfig::default().model }, &images);
    let pixels: Vec<u8> = (0..FEATURES as u32).map(|pixel| (pixel * 71 % 256) as u8).collect();
    let raw: Vec<f32> = pixels.iter().copied().map(f32::from).collect();
    let normalized: Vec<f32> = raw.iter().map(|pixel| pixel / 255.0).collect();
    let expected = predictor.predict_normalized(&normalized).unwrap();
    assert_close(&probabilities(&predictor.predict(&raw).unwrap()), &expected);
    assert_close(&probabilities(&model.predict(&raw).unwrap()), &expected);
    assert!(predictor.predict(&[256.0; FEATURES]).unwrap_err().to_string().starts_with("row 1: 256 is outside"));
    let file = [b"P5\n8 6\n255\n", &pixels[..]].concat();
    let image = model.predict_image(&file, Preparation::default()).unwrap();
    assert_close(image.as_class().unwrap().probabilities(), &expected);
}

/// A model of a table of these columns.
fn table_models(columns: Vec<TableColumn>) -> (Predictor, Model) {
    let classes = metadata().class_names().to_vec();
    let table = TableSchema {
        targets: vec!["kind".into()],
        classes,
        header: true,
        width: columns.len() + 1,
        id: None,
        notation: Default::default(),
        occurrences: Default::default(),
        embedding_size: 3,
        other_encodings: Vec::new(),
        columns,
    };
    let metadata = ModelMetadata { features: table.features(), table: Some(table), ..metadata() };
    both(&ModelConfig { hidden: vec![5], ..RunConfig::default().model }, &metadata)
}

fn numeric(name: &str, mean: f64) -> TableColumn {
    let numbers = Numbers::new(Scaling::Standard { mean, deviation: 12.0 }, (0.0, 80.0));
    let kind = ColumnKind::Numeric(Numbers { missing: Some(mean), ..numbers });
    TableColumn { name: name.into(), kind }
}

fn probabilities(predictions: &Predictions) -> Vec<f32> {
    predictions.predictions.iter().flat_map(|it| it.as_class().unwrap().probabilities()).copied().collect()
}

#[test]
fn raw_numbers_without_a_scale_are_predicted_as_they_are() {
    let (predictor, model) = both(&ModelConfig { hidden: vec![17], ..RunConfig::default().model }, &metadata());
    let expected = predictor.predict_normalized(&rows()).unwrap();
    assert_close(&probabilities(&predictor.predict(&rows()).unwrap()), &expected);
    assert_close(&probabilities(&model.predict(&rows()).unwrap()), &expected);
    let text = rows().chunks(FEATURES).map(|row| format!("{row:?}\n").replace(['[', ']'], "")).collect::<String>();
    assert_close(&probabilities(&predictor.predict_csv(text.as_bytes()).unwrap()), &expected);
    assert!(predictor.predict(&[1.0]).unwrap_err().to_string().contains("1 values are not a multiple of 48"));
    let overflow = predictor.predict(&[f32::MAX; FEATURES]).unwrap_err().to_string();
    assert!(overflow.starts_with("row 1 contains values so large"), "{overflow}");
}

#[test]
fn raw_numbers_of_a_table_are_standardised_by_every_door() {
    let (predictor, model) = table_models(vec![numeric("age", 40.0), numeric("size", 10.0)]);
    let raw = [31.0, 4.0, 77.5, f32::NAN, 900.0, 5.0];
    let standardized = [-0.75, -0.5, 3.125, 0.0, 860.0 / 12.0, -5.0 / 12.0];
    let expected = predictor.predict_normalized(&standardized).unwrap();
    let answer = predictor.predict(&raw).unwrap();
    assert_close(&probabilities(&answer), &expected);
    let without_burn = model.predict(&raw).unwrap();
    assert_close(&probabilities(&without_burn), &expected);
    assert_eq!(answer.warnings, without_burn.warnings);
    let text = "age,size\n31,4\n77.5,NA\n900,5\n";
    let by_csv = predictor.predict_csv(text.as_bytes()).unwrap();
    assert_close(&probabilities(&by_csv), &expected);
    let kinds = by_csv.warnings.iter().map(|warning| (warning.column.as_str(), warning.unlike.name(), warning.count));
    assert_eq!(kinds.collect::<Vec<_>>(), [("age", "far", 1), ("size", "missing", 1)]);
    assert_eq!(model.predict_csv(text.as_bytes()).unwrap().warnings, by_csv.warnings);
}

#[test]
fn rows_of_texts_have_burns_probabilities_without_burn() {
    let colours = ["red", "green"].map(String::from).to_vec();
    let colour = TableColumn {
        name: "colour".into(),
        kind: ColumnKind::OneHot(Categories { values: colours, other: false, missing: None, indicator: false }),
    };
    let (predictor, model) = table_models(vec![numeric("age", 40.0), colour]);
    let features = [-0.75, 1.0, 0.0, 3.125, 0.0, 1.0, 0.0, 0.0, 0.0];
    let expected = predictor.predict_normalized(&features).unwrap();
    let text = "colour,age,kind\nred,31,a\ngreen,77.5,b\nblue,40,c\n";
    let by_csv = predictor.predict_csv(text.as_bytes()).unwrap();
    assert_close(&probabilities(&by_csv), &expected);
    let without_burn = model.predict_csv(text.as_bytes()).unwrap();
    assert_close(&probabilities(&without_burn), &expected);
    assert_eq!((by_csv.warnings.len(), &by_csv.warnings), (1, &without_burn.warnings));
    let record = serde_json::json!({"age": 77.5, "colour": "green"});
    assert_eq!(model.predict_record(&record).unwrap(), (without_burn.predictions[1].clone(), vec![]));
    let (prediction, warnings) = predictor.predict_record(&record).unwrap();
    assert_close(
        prediction.as_class().unwrap().probabilities(),
        by_csv.predictions[1].as_class().unwrap().probabilities(),
    );
    assert_eq!(warnings, []);
    assert!(predictor.predict(&[31.0, 0.0]).unwrap_err().to_string().contains("predict it as a record or CSV"));
}

#[test]
fn learned_vectors_of_texts_have_burns_probabilities_without_burn() {
    let embedded = |name: &str, values: &[&str], indicator: bool| {
        let values = values.iter().map(ToString::to_string).collect();
        let missing = (!indicator).then(|| "oslo".to_string());
        let kind = ColumnKind::Embedded(Categories { values, other: true, missing, indicator });
        TableColumn { name: name.into(), kind }
    };
    let columns = vec![
        embedded("city", &["bonn", "oslo", "rome"], false),
        numeric("age", 40.0),
        embedded("team", &["x", "y"], true),
    ];
    let (predictor, model) = table_models(columns);
    let text = "city,age,team\nbonn,31,y\nparis,77.5,x\n,40,\nrome,40,z\n";
    // The number, then codes: other, bonn, oslo, rome of cities, and other, x, y, missing of teams.
    let features = [-0.75, 1.0, 6.0, 3.125, 0.0, 5.0, 0.0, 2.0, 7.0, 0.0, 3.0, 4.0];
    let expected = predictor.predict_normalized(&features).unwrap();
    let by_csv = predictor.predict_csv(text.as_bytes()).unwrap();
    assert_close(&probabilities(&by_csv), &expected);
    let without_burn = model.predict_csv(text.as_bytes()).unwrap();
    assert_close(&probabilities(&without_burn), &expected);
    assert_eq!(without_burn.warnings, by_csv.warnings);
    assert!(expected.chunks(3).collect::<Vec<_>>().windows(2).all(|pair| pair[0] != pair[1]), "{expected:?}");
    let record = serde_json::json!({"age": 77.5, "city": "paris", "team": "x"});
    assert_eq!(model.predict_record(&record).unwrap().0, without_burn.predictions[1]);
    let wrong = [0.0, 4.0, 4.0];
    let refusals = [
        predictor.predict_normalized(&wrong).unwrap_err().to_string(),
        model.predict_normalized(&wrong).unwrap_err().to_string(),
    ];
    for refused in refusals {
        assert!(refused.contains("row 1: 4 is not the code of a category, a whole number from 0 to 3"), "{refused}");
    }
}
