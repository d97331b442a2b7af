//! Options that several commands share.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Clone, Copy, Args)]
pub struct Verbosity {
    /// Print only results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Also print the settings that differ from the defaults, and messages of graphics drivers
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Args)]
pub struct RunsDirArgs {
    /// Directory that contains the runs
    #[arg(long, value_name = "DIR", default_value = "artifacts")]
    pub out: PathBuf,
}
