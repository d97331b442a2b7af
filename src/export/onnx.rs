//! ONNX, the exchange format of <https://onnx.ai>.

use onnx_rs::ast::{
    DataType, Dimension, Graph, Model, OperatorSetId, StringStringEntry, TensorShape, TensorShapeDimension,
    TensorTypeProto, TypeProto, TypeValue, ValueInfo,
};

use super::Network;
use super::network::Member;
use super::onnx_ensemble::{add_log_of_mean, add_mean};
use super::onnx_members::add_members;
use super::onnx_steps::{MACHINE_LEARNING, Steps};
use super::onnx_table::{NUMBERS, TableColumns};
use super::onnx_texts::TEXTS;
use burn_mlp_infer::{NetworkWeights, Normalization, Task};

/// Version of ONNX's operators in the file. onnxruntime supports it since 1.12.
const OPSET: i64 = 17;

/// The version that a table's texts need. onnxruntime supports it since 1.17.
const TEXTS_OPSET: i64 = 20;

/// Version of the operators for tables.
const MACHINE_LEARNING_OPSET: i64 = 2;

/// Versions of the file format that belong to these.
const IR_VERSION: i64 = 8;
const TEXTS_IR_VERSION: i64 = 9;

/// What the file computes in addition to the network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OnnxOptions {
    /// Takes raw pixels, from 0 to their maximum, or a table's columns as in its file, instead of
    /// normalised features.
    pub normalize: bool,
    /// Returns probabilities instead of logits.
    pub softmax: bool,
}

impl Network {
    /// Writes an ONNX file. Its input is `features` (or `pixels`) `[batch, features]` and its
    /// output `logits` (or `probabilities`) `[batch, classes]`, or of a regression `values` `[batch, targets]` in their
    /// own units, all `f32`, with any number of rows.
    /// Its metadata has the class names, and the threshold of two classes if the model has one.
    /// With [`normalize`](OnnxOptions::normalize), the model of a table takes its numeric columns as `numbers` `f64`
    /// and its text columns as `texts`, in the order of the metadata's `numbers` and `texts`. NaN and the empty text
    /// are missing values, which are filled in as in training, or else end the computation with an error. Texts that
    /// did not occur in training have features of 0, or the vector for other texts, without the warning that other ways
    /// of predicting give.
    pub fn to_onnx(&self, options: &OnnxOptions) -> Vec<u8> {
        let mut steps = Steps::new("features");
        let (input, output) = (self.inputs(options), self.output_name(options));
        match self.members.as_slice() {
            [only] => only.add_steps(options, &mut steps),
            members => {
                let names: Vec<&str> = input.iter().map(|input| input.name).collect();
                match output {
                    "logits" => add_log_of_mean(members, options, &names, &mut steps),
                    _ => add_mean(members, options, &names, &mut steps),
                }
            }
        }
        steps.end(output, self.members.len() == 1 && output == "probabilities");

        let metadata = self.onnx_metadata();
        let model = Model {
            ir_version: if self.encodes_texts(options) { TEXTS_IR_VERSION } else { IR_VERSION },
            opset_import: self.operator_sets(options),
            producer_name: "burn-mlp",
            producer_version: env!("CARGO_PKG_VERSION"),
            graph: Some(Graph {
                name: "mlp",
                node: steps.nodes(),
                initializer: steps.initializers(),
                input,
                output: vec![matrix(output, DataType::Float, self.metadata.outputs())],
                ..Graph::default()
            }),
            metadata_props: metadata.iter().map(|(key, value)| StringStringEntry { key, value }).collect(),
            ..Model::default()
        };
        onnx_rs::encode(&model)
    }

