//! `burn-mlp compare --backends flex,ndarray,wgpu`: trains the same run on each and compares
//! results and speed.

use std::process::ExitCode;
use std::time::Duration;

use burn_mlp::backend::Backend;
use burn_mlp::compare::backends::{Comparison, EPOCHS, FinishedTrial, comparable};
use burn_mlp::config::{BackendRequest, Layers, RunConfig};
use burn_mlp::data::{self, Dataset};
use burn_mlp::format::count;
use burn_mlp::model::InitialWeights;
use burn_mlp::pipeline::{PipelineObserver, fitting_split};
use burn_mlp::run_directory::RunRecord;
use burn_mlp::text::printable;
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};

use super::args::CompareBackendsArgs;
use super::backend_tables::{agreement_table, failures, speed_heading, speed_table};
use crate::cli::process::child_process::ChildOptions;
use crate::cli::process::{signals, trial_process};
use crate::cli::terminal::colour::{bold, dim, yellow};
use crate::cli::terminal::config_summary;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::json::json;
use crate::cli::terminal::progress::Progress;

/// Default of `--target-accuracy`.
const TARGET_ACCURACY: f64 = 0.95;

const TRIAL_BAR: &str = "{prefix} [{bar:24}] {msg}  {elapsed}";

pub fn run(
    backends: &[BackendRequest],
    args: &CompareBackendsArgs,
    as_json: bool,
    console: &mut Console,
) -> Result<ExitCode> {
    let (config, notes) = resolve(args, console)?;
    let stop = StopSignal::new();
    signals::stop_on_interrupt_saying(&stop, "stopping the backend in progress");
    let data = load(&config, &stop, console)?;
    if data.is_regression() && args.target_accuracy.is_some() {
        let problem = "needs classes, but the target is a number, which has no accuracy; leave it out";
        return Err(Error::config("--target-accuracy", problem));
    }
    let config = config.for_task(data.is_regression(), data.table.is_some())?.for_rows(data.train.len());
    if !as_json {
        show_plan(backends, &config, &data, console)?;
        notes.iter().for_each(|note| console.line(yellow(note)));
    }
    drop(data);
    let mut trials = Vec::new();
    for &backend in backends {
        let trial = try_backend(backend, &config, args, &stop, console)?;
        trials.push((backend.to_string(), trial));
    }
    let comparison = Comparison::new(trials, args.target_accuracy.unwrap_or(TARGET_ACCURACY), notes);
    match as_json {
        true => console.result(json(&comparison)?),
        false => show(&comparison, console),
    }
    let failed = comparison.reference.is_none() || args.strict && !comparison.all_agree();
    Ok(ExitCode::from(u8::from(failed)))
}

fn resolve(args: &CompareBackendsArgs, console: &mut Console) -> Result<(RunConfig, Vec<String>)> {
    if args.settings.flags.sets("backend") {
        return Err(Error::config("--backend", "cannot be used together with --backends; add it to that list"));
    }
    // The user's settings override it; it overrides the many epochs of a preset.
    let layers = Layers::new().set(&format!("training.epochs={EPOCHS}"));
    comparable(args.settings.resolve(layers, console)?)
}

/// Checks data and initial weights once, before any backend starts. Only this step downloads.
fn load(config: &RunConfig, stop: &StopSignal, console: &mut Console) -> Result<Dataset> {
    let mut progress = Progress::new(&mut *console);
    let loaded = data::load(config, &mut |loading| {
        progress.loading(&loading);
        if stop.is_requested() {
            loading.stop();
        }
    });
    console.end_bar();
    let data = loaded?;
    fitting_split(config, &data)?;
    if !config.training.init_from.is_empty() {
        InitialWeights::read(&config.training.init_from, &config.model, data.inputs(), data.outputs())?;
    }
    Ok(data)
}

fn show_plan(backends: &[BackendRequest], config: &RunConfig, data: &Dataset, console: &mut Console) -> Result<()> {
    let (features, outputs) = (data.train.dimension(), data.outputs());
    let split = data.split_training_set(&config.split)?;
    let mut record = RunRecord::new("");
    record.layer_sizes = config.model.layer_sizes(data.inputs(), outputs);
    record.members = config.model.members;
    record.parameters = config.model.parameter_count(data.inputs(), outputs);
    let names: Vec<String> = backends.iter().map(ToString::to_string).collect();
    console.line(format!("backends {}, one after another", bold(names.join(", "))));
    console.line(format!(
        "data     {}: {} training, {} validation rows of {features} features {}",
        bold(printable(&data.source)),
        count(split.train.len()),
        count(split.valid.len()),
        predicted(data),
    ));
    console.line(format!("network  {}", config_summary::network(config, &record)));
    console.line(format!("training {}, without early stopping", config_summary::training(config)));
    Ok(())
}

fn predicted(data: &Dataset) -> String {
    let targets: Vec<String> = data.target_names.iter().map(|name| printable(name)).collect();
    match data.is_regression() {
        false => format!("in {} classes", data.classes()),
        true => format!("to predict {}", targets.join(", ")),
    }
}

/// Runs one backend's trial. The inner error is the reason why there is no result.
fn try_backend(
    request: BackendRequest,
    config: &RunConfig,
    args: &CompareBackendsArgs,
    stop: &StopSignal,
    console: &mut Console,
) -> Result<std::result::Result<FinishedTrial, String>> {
    let backend = Backend::from(request);
    if !backend.is_compiled_in() {
        return Ok(Err(format!("not compiled in; build with: {}", backend.how_to_build())));
    }
    let config = RunConfig { backend: request.to_string(), ..config.clone() };
    let epochs = config.training.epochs;
    console.start_bar(epochs as u64, format!("{request:<8}"), TRIAL_BAR);
    let options = ChildOptions {
        part_of: "the comparison",
        timeout: Duration::from_secs(args.timeout),
        verbose: console.verbose(),
    };
    let trial = trial_process::run_in_child(&config, &options, stop, |done| {
        let what = match done {
            0 if backend.compiles_kernels() => "first epoch, compiling kernels".to_string(),
            done if done < epochs => format!("epoch {} of {epochs}", done + 1),
            _ => "repeating the first steps one by one".to_string(),
        };
        console.move_bar(done as u64, what);
    });
    console.end_bar();
    trial
}

fn show(comparison: &Comparison, console: &mut Console) {
    if let Some(reference) = &comparison.reference {
        console.line("");
        console.line(bold(format!("agreement with {reference}")));
        console.result(agreement_table(comparison));
        console.line("");
        console.line(bold(speed_heading(comparison)));
        console.result(speed_table(comparison));
    }
    let failures = failures(comparison);
    if !failures.is_empty() {
        console.line("");
        failures.iter().for_each(|failure| console.result(failure));
    }
    console.line("");
    if comparison.reference.is_some() {
        for line in LEGEND {
            console.line(dim(line));
        }
        if comparison.is_regression {
            console.line(dim(NUMBERS));
        }
        console.line("");
    }
    comparison.advice.iter().for_each(|sentence| console.result(sentence));
}

const NUMBERS: &str = "A prediction differs if a number is off by more than 0.001 standard deviations of its target.";

const LEGEND: [&str; 4] = [
    "Gradients: the first step's largest difference, relative to the largest entry of its tensor, from the first backend",
    "and from the closed form in f64 (exact). Losses: relative differences. Weights and predictions: after the last epoch;",
    "training amplifies rounding errors, so they do not count in the verdict. Warm-up: opening the device and the first",
    "epoch. Memory: peak of the process; on device: held by its allocator.",
];
