//! `burn-mlp export`: writes a run's model for other programs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use burn_mlp::export::{Network, OnnxOptions};
use burn_mlp::format::shown_path;
use burn_mlp::infer::{Normalization, Task};
use burn_mlp::run_directory::{RunDirectory, write_atomic};
use burn_mlp::text::printable;
use burn_mlp::{Error, Result};
use clap::{Args, ValueEnum};

use crate::cli::common_args::RunArgs;
use crate::cli::terminal::console::Console;

#[derive(Debug, Args)]
pub struct ExportArgs {
    #[command(flatten)]
    pub run: RunArgs,
    /// File format: safetensors for PyTorch, or ONNX
    #[arg(long, value_enum)]
    pub format: Format,
    /// File to write [default: NAME.safetensors or NAME.onnx in this directory]
    #[arg(long, value_name = "FILE")]
    pub out_file: Option<PathBuf>,
    /// Overwrite the file if it exists
    #[arg(long)]
    pub force: bool,
    /// Fold batch normalisation into the linear layers
    #[arg(long)]
    pub fold: bool,
    /// onnx: include normalisation, so that the model takes raw pixels or the columns of the CSV
    /// file
    #[arg(long)]
    pub normalize: bool,
    /// onnx: return probabilities instead of logits
    #[arg(long)]
    pub softmax: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Safetensors,
    Onnx,
}

impl Format {
    fn extension(self) -> &'static str {
        match self {
            Self::Safetensors => "safetensors",
            Self::Onnx => "onnx",
        }
    }
}

pub fn run(args: &ExportArgs, console: &mut Console) -> Result<ExitCode> {
    let run = args.run.open(console)?;
    let default = || PathBuf::from(format!("{}.{}", name(&run), args.format.extension()));
    let path = args.out_file.clone().unwrap_or_else(default);
    check_free(&path, args.force)?;
    let network = Network::of_run(run.path())?;
    check_options(args, &network)?;
    let network = if args.fold { network.folded() } else { network };
    match args.format {
        Format::Safetensors => {
            let program = network.pytorch_program(&path.to_string_lossy())?;
            write_atomic(&path, &network.to_safetensors()?)?;
            console.line(format!("saved in {}; in PyTorch:\n", shown_path(&path)));
            console.result(program);
        }
        Format::Onnx => {
            let options = OnnxOptions { normalize: args.normalize, softmax: args.softmax };
            write_atomic(&path, &network.to_onnx(&options))?;
            console.line(format!("saved in {}, ONNX opset {}", shown_path(&path), network.onnx_opset(&options)));
            console.line(interface(&network, options));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The name of the run's directory.
fn name(run: &RunDirectory) -> String {
    let path = std::path::absolute(run.path()).unwrap_or_else(|_| run.path().to_path_buf());
    path.file_name().map_or_else(|| "model".to_string(), |name| name.to_string_lossy().into_owned())
}

fn check_free(path: &Path, force: bool) -> Result<()> {
    let within_run = path.parent().is_some_and(|parent| parent.join("run.json").is_file());
    if within_run && path.symlink_metadata().is_ok() {
        let problem = format!("{} belongs to a run; choose another file", path.display());
        return Err(Error::config("--out-file", problem));
    }
    if path.is_dir() {
        return Err(Error::config("--out-file", format!("{} is a directory; give a file in it", path.display())));
    }
    match path.symlink_metadata().is_ok() && !force {
        true => Err(Error::config(
            "--out-file",
            format!("{} already exists; choose another file or add --force", path.display()),
        )),
        false => Ok(()),
    }
}

fn check_options(args: &ExportArgs, network: &Network) -> Result<()> {
    let only_onnx = [("--normalize", args.normalize), ("--softmax", args.softmax)];
    if let (Format::Safetensors, Some((flag, _))) = (args.format, only_onnx.iter().find(|(_, given)| *given)) {
        return Err(Error::config(*flag, "needs --format onnx; a state dict contains only weights"));
    }
    let metadata = network.metadata();
    if args.normalize && metadata.normalization == Normalization::None && metadata.table.is_none() {
        return Err(Error::config("--normalize", "the model's features are not normalised; leave it out"));
    }
    if args.softmax && !metadata.targets().is_empty() {
        return Err(Error::config("--softmax", "the model predicts numbers, not classes; leave it out"));
    }
    if args.fold && !network.has_batch_norm() {
        return Err(Error::config("--fold", "the model has no batch normalisation; leave it out"));
    }
    Ok(())
}

/// Describes the inputs and the output.
fn interface(network: &Network, options: OnnxOptions) -> String {
    let metadata = network.metadata();
    let (output, names) = match &metadata.task {
        Task::Regression { targets } => ("values", shown(targets.iter().map(|target| target.name.as_str()))),
        Task::Classification { class_names } => {
            let output = if options.softmax { "probabilities" } else { "logits" };
            (output, shown(class_names.iter().map(String::as_str)))
        }
    };
    format!("{}\noutput  \"{output}\" f32 [batch, {}]: {names}", inputs(network, options), metadata.outputs())
}

fn inputs(network: &Network, options: OnnxOptions) -> String {
    let metadata = network.metadata();
    let features = metadata.features;
    match (metadata.normalization, network.table_columns()) {
        (_, Some((numbers, texts))) if options.normalize => {
            let input = |name: &str, kind: &str, columns: &[&str]| {
                let names = shown(columns.iter().copied());
                (!columns.is_empty()).then(|| format!("input   \"{name}\" {kind} [batch, {}]: {names}", columns.len()))
            };
            let inputs = [input("numbers", "f64", &numbers), input("texts", "string", &texts)];
            inputs.into_iter().flatten().collect::<Vec<_>>().join("\n")
        }
        (_, Some(_)) => format!("input   columns normalised as in training, \"features\" f32 [batch, {features}]"),
        (Normalization::DivideBy(maximum), None) if options.normalize => {
            format!("input   pixels from 0 to {maximum}, \"pixels\" f32 [batch, {features}]")
        }
        (Normalization::DivideBy(maximum), None) => {
            format!("input   pixels divided by {maximum}, \"features\" f32 [batch, {features}]")
        }
        (Normalization::ScaleBy(largest), None) if options.normalize => {
            format!("input   values that the network divides by {largest}, \"values\" f32 [batch, {features}]")
        }
        (Normalization::ScaleBy(largest), None) => {
            format!("input   values divided by {largest}, \"features\" f32 [batch, {features}]")
        }
        (Normalization::None, None) => format!("input   \"features\" f32 [batch, {features}]"),
    }
}

/// The first ten of `names`.
fn shown<'a>(mut names: impl Iterator<Item = &'a str>) -> String {
    let first: Vec<_> = names.by_ref().take(10).map(printable).collect();
    let more = if names.next().is_some() { ", ..." } else { "" };
    format!("{}{more}", first.join(", "))
}
