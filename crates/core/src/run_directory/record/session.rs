//! The environment that computed part of a run: all that may make its results differ from those of
//! the same configuration elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::run_directory::{Machine, Timestamp};

/// Environment variables that set the number of threads or the choice of CubeCL's kernels.
const VARIABLES: [&str; 2] = ["RAYON_NUM_THREADS", "MATMUL_NUM_THREADS"];
const VARIABLE_PREFIXES: [&str; 2] = ["CUBECL_", "WGPU_"];

/// The start of a run, or a resumption that trained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Epoch after which it began; 0 is the start.
    pub after_epoch: usize,
    pub time: Timestamp,
    pub program: Program,
    /// Name of the backend in use.
    pub backend: String,
    /// Name of the device in use.
    pub device: String,
    pub machine: Machine,
    /// Environment variables that may change results, with their values.
    pub variables: BTreeMap<String, String>,
}

/// A build of this program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    pub crate_version: String,
    pub burn_version: String,
    /// `rustc --version`.
    pub compiler: String,
    /// Target triple.
    pub target: String,
    /// `release` or `debug`.
    pub profile: String,
    /// Compiled-in backends.
    pub backends: Vec<String>,
}

impl Session {
    /// Describes a session that begins now, of `program` on this machine.
    pub fn here(after_epoch: usize, backend: &str, device: &str, program: Program) -> Self {
        Self {
            after_epoch,
            time: Timestamp::now(),
            program,
            backend: backend.to_string(),
            device: device.to_string(),
            machine: Machine::here(),
            variables: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
                .filter(|(name, _)| changes_results(name))
                .map(|(name, value)| (name, value.to_string_lossy().into_owned()))
                .collect(),
        }
    }
}

fn changes_results(variable: &str) -> bool {
    VARIABLES.contains(&variable) || VARIABLE_PREFIXES.iter().any(|prefix| variable.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_variables_that_may_change_results_are_recorded() {
        let recorded = ["CUBECL_AUTOTUNE_LEVEL", "RAYON_NUM_THREADS", "HOME", "BURN_MLP_PASSWORD"].map(changes_results);
        assert_eq!(recorded, [true, true, false, false]);
    }
}
