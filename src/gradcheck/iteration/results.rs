//! An iteration's numbers, each computed twice.

use ndarray::Array2;

/// A matrix, computed twice. A vector is a matrix with one row, and a number one with one entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Twice {
    /// The result of the slide's formula, in `f64`.
    pub closed_form: Array2<f64>,
    /// Burn's result on the device, in `f32`.
    pub burn: Array2<f64>,
}

/// One iteration on one batch: forward pass, loss, backward pass and update.
#[derive(Debug, Clone)]
pub struct Iteration {
    /// The batch: rows of the training set.
    pub rows: Vec<usize>,
    /// One-hot classes `[batch, classes]`, or standardised numbers `[batch, targets]`.
    pub labels: Array2<f64>,
    /// The layers, the output layer last.
    pub layers: Vec<LayerPass>,
    /// The class probabilities `[batch, classes]`, or the predicted numbers `[batch, targets]`.
    pub outputs: Twice,
    /// The mean loss `[1, 1]`, without the L2 term.
    pub loss: Twice,
}

/// A layer in an iteration.
#[derive(Debug, Clone)]
pub struct LayerPass {
    /// What the layer takes `[batch, inputs]`: the features or the activations before it, after dropout.
    pub input: Twice,
    /// The factors that dropout has multiplied the input by `[batch, inputs]`, if the network has dropout here.
    pub mask: Option<Array2<f64>>,
    /// `input W + b` `[batch, outputs]`.
    pub z: Twice,
    /// `z` after batch normalisation `[batch, outputs]`, if the layer has it.
    pub normalized: Option<Twice>,
    /// The number of rows times the gradient of the loss by `input`; `None` in the first layer.
    pub da: Option<Twice>,
    /// The number of rows times the gradient of the loss by `z`.
    pub dz: Twice,
    /// The layer's parameters, the weight before the bias.
    pub parameters: Vec<ParameterUpdate>,
}

/// What an iteration does to one parameter.
#[derive(Debug, Clone)]
pub struct ParameterUpdate {
    /// The name within the layer: `weight`, `bias`, `norm.weight`, `norm.bias`, `embedding.weight`.
    pub name: &'static str,
    /// The L2 coefficient.
    pub l2: f64,
    /// The weights before the iteration.
    pub before: Twice,
    /// The gradient of the mean loss, without the L2 term.
    pub gradient: Twice,
    /// The velocity before the iteration; zeros in the first.
    pub velocity_before: Twice,
    /// Slide 6's velocity: `momentum * velocity - learning_rate * gradient`.
    pub velocity: Twice,
    /// The weights after the iteration.
    pub after: Twice,
}

impl Twice {
    /// Returns the largest difference between both; NaN if one has it.
    pub fn difference(&self) -> f64 {
        super::super::worst(self.closed_form.iter().zip(&self.burn).map(|(one, other)| (one - other).abs()))
    }

    /// Returns the largest magnitude by the slide's formula.
    pub fn largest(&self) -> f64 {
        self.closed_form.iter().fold(0.0, |largest, entry| largest.max(entry.abs()))
    }
}
