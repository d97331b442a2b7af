//! The layers of a network as ONNX operators.

use std::f32::consts::SQRT_2;

use burn_mlp_infer::{EmbeddingWeights, LEAKY_RELU_SLOPE, LinearWeights, NormWeights, NumericTarget};
use onnx_rs::ast::{Attribute, AttributeType, OpType};

use super::onnx_steps::{I64, Steps, integer};
use crate::config::Activation;

impl Steps {
    pub fn divide_by(&mut self, maximum: f32) {
        self.constant("pixel_maximum", &[], vec![maximum]);
        self.apply(OpType::Div, &["pixel_maximum"], "features", vec![]);
    }

    /// Replaces the codes after the first `numbers` columns by their vectors: `[batch, features]` to
    /// `[batch, numbers + codes * size]`.
    pub fn embedding(&mut self, name: &str, numbers: usize, embedding: &EmbeddingWeights) {
        let EmbeddingWeights { codes, weight } = embedding;
        let part = |part: &str| format!("{name}.{part}");
        let (features, width) = (self.value().to_string(), numbers + codes.columns());
        self.constant(&part("weight"), &[codes.all_categories(), codes.size], weight.clone());
        self.positions(&part("code_columns"), &(numbers..width).collect::<Vec<_>>());
        self.apply(OpType::Gather, &[&part("code_columns")], &part("codes"), vec![integer("axis", 1)]);
        self.apply(OpType::Cast, &[], &part("codes.i64"), vec![integer("to", I64)]);
        self.apply_to(OpType::Gather, &[&part("weight"), &part("codes.i64")], &part("vectors"), vec![]);
        // A 0 keeps the number of rows.
        self.positions(&part("shape"), &[0, codes.columns() * codes.size]);
        self.apply(OpType::Reshape, &[&part("shape")], &part("row"), vec![]);
        if numbers > 0 {
            self.positions(&part("number_columns"), &(0..numbers).collect::<Vec<_>>());
            self.apply_to(
                OpType::Gather,
                &[&features, &part("number_columns")],
                &part("numbers"),
                vec![integer("axis", 1)],
            );
            self.apply(OpType::Concat, &[&part("row")], name, vec![integer("axis", 1)]);
        }
    }

    /// Applies a linear layer: `[batch, inputs]` to `[batch, outputs]`.
    pub fn linear(&mut self, name: &str, linear: &LinearWeights) {
        let (weight, bias) = (format!("{name}.weight"), format!("{name}.bias"));
        self.constant(&weight, &[linear.outputs, linear.inputs], linear.weight.clone());
        self.constant(&bias, &[linear.outputs], linear.bias.clone());
        self.apply(OpType::Gemm, &[&weight, &bias], name, vec![integer("transB", 1)]);
    }

    pub fn batch_norm(&mut self, name: &str, norm: &NormWeights) {
        let parts = [
            ("weight", &norm.scale),
            ("bias", &norm.shift),
            ("running_mean", &norm.mean),
            ("running_var", &norm.variance),
        ];
        let names = parts.map(|(part, _)| format!("{name}.{part}"));
        for (name, (_, entries)) in names.iter().zip(parts) {
            self.constant(name, &[entries.len()], entries.clone());
        }
        let epsilon = float("epsilon", NormWeights::EPSILON as f32);
        self.apply(OpType::BatchNormalization, &names.each_ref().map(String::as_str), name, vec![epsilon]);
    }

    pub fn activation(&mut self, name: &str, activation: Activation) {
        match activation {
            Activation::Relu => self.apply(OpType::Relu, &[], name, vec![]),
            Activation::LeakyRelu => {
                self.apply(OpType::LeakyRelu, &[], name, vec![float("alpha", LEAKY_RELU_SLOPE as f32)])
            }
            // ONNX's default constants are those of the paper, like Burn's.
            Activation::Selu => self.apply(OpType::Selu, &[], name, vec![]),
            Activation::Tanh => self.apply(OpType::Tanh, &[], name, vec![]),
            Activation::Sigmoid => self.apply(OpType::Sigmoid, &[], name, vec![]),
            Activation::Silu => {
                let input = self.value().to_string();
                self.apply(OpType::Sigmoid, &[], &format!("{name}.sigmoid"), vec![]);
                self.apply(OpType::Mul, &[&input], name, vec![]);
            }
            Activation::Gelu => self.gelu(name),
        }
    }

    /// Applies `x (1 + erf(x / sqrt 2)) / 2`. ONNX has an operator for it only since opset 20.
    fn gelu(&mut self, name: &str) {
        if !self.has_constant("gelu.half") {
            for (constant, value) in [("gelu.sqrt2", SQRT_2), ("gelu.one", 1.0), ("gelu.half", 0.5)] {
                self.constant(constant, &[], vec![value]);
            }
        }
        let input = self.value().to_string();
        self.apply(OpType::Div, &["gelu.sqrt2"], &format!("{name}.scaled"), vec![]);
        self.apply(OpType::Erf, &[], &format!("{name}.erf"), vec![]);
        self.apply(OpType::Add, &["gelu.one"], &format!("{name}.shifted"), vec![]);
        self.apply(OpType::Mul, &["gelu.half"], &format!("{name}.probability"), vec![]);
        self.apply(OpType::Mul, &[&input], name, vec![]);
    }

    /// Turns standardised numbers into the targets' own units, and clips them where the model does.
    pub fn rescale(&mut self, targets: &[NumericTarget]) {
        let all = |value: fn(&NumericTarget) -> f64| targets.iter().map(|target| value(target) as f32).collect();
        self.constant("target_deviation", &[targets.len()], all(|target| target.deviation));
        self.constant("target_mean", &[targets.len()], all(|target| target.mean));
        self.apply(OpType::Mul, &["target_deviation"], "output.scaled", vec![]);
        self.apply(OpType::Add, &["target_mean"], "output.shifted", vec![]);
        if targets.iter().any(|target| target.clip) {
            self.constant("target_lowest", &[targets.len()], all(|target| target.lowest));
            self.constant("target_highest", &[targets.len()], all(|target| target.highest));
            self.apply(OpType::Max, &["target_lowest"], "output.raised", vec![]);
            self.apply(OpType::Min, &["target_highest"], "output.clipped", vec![]);
        }
    }
}

fn float(name: &'static str, value: f32) -> Attribute<'static> {
    Attribute { name, r#type: AttributeType::Float, f: value, ..Attribute::default() }
}
