//! `burn-mlp data`: shows what a data source contains.

mod tables;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use burn_mlp::config::{Layers, RunConfig};
use burn_mlp::data::{self, Augmentation, ColumnProfile, ContactSheet, Dataset};
use burn_mlp::format::shown_path;
use burn_mlp::run_directory::write_atomic;
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};
use clap::Args;

use crate::cli::process::signals;
use crate::cli::setting_args::SettingArgs;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::json::json;
use crate::cli::terminal::load_bar::LoadBar;

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
    let (data, columns) = load(&config, console)?;
    let summary = data.summary(columns);
    match args.json {
        true => console.result(json(&summary)?),
        false => tables::show(&data, &summary, console),
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

fn load(config: &RunConfig, console: &mut Console) -> Result<(Dataset, Vec<ColumnProfile>)> {
    let (stop, mut load_bar) = (StopSignal::new(), LoadBar::default());
    signals::stop_on_interrupt_saying(&stop, "stopping");
    let loaded = data::load_with_profile(config, &mut |progress| {
        load_bar.show(console, &progress);
        if stop.is_requested() {
            progress.stop();
        }
    })?;
    console.end_bar();
    Ok(loaded)
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
