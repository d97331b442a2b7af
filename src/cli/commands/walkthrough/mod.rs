//! `burn-mlp walkthrough`: the slides with the numbers of this program, in the terminal, as JSON and as a page.

mod blocks;
mod images;
mod matrix;
mod pager;
mod pages;
mod wrap;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use burn_mlp::config::{Layers, RunConfig};
use burn_mlp::data::{self, Dataset};
use burn_mlp::format::shown_path;
use burn_mlp::run_directory::write_atomic;
use burn_mlp::training::StopSignal;
use burn_mlp::walkthrough::{self, Comparison, Options, SLIDES, Walkthrough};
use burn_mlp::{Error, Result};
use clap::Args;
use clap::builder::RangedU64ValueParser;

use crate::cli::process::signals;
use crate::cli::setting_args::SettingArgs;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::json::json;
use crate::cli::terminal::load_bar::LoadBar;
use crate::cli::terminal::quiet_drivers;
use crate::cli::terminal::verbosity::Verbosity;

/// Hidden layers of the network of slides 1 to 6, unless the user chooses some: small enough to read.
const SMALL_HIDDEN: [usize; 2] = [5, 4];

const BAR: &str = "{prefix} [{bar:24}] {msg}";

#[derive(Debug, Args)]
pub struct WalkthroughArgs {
    /// Show one slide, from 1 to 15
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=SLIDES as u64))]
    pub slide: Option<usize>,
    /// Rows of the batch that slides 2 to 6 follow [default: 3, or 8 with batch normalisation]
    #[arg(long, value_name = "N")]
    pub rows: Option<usize>,
    /// Maximum number of rows that the trainings of slides 7 to 14 use, so that they take seconds
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = RangedU64ValueParser::<usize>::new().range(10..))]
    pub max_rows: usize,
    /// Write one HTML page to step through, instead of text
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub html: Option<PathBuf>,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub settings: SettingArgs,
}

pub fn run(args: &WalkthroughArgs, console: &mut Console) -> Result<ExitCode> {
    let (config, small) = configurations(args, console)?;
    if let Some(file) = &args.html {
        check_folder(file)?;
    }
    let backend = quiet_drivers::open_backend(config.backend.parse()?, console.verbose())?;
    let stop = StopSignal::new();
    signals::stop_on_interrupt_saying(&stop, "stopping");
    let data = load(&config, &stop, console)?;
    let config = config.for_task(data.is_regression(), data.table.is_some())?.for_rows(data.train.len());
    let small = small.for_task(data.is_regression(), data.table.is_some())?.for_rows(data.train.len());
    let slides = args.slide.map_or_else(|| (1..=SLIDES).collect(), |slide| vec![slide]);
    let options = Options { config, small, rows: args.rows, max_rows: args.max_rows, slides };
    let walkthrough = {
        let mut bar = TrainingBar { console, shown: None };
        walkthrough::compute(&options, &data, &backend, &stop, &mut |what, epoch, epochs| bar.show(what, epoch, epochs))
    };
    console.end_bar();
    show(args, &walkthrough?, console)
}

/// The configuration of the trainings, and that of slides 1 to 6, whose network is smaller unless the user chooses one, or
/// weights that need theirs.
fn configurations(args: &WalkthroughArgs, console: &mut Console) -> Result<(RunConfig, RunConfig)> {
    let mut base = RunConfig::default();
    // The slides' network, of a table too.
    let config = args.settings.resolve(Layers::from_config(base.clone()), console)?.with_absolute_paths()?;
    let default = base.model.hidden.clone();
    base.model.hidden = SMALL_HIDDEN.to_vec();
    // What was recognised has been said.
    let mut silent = Console::new(Verbosity { quiet: true, verbose: false });
    let small = args.settings.resolve(Layers::from_config(base), &mut silent)?.with_absolute_paths()?;
    let is_chosen =
        config.model.hidden != default || small.model.hidden != SMALL_HIDDEN || !config.training.init_from.is_empty();
    Ok(if is_chosen { (config.clone(), config) } else { (config, small) })
}

/// Checks the page's directory before anything is computed.
fn check_folder(file: &Path) -> Result<()> {
    match file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        Some(folder) => Err(Error::config("--html", format!("the directory {} does not exist", shown_path(folder)))),
        None => Ok(()),
    }
}

fn load(config: &RunConfig, stop: &StopSignal, console: &mut Console) -> Result<Dataset> {
    let mut load_bar = LoadBar::default();
    let data = data::load(config, &mut |progress| {
        load_bar.show(console, &progress);
        if stop.is_requested() {
            progress.stop();
        }
    })?;
    console.end_bar();
    Ok(data)
}

/// Shows which training is under way.
struct TrainingBar<'a> {
    console: &'a mut Console,
    shown: Option<String>,
}

impl TrainingBar<'_> {
    fn show(&mut self, what: &str, epoch: usize, epochs: usize) {
        if self.shown.as_deref() != Some(what) {
            self.console.start_bar(epochs as u64, format!("training {what}"), BAR);
            self.shown = Some(what.to_string());
        }
        self.console.move_bar(epoch as u64, format!("epoch {epoch}"));
    }
}

fn show(args: &WalkthroughArgs, walkthrough: &Walkthrough, console: &mut Console) -> Result<ExitCode> {
    if args.json {
        console.result(json(walkthrough)?);
    } else if let Some(file) = &args.html {
        write_atomic(file, walkthrough::html(walkthrough)?.as_bytes())?;
        walkthrough.notes.iter().for_each(|note| console.note(note));
        console.line(format!("saved in {}", shown_path(file)));
    } else {
        pager::show(pages::pages(walkthrough), console)?;
    }
    match &walkthrough.comparison {
        Some(comparison) if !comparison.passes => Err(disagreement(walkthrough, comparison)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn disagreement(walkthrough: &Walkthrough, comparison: &Comparison) -> Error {
    let problem = format!(
        "{} differs from the slide's formula by {:.1e} of its largest entry; at most {:e} is allowed",
        comparison.worst, comparison.largest_relative_difference, comparison.tolerance
    );
    Error::Backend { backend: walkthrough.backend.clone(), problem }
}