    fn output_name(&self, options: &OnnxOptions) -> &'static str {
        match &self.metadata.task {
            Task::Regression { .. } => "values",
            Task::Classification { .. } if options.softmax => "probabilities",
            Task::Classification { .. } => "logits",
        }
    }

    /// The inputs of the graph.
    fn inputs(&self, options: &OnnxOptions) -> Vec<ValueInfo<'static>> {
        let features = self.metadata.features;
        match (options.normalize, &self.metadata.table) {
            (true, Some(table)) => {
                let columns = TableColumns::of(table);
                let numbers = matrix(NUMBERS, DataType::Double, columns.numbers.len());
                let texts = matrix(TEXTS, DataType::String, columns.texts.len());
                let inputs = [(numbers, columns.numbers.is_empty()), (texts, columns.texts.is_empty())];
                inputs.into_iter().filter(|(_, is_empty)| !is_empty).map(|(input, _)| input).collect()
            }
            _ => vec![matrix(input_name(self.metadata.normalization, options), DataType::Float, features)],
        }
    }

    /// Version of ONNX's operators in the file.
    pub fn onnx_opset(&self, options: &OnnxOptions) -> i64 {
        if self.encodes_texts(options) { TEXTS_OPSET } else { OPSET }
    }

    fn encodes_texts(&self, options: &OnnxOptions) -> bool {
        options.normalize && self.metadata.table.as_ref().is_some_and(|table| !TableColumns::of(table).texts.is_empty())
    }

    fn operator_sets(&self, options: &OnnxOptions) -> Vec<OperatorSetId<'static>> {
        let own = OperatorSetId { domain: "", version: self.onnx_opset(options) };
        match self.encodes_texts(options) {
            true => vec![own, OperatorSetId { domain: MACHINE_LEARNING, version: MACHINE_LEARNING_OPSET }],
            false => vec![own],
        }
    }

    fn onnx_metadata(&self) -> Vec<(&'static str, String)> {
        let metadata = &self.metadata;
        let mut entries = vec![
            match &metadata.task {
                Task::Classification { class_names } => ("class_names", serde_json::json!(class_names).to_string()),
                Task::Regression { targets } => ("targets", serde_json::json!(targets).to_string()),
            },
            ("source", metadata.source.clone()),
        ];
        if let Some(threshold) = metadata.threshold {
            entries.push(("threshold", threshold.to_string()));
        }
        if let Some(shape) = metadata.image_shape {
            entries.push(("image_shape", serde_json::json!([shape.height, shape.width, shape.channels]).to_string()));
        }
        if let Some(maximum) = metadata.normalization.divisor() {
            entries.push(("pixel_maximum", maximum.to_string()));
        }
        if let Some(table) = &metadata.table {
            let columns = TableColumns::of(table);
            entries.push(("table", serde_json::json!(table).to_string()));
            entries.push((NUMBERS, serde_json::json!(columns.number_names()).to_string()));
            entries.push((TEXTS, serde_json::json!(columns.text_names()).to_string()));
        }
        entries
    }
}

/// Name of the input of rows that are not a table's.
fn input_name(normalization: Normalization, options: &OnnxOptions) -> &'static str {
    match normalization {
        Normalization::DivideBy(_) if options.normalize => "pixels",
        Normalization::ScaleBy(_) if options.normalize => "values",
        _ => "features",
    }
}

impl Member {
    /// Adds the steps from the graph's inputs to logits, or to numbers in the targets' own units.
    pub fn add_steps(&self, options: &OnnxOptions, steps: &mut Steps) {
        self.add_normalization(options, steps);
        self.add_layers(steps);
        if let Task::Regression { targets } = &self.metadata.task {
            steps.rescale(targets);
        }
    }

    fn add_normalization(&self, options: &OnnxOptions, steps: &mut Steps) {
        match (options.normalize, &self.metadata.table, self.metadata.normalization) {
            (true, Some(table), _) => TableColumns::of(table).encode(steps),
            (true, None, normalization) => {
                steps.continue_from(input_name(normalization, options));
                if let Some(divisor) = normalization.divisor() {
                    steps.divide_by(divisor);
                }
            }
            _ => (),
        }
    }

    /// Adds the steps of the layers, from features to the outputs as trained.
    fn add_layers(&self, steps: &mut Steps) {
        let NetworkWeights { embedding, blocks, output, output_factors } = &self.weights;
        if let Some(embedding) = embedding {
            steps.embedding("embedding", self.metadata.inputs().numbers(), embedding);
        }
        if output_factors.is_some() {
            return add_members(&self.weights, self.metadata.model.activation, &self.metadata.task, steps);
        }
        for (index, block) in blocks.iter().enumerate() {
            let name = format!("blocks.{index}");
            steps.linear(&format!("{name}.linear"), &block.linear);
            if let Some(norm) = &block.norm {
                steps.batch_norm(&format!("{name}.norm"), norm);
            }
            steps.activation(&format!("{name}.activation"), self.metadata.model.activation);
        }
        steps.linear("output", output);
    }
}

/// Describes a matrix `[batch, columns]` with any number of rows.
fn matrix(name: &str, elem_type: DataType, columns: usize) -> ValueInfo<'_> {
    let dimension = |value| TensorShapeDimension { value, denotation: "" };
    let dim = vec![dimension(Dimension::Param("batch")), dimension(Dimension::Value(columns as i64))];
    let tensor = TensorTypeProto { elem_type, shape: Some(TensorShape { dim }) };
    let r#type = Some(TypeProto { value: Some(TypeValue::Tensor(tensor)), denotation: "" });
    ValueInfo { name, r#type, ..ValueInfo::default() }
}
