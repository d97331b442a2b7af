//! A state dict for PyTorch as safetensors, and a Python program that loads it.

use std::fmt::Write;

use super::Network;
use super::network::Member;
use crate::config::Activation;
use crate::error::{Error, Result};
use crate::text::disturbs_terminal;
use burn_mlp_infer::model_file::write_tensors;
use burn_mlp_infer::{EmbeddingWeights, FactorWeights, LinearWeights, NormWeights};
use burn_mlp_infer::{Normalization, NumericTarget, Task};

type Entries<'a> = Vec<(String, Vec<usize>, &'a [f32])>;

impl Network {
    /// Writes a safetensors file with the state dict of the network that
    /// [`pytorch_program`](Self::pytorch_program) builds.
    ///
    /// # Errors
    /// If this is an ensemble, or the file's header cannot be written.
    pub fn to_safetensors(&self) -> Result<Vec<u8>> {
        self.only()?.to_safetensors()
    }

    /// Writes a Python program that builds the network in PyTorch and loads `file` into it.
    ///
    /// # Errors
    /// If this is an ensemble.
    pub fn pytorch_program(&self, file: &str) -> Result<String> {
        Ok(self.only()?.pytorch_program(file))
    }

    /// The network, if there is only one.
    fn only(&self) -> Result<&Member> {
        match self.members.as_slice() {
            [only] => Ok(only),
            members => {
                let problem = format!(
                    "writes one network, but this is an ensemble of {}; export it as onnx, or export a member",
                    members.len()
                );
                Err(Error::config("--format safetensors", problem))
            }
        }
    }
}

impl Member {
    fn to_safetensors(&self) -> Result<Vec<u8>> {
        let mut entries = Entries::new();
        if let Some(EmbeddingWeights { codes, weight }) = &self.weights.embedding {
            entries.push(("embedding.weight".to_string(), vec![codes.all_categories(), codes.size], weight));
        }
        for (index, block) in self.weights.blocks.iter().enumerate() {
            add_linear(&mut entries, &format!("blocks.{index}.linear"), &block.linear, block.factors.as_ref());
            if let Some(norm) = &block.norm {
                add_norm(&mut entries, &format!("blocks.{index}.norm"), norm);
            }
        }
        add_linear(&mut entries, "output", &self.weights.output, self.weights.output_factors.as_ref());
        let tensors: Vec<_> =
            entries.iter().map(|(name, shape, values)| (name.as_str(), &shape[..], values.to_vec())).collect();
        write_tensors(&tensors).map_err(|problem| Error::data("the safetensors file", problem))
    }

    fn pytorch_program(&self, file: &str) -> String {
        let mut program = String::from(IMPORTS);
        if let Some(EmbeddingWeights { codes, .. }) = &self.weights.embedding {
            let (columns, categories, size) = (codes.columns(), codes.all_categories(), codes.size);
            program += EMBEDDING;
            self.start_model(&mut program);
            let _ = writeln!(program, "    (\"embedding\", Embedding({categories}, {size}, columns={columns})),");
        } else {
            self.start_model(&mut program);
        }
        program += &self.layers();
        let _ = writeln!(program, "model.load_state_dict(load_file({}))\nmodel.eval()\n", quoted(file));
        let _ = writeln!(program, "{}", self.input_comment());
        let _ = writeln!(program, "{}", self.output_comment());
        program
    }

    fn start_model(&self, program: &mut String) {
        if self.members() > 1 {
            *program += SHARED_LINEAR;
            if self.weights.blocks.iter().any(|block| block.norm.is_some()) {
                *program += SHARED_BATCH_NORM;
            }
            *program += match &self.metadata.task {
                Task::Classification { .. } => LOG_OF_MEAN,
                Task::Regression { .. } => MEAN,
            };
        }
        *program += MODEL;
    }

    fn members(&self) -> usize {
        self.metadata.model.members
    }

    /// The expression that creates a linear layer.
    fn linear(&self, LinearWeights { inputs, outputs, .. }: &LinearWeights) -> String {
        match self.members() {
            1 => format!("nn.Linear({inputs}, {outputs})"),
            members => format!("SharedLinear({members}, {inputs}, {outputs})"),
        }
    }

    fn layers(&self) -> String {
        let mut layers = String::new();
        if self.members() > 1 {
            let _ = writeln!(layers, "    (\"members\", nn.Unflatten(0, (1, -1))),");
        }
        let norm_class = if self.members() > 1 { "SharedBatchNorm" } else { "nn.BatchNorm1d" };
        let rates = self.metadata.model.dropout_rates();
        if rates[0] > 0.0 {
            let _ = writeln!(layers, "    (\"input_dropout\", nn.Dropout({})),", rates[0]);
        }
        let _ = writeln!(layers, "    (\"blocks\", nn.Sequential(");
        for (block, rate) in self.weights.blocks.iter().zip(&rates[1..]) {
            let outputs = block.linear.outputs;
            let norm =
                if block.norm.is_some() { format!("(\"norm\", {norm_class}({outputs})), ") } else { String::new() };
            let dropout = if *rate > 0.0 { format!(", (\"dropout\", nn.Dropout({rate}))") } else { String::new() };
            let _ = writeln!(
                layers,
                "        nn.Sequential(OrderedDict([(\"linear\", {}), {norm}(\"activation\", \
                 nn.{}()){dropout}])),",
                self.linear(&block.linear),
                module(self.metadata.model.activation)
            );
        }
        let _ = writeln!(layers, "    )),\n    (\"output\", {}),", self.linear(&self.weights.output));
        if self.members() > 1 {
            let _ = writeln!(layers, "    (\"mean\", MeanOfMembers()),");
        }
        let _ = writeln!(layers, "]))");
        layers
    }

