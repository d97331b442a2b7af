//! Weights to start a training run from, read from a file.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Mlp;
use super::matching::match_tensors;
use crate::config::ModelConfig;
use crate::error::{Error, Result};
use burn_mlp_infer::model_file::{TensorFile, write_tensors};
use burn_mlp_infer::{Inputs, sha256_hex};

/// Maximum size of a header, in bytes.
const MAX_HEADER_BYTES: u64 = 16 << 20;

/// The weights of a safetensors file, matched with a network: another run's `model.safetensors`, or a PyTorch state dict
/// saved by `safetensors.torch.save_file`.
///
/// Tensors with this crate's names are matched by name. Any other `Linear` and `BatchNorm1d` modules are matched by
/// shape, and modules of the same shape by the numbers in their names. `num_batches_tracked` is ignored. Entries of
/// type F64, F16 and BF16 become f32.
#[derive(Debug, Clone)]
pub struct InitialWeights {
    path: PathBuf,
    sha256: String,
    /// The same weights under the network's own names.
    file: Vec<u8>,
}

impl InitialWeights {
    /// Reads the file at `path` for a network for `inputs`, such as a number of features, with `outputs` outputs.
    ///
    /// # Errors
    /// If the file cannot be read or is damaged, or its tensors are not those of such a network.
    pub fn read(
        path: impl AsRef<Path>,
        config: &ModelConfig,
        inputs: impl Into<Inputs>,
        outputs: usize,
    ) -> Result<Self> {
        let (path, inputs) = (path.as_ref(), inputs.into());
        // An entry takes at most 8 bytes, and batch-norm has as many running statistics as parameters.
        let limit = 16 * config.parameter_count(inputs.clone(), outputs) as u64 + MAX_HEADER_BYTES;
        let file = read_file(path, limit)?;
        let renamed = rename(&file, config, &inputs, outputs).map_err(|problem| refuse(path, problem))?;
        Ok(Self { path: path.to_path_buf(), sha256: sha256_hex(&file), file: renamed })
    }

    /// SHA-256 of the whole file, in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Loads the weights into `network`, which has the shape that the file was read for.
    ///
    /// # Errors
    /// If `network` has another shape.
    pub fn apply(&self, network: Mlp) -> Result<Mlp> {
        network.load_safetensors(self.file.clone()).map_err(|problem| refuse(&self.path, problem))
    }
}

fn refuse(path: &Path, problem: impl Into<String>) -> Error {
    Error::data(path.display().to_string(), format!("cannot be started from: {}", problem.into()))
}

fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let metadata = std::fs::metadata(path).map_err(Error::io("read", path))?;
    if !metadata.is_file() {
        return Err(refuse(path, "it is not a file"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(Error::io("read", path))?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(Error::io("read", path))?;
    if bytes.len() as u64 > limit {
        return Err(refuse(path, format!("it is larger than {limit} bytes, the maximum for such a network")));
    }
    Ok(bytes)
}

/// Rewrites the file with the network's tensor names, and entries as f32.
fn rename(file: &[u8], config: &ModelConfig, inputs: &Inputs, outputs: usize) -> std::result::Result<Vec<u8>, String> {
    let stored = TensorFile::parse(file)
        .map_err(|problem| format!("{problem}; in PyTorch, write one with safetensors.torch.save_file"))?;
    let matches = match_tensors(config, inputs, outputs, stored.shapes())?;
    let mut tensors = Vec::new();
    for found in &matches {
        let values = stored.floats(&found.stored)?;
        if found.name.ends_with("running_var") && values.iter().any(|value| *value < 0.0) {
            return Err(format!("tensor {} has a negative entry, but a variance is never negative", found.stored));
        }
        tensors.push((found.name.as_str(), found.shape.as_slice(), values));
    }
    write_tensors(&tensors)
}
