//! How a quantity is computed, and from what.

use serde::Serialize;

use crate::config::{Activation, NumberLoss};

/// How each entry of a quantity is computed. Texts are names of quantities.
#[derive(Debug, Clone)]
pub enum Operation {
    /// It is where the iteration starts.
    Given,
    /// `input W + b`.
    Linear {
        input: String,
        weight: String,
        bias: String,
    },
    /// Batch normalisation over the rows, then scale and shift.
    Normalize {
        z: String,
        scale: String,
        shift: String,
        epsilon: f64,
    },
    /// The activation function, then dropout's factors, if there is dropout.
    Activate {
        z: String,
        activation: Activation,
        mask: Option<String>,
    },
    Softmax {
        z: String,
    },
    /// The logits are the predicted numbers.
    Copy {
        z: String,
    },
    CrossEntropy {
        probabilities: String,
        labels: String,
    },
    NumberLoss {
        predicted: String,
        truth: String,
        loss: NumberLoss,
    },
    /// `dZ` of the output layer, of classes or of numbers.
    OutputError {
        outputs: String,
        labels: String,
        loss: Option<NumberLoss>,
    },
    WeightGradient {
        input: String,
        dz: String,
    },
    BiasGradient {
        dz: String,
    },
    /// The gradient of a parameter that the slides do not have, by the autodiff's rules.
    OtherGradient {
        dz: String,
    },
    ActivationError {
        dz: String,
        weight: String,
    },
    HiddenError {
        da: String,
        z: String,
        activation: Activation,
        mask: Option<String>,
        normalized: bool,
    },
    Velocity {
        before: String,
        gradient: String,
        weight: String,
        momentum: f64,
        rate: f64,
        l2: f64,
    },
    Update {
        weight: String,
        velocity: String,
    },
}

/// Entries of a quantity that an entry comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Operand {
    pub quantity: String,
    pub rows: Pick,
    pub columns: Pick,
}

/// Which rows or columns of an operand, by the entry's own place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Pick {
    All,
    /// The one with the number of the entry's row.
    Row,
    /// The one with the number of the entry's column.
    Column,
}

impl Operation {
    /// Returns what an entry comes from.
    pub fn operands(&self) -> Vec<Operand> {
        use Pick::{All, Column, Row};
        let of = |quantity: &String, rows: Pick, columns: Pick| Operand { quantity: quantity.clone(), rows, columns };
        let here = |quantity: &String| of(quantity, Row, Column);
        match self {
            Self::Given => Vec::new(),
            Self::Linear { input, weight, bias } => {
                vec![of(input, Row, All), of(weight, All, Column), of(bias, All, Column)]
            }
            Self::Normalize { z, scale, shift, .. } => {
                vec![of(z, All, Column), of(scale, All, Column), of(shift, All, Column)]
            }
            Self::Activate { z, mask, .. } => [z].into_iter().chain(mask).map(here).collect(),
            Self::Softmax { z } => vec![of(z, Row, All)],
            Self::Copy { z } => vec![here(z)],
            Self::CrossEntropy { probabilities: outputs, labels }
            | Self::NumberLoss { predicted: outputs, truth: labels, .. } => {
                vec![of(outputs, All, All), of(labels, All, All)]
            }
            Self::OutputError { outputs, labels, .. } => vec![here(outputs), here(labels)],
            Self::WeightGradient { input, dz } => vec![of(input, All, Row), of(dz, All, Column)],
            Self::BiasGradient { dz } => vec![of(dz, All, Column)],
            Self::OtherGradient { dz } => vec![of(dz, All, All)],
            Self::ActivationError { dz, weight } => vec![of(dz, Row, All), of(weight, Column, All)],
            Self::HiddenError { da, z, mask, normalized, .. } => {
                let rows = if *normalized { All } else { Row };
                [da, z].into_iter().chain(mask).map(|it| of(it, rows, Column)).collect()
            }
            Self::Velocity { before, gradient, weight, l2, .. } => {
                let weight = (*l2 > 0.0).then_some(weight);
                [before, gradient].into_iter().chain(weight).map(here).collect()
            }
            Self::Update { weight, velocity } => vec![here(weight), here(velocity)],
        }
    }
}
