//! `burn-mlp config`: what the given options resolve to.

use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::config::{Layers, presets};

use super::args::ConfigCommandArgs;
use super::console::print;

pub fn run(args: &ConfigCommandArgs) -> Result<ExitCode> {
    if args.presets {
        for preset in presets() {
            print(&format!("{:<18}  {}", preset.name, preset.summary));
        }
    } else {
        print(args.settings.resolve(Layers::new())?.to_commented_toml()?.trim_end());
    }
    Ok(ExitCode::SUCCESS)
}
