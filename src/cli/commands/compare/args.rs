//! The options of `burn-mlp compare`.

use std::path::PathBuf;

use burn_mlp::compare::backends::parse_backends;
use burn_mlp::config::BackendRequest;
use clap::Args;

use crate::cli::common_args::RunsDirArgs;
use crate::cli::setting_args::SettingArgs;
use crate::cli::value_parsers::{MAX_TIMEOUT, fraction, option, whole};

#[derive(Debug, Args)]
pub struct CompareArgs {
    /// Two or more runs: directories, or names under --out. The others are compared with the first
    #[arg(value_name = "RUN", required_unless_present_any = ["backends", "trial"], conflicts_with = "backends")]
    pub runs: Vec<PathBuf>,
    #[command(flatten)]
    pub runs_dir: RunsDirArgs,
    /// Print JSON instead of tables
    #[arg(long)]
    pub json: bool,
    /// Also write the comparison of the runs as an HTML page
    #[arg(long, value_name = "FILE", conflicts_with = "backends")]
    pub html: Option<PathBuf>,
    #[command(flatten)]
    pub backends: CompareBackendsArgs,
}

/// Clap takes a `Vec` in a field for an option that is given several times.
type BackendList = Vec<BackendRequest>;

#[derive(Debug, Args)]
pub struct CompareBackendsArgs {
    /// Train the same run on each of these backends, one after another, and compare results and
    /// speed; the first is the reference
    #[arg(long, value_name = "NAME[:INDEX],...", allow_hyphen_values = true, value_parser = option(parse_backends))]
    pub backends: Option<BackendList>,
    /// With --backends: measure the time to this validation accuracy [default: 0.95]
    #[arg(long, value_name = "FRACTION", requires = "backends", allow_hyphen_values = true, value_parser = fraction)]
    pub target_accuracy: Option<f64>,
    /// With --backends: maximum number of seconds for one backend
    #[arg(long, value_name = "SECONDS", default_value_t = 1800, requires = "backends", allow_hyphen_values = true,
          value_parser = whole::<u64>(1, MAX_TIMEOUT))]
    pub timeout: u64,
    /// With --backends: exit with 1 unless every backend runs and agrees with the first
    #[arg(long, requires = "backends")]
    pub strict: bool,
    /// Run the trial that is set up in this directory in this process
    #[arg(long, hide = true, value_name = "DIR", conflicts_with = "backends")]
    pub trial: Option<PathBuf>,
    #[command(flatten)]
    pub settings: SettingArgs,
}
