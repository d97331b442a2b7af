//! `burn-mlp predict`: what a run's model says of images and rows.

mod inputs;
mod notes;
mod output;

use std::path::PathBuf;
use std::process::ExitCode;

use burn_mlp::artifact::RunDirectory;
use burn_mlp::config::Layers;
use burn_mlp::inference::{Inversion, ModelMetadata, NO_ANSWER, Predictor, Preparation, is_answer, most_probable};
use burn_mlp::{Error, Result, pipeline};
use clap::{Args, ValueEnum};

use super::args::PlaceArgs;
use super::console::{self, Console};
use super::numbers::whole;
use super::{failure, quiet_drivers, signals};
use inputs::{Batch, Input, Inputs};
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
    #[arg(long, value_name = "K", allow_hyphen_values = true, value_parser = whole::<u16>(1, 65_535))]
    pub top_k: Option<u16>,
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
    let top_k = args.top_k.map_or(TOP_K, usize::from).min(classes);
    let inversion = if args.invert { Inversion::Always } else { Inversion::Never };
    let preparation = Preparation { inversion, center: args.center };
    check_preparation(args, predictor.metadata())?;
    let inputs = Inputs { metadata: predictor.metadata(), preparation };
    let mut output = Output::new(args.format, top_k, &predictor.metadata().class_names);
    let (mut notes, mut failures) = (Notes::new(preparation, predictor.metadata()), 0_usize);
    inputs.read(&args.inputs, &mut |input| match input {
        Input::Batch(batch) => {
            let probabilities = predictor.predict(&batch.features)?;
            failures += add_answers(&mut output, &batch, probabilities.chunks(classes), top_k)?;
            batch.notes.iter().for_each(|note| notes.add(note));
            output.flush();
            Ok(console::is_heard())
        }
        Input::Noticed(note) => {
            notes.add(&note);
            Ok(true)
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

/// Adds the answers of a batch, and returns of how many rows there is none.
fn add_answers<'a>(
    output: &mut Output,
    batch: &Batch,
    probabilities: impl Iterator<Item = &'a [f32]>,
    top_k: usize,
) -> Result<usize> {
    let mut unanswered = 0;
    for (source, row) in batch.sources.iter().zip(probabilities) {
        if is_answer(row) {
            output.add(source, &most_probable(row, top_k))?;
        } else {
            unanswered += 1;
            failure::tell(&format!("{} {NO_ANSWER}", source.shown()));
        }
    }
    Ok(unanswered)
}

/// Refuses what can be done to nothing that the model takes.
fn check_preparation(args: &PredictArgs, metadata: &ModelMetadata) -> Result<()> {
    let options = [("--invert", args.invert), ("--center", args.center)];
    let given = options.into_iter().find(|(_, given)| *given).map(|(option, _)| option);
    match (given, metadata.image_shape, metadata.ink_framing()) {
        (Some(option), None, _) => {
            let problem = format!("is for images, and the model takes rows of {} features", metadata.features);
            Err(Error::config(option, format!("{problem}; leave it out")))
        }
        (Some(_), Some(_), None) if args.center => {
            let problem = "is of no use here: the training images are in colour or have no plain background";
            Err(Error::config("--center", format!("{problem}; leave it out")))
        }
        _ => Ok(()),
    }
}
