//! The layers of a state dict, by PyTorch's names.

use std::collections::BTreeMap;

use crate::config::ModelConfig;
use burn_mlp_infer::Inputs;

/// PyTorch's count of the batches that a batch-norm has seen; unused in the computation.
pub(super) const BATCH_COUNTER: &str = "num_batches_tracked";

/// Types of layers, by PyTorch's names.
pub(super) const LINEAR: &str = "Linear";
pub(super) const BATCH_NORM: &str = "BatchNorm1d";
pub(super) const EMBEDDING: &str = "Embedding";

/// The scales and biases of members, which PyTorch does not have.
const FACTORS: &str = "MemberFactors";

/// Type and size of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LayerKind {
    Linear { inputs: usize, outputs: usize },
    BatchNorm { features: usize },
    Embedding { categories: usize, size: usize },
    Factors { members: usize, inputs: usize, outputs: usize },
}

/// A layer of the network, or of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layer {
    pub name: String,
    pub kind: LayerKind,
}

/// Shapes by tensor name.
pub(super) type Shapes<'a> = BTreeMap<&'a str, &'a [usize]>;

/// Lists the layers of the network that `config` describes.
pub(super) fn expected_layers(config: &ModelConfig, inputs: &Inputs, outputs: usize) -> Vec<Layer> {
    let sizes = config.layer_sizes(inputs.clone(), outputs);
    let mut layers = Vec::new();
    if inputs.codes.columns() > 0 {
        let kind = LayerKind::Embedding { categories: inputs.codes.all_categories(), size: inputs.codes.size };
        layers.push(Layer { name: "embedding".to_string(), kind });
    }
    for (index, pair) in sizes.windows(2).enumerate() {
        let (members, inputs, outputs) = (config.members, pair[0], pair[1]);
        let kind = LayerKind::Linear { inputs, outputs };
        let factors = |name: String| {
            (members > 1).then_some(Layer { name, kind: LayerKind::Factors { members, inputs, outputs } })
        };
        let Some(&hidden) = config.hidden.get(index) else {
            layers.push(Layer { name: "output".to_string(), kind });
            layers.extend(factors("output_factors".to_string()));
            break;
        };
        layers.push(Layer { name: format!("blocks.{index}.linear"), kind });
        layers.extend(factors(format!("blocks.{index}.factors")));
        if config.batch_norm {
            let kind = LayerKind::BatchNorm { features: hidden };
            layers.push(Layer { name: format!("blocks.{index}.norm"), kind });
        }
    }
    layers
}

/// Groups a file's tensors into layers.
pub(super) fn stored_layers(stored: &Shapes, may_embed: bool) -> Result<Vec<Layer>, String> {
    let mut parts: BTreeMap<&str, Shapes> = BTreeMap::new();
    for (name, shape) in stored {
        let (layer, part) = layer_and_part(name);
        parts.entry(layer).or_default().insert(part, shape);
    }
    parts.into_iter().map(|(name, parts)| Layer::from_parts(name, &parts, may_embed)).collect()
}

/// `net.0.weight` is the `weight` of `net.0`.
pub(super) fn layer_and_part(tensor: &str) -> (&str, &str) {
    tensor.rsplit_once('.').unwrap_or(("", tensor))
}

impl Layer {
    fn from_parts(name: &str, parts: &Shapes, may_embed: bool) -> Result<Self, String> {
        let kind = match parts.get("weight").copied() {
            Some(&[categories, size]) if may_embed && parts.len() == 1 => LayerKind::Embedding { categories, size },
            Some(&[outputs, inputs]) => LayerKind::Linear { inputs, outputs },
            Some(&[features]) => LayerKind::BatchNorm { features },
            _ => {
                return Err(format!("{} does not belong to a Linear or BatchNorm1d layer", tensors_named(name, parts)));
            }
        };
        let layer = Self { name: name.to_string(), kind };
        let expected = layer.tensors();
        if let Some((tensor, _)) = expected.iter().find(|(tensor, _)| !parts.contains_key(layer_and_part(tensor).1)) {
            return Err(format!("tensor {tensor} is missing; a {} of this network has one", layer.kind.name()));
        }
        if let Some(part) =
            parts.keys().find(|part| !expected.iter().any(|(tensor, _)| layer_and_part(tensor).1 == **part))
        {
            return Err(format!("tensor {} does not belong to a {}", join(name, part), layer.kind.name()));
        }
        for (tensor, shape) in &expected {
            let found = parts[layer_and_part(tensor).1];
            if found != shape {
                return Err(format!("tensor {tensor} has shape {found:?}; {shape:?} would fit its layer's weight"));
            }
        }
        Ok(layer)
    }

    /// Names and shapes of its tensors, in PyTorch's layout.
    pub fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        let shapes = match self.kind {
            LayerKind::Linear { inputs, outputs } => vec![("weight", vec![outputs, inputs]), ("bias", vec![outputs])],
            LayerKind::Embedding { categories, size } => vec![("weight", vec![categories, size])],
            LayerKind::Factors { members, inputs, outputs } => {
                [("input", inputs), ("output", outputs), ("bias", outputs)]
                    .map(|(part, columns)| (part, vec![members, columns]))
                    .to_vec()
            }
            LayerKind::BatchNorm { features } => {
                ["weight", "bias", "running_mean", "running_var"].map(|part| (part, vec![features])).to_vec()
            }
        };
        shapes.into_iter().map(|(part, shape)| (join(&self.name, part), shape)).collect()
    }
}

impl LayerKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear { .. } => LINEAR,
            Self::BatchNorm { .. } => BATCH_NORM,
            Self::Embedding { .. } => EMBEDDING,
            Self::Factors { .. } => FACTORS,
        }
    }
}

fn join(layer: &str, part: &str) -> String {
    if layer.is_empty() { part.to_string() } else { format!("{layer}.{part}") }
}

fn tensors_named(layer: &str, parts: &Shapes) -> String {
    let part = parts.keys().next().copied().unwrap_or_default();
    format!("tensor {}", join(layer, part))
}
