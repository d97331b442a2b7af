//! Matches the tensors of a state dict with the network's.
//!
//! If the names are the network's own, they decide. Otherwise layers are matched by type and shape, and layers of the
//! same shape by the numbers in their names: `fc1` comes before `fc2`, `net.3` before `net.10`. Names that differ in
//! anything else, such as `encoder` and `decoder`, don't determine an order, and are refused.

use std::collections::BTreeMap;

use crate::config::ModelConfig;
use burn_mlp_infer::Inputs;

/// PyTorch's count of the batches that a batch-norm has seen; unused in the computation.
const BATCH_COUNTER: &str = "num_batches_tracked";

/// Types of layers, by PyTorch's names.
const LINEAR: &str = "Linear";
const BATCH_NORM: &str = "BatchNorm1d";
const EMBEDDING: &str = "Embedding";

/// Type and size of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LayerKind {
    Linear { inputs: usize, outputs: usize },
    BatchNorm { features: usize },
    Embedding { categories: usize, size: usize },
}

/// A layer of the network, or of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Layer {
    name: String,
    kind: LayerKind,
}

/// Shapes by tensor name.
type Shapes<'a> = BTreeMap<&'a str, &'a [usize]>;

/// A tensor of the network, and the tensor of the file that has its values.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// Name in the network.
    pub name: String,
    /// Shape in PyTorch's layout, the same in the network and in the file.
    pub shape: Vec<usize>,
    /// Name in the file.
    pub stored: String,
}

/// Finds each tensor of the network that `config` describes among `stored`, the names and shapes of a file's tensors.
///
/// # Errors
/// Returns a sentence if a tensor is missing, left over, ambiguous or of another shape.
pub(super) fn match_tensors<'a>(
    config: &ModelConfig,
    inputs: &Inputs,
    outputs: usize,
    stored: impl Iterator<Item = (&'a str, &'a [usize])>,
) -> Result<Vec<Match>, String> {
    let expected = expected_layers(config, inputs, outputs);
    let stored: Shapes = stored.filter(|(name, _)| layer_and_part(name).1 != BATCH_COUNTER).collect();
    let own_names: Vec<String> = expected.iter().flat_map(|layer| layer.tensors()).map(|tensor| tensor.0).collect();
    if own_names.len() == stored.len() && own_names.iter().all(|name| stored.contains_key(name.as_str())) {
        return by_name(&expected, &stored);
    }
    by_shape(&expected, &stored_layers(&stored, inputs.codes.columns() > 0)?)
}

fn by_name(expected: &[Layer], stored: &Shapes) -> Result<Vec<Match>, String> {
    let of_tensor = |(name, shape): (String, Vec<usize>)| match stored.get(name.as_str()) {
        Some(found) if *found == shape => Ok(Match { stored: name.clone(), name, shape }),
        Some(found) => Err(format!("tensor {name} has shape {found:?}; this network needs {shape:?}")),
        None => Err(format!("tensor {name} is missing")),
    };
    expected.iter().flat_map(Layer::tensors).map(of_tensor).collect()
}

fn by_shape(expected: &[Layer], found: &[Layer]) -> Result<Vec<Match>, String> {
    let mut matches = Vec::new();
    for kind in [LINEAR, BATCH_NORM, EMBEDDING] {
        let of_kind = |layers: &[Layer]| -> Vec<Layer> {
            layers.iter().filter(|layer| layer.kind.name() == kind).cloned().collect()
        };
        let (expected, found) = (of_kind(expected), of_kind(found));
        check_counts(&expected, &found, kind)?;
        check_shapes(&expected, &found)?;
        for (index, layer) in expected.iter().enumerate() {
            let position = expected[..index].iter().filter(|before| before.kind == layer.kind).count();
            let alike: Vec<&Layer> = found.iter().filter(|found| found.kind == layer.kind).collect();
            let source = in_order(&alike)?[position];
            let pairs = layer.tensors().into_iter().zip(source.tensors());
            matches.extend(pairs.map(|((name, shape), (stored, _))| Match { name, shape, stored }));
        }
    }
    Ok(matches)
}

fn check_counts(expected: &[Layer], found: &[Layer], kind: &str) -> Result<(), String> {
    let advice = match (kind, expected.is_empty()) {
        (LINEAR, _) => "choose --hidden to fit",
        (EMBEDDING, _) => "it was trained on other text columns",
        (_, true) => "train with --batch-norm",
        (_, false) => "train without --batch-norm, or choose --hidden to fit",
    };
    if expected.len() == found.len() {
        return Ok(());
    }
    Err(format!("it has {} {kind} layers, this network has {}; {advice}", found.len(), expected.len()))
}

