//! A trained network as plain numbers.

use std::collections::BTreeMap;
use std::path::Path;

use super::onnx_table::TableColumns;
use crate::config::Activation;
use crate::error::{Error, Result};
use burn_mlp_infer::{ModelMetadata, RunIdentity};
use crate::model::read_tensors;
use crate::run_directory::RunDirectory;

/// A run's network, ready to be written in another format.
///
/// ```no_run
/// # fn main() -> burn_mlp::Result<()> {
/// use burn_mlp::export::{Network, OnnxOptions};
///
/// let network = Network::of_run("artifacts/digits-flex-001")?.folded();
/// std::fs::write("digits.onnx", network.to_onnx(&OnnxOptions::default())).unwrap();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    pub(super) metadata: ModelMetadata,
    pub(super) activation: Activation,
    pub(super) blocks: Vec<BlockWeights>,
    pub(super) output: LinearWeights,
}

/// The weights of a hidden layer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct BlockWeights {
    pub linear: LinearWeights,
    pub norm: Option<NormWeights>,
}

/// The weights of a linear layer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LinearWeights {
    pub inputs: usize,
    pub outputs: usize,
    /// `[outputs, inputs]`, row by row.
    pub weight: Vec<f32>,
    /// `[outputs]`.
    pub bias: Vec<f32>,
}

/// The parameters and running statistics of batch normalisation, `[features]` each.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NormWeights {
    pub scale: Vec<f32>,
    pub shift: Vec<f32>,
    pub mean: Vec<f32>,
    pub variance: Vec<f32>,
}

impl NormWeights {
    /// The term added to the variance; the default of Burn and PyTorch.
    pub const EPSILON: f64 = 1e-5;
}

impl Network {
    /// Reads the network of a run directory.
    ///
    /// # Errors
    /// If there is no model yet, or its file is damaged or belongs to another run.
    pub fn of_run(run: impl AsRef<Path>) -> Result<Self> {
        let run = RunDirectory::open(run.as_ref())?;
        let file = run.read_model()?;
        let record = run.read_record()?;
        let identity = RunIdentity { identity_hash: record.identity_hash, data_hash: record.data.hash };
        let unusable = |problem: String| Error::run(run.model_path(), problem);
        let network = Self::of_file(&file).map_err(unusable)?;
        network.metadata.check_run(&identity).map_err(unusable)?;
        Ok(network)
    }

    /// Parses the bytes of a model file.
    ///
    /// # Errors
    /// A sentence if the file is damaged or has another format.
    pub fn of_file(file: &[u8]) -> std::result::Result<Self, String> {
        let metadata = ModelMetadata::of_file(file)?;
        let mut tensors = Tensors(read_tensors(file)?);
        let sizes = metadata.model.layer_sizes(metadata.features, metadata.classes());
        let hidden = sizes.windows(2).take(metadata.model.hidden.len()).enumerate();
        let block = |(index, sizes): (usize, &[usize])| -> std::result::Result<BlockWeights, String> {
            let linear = tensors.linear(&format!("blocks.{index}.linear"), sizes)?;
            let norm = match metadata.model.batch_norm {
                true => Some(tensors.norm(&format!("blocks.{index}.norm"), sizes[1])?),
                false => None,
            };
            Ok(BlockWeights { linear, norm })
        };
        let blocks = hidden.map(block).collect::<std::result::Result<_, _>>()?;
        let output = tensors.linear("output", &sizes[sizes.len() - 2..])?;
        Ok(Self { activation: metadata.model.activation, metadata, blocks, output })
    }

    /// The description of the model in its file.
    pub fn metadata(&self) -> &ModelMetadata {
        &self.metadata
    }

    /// Returns the numeric and the text columns that are the inputs of an ONNX file with
    /// normalisation, if the model was trained on a table.
    pub fn table_columns(&self) -> Option<(Vec<&str>, Vec<&str>)> {
        let columns = TableColumns::of(self.metadata.table.as_ref()?);
        Some((columns.number_names(), columns.text_names()))
    }

    /// Whether a layer has batch normalisation.
    pub fn has_batch_norm(&self) -> bool {
        self.blocks.iter().any(|block| block.norm.is_some())
    }
}

/// Tensors by name, of which each can be taken once.
struct Tensors(BTreeMap<String, Vec<f32>>);

impl Tensors {
    fn take(&mut self, name: String, entries: usize) -> std::result::Result<Vec<f32>, String> {
        match self.0.remove(&name) {
            Some(tensor) if tensor.len() == entries => Ok(tensor),
            Some(tensor) => Err(format!("tensor {name} has {} entries; the network needs {entries}", tensor.len())),
            None => Err(format!("has no tensor {name}")),
        }
    }

    fn linear(&mut self, name: &str, sizes: &[usize]) -> std::result::Result<LinearWeights, String> {
        let (inputs, outputs) = (sizes[0], sizes[1]);
        let weight = self.take(format!("{name}.weight"), inputs * outputs)?;
        Ok(LinearWeights { inputs, outputs, weight, bias: self.take(format!("{name}.bias"), outputs)? })
    }

    fn norm(&mut self, name: &str, features: usize) -> std::result::Result<NormWeights, String> {
        let mut take = |part: &str| self.take(format!("{name}.{part}"), features);
        Ok(NormWeights {
            scale: take("weight")?,
            shift: take("bias")?,
            mean: take("running_mean")?,
            variance: take("running_var")?,
        })
    }
}
