//! The fingerprint of a configuration: equal for runs that compute the same.

use super::RunConfig;
use super::values::Values;
use super::write::render;
use crate::Result;
use sha2::{Digest, Sha256};

use super::resume::MAY_CHANGE;

/// Settings that came after the first release of the run format. At their defaults they are left out of both hashes, so
/// that earlier runs, whose config.toml does not name them, keep theirs.
const ADDED_LATER: [&str; 6] = [
    "training.init_from",
    "images.size",
    "images.color",
    "images.skip_bad",
    "images.test_fraction",
    "images.test_seed",
];

/// Where the data lies and whether it may be fetched; what it is has a hash of its own in run.json.
const NOT_HASHED: [&str; 2] = ["data.dir", "data.offline"];

impl RunConfig {
    /// SHA-256, in hexadecimal, of [`to_toml`](Self::to_toml) without the lines of `data.dir` and `data.offline`,
    /// which do not change what a run computes. A version of this crate with other settings has other hashes.
    ///
    /// # Errors
    /// As [`to_toml`](Self::to_toml).
    pub fn hash(&self) -> Result<String> {
        self.hash_without(&NOT_HASHED)
    }

    /// As [`hash`](Self::hash), without all that a resumed run may change: equal as long as a run is the same run.
    ///
    /// # Errors
    /// As [`to_toml`](Self::to_toml).
    pub fn identity_hash(&self) -> Result<String> {
        self.hash_without(&MAY_CHANGE)
    }

    fn hash_without(&self, keys: &[&str]) -> Result<String> {
        let defaults = Values::of(&Self::default())?;
        let values = Values::of(self)?.without(keys);
        let unchanged = |key: &&str| values.get(key) == defaults.get(key);
        let unnamed: Vec<&str> = ADDED_LATER.into_iter().filter(unchanged).collect();
        let text = render(&values.without(&unnamed), false);
        Ok(Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect())
    }
}
