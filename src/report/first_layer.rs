//! The incoming weights of the first layer's neurons, shown as images if the rows are images.

use burn_mlp_infer::model_file::TensorFile;

use super::png_image::{self, Shape};
use crate::format::{count, loss};
use crate::run_directory::{RunDirectory, RunRecord};
use crate::{Error, Result};

/// Names of the first layer's weights in model.safetensors; the second is used without hidden
/// layers.
const NAMES: [&str; 2] = ["blocks.0.linear.weight", "output.weight"];

/// Neurons shown.
const MAX_NEURONS: usize = 64;

/// The weights of the first layer.
#[derive(Debug, PartialEq)]
pub(super) struct FirstLayer {
    /// `[neurons, inputs]`, row-major; at least one.
    pub weights: Vec<f32>,
    pub inputs: usize,
    /// Whether its neurons are the classes.
    pub is_output: bool,
}

impl FirstLayer {
    /// Reads the model of `run`, or returns `None` before the first epoch is done.
    ///
    /// # Errors
    /// [`Error::Run`] if the file is missing or damaged.
    pub fn read(run: &RunDirectory, record: &RunRecord) -> Result<Option<Self>> {
        if record.best_epoch.is_none() {
            return Ok(None);
        }
        let file = run.read_model()?;
        Self::from_file(&file).map(Some).map_err(|problem| Error::run(run.model_path(), problem))
    }

    fn from_file(file: &[u8]) -> std::result::Result<Self, String> {
        let damaged = |problem: String| format!("is damaged: {problem}");
        let file = TensorFile::parse(file).map_err(damaged)?;
        for name in NAMES {
            return match file.shape(name) {
                None => continue,
                Some(&[neurons, inputs]) if neurons * inputs > 0 => {
                    Ok(Self { weights: file.floats(name).map_err(damaged)?, inputs, is_output: name == NAMES[1] })
                }
                Some(_) => Err(format!("is damaged: {name} is not a matrix")),
            };
        }
        Err("has no weights of a first layer, so it is not a model of this program".to_string())
    }
}

/// The view of the section.
#[derive(Debug)]
pub(super) struct WeightImages {
    pub shown: Vec<WeightImage>,
    pub neurons: String,
    pub has_more: bool,
    /// The magnitude from which a weight has the full colour.
    pub strongest: String,
    /// Whether the rows are colour images, whose channels are shown in their own colours.
    pub is_color: bool,
}

/// The weights of one neuron.
#[derive(Debug, PartialEq)]
pub(super) struct WeightImage {
    pub name: String,
    /// The data URI of a PNG.
    pub image: String,
    /// The smallest and the largest weight.
    pub range: String,
}

impl WeightImages {
    /// Returns `None` if rows are not images.
    pub fn new(layer: &FirstLayer, shape: Option<Shape>, classes: &[String]) -> Result<Option<Self>> {
        let is_image = |shape: &Shape| png_image::value_count(*shape) == Some(layer.inputs);
        let Some(shape) = shape.filter(is_image) else { return Ok(None) };
        let neurons = layer.weights.len() / layer.inputs;
        let shown = &layer.weights[..neurons.min(MAX_NEURONS) * layer.inputs];
        let strongest = strongest(shown);
        let image = |(index, weights): (usize, &[f32])| -> Result<WeightImage> {
            let class = classes.get(index).filter(|_| layer.is_output);
            Ok(WeightImage {
                name: class.cloned().unwrap_or_else(|| format!("neuron {}", index + 1)),
                image: png_image::signed(weights, shape, strongest)?,
                range: range(weights),
            })
        };
        Ok(Some(Self {
            shown: shown.chunks_exact(layer.inputs).enumerate().map(image).collect::<Result<_>>()?,
            neurons: count(neurons),
            has_more: neurons > MAX_NEURONS,
            strongest: loss(f64::from(strongest)),
            is_color: shape[2] == 3,
        }))
    }
}

/// Returns the 99th percentile of the magnitudes. Scaling by the maximum would let a few outliers
/// make all other weights pale.
fn strongest(weights: &[f32]) -> f32 {
    let finite = weights.iter().map(|weight| weight.abs()).filter(|magnitude| magnitude.is_finite());
    let mut magnitudes: Vec<f32> = finite.collect();
    magnitudes.sort_by(f32::total_cmp);
    magnitudes.get(magnitudes.len() * 99 / 100).copied().unwrap_or(0.0)
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
    fn the_weights_are_the_bytes_of_the_tensor_as_little_endian_floats() {
        let tensors: Vec<u8> = [1.0f32, -2.5, 0.5].iter().flat_map(|number| number.to_le_bytes()).collect();
        let layer = FirstLayer::from_file(&file(&matrix("[1, 3]", "[0, 12]"), &tensors)).unwrap();
        assert_eq!(layer, FirstLayer { weights: vec![1.0, -2.5, 0.5], inputs: 3, is_output: false });
    }

    #[test]
    fn a_tensor_that_is_not_a_matrix_within_the_file_is_refused() {
        let enough = [0; 16];
        for header in [
            matrix("[1, 3]", "[0, 15]"),
            matrix("[1, 3]", "[8, 20]"),
            matrix("[1, 3]", "[16, 4]"),
            matrix("[0, 3]", "[0, 0]"),
            matrix("[4]", "[0, 16]"),
            matrix("[9223372036854775807, 9]", "[0, 16]"),
            "{}".to_string(),
            "[".to_string(),
        ] {
            FirstLayer::from_file(&file(&header, &enough)).unwrap_err();
        }
        FirstLayer::from_file(&[1, 2, 3]).unwrap_err();
        FirstLayer::from_file(&u64::MAX.to_le_bytes()).unwrap_err();
    }
}
