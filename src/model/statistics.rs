use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::Mlp;
use crate::backend::reasons;

/// A layer's size and the distribution of its weights.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct LayerStatistics {
    /// The layer's key in `model.safetensors`: `blocks.0`, `output`, `embedding`.
    pub name: String,
    /// Rows of the weight matrix; for an embedding, the number of categories.
    pub inputs: usize,
    /// Columns of the weight matrix; for an embedding, the size of a vector.
    pub outputs: usize,
    /// Weights, biases, batch-norm scales and shifts, and the members' factors.
    pub parameters: usize,
    /// Mean weight.
    pub mean: f64,
    /// Standard deviation of the weights.
    pub standard_deviation: f64,
    /// The smallest weight.
    pub smallest: f64,
    /// The largest weight.
    pub largest: f64,
}

impl Mlp {
    /// Returns the statistics of each layer, first to last.
    ///
    /// # Errors
    /// Returns a sentence if a weight matrix cannot be read from its device.
    pub fn statistics(&self) -> Result<Vec<LayerStatistics>, String> {
        let blocks = self.blocks.iter().enumerate().map(|(index, block)| {
            LayerStatistics::new(format!("blocks.{index}"), &block.linear.weight, block.num_params())
        });
        let own = self.output_factors.as_ref().map_or(0, Module::num_params);
        let output = LayerStatistics::new("output".to_string(), &self.output.weight, self.output.num_params() + own);
        let embedding = self
            .embedding
            .iter()
            .map(|embedding| LayerStatistics::new("embedding".to_string(), &embedding.weight, embedding.num_params()));
        embedding.chain(blocks).chain([output]).collect()
    }
}

impl LayerStatistics {
    fn new(name: String, weight: &Param<Tensor<2>>, parameters: usize) -> Result<Self, String> {
        let weight = weight.val();
        let [inputs, outputs] = weight.dims();
        let data = weight.try_into_data().map_err(reasons)?;
        let values: Vec<f64> = data.iter::<f64>().collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
        Ok(Self {
            name,
            inputs,
            outputs,
            parameters,
            mean,
            standard_deviation: variance.sqrt(),
            smallest: values.iter().copied().fold(f64::INFINITY, f64::min),
            largest: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }
}
