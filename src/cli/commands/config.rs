//! `burn-mlp config`: prints the configuration that the given options resolve to.

use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::config::{Layers, presets};
use clap::Args;

use crate::cli::setting_args::SettingArgs;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::output::print;

#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// List the presets
    #[arg(long)]
    pub presets: bool,
    #[command(flatten)]
    pub settings: SettingArgs,
}

pub fn run(args: &ConfigArgs, console: &mut Console) -> Result<ExitCode> {
    if args.presets {
        for preset in presets() {
            print(&format!("{:<18}  {}", preset.name, preset.summary));
        }
    } else {
        print(args.settings.resolve(Layers::new(), console)?.to_commented_toml()?.trim_end());
    }
    Ok(ExitCode::SUCCESS)
}
