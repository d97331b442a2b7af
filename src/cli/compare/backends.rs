//! `burn-mlp compare --backends flex,ndarray,wgpu`: the same run on each, whether they agree and how fast they are.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use burn_mlp::artifact::RunRecord;
use burn_mlp::backend::Backend;
use burn_mlp::compare::backends::{Comparison, EPOCHS, FinishedTrial, comparable, parse_backends};
use burn_mlp::config::{BackendRequest, Layers, RunConfig};
use burn_mlp::data::{self, Data, stratified_split};
use burn_mlp::model::InitialWeights;
use burn_mlp::pipeline::{PipelineObserver, fitting_split};
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};
use clap::Args;

use super::backend_tables::{agreement_table, failures, speed_heading, speed_table};
use super::trial_process::conduct;
use crate::cli::child_process::ChildOptions;
use crate::cli::console::{Console, bold, dim, json, yellow};
use crate::cli::failure::printable;
use crate::cli::format::count;
use crate::cli::numbers::{LONGEST_TIMEOUT, whole};
use crate::cli::progress::{self, Progress};
use crate::cli::setting_args::SettingArgs;
use crate::cli::signals;

const TRIAL_BAR: &str = "{prefix} [{bar:24}] {msg}  {elapsed}";

#[derive(Debug, Args)]
pub struct CompareBackendsArgs {
    /// Train the same run on each of these backends, one after another, and compare results and speed; the first is the
    /// reference
    #[arg(long, value_name = "NAME[:INDEX],...", allow_hyphen_values = true)]
    pub backends: Option<String>,
    /// With --backends: take the time to this validation accuracy
    #[arg(long, value_name = "FRACTION", default_value_t = 0.95, requires = "backends")]
    pub target_accuracy: f64,
    /// With --backends: most seconds for one backend
    #[arg(long, value_name = "SECONDS", default_value_t = 1800, requires = "backends", allow_hyphen_values = true,
          value_parser = whole::<u64>(1, LONGEST_TIMEOUT))]
    pub timeout: u64,
    /// With --backends: exit with 1 unless every backend runs and agrees with the first
    #[arg(long, requires = "backends")]
    pub strict: bool,
    #[command(flatten)]
    pub settings: SettingArgs,
    /// Run the trial that is set up in this directory in this process
    #[arg(long, hide = true, value_name = "DIR", conflicts_with = "backends")]
    pub trial: Option<PathBuf>,
}

pub fn run(list: &str, args: &CompareBackendsArgs, as_json: bool, console: &mut Console) -> Result<ExitCode> {
    let backends = parse_backends(list)?;
    let (config, notes) = resolve(args)?;
    let stop = StopSignal::new();
    signals::listen_saying(&stop, "stopping; the backend in progress is ended");
    let data = load(&config, &stop, console)?;
    if !as_json {
        describe(&backends, &config, &data, console)?;
        notes.iter().for_each(|note| console.line(yellow(note)));
    }
    drop(data);
    let mut trials = Vec::new();
    for backend in backends {
        let trial = try_backend(backend, &config, args, &stop, console)?;
        trials.push((backend.to_string(), trial));
    }
    let comparison = Comparison::new(trials, args.target_accuracy, notes);
    match as_json {
        true => console.answer(json(&comparison)?),
        false => show(&comparison, console),
    }
    let failed = comparison.reference.is_none() || args.strict && !comparison.all_agree();
    Ok(ExitCode::from(u8::from(failed)))
}

fn resolve(args: &CompareBackendsArgs) -> Result<(RunConfig, Vec<String>)> {
    if args.settings.backend.is_some() {
        return Err(Error::config("--backend", "cannot be used together with --backends; name it in that list"));
    }
    if !(0.0..=1.0).contains(&args.target_accuracy) {
        let problem = format!("{} is no fraction from 0 to 1, as in 0.95", args.target_accuracy);
        return Err(Error::config("--target-accuracy", problem));
    }
    // Stands below what the person says, and above a preset's many epochs.
    let layers = Layers::new().set(&format!("training.epochs={EPOCHS}"));
    comparable(args.settings.resolve(layers)?)
}

