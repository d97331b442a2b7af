//! `burn-mlp bench`: how fast the steps of a training are, and where the time goes.

mod tables;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use burn_mlp::artifact::{Machine, RunRecord};
use burn_mlp::backend::Backend;
use burn_mlp::bench::{
    Bench, Effort, Measurement, Outcome, Row, check, measure_into, parse_batch_sizes, read_measurement, workload,
};
use burn_mlp::config::{BackendRequest, Layers, RunConfig};
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};
use clap::{Arg, Args};

use super::child_process::{self, ChildOptions};
use super::console::{Console, bold, json};
use super::format::count;
use super::numbers::{LONGEST_TIMEOUT, whole};
use super::setting_args::SettingArgs;
use super::{progress, signals};

const BAR: &str = "{prefix} [{bar:24}] {msg}  {elapsed}";

/// Numbers of threads: of Burn's CPU backends, of ndarray's matrix products, of the software Vulkan llvmpipe.
const THREADS: [&str; 3] = ["RAYON_NUM_THREADS", "MATMUL_NUM_THREADS", "LP_NUM_THREADS"];

/// Options of a training that say nothing about its steps.
const NO_USE: [&str; 8] = ["data", "data-dir", "target", "skip-bad", "offline", "epochs", "augment", "init-from"];

#[derive(Debug, Args)]
pub struct BenchArgs {
    /// Backends to measure, one after another [default: that of --backend]
    #[arg(long, value_name = "NAME[:INDEX],...", allow_hyphen_values = true, conflicts_with = "backend")]
    pub backends: Option<String>,
    /// Batch sizes to measure, each in a process of its own [default: 32,512, or that of the configuration]
    #[arg(long, value_name = "N,...", allow_hyphen_values = true, conflicts_with = "batch_size")]
    pub batch_sizes: Option<String>,
    /// Features of a row [default: 784]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub features: Option<String>,
    /// Classes of the rows [default: 10]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub classes: Option<String>,
    /// Rows that the steps go over, again and again [default: 10000]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub rows: Option<String>,
    /// Threads of the CPU backends [default: one for each processor]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = whole::<u16>(1, 1024))]
    pub threads: Option<u16>,
    /// How often each figure is taken; the median and the extremes are shown
    #[arg(long, value_name = "N", default_value_t = 5, allow_hyphen_values = true,
          value_parser = whole::<u16>(1, 1000))]
    pub repeats: u16,
    /// About how long each repeat of a figure takes
    #[arg(long, value_name = "SECONDS", default_value_t = 0.5, allow_hyphen_values = true)]
    pub seconds: f64,
    /// Most seconds for one backend at one batch size
    #[arg(long, value_name = "SECONDS", default_value_t = 1800, allow_hyphen_values = true,
          value_parser = whole::<u64>(1, LONGEST_TIMEOUT))]
    pub timeout: u64,
    /// Print JSON in place of tables
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub settings: SettingArgs,
    /// Take the measurement that is set up in this directory in this process
    #[arg(long, hide = true, value_name = "DIR")]
    pub measure: Option<PathBuf>,
}

impl BenchArgs {
    fn effort(&self) -> Effort {
        Effort { repeats: self.repeats.into(), seconds: self.seconds }
    }
}

/// Keeps options of a training that are refused here out of the help.
pub fn without_use_hidden(argument: Arg) -> Arg {
    match argument.get_long().is_some_and(|name| NO_USE.contains(&name)) {
        true => argument.hide(true),
        false => argument,
    }
}

pub fn run(args: &BenchArgs, console: &mut Console) -> Result<ExitCode> {
    if let Some(place) = &args.measure {
        measure_into(place, &child_process::begin(place)?, &args.effort())?;
        return Ok(ExitCode::SUCCESS);
    }
    let config = resolve(args)?;
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
        describe(&bench, &config, args, console);
    }
    let stop = StopSignal::new();
    signals::listen_saying(&stop, "stopping; the backend in progress is ended");
    for (done, (backend, workload)) in workloads.iter().enumerate() {
        console.start_epoch_bar(workloads.len() as u64, format!("{backend:<8}"), BAR);
        let measured = measure_in_child(*backend, workload, args, &stop, (done, console));
        console.end_bar();
        let outcome = measured?
            .map_or_else(|reason| Outcome::Failed { reason }, |measurement| Outcome::Ran(Box::new(measurement)));
        bench.results.push(Row { backend: backend.to_string(), batch_size: workload.training.batch_size, outcome });
    }
    match args.json {
        true => console.answer(json(&bench)?),
        false => tables::show(&bench, console),
    }
    let failed = bench.results.iter().all(|row| row.measurement().is_none());
    Ok(ExitCode::from(u8::from(failed)))
}