/// Refuses layers whose shapes aren't the expected ones, and names the first pair that differs.
fn check_shapes(expected: &[Layer], found: &[Layer]) -> Result<(), String> {
    let count = |layers: &[Layer], kind| layers.iter().filter(|layer| layer.kind == kind).count();
    if expected.iter().all(|layer| count(expected, layer.kind) == count(found, layer.kind)) {
        return Ok(());
    }
    let mut found: Vec<&Layer> = found.iter().collect();
    found.sort_by_key(|layer| pattern_and_numbers(&layer.name).1);
    let tensors =
        expected.iter().zip(found).flat_map(|(ours, theirs)| ours.tensors().into_iter().zip(theirs.tensors()));
    match tensors.into_iter().find(|((_, needed), (_, shape))| needed != shape) {
        Some(((name, needed), (stored, shape))) => {
            Err(format!("tensor {stored} has shape {shape:?}; {name} of this network needs {needed:?}"))
        }
        None => Err("its layers do not have this network's shapes".to_string()),
    }
}

/// Sorts layers of one shape by the numbers in their names.
fn in_order<'a>(alike: &[&'a Layer]) -> Result<Vec<&'a Layer>, String> {
    let mut keyed: Vec<_> = alike.iter().map(|layer| (pattern_and_numbers(&layer.name), *layer)).collect();
    keyed.sort_by(|(one, _), (other, _)| one.1.cmp(&other.1));
    for pair in keyed.windows(2) {
        let (((pattern, numbers), one), ((other_pattern, other_numbers), other)) = (&pair[0], &pair[1]);
        if pattern != other_pattern || numbers == other_numbers {
            return Err(format!(
                "layers {} and {} have the same shape, and their names do not say which comes first; \
                 number them, as in fc1 and fc2, or call the tensors blocks.0.linear.weight, ..., output.weight",
                one.name, other.name
            ));
        }
    }
    Ok(keyed.into_iter().map(|(_, layer)| layer).collect())
}

/// Splits a name into its text and its numbers, each in a form that sorts by value.
fn pattern_and_numbers(name: &str) -> (String, Vec<(usize, String)>) {
    let (mut pattern, mut numbers) = (String::new(), Vec::new());
    let mut rest = name;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let digits = rest[start..].find(|letter: char| !letter.is_ascii_digit()).map_or(rest.len(), |end| start + end);
        let number = rest[start..digits].trim_start_matches('0');
        numbers.push((number.len(), number.to_string()));
        pattern.push_str(&rest[..start]);
        pattern.push('#');
        rest = &rest[digits..];
    }
    pattern.push_str(rest);
    (pattern, numbers)
}

fn expected_layers(config: &ModelConfig, inputs: &Inputs, outputs: usize) -> Vec<Layer> {
    let sizes = config.layer_sizes(inputs.clone(), outputs);
    let mut layers = Vec::new();
    if inputs.codes.columns() > 0 {
        let kind = LayerKind::Embedding { categories: inputs.codes.all_categories(), size: inputs.codes.size };
        layers.push(Layer { name: "embedding".to_string(), kind });
    }
    for (index, pair) in sizes.windows(2).enumerate() {
        let kind = LayerKind::Linear { inputs: pair[0], outputs: pair[1] };
        let Some(&hidden) = config.hidden.get(index) else {
            layers.push(Layer { name: "output".to_string(), kind });
            break;
        };
        layers.push(Layer { name: format!("blocks.{index}.linear"), kind });
        if config.batch_norm {
            let kind = LayerKind::BatchNorm { features: hidden };
            layers.push(Layer { name: format!("blocks.{index}.norm"), kind });
        }
    }
    layers
}

/// Groups a file's tensors into layers.
fn stored_layers(stored: &Shapes, may_embed: bool) -> Result<Vec<Layer>, String> {
    let mut parts: BTreeMap<&str, Shapes> = BTreeMap::new();
    for (name, shape) in stored {
        let (layer, part) = layer_and_part(name);
        parts.entry(layer).or_default().insert(part, shape);
    }
    parts.into_iter().map(|(name, parts)| Layer::from_parts(name, &parts, may_embed)).collect()
}

/// `net.0.weight` is the `weight` of `net.0`.
fn layer_and_part(tensor: &str) -> (&str, &str) {
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
    fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        let shapes = match self.kind {
            LayerKind::Linear { inputs, outputs } => vec![("weight", vec![outputs, inputs]), ("bias", vec![outputs])],
            LayerKind::Embedding { categories, size } => vec![("weight", vec![categories, size])],
            LayerKind::BatchNorm { features } => {
                ["weight", "bias", "running_mean", "running_var"].map(|part| (part, vec![features])).to_vec()
            }
        };
        shapes.into_iter().map(|(part, shape)| (join(&self.name, part), shape)).collect()
    }
}

impl LayerKind {
    fn name(self) -> &'static str {
        match self {
            Self::Linear { .. } => LINEAR,
            Self::BatchNorm { .. } => BATCH_NORM,
            Self::Embedding { .. } => EMBEDDING,
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
