//! The importance of a table's columns.

use burn_mlp::Result;
use burn_mlp::data::LoadProgress;
use burn_mlp::evaluation::{ColumnImportance, Importance};
use burn_mlp::format::{count, number, shown_path};
use burn_mlp::pipeline::{self, Split};
use burn_mlp::run_directory::RunDirectory;
use burn_mlp::text::printable;
use clap::ValueEnum;
use comfy_table::Cell;

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

pub fn run(run: &RunDirectory, split: HeldOut, as_json: bool, console: &mut Console) -> Result<()> {
    let backend = pipeline::configuration(run)?.backend.parse()?;
    quiet_drivers::open_backend(backend, console.verbose())?;
    let mut load_bar = LoadBar::default();
    let mut progress = |at: LoadProgress| load_bar.show(console, &at);
    let importance = pipeline::importance(run, backend, split.into(), &mut progress)?;
    console.end_bar();
    if as_json {
        console.result(json(&importance)?);
        return Ok(());
    }
    let Importance { split, rows, repeats, metric, base, columns, groups, .. } = &importance;
    let metric = if metric == "rmse" { "RMSE" } else { "loss" };
    console.result(format!(
        "{metric} {} of {} {split} rows; it grows if a column is shuffled",
        number(*base),
        count(*rows)
    ));
    console.result(table("column", columns));
    if !groups.is_empty() {
        console.result("columns that say nearly the same, shuffled together");
        console.result(table("columns", groups));
    }
    console.line(format!("mean and deviation of {repeats} times; saved in {}", shown_path(run.path())));
    Ok(())
}

fn table(heading: &str, columns: &[ColumnImportance]) -> String {
    let mut table = plain_table();
    table.set_header([Cell::new(heading), right("growth"), right("deviation")]);
    for ColumnImportance { columns, mean, deviation } in columns {
        let names: Vec<String> = columns.iter().map(|name| printable(name)).collect();
        table.add_row([Cell::new(names.join(", ")), right(number(*mean)), right(number(*deviation))]);
    }
    table.to_string()
}
