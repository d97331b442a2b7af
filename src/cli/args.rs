//! The root of the command line: the commands and the options that all of them share.

use clap::{Parser, Subcommand};

use super::commands::backends::BackendsArgs;
use super::commands::bench::{self, BenchArgs};
use super::commands::compare::CompareArgs;
use super::commands::config::ConfigArgs;
use super::commands::data::DataArgs;
use super::commands::ensemble::EnsembleArgs;
use super::commands::evaluate::EvaluateArgs;
use super::commands::export::ExportArgs;
use super::commands::gradcheck::GradcheckArgs;
use super::commands::inspect::InspectArgs;
use super::commands::predict::PredictArgs;
use super::commands::report::ReportArgs;
use super::commands::runs::RunsArgs;
use super::commands::serve::ServeArgs;
use super::commands::train::{TrainArgs, TrainCommand};
use super::commands::walkthrough::WalkthroughArgs;
use super::terminal::verbosity::Verbosity;

/// Train, evaluate and inspect multilayer perceptrons on any Burn backend.
///
/// Without a command, trains a network: on the file or directory that is given, such as `burn-mlp my.csv`, or on the
/// built-in 8x8 digits.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    // Before the settings, whose help heading would apply to it.
    #[command(flatten)]
    pub verbosity: Verbosity,
    #[command(flatten)]
    pub train: TrainArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train a network and evaluate it (the default)
    Train(Box<TrainCommand>),
    /// Evaluate a run's model on its test, validation or training rows
    Evaluate(EvaluateArgs),
    /// Show a run's configuration, data and results
    Inspect(InspectArgs),
    /// Show a data source: rows per class, ranges, samples
    Data(Box<DataArgs>),
    /// Classify images and CSV rows with a run's model
    Predict(PredictArgs),
    /// Serve a run's model over HTTP: a page to draw on and a JSON API
    Serve(ServeArgs),
    /// Write a run's report: one HTML file with curves, mistakes and weights
    Report(ReportArgs),
    /// Compare runs, or train the same run on several backends and compare their results and speed
    Compare(Box<CompareArgs>),
    /// Make one model of several runs, the mean of what they predict
    Ensemble(EnsembleArgs),
    /// Export a run's model to safetensors for PyTorch, or to ONNX
    Export(ExportArgs),
    /// List the runs
    Runs(RunsArgs),
    /// List the backends and whether each works on this machine
    Backends(BackendsArgs),
    /// Time training steps: samples per second, each phase, and the matrix products alone
    #[command(mut_args(bench::hide_unused))]
    Bench(Box<BenchArgs>),
    /// Check a network's gradients: Burn's against the closed form and central differences
    Gradcheck(Box<GradcheckArgs>),
    /// Go through the slides with real numbers: in the terminal, as JSON, or as a page to step through
    Walkthrough(Box<WalkthroughArgs>),
    /// Print the configuration that the given options resolve to, with comments
    Config(Box<ConfigArgs>),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}
