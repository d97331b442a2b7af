//! Matches the tensors of a state dict with the network's.
//!
//! If the names are the network's own, they decide. Otherwise layers are matched by type and shape, and layers of the
//! same shape by the numbers in their names: `fc1` comes before `fc2`, `net.3` before `net.10`. Names that differ in
//! anything else, such as `encoder` and `decoder`, don't determine an order, and are refused. The members of a network have
//! tensors that only this crate names, and are matched by name alone.

use super::state_dict::{
    BATCH_COUNTER, BATCH_NORM, EMBEDDING, LINEAR, Layer, Shapes, expected_layers, layer_and_part, stored_layers,
};
use crate::config::ModelConfig;
use burn_mlp_infer::Inputs;

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
    let shares = stored.keys().any(|name| name.contains("factors."));
    match (config.members, shares) {
        (1, false) => (),
        (1, true) => {
            return Err(
                "its members share their weights; choose --members and --hidden as it was trained with".to_string()
            );
        }
        (members, _) => {
            return Err(format!(
                "its tensors are not those of {members} members that share their weights, blocks.0.factors.input and so on; \
                 choose --members and --hidden as a run's model was trained with, --members 1 for a single network"
            ));
        }
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
