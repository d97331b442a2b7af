//! What the first layer's neurons look for: their incoming weights, as pictures where rows are images.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;

use super::picture::{self, Shape};
use crate::Result;
use crate::format::{count, loss};

/// The first layer's weights are under one of these names, the second without hidden layers.
const NAMES: [&str; 2] = ["blocks.0.linear.weight", "output.weight"];

/// A safetensors header longer than this is not a model of this program.
const LONGEST_HEADER: u64 = 16 << 20;

/// At most this many neurons are shown.
const SHOWN: usize = 64;

/// Weights `[neurons, inputs]`, row-major.
#[derive(Debug, PartialEq)]
pub(super) struct FirstLayer {
    pub weights: Vec<f32>,
    pub inputs: usize,
    /// Whether its neurons are the classes.
    pub is_output: bool,
}

/// Where a safetensors header says that a tensor is.
#[derive(Debug, Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [usize; 2],
}

impl FirstLayer {
    /// Of a `model.safetensors`: a little-endian 64-bit length, a JSON header of that length, and the tensors' bytes.
    pub fn of_file(file: &[u8]) -> std::result::Result<Self, String> {
        let (length, rest) = file.split_first_chunk::<8>().ok_or("is damaged: it is shorter than a header")?;
        let length = u64::from_le_bytes(*length);
        if length > LONGEST_HEADER || length > rest.len() as u64 {
            return Err("is damaged: its header is longer than the file".to_string());
        }
        let (header, bytes) = rest.split_at(length as usize);
        let header: BTreeMap<String, serde_json::Value> =
            serde_json::from_slice(header).map_err(|error| format!("is damaged: {error}"))?;
        let (name, value) = NAMES
            .iter()
            .find_map(|&name| Some((name, header.get(name)?)))
            .ok_or("has no weights of a first layer; it is not one of this program's")?;
        let tensor = Tensor::deserialize(value).map_err(|error| format!("is damaged: {name}: {error}"))?;
        let weights = tensor.floats(bytes).ok_or_else(|| format!("is damaged: {name} is not a matrix of F32"))?;
        Ok(Self { inputs: weights.len() / tensor.shape[0], weights, is_output: name == NAMES[1] })
    }
}

impl Tensor {
    /// The numbers of a matrix that is not empty; nothing if the header does not fit them.
    fn floats(&self, bytes: &[u8]) -> Option<Vec<f32>> {
        let [start, end] = self.data_offsets;
        let bytes = bytes.get(Range { start, end })?;
        let &[rows, columns] = self.shape.as_slice() else { return None };
        let numbers = rows.checked_mul(columns)?;
        if self.dtype != "F32" || numbers == 0 || numbers.checked_mul(4)? != bytes.len() {
            return None;
        }
        Some(bytes.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect())
    }
}

/// The section's pictures.
#[derive(Debug)]
pub(super) struct WeightPictures {
    pub shown: Vec<WeightPicture>,
    pub neurons: String,
    pub has_more: bool,
    /// The size from which a weight has the full colour.
    pub strongest: String,
    /// Whether the pictures have the colours of the images, or two for the sign.
    pub is_colour: bool,
}

/// One neuron.
#[derive(Debug, PartialEq)]
pub(super) struct WeightPicture {
    pub name: String,
    /// A PNG's data URI.
    pub picture: String,
    /// Its smallest and largest weight.
    pub range: String,
}

impl WeightPictures {
    /// Nothing where rows are not images.
    pub fn new(layer: &FirstLayer, shape: Option<Shape>, classes: &[String]) -> Result<Option<Self>> {
        let is_image = |shape: &Shape| picture::values_of(*shape) == Some(layer.inputs);
        let Some(shape) = shape.filter(is_image) else { return Ok(None) };
        let neurons = layer.weights.len() / layer.inputs;
        let shown = &layer.weights[..neurons.min(SHOWN) * layer.inputs];
        let strongest = strongest(shown);
        let picture = |(index, weights): (usize, &[f32])| -> Result<WeightPicture> {
            let class = classes.get(index).filter(|_| layer.is_output);
            Ok(WeightPicture {
                name: class.cloned().unwrap_or_else(|| format!("neuron {}", index + 1)),
                picture: picture::signed(weights, shape, strongest)?,
                range: range(weights),
            })
        };
        Ok(Some(Self {
            shown: shown.chunks_exact(layer.inputs).enumerate().map(picture).collect::<Result<_>>()?,
            neurons: count(neurons),
            has_more: neurons > SHOWN,
            strongest: loss(f64::from(strongest)),
            is_colour: shape[2] == 3,
        }))
    }
}

/// The size that all but one in a hundred weights stay below: the rest would leave every other one pale.
fn strongest(weights: &[f32]) -> f32 {
    let finite = weights.iter().map(|weight| weight.abs()).filter(|size| size.is_finite());
    let mut sizes: Vec<f32> = finite.collect();
    sizes.sort_by(f32::total_cmp);
    sizes.get(sizes.len() * 99 / 100).copied().unwrap_or(0.0)
}

fn range(weights: &[f32]) -> String {
    let low = weights.iter().copied().fold(f32::INFINITY, f32::min);
    let high = weights.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    format!("{} to {}", loss(f64::from(low)), loss(f64::from(high)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, tensors: &[u8]) -> Vec<u8> {
        [&(header.len() as u64).to_le_bytes(), header.as_bytes(), tensors].concat()
    }

    fn matrix(shape: &str, offsets: &str) -> String {
        format!(r#"{{"blocks.0.linear.weight": {{"dtype": "F32", "shape": {shape}, "data_offsets": {offsets}}}}}"#)
    }

    #[test]
    fn the_weights_are_the_tensors_bytes_as_little_endian_floats() {
        let tensors: Vec<u8> = [9.0f32, 1.0, -2.5, 0.5].iter().flat_map(|number| number.to_le_bytes()).collect();
        let layer = FirstLayer::of_file(&file(&matrix("[1, 3]", "[4, 16]"), &tensors)).unwrap();
        assert_eq!(layer, FirstLayer { weights: vec![1.0, -2.5, 0.5], inputs: 3, is_output: false });
    }

    #[test]
    fn a_header_that_does_not_fit_is_refused_in_a_sentence() {
        let enough = [0; 16];
        for header in [
            matrix("[1, 3]", "[4, 15]"),
            matrix("[1, 3]", "[8, 20]"),
            matrix("[1, 3]", "[16, 4]"),
            matrix("[0, 3]", "[0, 0]"),
            matrix("[4]", "[0, 16]"),
            matrix("[9223372036854775807, 9]", "[0, 16]"),
            "{}".to_string(),
            "[".to_string(),
        ] {
            FirstLayer::of_file(&file(&header, &enough)).unwrap_err();
        }
        FirstLayer::of_file(&[1, 2, 3]).unwrap_err();
        FirstLayer::of_file(&u64::MAX.to_le_bytes()).unwrap_err();
    }
}
