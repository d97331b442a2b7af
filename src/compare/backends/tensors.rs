//! Entry-by-entry comparison of two backends' tensors.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use burn_mlp_infer::model_file::{TensorFile, write_tensors};

/// Entries of the tensors by their names in `model.safetensors`.
pub(super) type Tensors = BTreeMap<String, Vec<f32>>;

/// Smallest scale of a relative difference, just above the subnormal numbers of `f32`: below it,
/// entries have no digits left to compare.
const MIN_SCALE: f64 = 1e-30;

pub(super) fn to_file(tensors: &Tensors) -> Result<Vec<u8>> {
    let shapes: Vec<[usize; 1]> = tensors.values().map(|entries| [entries.len()]).collect();
    let vectors = tensors.iter().zip(&shapes);
    let vectors: Vec<_> =
        vectors.map(|((name, entries), shape)| (name.as_str(), &shape[..], entries.clone())).collect();
    write_tensors(&vectors).map_err(unusable)
}

pub(super) fn from_file(file: &[u8]) -> Result<Tensors> {
    let file = TensorFile::parse(file).map_err(unusable)?;
    let entries = |(name, _): (&str, &[usize])| Ok((name.to_string(), file.floats(name).map_err(unusable)?));
    file.shapes().map(entries).collect()
}

fn unusable(problem: String) -> Error {
    Error::data("the tensors of a trial", problem)
}

/// Returns the largest difference of an entry, relative to the largest entry of its tensor in
/// `reference`. The gradient of a bias before batch normalisation is zero except for rounding, so
/// it is compared with the weights of its layer instead. The result is NaN if an entry is, and
/// infinite if the tensors have other names or sizes.
pub(super) fn worst_difference<T: Copy + Into<f64>>(
    reference: &BTreeMap<String, Vec<T>>,
    other: &BTreeMap<String, Vec<T>>,
) -> f64 {
    if reference.keys().ne(other.keys()) {
        return f64::INFINITY;
    }
    let differences = reference.iter().map(|(name, entries)| {
        let others = &other[name];
        if entries.len() != others.len() {
            return f64::INFINITY;
        }
        let difference = largest(entries.iter().zip(others).map(|(&entry, &other)| entry.into() - other.into()));
        match difference == 0.0 {
            true => 0.0,
            false => difference / scale(reference, name),
        }
    });
    largest(differences)
}

fn scale<T: Copy + Into<f64>>(tensors: &BTreeMap<String, Vec<T>>, name: &str) -> f64 {
    let largest_of =
        |name: &str| tensors.get(name).map_or(0.0, |entries| largest(entries.iter().map(|&entry| entry.into())));
    let layer = name.strip_suffix(".linear.bias");
    let normalized = layer.filter(|layer| tensors.contains_key(&format!("{layer}.norm.weight")));
    let scale = normalized.map_or_else(|| largest_of(name), |layer| largest_of(&format!("{layer}.linear.weight")));
    scale.max(MIN_SCALE)
}

/// Returns the largest magnitude, or NaN if any value is NaN.
fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.map(f64::abs).fold(0.0, |worst, value| if value > worst || value.is_nan() { value } else { worst })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(reference: &[(&str, &[f64])], other: &[(&str, &[f64])]) -> f64 {
        let owned = |tensors: &[(&str, &[f64])]| {
            tensors.iter().map(|(name, entries)| (name.to_string(), entries.to_vec())).collect::<BTreeMap<_, _>>()
        };
        worst_difference(&owned(reference), &owned(other))
    }

    #[test]
    fn a_difference_is_relative_to_the_largest_entry_of_its_tensor() {
        let reference: [(&str, &[f64]); 2] = [("a", &[100.0, -1.0]), ("b", &[0.001, 0.0005])];
        assert_eq!(difference(&reference, &reference), 0.0);
        let off = difference(&reference, &[("a", &[100.0, -2.0]), ("b", &[0.001, 0.0005])]);
        assert!((off - 0.01).abs() < 1e-12, "{off}");
        let off = difference(&reference, &[("a", &[100.0, -1.0]), ("b", &[0.001, 0.0004])]);
        assert!((off - 0.1).abs() < 1e-12, "{off}");
    }

    #[test]
    fn a_bias_before_batch_normalisation_is_relative_to_the_weights_of_its_layer() {
        let tensors = |bias: &'static [f64]| -> Vec<(&str, &[f64])> {
            vec![
                ("blocks.0.linear.bias", bias),
                ("blocks.0.linear.weight", &[0.5, 0.1]),
                ("blocks.0.norm.weight", &[1.0]),
                ("output.bias", &[0.2]),
            ]
        };
        let off = difference(&tensors(&[1e-9]), &tensors(&[-1e-9]));
        assert!((off - 4e-9).abs() < 1e-15, "{off}");
    }

    #[test]
    fn nan_and_missing_tensors_are_never_close() {
        assert!(difference(&[("a", &[1.0])], &[("a", &[f64::NAN])]).is_nan());
        assert_eq!(difference(&[("a", &[1.0])], &[("b", &[1.0])]), f64::INFINITY);
        assert_eq!(difference(&[("a", &[1.0])], &[("a", &[1.0, 2.0])]), f64::INFINITY);
        assert!(difference(&[("a", &[0.0])], &[("a", &[1e-20])]) > 1.0);
    }
}
