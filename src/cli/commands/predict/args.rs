//! The options of `burn-mlp predict`.

use std::path::{Path, PathBuf};

use burn_mlp::config::{BackendRequest, STANDARD_INPUT, is_there};
use burn_mlp::run_directory::RunDirectory;
use burn_mlp::{Error, Result};
use clap::{Args, ValueEnum};

use crate::cli::common_args::RunsDirArgs;
use crate::cli::terminal::console::Console;
use crate::cli::value_parsers::{backend, whole};

#[derive(Debug, Args)]
pub struct PredictArgs {
    /// The run, a directory or a name under --out [default: the newest finished run]; then images, tables, arrays of NumPy,
    /// directories of images or of tables, or - for standard input
    #[arg(required = true, value_name = "RUN|FILE|DIR|-")]
    pub inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub runs_dir: RunsDirArgs,
    /// Number of classes to print, most probable first [default: 3]
    #[arg(long, value_name = "K", allow_hyphen_values = true, value_parser = whole::<u16>(1, 65_535))]
    pub top_k: Option<u16>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Invert the brightness of images: for dark ink on white paper where the model knows the reverse
    #[arg(long)]
    pub invert: bool,
    /// Cut out what is on the plain background, scale and centre it as in the training images
    #[arg(long)]
    pub center: bool,
    /// Backend to predict on [default: the run's]
    #[arg(long, value_name = "NAME[:INDEX]", value_parser = backend)]
    pub backend: Option<BackendRequest>,
}

impl PredictArgs {
    /// Opens the run, and returns the inputs. The first argument may be an input if it is not a run.
    pub fn run_and_inputs(&self, console: &mut Console) -> Result<(RunDirectory, &[PathBuf])> {
        let (first, rest) = self.inputs.split_at(1.min(self.inputs.len()));
        let named = first.iter().next().map_or(Path::new(""), PathBuf::as_path);
        match (RunDirectory::find(named, &self.runs_dir.out), rest) {
            (Ok(run), []) => {
                let problem = format!("needs something to predict with {}: files, directories, or -", run.name());
                Err(Error::config("predict", problem))
            }
            (Ok(run), inputs) => Ok((run, inputs)),
            (Err(_), _) if named.as_os_str() == STANDARD_INPUT || is_there(named) => {
                Ok((self.runs_dir.newest(console)?, &self.inputs))
            }
            (Err(error), _) => Err(error),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns
    Table,
    /// A JSON object on each line
    Json,
    /// CSV with a header
    Csv,
}
