//! The weights of a network, as its model file has them.

use crate::factors::FactorWeights;
use crate::model_file::TensorFile;
use crate::{Codes, ModelMetadata, NetworkDescription};

/// The weights of every layer.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkWeights {
    /// Stands before the first layer if some features are codes of categories.
    pub embedding: Option<EmbeddingWeights>,
    /// The hidden layers.
    pub blocks: Vec<BlockWeights>,
    /// The layer that returns the logits.
    pub output: LinearWeights,
    /// Those of the output layer, if several members share the weights.
    pub output_factors: Option<FactorWeights>,
}

/// The learned vectors of categories.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddingWeights {
    /// The features that are codes.
    pub codes: Codes,
    /// `[categories, size]`, row-major.
    pub weight: Vec<f32>,
}

/// The weights of a hidden layer.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockWeights {
    /// Comes first.
    pub linear: LinearWeights,
    /// Present if several members share the weights.
    pub factors: Option<FactorWeights>,
    /// Follows them, before the activation.
    pub norm: Option<NormWeights>,
}

/// The weights of a linear layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearWeights {
    /// Number of inputs.
    pub inputs: usize,
    /// Number of outputs.
    pub outputs: usize,
    /// `[outputs, inputs]`, row-major.
    pub weight: Vec<f32>,
    /// `[outputs]`.
    pub bias: Vec<f32>,
}

/// The parameters and running statistics of batch normalisation, `[features]` each.
#[derive(Debug, Clone, PartialEq)]
pub struct NormWeights {
    /// Gamma.
    pub scale: Vec<f32>,
    /// Beta.
    pub shift: Vec<f32>,
    /// Running mean.
    pub mean: Vec<f32>,
    /// Running variance.
    pub variance: Vec<f32>,
}

impl NormWeights {
    /// Added to the variance; Burn's and PyTorch's default.
    pub const EPSILON: f64 = 1e-5;
}

impl NetworkWeights {
    /// Reads the weights of the networks that `metadata` describes, in the order of
    /// [`networks`](ModelMetadata::networks).
    ///
    /// # Errors
    /// Returns a sentence if the file is damaged, or a tensor is missing or has another shape.
    pub fn read(metadata: &ModelMetadata, file: &[u8]) -> Result<Vec<Self>, String> {
        let file = TensorFile::parse(file)?;
        let networks = metadata.networks().into_iter();
        networks.map(|network| Self::of_network(&network, metadata.outputs(), &file)).collect()
    }

    fn of_network(network: &NetworkDescription, outputs: usize, file: &TensorFile) -> Result<Self, String> {
        let tensors = Tensors { file, prefix: &network.prefix };
        let inputs = &network.inputs;
        let sizes = network.model.layer_sizes(inputs.clone(), outputs);
        let mut layers: Vec<(usize, usize)> = sizes.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let last = layers.pop().ok_or("the network has no layer")?;
        let members = network.model.members;
        let block = |(index, (inputs, outputs))| -> Result<BlockWeights, String> {
            let linear = tensors.linear(&format!("blocks.{index}.linear"), inputs, outputs)?;
            let factors = tensors.factors(&format!("blocks.{index}.factors"), members, (inputs, outputs))?;
            let norm = network.model.batch_norm.then(|| tensors.norm(&format!("blocks.{index}.norm"), outputs));
            Ok(BlockWeights { linear, factors, norm: norm.transpose()? })
        };
        let blocks = layers.into_iter().enumerate().map(block).collect::<Result<_, _>>()?;
        let embedding = (inputs.codes.columns() > 0).then(|| tensors.embedding(inputs.codes.clone())).transpose()?;
        let output = tensors.linear("output", last.0, last.1)?;
        Ok(Self { embedding, blocks, output, output_factors: tensors.factors("output_factors", members, last)? })
    }

    /// The networks that share these weights, each with weights of its own: one if nothing is shared.
    pub fn members(self) -> Vec<Self> {
        let Some(members) = self.output_factors.as_ref().map(|factors| factors.members) else { return vec![self] };
        let folded = self.folded();
        let own = |linear: &LinearWeights, factors: &Option<FactorWeights>, member: usize| match factors {
            Some(factors) => linear.of_member(factors, member),
            None => linear.clone(),
        };
        let block = |block: &BlockWeights, member: usize| BlockWeights {
            linear: own(&block.linear, &block.factors, member),
            factors: None,
            norm: None,
        };
        let network = |member: usize| Self {
            embedding: folded.embedding.clone(),
            blocks: folded.blocks.iter().map(|of| block(of, member)).collect(),
            output: own(&folded.output, &folded.output_factors, member),
            output_factors: None,
        };
        (0..members).map(network).collect()
    }

    /// Returns the same function without batch normalisation, which in evaluation is a linear map of each feature and
    /// so part of the layer before it.
    pub fn folded(mut self) -> Self {
        for block in &mut self.blocks {
            match (block.norm.take(), &mut block.factors) {
                (Some(norm), Some(factors)) => factors.fold(&norm),
                (Some(norm), None) => block.linear.fold(&norm),
                (None, _) => (),
            }
        }
        self
    }
}

