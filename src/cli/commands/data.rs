//! `burn-mlp data`: shows what a data source contains.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use burn_mlp::config::{Layers, RunConfig};
use burn_mlp::data::{self, Augmentation, ContactSheet, DataSummary, Dataset, FeatureKind, ImageShape};
use burn_mlp::format::{count, loss, percent, shown_path};
use burn_mlp::pipeline::{absent_classes, skipped_files};
use burn_mlp::run_directory::write_atomic;
use burn_mlp::text::printable;
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};
use clap::Args;
use comfy_table::Cell;

use crate::cli::process::signals;
use crate::cli::setting_args::SettingArgs;
use crate::cli::terminal::colour::bold;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::json::json;
use crate::cli::terminal::load_bar::LoadBar;
use crate::cli::terminal::tables::{plain_table, right};

/// Maximum number of columns listed; of more, only the number of each kind is shown.
const MAX_COLUMNS: usize = 100;

#[derive(Debug, Args)]
pub struct DataArgs {
    /// A file, a directory or a source such as digits or csv:FILE; the same as --data
    #[arg(conflicts_with = "data")]
    pub source: Option<String>,
    /// Write a PNG with samples of each class
    #[arg(long, value_name = "FILE")]
    pub sheet: Option<PathBuf>,
    /// Augment the samples, as configured by --augment
    #[arg(long, requires = "sheet")]
    pub augmented: bool,
    /// Print JSON instead of tables
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub settings: SettingArgs,
}