    fn output_comment(&self) -> String {
        let outputs = self.weights.output.outputs;
        match &self.metadata.task {
            Task::Classification { .. } => {
                format!("# probabilities = torch.softmax(model(features), dim=1)  # [batch, {outputs}]")
            }
            Task::Regression { targets } => {
                let all = |value: fn(&NumericTarget) -> f64| targets.iter().map(value).collect::<Vec<_>>();
                let (mean, deviation) = (all(|target| target.mean), all(|target| target.deviation));
                format!(
                    "# values = model(features) * torch.tensor({deviation:?}) + torch.tensor({mean:?})  # [batch, {outputs}]"
                )
            }
        }
    }

    fn input_comment(&self) -> String {
        let features = self.metadata.features;
        if self.metadata.table.is_some() {
            return format!("# features: the table's columns, encoded as for training, f32 [batch, {features}]");
        }
        match self.metadata.normalization {
            Normalization::DivideBy(maximum) => {
                format!("# features: pixels from 0 to {maximum}, divided by {maximum}, f32 [batch, {features}]")
            }
            Normalization::ScaleBy(largest) => {
                format!("# features: values divided by {largest}, f32 [batch, {features}]")
            }
            Normalization::None => format!("# features: f32 [batch, {features}]"),
        }
    }
}

const IMPORTS: &str = "\
from collections import OrderedDict

import torch
from safetensors.torch import load_file
from torch import nn

";

const EMBEDDING: &str = r#"
class Embedding(nn.Module):
    """Replaces the codes of categories, the last features of a row, by their vectors."""

    def __init__(self, categories, size, columns):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(categories, size))
        self.columns = columns

    def forward(self, features):
        numbers, codes = features[:, : -self.columns], features[:, -self.columns :].long()
        return torch.cat([numbers, self.weight[codes].flatten(1)], dim=1)


"#;

const SHARED_LINEAR: &str = r#"
class SharedLinear(nn.Linear):
    """A linear layer that members share, each with scales and biases of its own: [members, batch, ...]."""

    def __init__(self, members, inputs, outputs):
        super().__init__(inputs, outputs)
        self.input_scale = nn.Parameter(torch.ones(members, inputs))
        self.output_scale = nn.Parameter(torch.ones(members, outputs))
        self.member_bias = nn.Parameter(torch.zeros(members, outputs))

    def forward(self, x):
        shared = super().forward(x * self.input_scale[:, None])
        return shared * self.output_scale[:, None] + self.member_bias[:, None]

"#;

const SHARED_BATCH_NORM: &str = r#"
class SharedBatchNorm(nn.BatchNorm1d):
    """Normalises the rows of all members together."""

    def forward(self, x):
        return super().forward(x.flatten(0, 1)).view_as(x)

"#;

const LOG_OF_MEAN: &str = r#"
class MeanOfMembers(nn.Module):
    """The logarithms of the members' mean probabilities."""

    def forward(self, logits):
        return torch.log_softmax(logits, dim=2).exp().mean(0).log()


"#;

const MEAN: &str = r#"
class MeanOfMembers(nn.Module):
    """The members' mean."""

    def forward(self, numbers):
        return numbers.mean(0)


"#;

const MODEL: &str = "\
model = nn.Sequential(OrderedDict([
";

fn add_linear<'a>(
    entries: &mut Entries<'a>,
    name: &str,
    linear: &'a LinearWeights,
    factors: Option<&'a FactorWeights>,
) {
    entries.push((format!("{name}.weight"), vec![linear.outputs, linear.inputs], &linear.weight));
    entries.push((format!("{name}.bias"), vec![linear.outputs], &linear.bias));
    if let Some(FactorWeights { members, input, output, bias }) = factors {
        entries.push((format!("{name}.input_scale"), vec![*members, linear.inputs], input));
        entries.push((format!("{name}.output_scale"), vec![*members, linear.outputs], output));
        entries.push((format!("{name}.member_bias"), vec![*members, linear.outputs], bias));
    }
}

fn add_norm<'a>(entries: &mut Entries<'a>, name: &str, norm: &'a NormWeights) {
    let parts =
        [("weight", &norm.scale), ("bias", &norm.shift), ("running_mean", &norm.mean), ("running_var", &norm.variance)];
    for (part, values) in parts {
        entries.push((format!("{name}.{part}"), vec![values.len()], values));
    }
}

/// Returns the activation's class in `torch.nn`.
fn module(activation: Activation) -> &'static str {
    match activation {
        Activation::Relu => "ReLU",
        Activation::LeakyRelu => "LeakyReLU",
        Activation::Gelu => "GELU",
        Activation::Selu => "SELU",
        Activation::Tanh => "Tanh",
        Activation::Sigmoid => "Sigmoid",
        Activation::Silu => "SiLU",
    }
}

/// Quotes a text as a Python literal that is safe on a terminal. Python understands JSON's escapes.
fn quoted(text: &str) -> String {
    let escaped = |character: char| match disturbs_terminal(character) && !character.is_ascii() {
        true => format!("\\u{:04x}", u32::from(character)),
        false => character.to_string(),
    };
    serde_json::Value::from(text).to_string().chars().map(escaped).collect()
}
