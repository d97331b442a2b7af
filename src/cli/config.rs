//! `burn-mlp config`: what the given options resolve to.

use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::config::{Layers, presets};
use clap::Args;

use super::console::print;
use super::setting_args::SettingArgs;

#[derive(Debug, Args)]
pub struct ConfigCommandArgs {
    #[command(flatten)]
    pub settings: SettingArgs,
    /// List the presets
    #[arg(long)]
    pub presets: bool,
}

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
