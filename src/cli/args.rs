//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::backends::BackendsArgs;
use super::bench::{self, BenchArgs};
use super::compare::CompareArgs;
use super::config::ConfigCommandArgs;
use super::data::DataArgs;
use super::evaluate::EvaluateArgs;
use super::export::ExportArgs;
use super::gradcheck::GradcheckArgs;
use super::inspect::InspectArgs;
use super::predict::PredictArgs;
use super::report::ReportArgs;
use super::runs::RunsArgs;
use super::serve::ServeArgs;
use super::train::TrainArgs;

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
    /// Show what a source holds: rows of each class, ranges, samples
    Data(Box<DataArgs>),
    /// Name the classes of images and CSV rows by a run's model
    Predict(PredictArgs),
    /// Serve a run's model over HTTP: a page to draw on, and a JSON API
    Serve(ServeArgs),
    /// Write a run's report: one HTML file with curves, mistakes and weights
    Report(ReportArgs),
    /// Put runs side by side, or train the same run on several backends: do they agree, and how fast are they?
    Compare(Box<CompareArgs>),
    /// Save a run's model for other programs: safetensors for PyTorch, or ONNX
    Export(ExportArgs),
    /// List the runs
    Runs(RunsArgs),
    /// List the backends and whether each works here
    Backends(BackendsArgs),
    /// Time the steps of a training: samples per second, phase by phase, beside their matrix products alone
    #[command(mut_args(bench::without_use_hidden))]
    Bench(Box<BenchArgs>),
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
pub struct PlaceArgs {
    /// Directory that holds the runs
    #[arg(long, value_name = "DIR", default_value = "artifacts")]
    pub out: PathBuf,
}
