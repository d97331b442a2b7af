//! What this program was built with.

use crate::backend::Backend;
use crate::run_directory::Program;

/// The Burn release that this crate is pinned to.
pub(super) const BURN_VERSION: &str = "0.22.1";

/// Describes this build.
pub(super) fn this_program() -> Program {
    let compiled = Backend::ALL.into_iter().filter(|backend| backend.is_compiled_in());
    Program {
        crate_version: env!("CARGO_PKG_VERSION").to_string(),
        burn_version: BURN_VERSION.to_string(),
        compiler: env!("BURN_MLP_COMPILER").to_string(),
        target: env!("BURN_MLP_TARGET").to_string(),
        profile: env!("BURN_MLP_PROFILE").to_string(),
        backends: compiled.map(|backend| backend.name().to_string()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_records_what_this_program_was_compiled_with() {
        let program = this_program();
        assert!(program.compiler.starts_with("rustc 1."), "{}", program.compiler);
        assert!(program.target.contains(std::env::consts::ARCH), "{}", program.target);
        assert_eq!(program.backends.contains(&"flex".to_string()), cfg!(feature = "flex"));
    }

    #[test]
    fn the_recorded_burn_version_is_the_one_in_the_manifest() {
        let manifest = include_str!("../../Cargo.toml");
        assert!(manifest.contains(&format!("burn = {{ version = \"={BURN_VERSION}\"")));
    }
}
