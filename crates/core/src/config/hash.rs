//! The fingerprint of a configuration: equal for runs that compute the same.

use super::values::Values;
use super::write::render;
use super::{RunConfig, SETTINGS};
use crate::Result;
use burn_mlp_infer::model_file::sha256_hex;

use super::resume::MAY_CHANGE;

/// Settings and sections that came after the first release of the run format. At their defaults they are left out of
/// both hashes, so that earlier runs, whose config.toml does not name them, keep theirs.
const ADDED_LATER: [&str; 7] = [
    "augmentation.",
    "csv.",
    "images.",
    "training.class_weights",
    "training.init_from",
    "training.label_smoothing",
    "training.max_norm",
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
        let unchanged = |key: &str| values.get(key) == defaults.get(key);
        let added_later = |key: &str| ADDED_LATER.iter().any(|added| key.starts_with(added));
        let keys = SETTINGS.iter().map(|setting| setting.key);
        let unnamed: Vec<&str> = keys.filter(|key| added_later(key) && unchanged(key)).collect();
        let text = render(&values.without(&unnamed), false);
        Ok(sha256_hex(text.as_bytes()))
    }
}
