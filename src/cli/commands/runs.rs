//! `burn-mlp runs`: lists the runs with their status and best metrics.

use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::format::{deviations_note, metric_name, number, percent, shown_path};
use burn_mlp::run_directory::{ListedRun, RunDirectory, RunRecord};
use burn_mlp::text::printable;
use clap::Args;
use comfy_table::Cell;

use crate::cli::common_args::RunsDirArgs;
use crate::cli::terminal::colour::{dim, yellow};
use crate::cli::terminal::json::json;
use crate::cli::terminal::output::print;
use crate::cli::terminal::tables::{members, plain_table, right};

/// Follows a metric of rows that have chosen something.
const SELECTED: &str = " *";

#[derive(Debug, Args)]
pub struct RunsArgs {
    #[command(flatten)]
    pub runs_dir: RunsDirArgs,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &RunsArgs) -> Result<ExitCode> {
    let runs = RunDirectory::list(&args.runs_dir.out)?;
    if args.json {
        print(&json(&runs.iter().map(as_json).collect::<Vec<_>>())?);
    } else if runs.is_empty() {
        print(&format!("there are no runs in {}; burn-mlp train creates one", shown_path(&args.runs_dir.out)));
    } else {
        print(&table(&runs));
        if runs.iter().filter_map(|run| run.record.as_ref().ok()).any(|record| !record.used_for_selection.is_empty()) {
            print(&dim(
                "* used for selection: these rows chose the epoch, the learning rate, the threshold or the members",
            ));
        }
        let targets = |run: &ListedRun| Some(run.record.as_ref().ok()?.data.target_names.len());
        if let Some(note) = deviations_note(runs.iter().filter_map(targets).max().unwrap_or_default()) {
            print(&dim(note));
        }
        show_problems(&runs);
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(listed: &ListedRun) -> serde_json::Value {
    match &listed.record {
        Ok(record) => {
            serde_json::json!({ "name": listed.name, "path": listed.path.display().to_string(), "record": record })
        }
        Err(error) => serde_json::json!({
            "name": listed.name, "path": listed.path.display().to_string(), "problem": error.to_string()
        }),
    }
}

fn table(runs: &[ListedRun]) -> String {
    let mut table = plain_table();
    table.set_header([
        Cell::new("run"),
        Cell::new("status"),
        Cell::new("backend"),
        Cell::new("data"),
        right("epochs"),
        right("best"),
        right("valid accuracy"),
        right("test accuracy"),
        Cell::new("created"),
    ]);
    for listed in runs {
        match &listed.record {
            Ok(record) => table.add_row(row(&listed.name, record)),
            Err(_) => table.add_row([Cell::new(printable(&listed.name)), Cell::new("damaged")]),
        };
    }
    table.to_string()
}

/// Printed below the table, whose columns would grow as wide as a sentence.
fn show_problems(runs: &[ListedRun]) {
    let problems: Vec<_> = runs.iter().filter_map(|listed| listed.record.as_ref().err()).collect();
    if !problems.is_empty() {
        print("");
    }
    for problem in problems {
        print(&yellow(printable(&problem.to_string())));
    }
}

fn row(name: &str, record: &RunRecord) -> Vec<Cell> {
    let named = |metric: &str| metric_name(metric, record.data.target_names.len());
    let judged = |accuracy: Option<f64>, rmse: Option<f64>| {
        accuracy.map(percent).or_else(|| rmse.map(|rmse| format!("{} {}", named("RMSE"), number(rmse))))
    };
    let or_dash = |metric: Option<String>| right(metric.unwrap_or("-".to_string()));
    vec![
        Cell::new(printable(name)),
        Cell::new(record.status),
        Cell::new(printable(&record.backend)),
        Cell::new(printable(&record.data.source)),
        right(match (&record.group, &record.ensemble) {
            (Some(group), _) => format!("{} runs", group.runs.len()),
            (None, Some(ensemble)) => members(ensemble.members.len()),
            (None, None) => record.epochs_done.to_string(),
        }),
        right(record.best_epoch.map_or("-".to_string(), |epoch| epoch.to_string())),
        or_dash(record.best.and_then(|best| {
            let watched = best
                .on_demand()
                .map(|(monitor, value)| format!("{} {}", named(monitor.metric()), monitor.format(value)));
            let metrics: Vec<String> =
                judged(best.valid_accuracy, best.valid_rmse).into_iter().chain(watched).collect();
            let mark = if record.used_for_selection.is_empty() { "" } else { SELECTED };
            (!metrics.is_empty()).then(|| format!("{}{mark}", metrics.join(", ")))
        })),
        or_dash(record.test.and_then(|test| {
            let rows = if record.group.is_some() { " out of fold" } else { "" };
            Some(format!("{}{rows}", judged(test.accuracy, test.rmse)?))
        })),
        Cell::new(record.created),
    ]
}
