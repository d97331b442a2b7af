//! `burn-mlp predict`: predicts images and rows of tables with a run's model.

mod args;
mod batch;
mod inputs;
mod notes;
mod output;
mod summary;

use std::path::Path;
use std::process::ExitCode;

use burn_mlp::config::{Layers, RunConfig};
use burn_mlp::infer::image::{Invert, Preparation};
use burn_mlp::infer::{ModelMetadata, OVERFLOWS, Prediction, Task, is_finite};
use burn_mlp::inference::Predictor;
use burn_mlp::pipeline::{self, UsedRows};
use burn_mlp::run_directory::RunDirectory;
use burn_mlp::{Error, Result};

pub use args::PredictArgs;

use crate::cli::process::signals;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::{failure, output as standard_output, quiet_drivers};
use batch::Batch;
use inputs::{Input, Inputs};
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
    let metadata = predictor.metadata();
    let top_k = top_k(args, metadata)?;
    let invert = if args.invert { Invert::Always } else { Invert::Never };
    let preparation = Preparation { invert, center: args.center };
    check_preparation(args, metadata)?;
    let mut predicting = Predicting {
        run: &run,
        config: &config,
        predictor: &predictor,
        output: Output::new(args.format, top_k, metadata),
        notes: Notes::new(preparation),
        failures: 0,
        summary: Summary::default(),
        summaries: Vec::new(),
    };
    Inputs { metadata, preparation }.read(inputs, &mut |input| {
        predicting.take(input)?;
        Ok(standard_output::has_reader())
    })?;
    predicting.output.finish();
    predicting.notes.all().iter().for_each(|note| console.warn(note));
    predicting.summaries.iter().for_each(|summary| summary.print(console));
    Ok(if predicting.failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The predictions so far.
struct Predicting<'a> {
    run: &'a RunDirectory,
    config: &'a RunConfig,
    predictor: &'a Predictor,
    output: Output<'a>,
    notes: Notes,
    /// Number of rows and files without a prediction.
    failures: usize,
    /// Describes the file that is being read.
    summary: Summary,
    /// Describes the files before it.
    summaries: Vec<Summary>,
}

impl Predicting<'_> {
    fn take(&mut self, input: Input) -> Result<()> {
        match input {
            Input::Batch(batch) => self.predict(&batch)?,
            Input::EndOfFile => {
                let mut summary = std::mem::take(&mut self.summary);
                if !summary.is_empty() {
                    summary.used = UsedRows::of_file(self.run, self.config, Path::new(&summary.source));
                    self.output.add_summary(&summary)?;
                    self.summaries.push(summary);
                }
            }
            Input::Note(note) => self.notes.add(&note),
            Input::Unreadable(error) => {
                self.failures += 1;
                failure::report(&error.to_string());
            }
        }
        Ok(())
    }

    fn predict(&mut self, batch: &Batch) -> Result<()> {
        let metadata = self.predictor.metadata();
        let predicted = self.predictor.predict_normalized(&batch.features)?;
        let predicted = add_predictions(&mut self.output, batch, predicted.chunks(metadata.outputs()), metadata)?;
        self.failures += predicted.iter().filter(|prediction| prediction.is_none()).count();
        batch.notes.iter().for_each(|note| self.notes.add(note));
        self.summary.add(batch, &predicted);
        self.output.flush();
        Ok(())
    }
}

/// Number of classes to show.
fn top_k(args: &PredictArgs, metadata: &ModelMetadata) -> Result<usize> {
    match (args.top_k, &metadata.task) {
        (top_k, Task::Classification { class_names }) => Ok(top_k.map_or(TOP_K, usize::from).min(class_names.len())),
        (None, Task::Regression { .. }) => Ok(1),
        (Some(_), Task::Regression { .. }) => {
            Err(Error::config("--top-k", "ranks classes, but the model predicts numbers; leave it out"))
        }
    }
}

/// Outputs the predictions of a batch and returns them, `None` for a row without one.
fn add_predictions<'a, 'm>(
    output: &mut Output,
    batch: &Batch,
    rows: impl Iterator<Item = &'a [f32]>,
    metadata: &'m ModelMetadata,
) -> Result<Vec<Option<Prediction<'m>>>> {
    let mut predicted = Vec::with_capacity(batch.sources.len());
    for (row, (source, outputs)) in batch.sources.iter().zip(rows).enumerate() {
        if !is_finite(outputs) {
            failure::report(&format!("{} {OVERFLOWS}", source.shown()));
            predicted.push(None);
            continue;
        }
        let prediction = metadata.predictions(outputs)?.pop();
        if let Some(prediction) = &prediction {
            output.add(source, batch.truth(row).as_ref(), prediction)?;
        }
        predicted.push(prediction);
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
