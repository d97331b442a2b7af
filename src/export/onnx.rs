//! ONNX, the exchange format of <https://onnx.ai>.

use onnx_rs::ast::{
    DataType, Dimension, Graph, Model, OperatorSetId, StringStringEntry, TensorShape, TensorShapeDimension,
    TensorTypeProto, TypeProto, TypeValue, ValueInfo,
};

use super::Network;
use super::onnx_steps::Steps;
use crate::inference::Normalization;

/// Version of ONNX's operators that the file is written for; onnxruntime reads it from 1.12 on.
pub const OPSET: i64 = 17;

/// The file format's version that goes with [`OPSET`].
const IR_VERSION: i64 = 8;

/// What the file computes besides the network itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OnnxOptions {
    /// The input is raw pixels, from 0 to their maximum; otherwise normalised features.
    pub normalize: bool,
    /// The output is probabilities; otherwise logits.
    pub softmax: bool,
}

impl Network {
    /// An ONNX file. Its input is `features` (or `pixels`) `[batch, features]`, its output `logits` (or `probabilities`)
    /// `[batch, classes]`, all `f32`, with any number of rows. Its metadata names the classes.
    pub fn to_onnx(&self, options: &OnnxOptions) -> Vec<u8> {
        let input = if options.normalize { "pixels" } else { "features" };
        let mut steps = Steps::new(input);
        if let (true, Normalization::DivideBy(maximum)) = (options.normalize, self.metadata.normalization) {
            steps.divide_by(maximum);
        }
        for (index, block) in self.blocks.iter().enumerate() {
            let name = format!("blocks.{index}");
            steps.linear(&format!("{name}.linear"), &block.linear);
            if let Some(norm) = &block.norm {
                steps.batch_norm(&format!("{name}.norm"), norm);
            }
            steps.activation(&format!("{name}.activation"), self.activation);
        }
        steps.linear("output", &self.output);
        let output = if options.softmax { "probabilities" } else { "logits" };
        steps.end(output, options.softmax);

        let metadata = self.onnx_metadata();
        let classes = self.metadata.classes();
        let model = Model {
            ir_version: IR_VERSION,
            opset_import: vec![OperatorSetId { domain: "", version: OPSET }],
            producer_name: "burn-mlp",
            producer_version: env!("CARGO_PKG_VERSION"),
            graph: Some(Graph {
                name: "mlp",
                node: steps.nodes(),
                initializer: steps.initializers(),
                input: vec![matrix(input, self.metadata.features)],
                output: vec![matrix(output, classes)],
                ..Graph::default()
            }),
            metadata_props: metadata.iter().map(|(key, value)| StringStringEntry { key, value }).collect(),
            ..Model::default()
        };
        onnx_rs::encode(&model)
    }

    fn onnx_metadata(&self) -> Vec<(&'static str, String)> {
        let metadata = &self.metadata;
        let mut entries = vec![
            ("class_names", serde_json::Value::from(metadata.class_names.clone()).to_string()),
            ("source", metadata.source.clone()),
        ];
        if let Some(shape) = metadata.image_shape {
            entries.push(("image_shape", serde_json::json!([shape.height, shape.width, shape.channels]).to_string()));
        }
        if let Normalization::DivideBy(maximum) = metadata.normalization {
            entries.push(("pixel_maximum", maximum.to_string()));
        }
        if let Some(table) = &metadata.table {
            entries.push(("table", serde_json::json!(table).to_string()));
        }
        entries
    }
}

/// `f32` `[batch, columns]` with any number of rows.
fn matrix(name: &str, columns: usize) -> ValueInfo<'_> {
    let dimension = |value| TensorShapeDimension { value, denotation: "" };
    let dim = vec![dimension(Dimension::Param("batch")), dimension(Dimension::Value(columns as i64))];
    let tensor = TensorTypeProto { elem_type: DataType::Float, shape: Some(TensorShape { dim }) };
    let r#type = Some(TypeProto { value: Some(TypeValue::Tensor(tensor)), denotation: "" });
    ValueInfo { name, r#type, ..ValueInfo::default() }
}
