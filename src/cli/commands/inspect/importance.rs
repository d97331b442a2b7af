//! The importance of a table's columns.

use burn_mlp::Result;
use burn_mlp::data::LoadProgress;
use burn_mlp::evaluation::{ColumnImportance, Importance, joined};
use burn_mlp::format::{count, number, shown_path};
use burn_mlp::pipeline::{self, Split};
use burn_mlp::run_directory::RunDirectory;
use burn_mlp::text::printable;
use clap::ValueEnum;
use comfy_table::Cell;

use super::InspectArgs;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::json::json;
use crate::cli::terminal::load_bar::LoadBar;
use crate::cli::terminal::quiet_drivers;
use crate::cli::terminal::tables::{plain_table, right};

/// Rows that were not trained on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HeldOut {
    Test,
    Valid,
}

impl From<HeldOut> for Split {
    fn from(split: HeldOut) -> Self {
        match split {
            HeldOut::Test => Self::Test,
            HeldOut::Valid => Self::Valid,
        }
    }
}

/// Maximum number of columns that are shown; JSON has all.
const MAX_COLUMNS: usize = 30;

pub fn run(run: &RunDirectory, args: &InspectArgs, console: &mut Console) -> Result<()> {
    let split = args.split.unwrap_or(HeldOut::Test).into();
    let backend = pipeline::configuration(run)?.backend.parse()?;
    quiet_drivers::open_backend(backend, console.verbose())?;
    let mut load_bar = LoadBar::default();
    let mut progress = |at: LoadProgress| load_bar.show(console, &at);
    let importance = pipeline::importance(run, args.data.as_deref(), backend, split, &mut progress)?;
    console.end_bar();
    if args.json {
        console.result(json(&importance)?);
        return Ok(());
    }
    let Importance { split, rows, repeats, metric, base, columns, groups, .. } = &importance;
    let metric = if metric == "rmse" { "RMSE" } else { "loss" };
    console.result(format!(
        "{metric} {} on {} {split} rows; growth when a column is shuffled",
        number(*base),
        count(*rows)
    ));
    console.result(table("column", &columns[..columns.len().min(MAX_COLUMNS)]));
    if columns.len() > MAX_COLUMNS {
        console
            .line(format!("{} columns of less importance are left out; --json has all", columns.len() - MAX_COLUMNS));
    }
    if !groups.is_empty() {
        console.result("strongly associated columns, shuffled together");
        console.result(table("columns", groups));
    }
    let saved = shown_path(run.path());
    console.line(format!("mean and standard deviation over {repeats} shuffles; saved in {saved}"));
    Ok(())
}

fn table(heading: &str, columns: &[ColumnImportance]) -> String {
    let mut table = plain_table();
    table.set_header([Cell::new(heading), right("growth"), right("deviation")]);
    for ColumnImportance { columns, mean, deviation } in columns {
        table.add_row([Cell::new(printable(&joined(columns))), right(number(*mean)), right(number(*deviation))]);
    }
    table.to_string()
}
