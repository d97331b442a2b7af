//! Models for tests.

use crate::{Activation, Architecture, Dropout, ModelMetadata};

/// Describes a model of two classes for rows of `features`.
pub fn metadata(features: usize) -> ModelMetadata {
    let model =
        Architecture { hidden: vec![3], activation: Activation::Relu, batch_norm: false, dropout: Dropout::Rate(0.0) };
    ModelMetadata::new(model, features, vec!["a".into(), "b".into()])
}