pub fn run(args: &DataArgs, console: &mut Console) -> Result<ExitCode> {
    let mut layers = Layers::new();
    if let Some(source) = &args.source {
        layers = layers.override_text("data.source", source);
    }
    let config = args.settings.resolve(layers, console)?.with_absolute_paths()?;
    args.sheet.as_deref().map_or(Ok(()), check_sheet_file)?;
    let data = load(&config, console)?;
    let summary = data.summary();
    match args.json {
        true => console.result(json(&summary)?),
        false => show(&data, &summary, console),
    }
    if let Some(file) = &args.sheet {
        let sheet = sheet(args, &config, &data)?;
        write_atomic(file, &sheet.to_png()?)?;
        if !args.json {
            let content = match sheet.classes < data.classes() {
                true => format!("the first {} classes", sheet.classes),
                false => "samples of each class".to_string(),
            };
            console.line(format!("\n{content} in {}", shown_path(file)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Checks the path before the data is loaded, which may take long.
fn check_sheet_file(file: &Path) -> Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Error::config("--sheet", format!("the directory {} does not exist", folder.display())));
    }
    let is_png = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png"));
    if !is_png && (data::has_image_ending(file) || data::has_other_image_ending(file)) {
        return Err(Error::config(
            "--sheet",
            format!("the sheet is a PNG file; {} must end with .png", file.display()),
        ));
    }
    Ok(())
}

fn load(config: &RunConfig, console: &mut Console) -> Result<Dataset> {
    let (stop, mut load_bar) = (StopSignal::new(), LoadBar::default());
    signals::stop_on_interrupt_saying(&stop, "stopping");
    let data = data::load(config, &mut |progress| {
        load_bar.show(console, &progress);
        if stop.is_requested() {
            progress.stop();
        }
    })?;
    console.end_bar();
    Ok(data)
}

fn sheet(args: &DataArgs, config: &RunConfig, data: &Dataset) -> Result<ContactSheet> {
    let Some(shape) = data.image_shape else {
        let problem = format!("the rows of {} are not images, so there is no sheet to draw", data.source);
        return Err(Error::config("--sheet", problem));
    };
    match (args.augmented, Augmentation::new(&config.augmentation, data, config.seed)?) {
        (false, _) => ContactSheet::new(&data.train, &data.class_names, shape),
        (true, Some(augmentation)) => ContactSheet::augmented(&data.train, &data.class_names, shape, &augmentation),
        (true, None) => {
            let problem = "needs a transformation; add --augment rotation or another";
            Err(Error::config("--augmented", problem))
        }
    }
}

fn show(data: &Dataset, summary: &DataSummary, console: &mut Console) {
    let test = summary.test_rows.map_or("no".to_string(), count);
    console.result(format!(
        "data     {}: {} training, {test} test rows of {} features in {} classes",
        bold(printable(&summary.source)),
        count(summary.train_rows),
        count(summary.features),
        count(summary.classes.len())
    ));
    if let Some(ImageShape { height, width, channels }) = summary.image_shape {
        let colour = if channels == 3 { "red, green, blue" } else { "grey" };
        console.result(format!("images   {width} x {height} pixels, {colour}"));
    }
    console.result(format!("values   {}", values(summary)));
    console.result(format!("SHA-256  {}", summary.hash));
    [skipped_files(data), absent_classes(data)].iter().flatten().for_each(|warning| console.warn(warning));
    console.result(format!("\n{}", classes(summary)));
    if !summary.columns.is_empty() {
        console.result(format!("\n{}", columns(summary)));
    }
}

/// "0 to 16, scaled to 0 to 1, mean 0.3053, deviation 0.3760".
fn values(summary: &DataSummary) -> String {
    let values = &summary.values;
    let scaled = format!("{} to {}", plain(values.lowest), plain(values.highest));
    let range = match summary.divided_by {
        Some(maximum) => {
            let scale = f64::from(maximum);
            format!("{} to {}, scaled to {scaled}", plain(values.lowest * scale), plain(values.highest * scale))
        }
        None => scaled,
    };
    format!("{range}, mean {}, deviation {}", loss(values.mean), loss(values.deviation))
}

/// A whole number without decimals, any other with four.
fn plain(value: f64) -> String {
    match value.fract() == 0.0 && value.abs() < 1e9 {
        true => format!("{value}"),
        false => loss(value),
    }
}

fn classes(summary: &DataSummary) -> String {
    let mut table = plain_table();
    let header = ["class", "training", "share", "test", "share"];
    let columns = if summary.test_rows.is_some() { 5 } else { 3 };
    table.set_header([Cell::new(header[0])].into_iter().chain(header[1..columns].iter().map(right)));
    let share = |rows: usize, all: usize| percent(rows as f64 / all.max(1) as f64);
    let mut add = |name: String, train: usize, test: Option<usize>| {
        let test = test.zip(summary.test_rows).map(|(rows, all)| [count(rows), share(rows, all)]);
        let train = [count(train), share(train, summary.train_rows)];
        let cells = train.into_iter().chain(test.into_iter().flatten()).map(right);
        table.add_row([Cell::new(name)].into_iter().chain(cells));
    };
    for class in &summary.classes {
        add(printable(&class.name), class.train, class.test);
    }
    add("all".to_string(), summary.train_rows, summary.test_rows);
    table.to_string()
}

fn columns(summary: &DataSummary) -> String {
    let of_kind = |kind: FeatureKind| summary.columns.iter().filter(|column| column.kind == kind).count();
    let [numbers, zero_or_one, constant] =
        [FeatureKind::Number, FeatureKind::ZeroOrOne, FeatureKind::Constant].map(of_kind).map(count);
    if summary.columns.len() > MAX_COLUMNS {
        return format!("{numbers} features are numbers, {zero_or_one} are 0 or 1, {constant} are constant");
    }
    let mut table = plain_table();
    let header = ["lowest", "highest", "mean", "deviation"].map(right);
    table.set_header([Cell::new("feature"), Cell::new("kind")].into_iter().chain(header));
    for column in &summary.columns {
        let kind = match column.kind {
            FeatureKind::Number => "number",
            FeatureKind::ZeroOrOne => "0 or 1",
            FeatureKind::Constant => "constant",
        };
        let values = &column.values;
        let values = [values.lowest, values.highest, values.mean, values.deviation].map(loss).map(right);
        table.add_row([Cell::new(printable(&column.name)), Cell::new(kind)].into_iter().chain(values));
    }
    table.to_string()
}
