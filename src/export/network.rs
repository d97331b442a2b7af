//! A trained network as plain numbers.

use std::path::Path;

use crate::config::Activation;
use crate::error::{Error, Result};
use crate::run_directory::RunDirectory;
use burn_mlp_infer::{BlockWeights, EmbeddingWeights, LinearWeights, ModelMetadata, NetworkWeights, RunIdentity};

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
    pub(super) embedding: Option<EmbeddingWeights>,
    pub(super) blocks: Vec<BlockWeights>,
    pub(super) output: LinearWeights,
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
        let NetworkWeights { embedding, blocks, output } = NetworkWeights::read(&metadata, file)?;
        Ok(Self { activation: metadata.model.activation, metadata, embedding, blocks, output })
    }

    /// Returns the same function without batch normalisation, which becomes part of the layers
    /// before it.
    pub fn folded(self) -> Self {
        let Self { embedding, blocks, output, .. } = self;
        let NetworkWeights { embedding, blocks, output } = NetworkWeights { embedding, blocks, output }.folded();
        Self { embedding, blocks, output, metadata: self.metadata, activation: self.activation }
    }

    /// The description of the model in its file.
    pub fn metadata(&self) -> &ModelMetadata {
        &self.metadata
    }

    /// Whether a layer has batch normalisation.
    pub fn has_batch_norm(&self) -> bool {
        self.blocks.iter().any(|block| block.norm.is_some())
    }
}
