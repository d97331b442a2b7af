//! The options of `burn-mlp bench`.

use std::path::PathBuf;

use burn_mlp::bench::{Effort, parse_batch_sizes};
use burn_mlp::config::BackendRequest;
use burn_mlp::{Error, Result};
use clap::{Arg, Args};

use crate::cli::setting_args::SettingArgs;
use crate::cli::value_parsers::{MAX_TIMEOUT, option, whole};

/// Training options that don't affect a step.
const UNUSED: [&str; 8] = ["data", "data-dir", "target", "skip-bad", "offline", "epochs", "augment", "init-from"];

/// Clap takes a `Vec` in a field for an option that is given several times.
type BackendList = Vec<BackendRequest>;
type Sizes = Vec<usize>;

#[derive(Debug, Args)]
pub struct BenchArgs {
    /// Backends to measure, one after another [default: that of --backend]
    #[arg(long, value_name = "NAME[:INDEX],...", allow_hyphen_values = true, conflicts_with = "backend",
          value_parser = option(BackendRequest::parse_list))]
    pub backends: Option<BackendList>,
    /// Batch sizes to measure, each in its own process [default: 32,512, or the configured one]
    #[arg(long, value_name = "N,...", allow_hyphen_values = true, conflicts_with = "batch-size",
          value_parser = option(parse_batch_sizes))]
    pub batch_sizes: Option<Sizes>,
    /// Features per row [default: 784]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub features: Option<String>,
    /// Number of classes [default: 10]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub classes: Option<String>,
    /// Rows to cycle through [default: 10000]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub rows: Option<String>,
    /// Threads of the CPU backends [default: one per processor]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = whole::<u16>(1, 1024))]
    pub threads: Option<u16>,
    /// Number of times each measurement is repeated; the median and the extremes are shown
    #[arg(long, value_name = "N", default_value_t = 5, allow_hyphen_values = true,
          value_parser = whole::<u16>(1, 1000))]
    pub repeats: u16,
    /// Approximate duration of each repeat
    #[arg(long, value_name = "SECONDS", default_value = "0.5", allow_hyphen_values = true, value_parser = seconds)]
    pub seconds: f64,
    /// Maximum number of seconds for one backend at one batch size
    #[arg(long, value_name = "SECONDS", default_value_t = 1800, allow_hyphen_values = true,
          value_parser = whole::<u64>(1, MAX_TIMEOUT))]
    pub timeout: u64,
    /// Print JSON instead of tables
    #[arg(long)]
    pub json: bool,
    /// Take the measurement that is set up in this directory in this process
    #[arg(long, hide = true, value_name = "DIR")]
    pub measure: Option<PathBuf>,
    #[command(flatten)]
    pub settings: SettingArgs,
}

impl BenchArgs {
    pub fn effort(&self) -> Effort {
        Effort { repeats: self.repeats.into(), seconds: self.seconds }
    }

    /// Fails if a training option is given that doesn't affect a step.
    pub fn refuse_unused(&self) -> Result<()> {
        let augment = self.settings.augment.as_ref().map(|_| "augment");
        match self.settings.flags.names().chain(augment).find(|name| UNUSED.contains(name)) {
            Some(name) => {
                let problem = "applies to training; bench measures a network's steps on synthetic rows; leave it out";
                Err(Error::config(format!("--{name}"), problem))
            }
            None => Ok(()),
        }
    }
}

/// Hides the training options that are refused here from the help.
pub fn hide_unused(argument: Arg) -> Arg {
    match argument.get_long().is_some_and(|name| UNUSED.contains(&name)) {
        true => argument.hide(true),
        false => argument,
    }
}

fn seconds(text: &str) -> std::result::Result<f64, String> {
    let number = text.parse().ok().filter(|&number: &f64| number > 0.0 && number <= 3600.0);
    number.ok_or_else(|| "not a number above 0 and at most 3600, as in 0.5".to_string())
}
