//! `burn-mlp predict`: classifies images and CSV rows with a run's model.

mod args;
mod inputs;
mod notes;
mod output;
mod summary;

use std::process::ExitCode;

use burn_mlp::config::Layers;
use burn_mlp::infer::image::{Invert, Preparation};
use burn_mlp::infer::{ModelMetadata, OVERFLOWS, is_finite, most_probable};
use burn_mlp::inference::Predictor;
use burn_mlp::{Error, Result, pipeline};

pub use args::PredictArgs;

use crate::cli::process::signals;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::{failure, output as standard_output, quiet_drivers};
use inputs::{Batch, Input, Inputs};
use notes::Notes;
use output::Output;
use summary::Summary;

/// Default of `--top-k`.
const TOP_K: usize = 3;

pub fn run(args: &PredictArgs, console: &mut Console) -> Result<ExitCode> {
    signals::exit_on_interrupt();
    let (run, inputs) = args.run_and_inputs(console)?;
    let config = Layers::from_config(pipeline::configuration(&run)?).resolve()?;
    let backend = args.backend.map_or_else(|| config.backend.parse(), Ok)?;
    let device = quiet_drivers::open_backend(backend, console.verbose())?.device;
    let predictor = Predictor::load(run.path(), &device)?;
    let classes = predictor.metadata().classes();
    let top_k = args.top_k.map_or(TOP_K, usize::from).min(classes);
    let invert = if args.invert { Invert::Always } else { Invert::Never };
    let preparation = Preparation { invert, center: args.center };
    check_preparation(args, predictor.metadata())?;
    let reader = Inputs { metadata: predictor.metadata(), preparation };
    let mut output = Output::new(args.format, top_k, predictor.metadata());
    let (mut notes, mut failures) = (Notes::new(preparation), 0_usize);
    let (mut summary, mut summaries) = (Summary::default(), Vec::new());
    reader.read(inputs, &mut |input| {
        match input {
            Input::Batch(batch) => {
                let probabilities = predictor.predict_normalized(&batch.features)?;
                let predicted = add_predictions(&mut output, &batch, probabilities.chunks(classes), top_k)?;
                failures += predicted.iter().filter(|class| class.is_none()).count();
                batch.notes.iter().for_each(|note| notes.add(note));
                summary.add(&batch, &predicted);
                output.flush();
            }
            Input::EndOfFile => {
                let summary = std::mem::take(&mut summary);
                if !summary.is_empty() {
                    output.add_summary(&summary)?;
                    summaries.push(summary);
                }
            }
            Input::Note(note) => notes.add(&note),
            Input::Unreadable(error) => {
                failures += 1;
                failure::report(&error.to_string());
            }
        }
        Ok(standard_output::has_reader())
    })?;
    output.finish();
    notes.all().iter().for_each(|note| console.warn(note));
    summaries.iter().for_each(|summary| summary.print(console));
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Outputs the predictions of a batch and returns each row's class, `None` for a row without a prediction.
fn add_predictions<'a>(
    output: &mut Output,
    batch: &Batch,
    probabilities: impl Iterator<Item = &'a [f32]>,
    top_k: usize,
) -> Result<Vec<Option<usize>>> {
    let mut predicted = Vec::with_capacity(batch.sources.len());
    for (row, (source, probabilities)) in batch.sources.iter().zip(probabilities).enumerate() {
        if !is_finite(probabilities) {
            failure::report(&format!("{} {OVERFLOWS}", source.shown()));
            predicted.push(None);
            continue;
        }
        let ranked = most_probable(probabilities, top_k);
        output.add(source, batch.labels.as_ref().map(|labels| labels[row]), &ranked)?;
        predicted.push(ranked.first().map(|ranked| ranked.class));
    }
    Ok(predicted)
}

/// Fails if an option cannot apply to the model's inputs.
fn check_preparation(args: &PredictArgs, metadata: &ModelMetadata) -> Result<()> {
    let options = [("--invert", args.invert), ("--center", args.center)];
    let option = options.into_iter().find(|(_, given)| *given).map(|(option, _)| option);
    match (option, metadata.image_shape, metadata.centering_stats()) {
        (Some(option), None, _) => {
            let problem = format!("applies to images, but the model takes rows of {} features", metadata.features);
            Err(Error::config(option, format!("{problem}; leave it out")))
        }
        (Some(_), Some(_), None) if args.center => {
            let problem = "has no effect: the training images are in colour or have no plain background";
            Err(Error::config("--center", format!("{problem}; leave it out")))
        }
        _ => Ok(()),
    }
}
