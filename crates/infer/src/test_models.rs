//! Models for tests.

use crate::model_file::{seal, tensors_sha256};
use crate::{
    Activation, Architecture, BlockWeights, Dropout, LinearWeights, Model, ModelMetadata, NetworkWeights, Task,
};

/// Describes a model of two classes for rows of `features`.
pub fn metadata(features: usize) -> ModelMetadata {
    let model = Architecture {
        hidden: vec![3],
        activation: Activation::Relu,
        batch_norm: false,
        dropout: Dropout::Rate(0.0),
        members: 1,
    };
    ModelMetadata::new(model, features, Task::Classification { class_names: vec!["a".into(), "b".into()] })
}

/// Weights of layers with these sizes, each `[outputs, inputs]`, and biases of 0.
pub fn weights(sizes: &[usize], values: &[f32]) -> NetworkWeights {
    let mut values = values.iter().copied();
    let mut layers: Vec<LinearWeights> = sizes
        .windows(2)
        .map(|pair| LinearWeights {
            inputs: pair[0],
            outputs: pair[1],
            weight: values.by_ref().take(pair[0] * pair[1]).collect(),
            bias: vec![0.0; pair[1]],
        })
        .collect();
    let output = layers.pop().unwrap();
    NetworkWeights {
        embedding: None,
        blocks: layers.into_iter().map(|linear| BlockWeights { linear, factors: None, norm: None }).collect(),
        output,
        output_factors: None,
    }
}

/// A model file without hidden layers, whose first class has a logit of the first feature and whose second class has 0.
pub fn file(metadata: ModelMetadata) -> Vec<u8> {
    let Architecture { activation, dropout, .. } = metadata.model.clone();
    let model = Architecture { hidden: Vec::new(), activation, batch_norm: false, dropout, members: 1 };
    let features = metadata.features;
    let mut weight = vec![0u8; 8 * features];
    weight[..4].copy_from_slice(&1f32.to_le_bytes());
    let tensors = [weight, vec![0; 8]].concat();
    let build = |metadata: &ModelMetadata| {
        let header = serde_json::json!({
            "__metadata__": { "burn-mlp": metadata.to_json().unwrap() },
            "output.weight": { "dtype": "F32", "shape": [2, features], "data_offsets": [0, 8 * features] },
            "output.bias": { "dtype": "F32", "shape": [2], "data_offsets": [8 * features, 8 * features + 8] },
        });
        let header = header.to_string();
        [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &tensors].concat()
    };
    let metadata = ModelMetadata { model, ..metadata };
    let tensors_sha256 = tensors_sha256(&build(&metadata)).unwrap();
    let mut file = build(&ModelMetadata { tensors_sha256, ..metadata });
    seal(&mut file).unwrap();
    file
}

/// The model of [`file`].
pub fn model(metadata: ModelMetadata) -> Model {
    Model::from_bytes(&file(metadata)).unwrap()
}
