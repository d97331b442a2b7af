//! `burn-mlp bench`: times training steps and their phases.

mod args;
mod tables;

use std::process::ExitCode;
use std::time::Duration;

use burn_mlp::Result;
use burn_mlp::backend::Backend;
use burn_mlp::bench::{Bench, BenchOutcome, BenchRow, Measurement, check, measure_into, read_measurement, workload};
use burn_mlp::config::{BackendRequest, Layers, RunConfig};
use burn_mlp::format::count;
use burn_mlp::run_directory::{Machine, RunRecord};
use burn_mlp::training::StopSignal;

pub use args::{BenchArgs, hide_unused};

use crate::cli::process::child_process::{self, ChildOptions};
use crate::cli::process::signals;
use crate::cli::terminal::colour::bold;
use crate::cli::terminal::config_summary;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::json::json;

const BAR: &str = "{prefix} [{bar:24}] {msg}  {elapsed}";

/// Variables that set the number of threads of Burn's CPU backends, of ndarray's matrix products,
/// and of llvmpipe, the software Vulkan driver.
const THREADS: [&str; 3] = ["RAYON_NUM_THREADS", "MATMUL_NUM_THREADS", "LP_NUM_THREADS"];

pub fn run(args: &BenchArgs, console: &mut Console) -> Result<ExitCode> {
    if let Some(directory) = &args.measure {
        measure_into(directory, &child_process::begin(directory)?, &args.effort())?;
        return Ok(ExitCode::SUCCESS);
    }
    let config = resolve(args, console)?;
    let workloads = workloads(args, &config)?;
    let mut bench = Bench {
        layer_sizes: config.model.layer_sizes(config.synthetic.features, config.synthetic.classes),
        parameters: config.model.parameter_count(config.synthetic.features, config.synthetic.classes),
        model: config.model.clone(),
        optimizer: config.optimizer.clone(),
        repeats: args.repeats.into(),
        seconds_per_repeat: args.seconds,
        machine: Machine::here(),
        results: Vec::new(),
    };
    if !args.json {
        show_plan(&bench, &config, args, console);
    }
    let stop = StopSignal::new();
    signals::stop_on_interrupt_saying(&stop, "stopping the backend in progress");
    for (done, (backend, workload)) in workloads.iter().enumerate() {
        console.start_bar(workloads.len() as u64, format!("{backend:<8}"), BAR);
        let measured = measure_in_child(*backend, workload, args, &stop, (done, console));
        console.end_bar();
        let outcome = match measured? {
            Ok(measurement) => BenchOutcome::Ran(Box::new(measurement)),
            Err(reason) => BenchOutcome::Failed { reason },
        };
        bench.results.push(BenchRow {
            backend: backend.to_string(),
            batch_size: workload.training.batch_size,
            outcome,
        });
    }
    match args.json {
        true => console.result(json(&bench)?),
        false => tables::show(&bench, console),
    }
    let failed = bench.results.iter().all(|row| row.measurement().is_none());
    Ok(ExitCode::from(u8::from(failed)))
}

fn resolve(args: &BenchArgs, console: &mut Console) -> Result<RunConfig> {
    args.refuse_unused()?;
    // The user's settings override it; it overrides a preset's source.
    let mut layers = Layers::new().set("data.source=synthetic");
    let sizes =
        [("synthetic.features", &args.features), ("synthetic.classes", &args.classes), ("synthetic.rows", &args.rows)];
    for (key, text) in sizes {
        if let Some(text) = text {
            layers = layers.override_text(key, text);
        }
    }
    let config = args.settings.resolve(layers, console)?;
    check(&config)?;
    Ok(config.for_rows(config.synthetic.rows))
}

/// Combines every backend with every batch size.
fn workloads(args: &BenchArgs, config: &RunConfig) -> Result<Vec<(BackendRequest, RunConfig)>> {
    let backends = match &args.backends {
        Some(list) => list.clone(),
        None => vec![config.backend.parse()?],
    };
    let sizes = match (&args.batch_sizes, args.settings.flags.sets("training.batch_size")) {
        (Some(list), _) => list.clone(),
        (None, given) if given || config.training.batch_size != RunConfig::default().training.batch_size => {
            vec![config.training.batch_size]
        }
        _ => vec![32, 512],
    };
    let pairs = backends.iter().flat_map(|backend| sizes.iter().map(move |size| (*backend, *size)));
    pairs.map(|(backend, size)| Ok((backend, workload(config, backend, size)?))).collect()
}

fn show_plan(bench: &Bench, config: &RunConfig, args: &BenchArgs, console: &mut Console) {
    let mut record = RunRecord::new("");
    (record.layer_sizes, record.parameters) = (bench.layer_sizes.clone(), bench.parameters);
    record.members = config.model.members;
    let synthetic = &config.synthetic;
    let (rows, features) = (count(synthetic.rows), count(synthetic.features));
    let note = if config.augmentation.active().is_empty() { "" } else { "; without augmentation, which is for images" };
    console.line(format!("data     {}: {rows} rows of {features} features, in whole batches{note}", bold("synthetic")));
    console.line(format!("network  {}", config_summary::network(config, &record)));
    console.line(format!("training {}", config_summary::optimizer(config)));
    console.line(format!(
        "measured {} of {} s each: whole steps, steps in phases, products alone{}",
        if args.repeats == 1 { "1 repeat".to_string() } else { format!("{} repeats", args.repeats) },
        args.seconds,
        args.threads.map_or_else(String::new, |threads| format!("; threads: {threads}")),
    ));
}

/// Takes one measurement in a child process, showing that `done` others precede it. The inner error
/// is the reason why there is no measurement.
fn measure_in_child(
    backend: BackendRequest,
    config: &RunConfig,
    args: &BenchArgs,
    stop: &StopSignal,
    (done, console): (usize, &Console),
) -> Result<std::result::Result<Measurement, String>> {
    let kind = Backend::from(backend);
    if !kind.is_compiled_in() {
        return Ok(Err(format!("not compiled in; build with: {}", kind.how_to_build())));
    }
    let work_directory = child_process::work_directory(config)?;
    let directory = work_directory.path();
    let mut command = child_process::program()?;
    command.args(["bench", "--measure"]).arg(directory);
    command.args(["--repeats", &args.repeats.to_string(), "--seconds", &args.seconds.to_string()]);
    if let Some(threads) = args.threads {
        command.envs(THREADS.map(|variable| (variable, threads.to_string())));
    }
    let options =
        ChildOptions { part_of: "the bench", timeout: Duration::from_secs(args.timeout), verbose: console.verbose() };
    let compiling = if kind.compiles_kernels() { ", compiling kernels first" } else { "" };
    let message = format!("batches of {}{compiling}", count(config.training.batch_size));
    let poll = || console.move_bar(done as u64, message.clone());
    child_process::run_to_end(command, directory, &options, stop, poll, || read_measurement(directory))
}