fn resolve(args: &BenchArgs) -> Result<RunConfig> {
    if !(args.seconds > 0.0 && args.seconds <= 3600.0) {
        let problem = format!("{} is not above 0 and at most 3600, as 0.5 is", args.seconds);
        return Err(Error::config("--seconds", problem));
    }
    refuse_what_has_no_use(&args.settings)?;
    // Stands below what the person says, and above a preset's source.
    let mut layers = Layers::new().set("data.source=synthetic");
    let sizes =
        [("synthetic.features", &args.features), ("synthetic.classes", &args.classes), ("synthetic.rows", &args.rows)];
    for (key, text) in sizes {
        if let Some(text) = text {
            layers = layers.override_text(key, text);
        }
    }
    let config = args.settings.resolve(layers)?;
    check(&config)?;
    Ok(config)
}

fn refuse_what_has_no_use(settings: &SettingArgs) -> Result<()> {
    let SettingArgs { data, data_dir, target, skip_bad, offline, epochs, augment, init_from, .. } = settings;
    let texts = [data, data_dir, target, epochs, augment, init_from].map(Option::is_some);
    let [data, data_dir, target, epochs, augment, init_from] = texts;
    let given = [data, data_dir, target, *skip_bad, *offline, epochs, augment, init_from];
    match NO_USE.iter().zip(given).find(|(_, given)| *given) {
        Some((name, _)) => {
            let problem = "is for trainings, and bench takes a network's steps on synthetic rows; leave it out";
            Err(Error::config(format!("--{name}"), problem))
        }
        None => Ok(()),
    }
}

/// Every backend with every batch size.
fn workloads(args: &BenchArgs, config: &RunConfig) -> Result<Vec<(BackendRequest, RunConfig)>> {
    let backends = BackendRequest::parse_list(args.backends.as_deref().unwrap_or(&config.backend))?;
    let sizes = match (&args.batch_sizes, &args.settings.batch_size) {
        (Some(list), _) => parse_batch_sizes(list)?,
        (None, given) if given.is_some() || config.training.batch_size != RunConfig::default().training.batch_size => {
            vec![config.training.batch_size]
        }
        _ => vec![32, 512],
    };
    let pairs = backends.iter().flat_map(|backend| sizes.iter().map(move |size| (*backend, *size)));
    pairs.map(|(backend, size)| Ok((backend, workload(config, backend, size)?))).collect()
}

fn describe(bench: &Bench, config: &RunConfig, args: &BenchArgs, console: &mut Console) {
    let mut record = RunRecord::new("");
    (record.layer_sizes, record.parameters) = (bench.layer_sizes.clone(), bench.parameters);
    let synthetic = &config.synthetic;
    let (rows, features) = (count(synthetic.rows), count(synthetic.features));
    let unchanged =
        if config.augmentation.active().is_empty() { "" } else { "; augmentation is for images, and left out" };
    console.line(format!(
        "data     {}: {rows} rows of {features} features, in whole batches{unchanged}",
        bold("synthetic")
    ));
    console.line(format!("network  {}", progress::network(config, &record)));
    console.line(format!("training {}", progress::optimizer(config)));
    console.line(format!(
        "measured {} of {} s each: whole steps, steps in phases, products alone{}",
        if args.repeats == 1 { "1 repeat".to_string() } else { format!("{} repeats", args.repeats) },
        args.seconds,
        args.threads.map_or_else(String::new, |threads| format!("; threads: {threads}")),
    ));
}

/// The inner error is the reason for the row. `bar` is what was done before, and where to show it.
fn measure_in_child(
    backend: BackendRequest,
    config: &RunConfig,
    args: &BenchArgs,
    stop: &StopSignal,
    (done, console): (usize, &Console),
) -> Result<std::result::Result<Measurement, String>> {
    let kind = Backend::from(backend);
    if !kind.is_compiled_in() {
        return Ok(Err(format!("not compiled in; cargo run --release --features {} adds it", backend.name)));
    }
    let directory = child_process::place_for(config)?;
    let place = directory.path();
    let mut command = child_process::program()?;
    command.args(["bench", "--measure"]).arg(place);
    command.args(["--repeats", &args.repeats.to_string(), "--seconds", &args.seconds.to_string()]);
    if let Some(threads) = args.threads {
        command.envs(THREADS.map(|variable| (variable, threads.to_string())));
    }
    let options =
        ChildOptions { part_of: "the bench", timeout: Duration::from_secs(args.timeout), verbose: console.verbose() };
    let compiling = if kind.compiles_kernels() { ", compiling kernels first" } else { "" };
    let message = format!("batches of {}{compiling}", count(config.training.batch_size));
    let watch = || console.move_bar(done as u64, message.clone());
    child_process::conduct(command, place, &options, stop, watch, || read_measurement(place))
}