impl EmbeddingWeights {
    /// Writes what the first layer takes of a row `[features]`: its numbers, then the vector of each code.
    pub fn embed(&self, row: &[f32], embedded: &mut Vec<f32>) {
        let (numbers, codes) = row.split_at(row.len().saturating_sub(self.codes.columns()));
        embedded.clear();
        embedded.extend_from_slice(numbers);
        for &code in codes {
            let start = (code as usize).saturating_mul(self.codes.size);
            match self.weight.get(start..start.saturating_add(self.codes.size)) {
                Some(vector) => embedded.extend_from_slice(vector),
                None => embedded.resize(embedded.len() + self.codes.size, 0.0),
            }
        }
    }
}

impl LinearWeights {
    /// Takes `norm` in: with `s = scale / sqrt(variance + epsilon)`, the weights become `s W` and the biases
    /// `s (b - mean) + shift`. Computed in f64 and rounded once.
    pub fn fold(&mut self, norm: &NormWeights) {
        let units = self.weight.chunks_exact_mut(self.inputs.max(1)).zip(&mut self.bias);
        for ((weights, bias), unit) in units.zip(norm.units()) {
            for weight in weights {
                *weight = (f64::from(*weight) * unit.factor) as f32;
            }
            *bias = unit.of(*bias);
        }
    }
}

/// Batch normalisation of one feature: `factor * (x - mean) + shift`.
pub(crate) struct Unit {
    pub factor: f64,
    mean: f64,
    shift: f64,
}

impl Unit {
    pub fn of(&self, value: f32) -> f32 {
        ((f64::from(value) - self.mean) * self.factor + self.shift) as f32
    }
}

impl NormWeights {
    pub(crate) fn units(&self) -> impl Iterator<Item = Unit> + '_ {
        let statistics = self.scale.iter().zip(&self.shift).zip(self.mean.iter().zip(&self.variance));
        statistics.map(|((&scale, &shift), (&mean, &variance))| Unit {
            factor: f64::from(scale) / (f64::from(variance) + Self::EPSILON).sqrt(),
            mean: mean.into(),
            shift: shift.into(),
        })
    }
}

/// A network's tensors by PyTorch's names, which follow a prefix in the file.
struct Tensors<'a> {
    file: &'a TensorFile<'a>,
    prefix: &'a str,
}

impl Tensors<'_> {
    fn read(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, String> {
        let name = &format!("{}{name}", self.prefix);
        match self.file.shape(name) {
            Some(found) if found == shape => self.file.floats(name),
            Some(found) => Err(format!("tensor {name} has shape {found:?}; this network needs {shape:?}")),
            None => Err(format!("there is no tensor {name}")),
        }
    }

    fn embedding(&self, codes: Codes) -> Result<EmbeddingWeights, String> {
        let weight = self.read("embedding.weight", &[codes.all_categories(), codes.size])?;
        Ok(EmbeddingWeights { codes, weight })
    }

    fn linear(&self, name: &str, inputs: usize, outputs: usize) -> Result<LinearWeights, String> {
        let weight = self.read(&format!("{name}.weight"), &[outputs, inputs])?;
        Ok(LinearWeights { inputs, outputs, weight, bias: self.read(&format!("{name}.bias"), &[outputs])? })
    }

    /// Those of a layer that maps `(inputs, outputs)`; none if there is only one member.
    fn factors(
        &self,
        name: &str,
        members: usize,
        (inputs, outputs): (usize, usize),
    ) -> Result<Option<FactorWeights>, String> {
        if members == 1 {
            return Ok(None);
        }
        let read = |part: &str, columns: usize| self.read(&format!("{name}.{part}"), &[members, columns]);
        let (input, output, bias) = (read("input", inputs)?, read("output", outputs)?, read("bias", outputs)?);
        Ok(Some(FactorWeights { members, input, output, bias }))
    }

    fn norm(&self, name: &str, features: usize) -> Result<NormWeights, String> {
        let read = |part: &str| self.read(&format!("{name}.{part}"), &[features]);
        Ok(NormWeights {
            scale: read("weight")?,
            shift: read("bias")?,
            mean: read("running_mean")?,
            variance: read("running_var")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_keeps_the_function() {
        let mut linear =
            LinearWeights { inputs: 2, outputs: 2, weight: vec![1.0, 2.0, -3.0, 0.5], bias: vec![0.5, 1.0] };
        let norm = NormWeights {
            scale: vec![2.0, 1.0],
            shift: vec![1.0, -1.0],
            mean: vec![0.5, 2.0],
            variance: vec![4.0 - NormWeights::EPSILON as f32, 0.25 - NormWeights::EPSILON as f32],
        };
        linear.fold(&norm);
        // Scales of 2 / sqrt(4) and 1 / sqrt(0.25).
        let expected = [1.0, 2.0, -6.0, 1.0, 1.0, -3.0];
        let found = linear.weight.iter().chain(&linear.bias);
        assert!(found.zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-5), "{linear:?}");
    }
}
