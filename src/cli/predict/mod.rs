//! `burn-mlp predict`: what a run's model says of images and rows.

mod inputs;
mod notes;
mod output;

use std::path::PathBuf;
use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::artifact::RunDirectory;
use burn_mlp::config::Layers;
use burn_mlp::inference::{Inversion, Predictor, Preparation, most_probable};
use burn_mlp::pipeline;
use clap::{Args, ValueEnum};

use super::args::PlaceArgs;
use super::console::{self, Console};
use super::{failure, quiet_drivers, signals};
use inputs::{Input, Inputs};
use notes::Notes;
use output::Output;

#[derive(Debug, Args)]
pub struct PredictArgs {
    /// A run's directory, or its name under --out
    pub run: PathBuf,
    /// Image files (PNG, JPEG, BMP, PGM), directories of them, files of CSV rows, or - for standard input
    #[arg(required = true, value_name = "FILE|DIR|-")]
    pub inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// How many classes to name, most probable first [default: 3]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    pub top_k: Option<u32>,
    /// How to print the answers
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Turn the brightness of images round: for dark digits on white paper
    #[arg(long)]
    pub invert: bool,
    /// Scale and centre what is drawn as in the training images: for digits of any size anywhere on the page
    #[arg(long)]
    pub center: bool,
    /// Backend to predict on [default: the run's]
    #[arg(long, value_name = "NAME[:INDEX]")]
    pub backend: Option<String>,
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

/// Classes named where the person does not say how many.
const TOP_K: usize = 3;

pub fn run(args: &PredictArgs, console: &mut Console) -> Result<ExitCode> {
    signals::exit_when_asked();
    let run = RunDirectory::find(&args.run, &args.place.out)?;
    let config = Layers::from_config(pipeline::configuration(&run)?).resolve()?;
    let backend = args.backend.as_deref().unwrap_or(&config.backend);
    let device = quiet_drivers::open_backend(backend, console.verbose())?.device;
    let predictor = Predictor::load(run.path(), &device)?;
    let classes = predictor.metadata().classes();
    let top_k = args.top_k.map_or(TOP_K, |k| usize::try_from(k).unwrap_or(classes)).min(classes);
    let inversion = if args.invert { Inversion::Always } else { Inversion::Never };
    let preparation = Preparation { inversion, center: args.center };
    let inputs = Inputs { metadata: predictor.metadata(), preparation };
    let mut output = Output::new(args.format, top_k, &predictor.metadata().class_names);
    let (mut notes, mut failures) = (Notes::new(preparation), 0_usize);
    inputs.read(&args.inputs, &mut |input| match input {
        Input::Batch(batch) => {
            let probabilities = predictor.predict(&batch.features)?;
            for (source, row) in batch.sources.iter().zip(probabilities.chunks(classes)) {
                output.add(source, &most_probable(row, top_k))?;
            }
            batch.images.iter().for_each(|image| notes.add(image));
            output.flush();
            Ok(console::is_heard())
        }
        Input::Unreadable(error) => {
            failures += 1;
            failure::tell(&error.to_string());
            Ok(true)
        }
    })?;
    output.finish();
    notes.all().iter().for_each(|note| console.warn(note));
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
