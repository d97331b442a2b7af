//! The options of `burn-mlp predict`.

use std::path::PathBuf;

use burn_mlp::config::BackendRequest;
use clap::{Args, ValueEnum};

use crate::cli::common_args::RunsDirArgs;
use crate::cli::value_parsers::{backend, whole};

#[derive(Debug, Args)]
pub struct PredictArgs {
    /// The run: a directory, or a name under --out
    pub run: PathBuf,
    /// Image files (PNG, JPEG, BMP, GIF, TIFF, WebP, PGM), directories of images, CSV files, or - for standard input
    #[arg(required = true, value_name = "FILE|DIR|-")]
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns
    Table,
    /// A JSON object on each line
    Json,
    /// CSV with a header
    Csv,
}