/// What is wrong with the data or the weights is told once, before any backend starts, and files are fetched only here.
fn load(config: &RunConfig, stop: &StopSignal, console: &mut Console) -> Result<Data> {
    let mut progress = Progress::new(console);
    let loaded = data::load(config, &mut |loading| {
        progress.loading(&loading);
        if stop.is_requested() {
            loading.stop();
        }
    });
    console.end_bar();
    let data = loaded?;
    let (features, classes) = (data.train.dimension(), data.classes());
    fitting_split(config, &data)?;
    if !config.training.init_from.is_empty() {
        InitialWeights::read(&config.training.init_from, &config.model, features, classes)?;
    }
    Ok(data)
}

fn describe(backends: &[BackendRequest], config: &RunConfig, data: &Data, console: &mut Console) -> Result<()> {
    let (features, classes) = (data.train.dimension(), data.classes());
    let split = stratified_split(data.train.labels(), classes, config.split.valid, config.seed)?;
    let mut record = RunRecord::new("");
    record.layer_sizes = config.model.layer_sizes(features, classes);
    record.parameters = config.model.parameter_count(features, classes);
    let names: Vec<String> = backends.iter().map(ToString::to_string).collect();
    console.line(format!("backends {}, one after another", bold(names.join(", "))));
    console.line(format!(
        "data     {}: {} training, {} validation rows of {features} features in {classes} classes",
        bold(printable(&data.source)),
        count(split.train.len()),
        count(split.valid.len()),
    ));
    console.line(format!("network  {}", progress::network(config, &record)));
    console.line(format!("training {}, without early stopping", progress::describe(config)));
    Ok(())
}

/// The inner error is the reason for the backend's row.
fn try_backend(
    request: BackendRequest,
    config: &RunConfig,
    args: &CompareBackendsArgs,
    stop: &StopSignal,
    console: &mut Console,
) -> Result<std::result::Result<FinishedTrial, String>> {
    if !Backend::from(request).is_compiled_in() {
        return Ok(Err(format!("not compiled in; cargo run --release --features {} adds it", request.name)));
    }
    let config = RunConfig { backend: request.to_string(), ..config.clone() };
    let epochs = config.training.epochs;
    console.start_epoch_bar(epochs as u64, format!("{request:<8}"), TRIAL_BAR);
    let options = ChildOptions {
        part_of: "the comparison",
        timeout: Duration::from_secs(args.timeout),
        verbose: console.verbose(),
    };
    let trial = conduct(&config, &options, stop, |done| {
        let what = match done {
            0 if Backend::from(request).compiles_kernels() => "first epoch, compiling kernels".to_string(),
            done if done < epochs => format!("epoch {} of {epochs}", done + 1),
            _ => "first steps once more, one by one".to_string(),
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
        console.answer(agreement_table(comparison));
        console.line("");
        console.line(bold(speed_heading(comparison)));
        console.answer(speed_table(comparison));
    }
    let failures = failures(comparison);
    if !failures.is_empty() {
        console.line("");
        failures.iter().for_each(|failure| console.answer(failure));
    }
    console.line("");
    if comparison.reference.is_some() {
        for line in LEGEND {
            console.line(dim(line));
        }
        console.line("");
    }
    comparison.advice.iter().for_each(|sentence| console.answer(sentence));
}

const LEGEND: [&str; 4] = [
    "Gradients are those of the first step: the worst entry's difference, relative to the largest of its tensor, from the",
    "first backend and from the closed form in f64 (exact). Losses are relative. Weights and predictions are those after",
    "the last epoch; training magnifies rounding, so no verdict follows from them. Warm-up is opening the device and the",
    "first epoch; memory is the process's peak, and on the device what its allocator holds.",
];
