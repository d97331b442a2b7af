//! The options of `burn-mlp train`.

use std::path::PathBuf;

use burn_mlp::config::Layers;
use clap::Args;

use super::seeds::Seeds;
use crate::cli::common_args::RunsDirArgs;
use crate::cli::setting_args::SettingArgs;
use crate::cli::value_parsers::whole;

/// Each repeat trains all folds, so that more would be a mistake.
const MAX_REPEATS: u64 = 1000;
const MAX_JOBS: u64 = 1024;

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
    /// Train a run's settings again, on the validation rows as well, for as many epochs as the run found best; of a
    /// cross-validation, for the median
    #[arg(long, value_name = "RUN", conflicts_with = "resume")]
    pub refit: Option<PathBuf>,
    /// Write TensorBoard event files into the run's directory, for tensorboard --logdir artifacts
    #[arg(long)]
    pub tensorboard: bool,
    /// Train one run for each of these seeds, with --folds also for each fold, and print mean and
    /// deviation; with --resume NAME, resume the runs that --name NAME began
    #[arg(long, value_name = "N,...", allow_hyphen_values = true, conflicts_with = "seed")]
    pub seeds: Option<Seeds>,
    /// With --folds: number of random divisions into folds [default: 1]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = whole::<usize>(1, MAX_REPEATS))]
    pub repeats: Option<usize>,
    /// With --folds: number of runs to train at once, each on one thread; on backends other than flex, each in its own process
    /// [default: 1]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = whole::<usize>(1, MAX_JOBS))]
    pub jobs: Option<usize>,
    /// Train one run of a group, and stop when standard input ends
    #[arg(long, hide = true)]
    pub job: bool,
    #[command(flatten)]
    pub settings: SettingArgs,
    /// What `train` was given as its data
    #[arg(skip)]
    pub source: Option<String>,
}

/// `burn-mlp train`. Without the word, clap would take a mistyped command for data.
#[derive(Debug, Args)]
pub struct TrainCommand {
    /// A file, a directory or a source such as digits or csv:FILE; the same as --data
    #[arg(value_name = "DATA", conflicts_with = "data")]
    source: Option<String>,
    #[command(flatten)]
    args: TrainArgs,
}

impl TrainCommand {
    pub fn into_args(self) -> TrainArgs {
        TrainArgs { source: self.source, ..self.args }
    }
}

impl TrainArgs {
    /// Adds the data to `base`.
    pub fn layers(&self, base: Layers) -> Layers {
        match &self.source {
            Some(source) => base.override_text("data.source", source),
            None => base,
        }
    }
}
