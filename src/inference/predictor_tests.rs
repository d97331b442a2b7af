//! burn-mlp-infer computes what Burn computes, from the same file.

use burn::module::Param;
use burn::tensor::TensorData;
use burn_mlp_infer::csv::read_rows;
use burn_mlp_infer::image::Preparation;
use burn_mlp_infer::table::{ColumnKind, TableColumn, TableSchema};
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
    let mut mlp = Mlp::new(config, metadata.features, metadata.classes(), 1, device).unwrap();
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
    let classes = ["a", "b", "c"].map(String::from).to_vec();
    ModelMetadata::new(ModelConfig::default().architecture(), FEATURES, classes)
}

fn assert_same_logits(config: &ModelConfig) {
    let (predictor, model) = both(config, &metadata());
    let expected = predictor.for_batches(&rows(), |features| predictor.mlp.forward(features)).unwrap();
    let found = model.network().logits(&rows()).unwrap();
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
    let expected = predictor.predict_raw(&raw).unwrap();
    assert_close(model.predict(&raw).unwrap()[0].probabilities(), &expected);
    let file = [b"P5\n8 6\n255\n", &pixels[..]].concat();
    assert_close(model.predict_image(&file, Preparation::default()).unwrap().probabilities(), &expected);
}

#[test]
fn rows_of_a_table_have_burns_probabilities_without_burn() {
    let column = |name: &str, kind| TableColumn { name: name.into(), kind };
    let colours = ["red", "green"].map(String::from).to_vec();
    let table = TableSchema {
        target: "kind".into(),
        classes: metadata().class_names,
        header: true,
        width: 3,
        id: None,
        notation: Default::default(),
        occurrences: Default::default(),
        columns: vec![
            column("age", ColumnKind::Numeric { mean: 40.0, deviation: 12.0, missing: None }),
            column("colour", ColumnKind::OneHot { values: colours, missing: None }),
        ],
    };
    let metadata = ModelMetadata { table: Some(table), features: 3, ..metadata() };
    let (predictor, model) = both(&ModelConfig { hidden: vec![5], ..RunConfig::default().model }, &metadata);
    let text = "colour,age,kind\nred,31,a\ngreen,77.5,b\n";
    let mut features = Vec::new();
    let read: Result<()> = read_rows(&metadata, text.as_bytes(), "rows", 9, &mut |rows| {
        features.extend(rows.features);
        Ok(())
    });
    read.unwrap();
    let expected = predictor.predict(&features).unwrap();
    let predictions = model.predict_csv(text.as_bytes()).unwrap();
    let found: Vec<f32> = predictions.iter().flat_map(|prediction| prediction.probabilities()).copied().collect();
    assert_close(&found, &expected);
    let record = serde_json::json!({"age": 77.5, "colour": "green"});
    assert_eq!(model.predict_record(&record).unwrap(), predictions[1]);
}
