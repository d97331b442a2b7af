//! A trained model as plain numbers.

use std::ops::Range;
use std::path::Path;

use crate::error::{Error, Result};
use crate::run_directory::RunDirectory;
use burn_mlp_infer::{ModelMetadata, NetworkWeights, RunIdentity};

/// A run's network, or the networks of an ensemble, ready to be written in another format.
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
    /// One, or an ensemble's.
    pub(super) members: Vec<Member>,
}

/// A network, as a model of its own and as a member of an ensemble.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Member {
    pub metadata: ModelMetadata,
    pub weights: NetworkWeights,
    /// Its share of the ensemble's mean.
    pub share: f64,
    /// Its features among those of the ensemble.
    pub features: Range<usize>,
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
        let weights = NetworkWeights::read(&metadata, file)?;
        let models = metadata.single_models().into_iter().zip(metadata.networks());
        let members = models
            .zip(weights)
            .map(|((metadata, network), weights)| Member {
                metadata,
                weights,
                share: network.share,
                features: network.features,
            })
            .collect();
        Ok(Self { metadata, members })
    }

    /// Returns the same function without batch normalisation, which becomes part of the layers
    /// before it.
    pub fn folded(self) -> Self {
        let fold = |member: Member| Member { weights: member.weights.folded(), ..member };
        Self { members: self.members.into_iter().map(fold).collect(), ..self }
    }

    /// The description of the model in its file.
    pub fn metadata(&self) -> &ModelMetadata {
        &self.metadata
    }

    /// Number of networks: 1, or an ensemble's members.
    pub fn members(&self) -> usize {
        self.members.len()
    }

    /// Whether a layer has batch normalisation.
    pub fn has_batch_norm(&self) -> bool {
        self.members.iter().flat_map(|member| &member.weights.blocks).any(|block| block.norm.is_some())
    }
}
