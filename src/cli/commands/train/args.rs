//! The options of `burn-mlp train`.

use std::path::PathBuf;

use clap::Args;

use super::seeds::Seeds;
use crate::cli::common_args::RunsDirArgs;
use crate::cli::setting_args::SettingArgs;

#[derive(Debug, Args)]
pub struct TrainArgs {
    #[command(flatten)]
    pub runs_dir: RunsDirArgs,
    /// Name of the run's directory [default: generated]
    #[arg(long, conflicts_with = "resume")]
    pub name: Option<String>,
    /// Resume a stopped run, or extend a finished one with more --epochs
    #[arg(long, value_name = "RUN")]
    pub resume: Option<PathBuf>,
    /// Write TensorBoard event files into the run's directory, for tensorboard --logdir artifacts
    #[arg(long)]
    pub tensorboard: bool,
    /// Train one run for each of these seeds and print mean and deviation; with --resume NAME,
    /// resume the runs that --name NAME began
    #[arg(long, value_name = "N,...", allow_hyphen_values = true, conflicts_with = "seed")]
    pub seeds: Option<Seeds>,
    #[command(flatten)]
    pub settings: SettingArgs,
}
