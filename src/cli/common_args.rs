//! Options that several commands share.

use std::path::PathBuf;

use burn_mlp::Result;
use burn_mlp::format::shown_path;
use burn_mlp::run_directory::RunDirectory;
use clap::Args;

use super::terminal::console::Console;

/// One run.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The run: a directory, or a name under --out [default: the newest finished run]
    pub run: Option<PathBuf>,
    #[command(flatten)]
    pub runs_dir: RunsDirArgs,
}

impl RunArgs {
    /// Opens the run; says which it is if the user left it out.
    pub fn open(&self, console: &mut Console) -> Result<RunDirectory> {
        match &self.run {
            Some(run) => RunDirectory::find(run, &self.runs_dir.out),
            None => self.runs_dir.newest(console),
        }
    }
}

#[derive(Debug, Args)]
pub struct RunsDirArgs {
    /// Directory that contains the runs
    #[arg(long, value_name = "DIR", default_value = "artifacts")]
    pub out: PathBuf,
}

impl RunsDirArgs {
    /// Opens the newest finished run, and says which it is.
    pub fn newest(&self, console: &mut Console) -> Result<RunDirectory> {
        let run = RunDirectory::newest_finished(&self.out)?;
        console.remark(&format!("run      {}, the newest that has finished", shown_path(run.path())));
        Ok(run)
    }
}
