//! How much is printed.

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
