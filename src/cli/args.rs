//! The command line.

use std::path::PathBuf;

use burn_mlp::Result;
use burn_mlp::config::{Layers, RunConfig};
use clap::{Args, Parser, Subcommand, ValueEnum};

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
    pub resume: Option<String>,
    /// A run for each of these seeds, with mean and deviation at the end
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true, conflicts_with_all = ["seed", "resume"])]
    pub seeds: Vec<u64>,
}

#[derive(Debug, Args)]
pub struct PlaceArgs {
    /// Directory that holds the runs
    #[arg(long, value_name = "DIR", default_value = "artifacts")]
    pub out: PathBuf,
}

/// Options that change settings: `--config`, then `--set`, then the plain flags. Values may start with a hyphen, so that
/// `--lr -0.1` is answered with the setting's range; `--batch-norm` alone may not, since its value may be left out.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Settings")]
pub struct SettingArgs {
    /// A TOML file, or a preset: digits, mnist, mnist-as-printed, mnist-regularized
    #[arg(long, value_name = "FILE|PRESET", allow_hyphen_values = true)]
    pub config: Option<String>,
    /// Change any setting, as in --set schedule.patience=5
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true)]
    pub set: Vec<String>,
    /// digits, mnist, idx:DIR or synthetic
    #[arg(long, value_name = "SOURCE", allow_hyphen_values = true)]
    pub data: Option<String>,
    /// Directory that holds the source's files
    #[arg(long, value_name = "DIR", allow_hyphen_values = true)]
    pub data_dir: Option<String>,
    /// Never download
    #[arg(long)]
    pub offline: bool,
    /// flex, ndarray, wgpu, ... with :INDEX for one of several devices
    #[arg(long, value_name = "NAME[:INDEX]", allow_hyphen_values = true)]
    pub backend: Option<String>,
    /// Most epochs to train
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub epochs: Option<String>,
    /// Rows of a training step
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub batch_size: Option<String>,
    /// Learning rate
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    pub lr: Option<String>,
    /// sgd, adam or adamw
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub optimizer: Option<String>,
    /// constant, plateau, cosine, step or exponential
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub schedule: Option<String>,
    /// Neurons of each hidden layer, as in 128,64
    #[arg(long, value_name = "SIZES", allow_hyphen_values = true)]
    pub hidden: Option<String>,
    /// relu, leaky-relu, gelu, selu, tanh, sigmoid or silu
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub activation: Option<String>,
    /// One rate for every hidden layer, or the input's and one for each
    #[arg(long, value_name = "RATE[,RATE...]", allow_hyphen_values = true)]
    pub dropout: Option<String>,
    /// Batch normalisation, on or off
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub batch_norm: Option<String>,
    /// L2 coefficient on the weight matrices
    #[arg(long, value_name = "LAMBDA", allow_hyphen_values = true)]
    pub l2: Option<String>,
    /// Seed of the initial weights, the split, the order of batches and dropout
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub seed: Option<String>,
}

impl SettingArgs {
    /// The configuration on top of `base`.
    pub fn resolve(&self, base: Layers) -> Result<RunConfig> {
        let mut layers = base;
        if let Some(config) = &self.config {
            layers = layers.file_or_preset(config);
        }
        for assignment in &self.set {
            layers = layers.set(assignment);
        }
        for (key, text) in self.flags() {
            layers = layers.override_text(key, text);
        }
        if self.offline {
            layers = layers.override_value("data.offline", true);
        }
        layers.resolve()
    }

    fn flags(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("data.source", &self.data),
            ("data.dir", &self.data_dir),
            ("backend", &self.backend),
            ("training.epochs", &self.epochs),
            ("training.batch_size", &self.batch_size),
            ("optimizer.learning_rate", &self.lr),
            ("optimizer.name", &self.optimizer),
            ("schedule.name", &self.schedule),
            ("model.hidden", &self.hidden),
            ("model.activation", &self.activation),
            ("model.dropout", &self.dropout),
            ("model.batch_norm", &self.batch_norm),
            ("optimizer.l2", &self.l2),
            ("seed", &self.seed),
        ]
        .into_iter()
        .filter_map(|(key, text)| text.as_deref().map(|text| (key, text)))
    }
}

#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// A run's directory, or its name under --out
    pub run: String,
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
    pub run: String,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Print JSON in place of tables
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// A run's directory, or its name under --out
    pub run: String,
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
