//! Hashes of a configuration: equal for runs that compute the same.

use burn_mlp_infer::sha256_hex;

use super::resume::MAY_CHANGE;
use super::run_config::RunConfig;
use super::toml_files::write::render;
use crate::Result;

/// Where the data is and whether it may be downloaded. run.json has a hash of the data itself.
const NOT_HASHED: [&str; 6] = ["data.source", "data.dir", "data.offline", "csv.valid", "csv.test", "images.labels"];

/// The file of the weights that a run starts from, which its content stands for.
const INITIAL_WEIGHTS: &str = "training.init_from";

impl RunConfig {
    /// Returns the SHA-256, in hexadecimal, of the settings that differ from their defaults, written as in
    /// [`to_toml`](Self::to_toml), without the paths of the data and `data.offline`, which don't change what a run computes, and
    /// with `initial_weights`, the SHA-256 of the weights that a run starts from, instead of their path. A run keeps its hash
    /// when a later version of this crate adds a setting.
    ///
    /// # Errors
    /// As [`to_toml`](Self::to_toml).
    pub fn hash(&self, initial_weights: Option<&str>) -> Result<String> {
        self.hash_without(&NOT_HASHED, initial_weights)
    }

    /// As [`hash`](Self::hash), without any setting that a resumed run may change: identifies the
    /// run.
    ///
    /// # Errors
    /// As [`to_toml`](Self::to_toml).
    pub fn identity_hash(&self, initial_weights: Option<&str>) -> Result<String> {
        self.hash_without(&MAY_CHANGE, initial_weights)
    }

    fn hash_without(&self, keys: &[&str], initial_weights: Option<&str>) -> Result<String> {
        let defaults = RunConfig::default().assignments()?;
        let mut assignments = self.assignments()?;
        assignments.retain(|assignment| !keys.contains(&assignment.key()) && !defaults.contains(assignment));
        let of_weights = assignments.iter_mut().find(|assignment| assignment.key() == INITIAL_WEIGHTS);
        if let Some((assignment, hash)) = of_weights.zip(initial_weights) {
            assignment.value = hash.into();
        }
        Ok(sha256_hex(render(&assignments, false).as_bytes()))
    }
}
