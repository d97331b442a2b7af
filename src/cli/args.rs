//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::setting_args::SettingArgs;

/// Train, evaluate and inspect multilayer perceptrons on any Burn backend.
///
/// Without a command it trains: on the built-in 8x8 digits if nothing else is said.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub train: TrainArgs,
    #[command(flatten)]
    pub verbosity: Verbosity,
}

#[derive(Debug, Clone, Copy, Args)]
pub struct Verbosity {
    /// Print nothing but errors and what was asked for
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more: settings that differ from the defaults, drivers' own messages
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train a network and evaluate it (the default)
    Train(Box<TrainArgs>),
    /// Measure a run's model on one of its splits
    Evaluate(EvaluateArgs),
    /// Show a run: what, on what, how it went, how good it is
    Inspect(InspectArgs),
    /// Write a run's report: one HTML file with curves, mistakes and weights
    #[cfg(feature = "report")]
    Report(ReportArgs),
    /// List the runs
    Runs(RunsArgs),
    /// List the backends and whether each works here
    Backends(BackendsArgs),
    /// Check a network's gradients: Burn's, the closed form, central differences
    Gradcheck(Box<GradcheckArgs>),
    /// Print the configuration that the given options resolve to, with comments
    Config(Box<ConfigCommandArgs>),
    /// Print a shell's completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub struct TrainArgs {
    #[command(flatten)]
    pub settings: SettingArgs,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Name of the run's directory [default: a free one]
    #[arg(long, conflicts_with = "resume")]
    pub name: Option<String>,
    /// Go on with a stopped run, or with a finished one for more --epochs
    #[arg(long, value_name = "RUN")]
    pub resume: Option<PathBuf>,
    /// A run for each of these seeds, with mean and deviation at the end; with --resume NAME, go on with those that
    /// --name NAME began
    #[arg(long, value_name = "N,...", allow_hyphen_values = true, conflicts_with = "seed")]
    pub seeds: Option<String>,
}

#[derive(Debug, Args)]
pub struct PlaceArgs {
    /// Directory that holds the runs
    #[arg(long, value_name = "DIR", default_value = "artifacts")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// A run's directory, or its name under --out
    pub run: PathBuf,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Which rows
    #[arg(long, value_enum, default_value_t = SplitName::Test)]
    pub split: SplitName,
    /// Backend to evaluate on [default: the run's]
    #[arg(long, value_name = "NAME[:INDEX]")]
    pub backend: Option<String>,
    /// Directory that holds the source's files
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// Never download
    #[arg(long)]
    pub offline: bool,
    /// Print JSON in place of tables
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SplitName {
    Test,
    Valid,
    Train,
}

#[derive(Debug, Args)]
pub struct InspectArgs {
    /// A run's directory, or its name under --out
    pub run: PathBuf,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Print JSON in place of tables
    #[arg(long)]
    pub json: bool,
}

#[cfg(feature = "report")]
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// A run's directory, or its name under --out
    pub run: PathBuf,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// File to write, also while the run is training [default: report.html in the run's directory]
    #[arg(long, value_name = "FILE")]
    pub out_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct RunsArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Print JSON in place of a table
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct BackendsArgs {
    /// Print JSON in place of a table
    #[arg(long)]
    pub json: bool,
    /// Try one backend in this process and print its device as JSON
    #[arg(long, hide = true, value_name = "NAME[:INDEX]")]
    pub probe: Option<String>,
}

#[derive(Debug, Args)]
pub struct GradcheckArgs {
    #[command(flatten)]
    pub settings: SettingArgs,
    /// Rows of the batch
    #[arg(long, value_name = "N", default_value_t = 32)]
    pub rows: usize,
    /// Print JSON in place of a table
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ConfigCommandArgs {
    #[command(flatten)]
    pub settings: SettingArgs,
    /// List the presets
    #[arg(long)]
    pub presets: bool,
}
