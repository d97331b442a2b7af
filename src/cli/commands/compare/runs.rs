//! `burn-mlp compare RUN RUN...`: differing settings, metrics, curves and mistakes.

use std::process::ExitCode;

use ::console::Term;
use burn_mlp::compare::groups::{GroupComparison, are_groups};
use burn_mlp::compare::runs::{
    ComparedRun, Comparison, DifferingSetting, MetricRow, MistakesRow, difference_texts, p_value, settings_sentence,
    value_texts,
};
use burn_mlp::format::{count, epochs, shown_path};
use burn_mlp::run_directory::{RunDirectory, write_atomic};
use burn_mlp::text::printable;
use burn_mlp::{Error, Result};
use comfy_table::Cell;

use super::args::CompareArgs;
use super::{curves, errors, groups};
use crate::cli::terminal::colour::{bold, yellow};
use crate::cli::terminal::console::Console;
use crate::cli::terminal::json::json;
use crate::cli::terminal::tables::{plain_table, right};

/// Width assumed if the terminal does not report one, in columns.
const DEFAULT_WIDTH: usize = 100;

/// Width of the metrics' names with the first run's values, and of every other run's values with
/// their differences.
const FIRST_RUN_WIDTH: usize = 38;
const OTHER_RUN_WIDTH: usize = 30;

const BETWEEN_COLUMNS: usize = 2;

/// Maximum number of characters shown of a setting's value.
const MAX_VALUE: usize = 28;

pub fn run(args: &CompareArgs, console: &mut Console) -> Result<ExitCode> {
    let runs = args.runs.iter().map(|run| RunDirectory::find(run, &args.runs_dir.out)).collect::<Result<Vec<_>>>()?;
    if are_groups(&runs)? {
        if args.html.is_some() {
            return Err(Error::config(
                "--html",
                "is for single runs; a comparison of groups is printed, or JSON with --json",
            ));
        }
        let comparison = GroupComparison::new(&runs)?;
        match args.json {
            true => console.result(json(&comparison)?),
            false => groups::show(&comparison, console),
        }
        return Ok(ExitCode::SUCCESS);
    }
    let comparison = Comparison::new(&runs)?;
    if let Some(file) = &args.html {
        write_atomic(file, comparison.html()?.as_bytes())?;
    }
    if args.json {
        console.result(json(&comparison)?);
        return Ok(ExitCode::SUCCESS);
    }
    show(&comparison, console);
    if let Some(file) = &args.html {
        console.line(format!("\nsaved in {}", shown_path(file)));
    }
    Ok(ExitCode::SUCCESS)
}

fn show(comparison: &Comparison, console: &mut Console) {
    console.result(runs_table(&comparison.runs));
    for problem in &comparison.problems {
        console.result(yellow(printable(problem)));
    }
    show_settings(comparison, console);
    show_metrics(comparison, console);
    for text in curves::texts(&comparison.runs) {
        console.result(text);
    }
    match comparison.errors.is_empty() {
        true => show_mistakes(&comparison.mistakes, console),
        false => errors::show(&comparison.errors, console),
    }
}

fn runs_table(runs: &[ComparedRun]) -> String {
    let mut table = plain_table();
    for run in runs {
        let record = &run.record;
        table.add_row([
            Cell::new(&run.letter),
            Cell::new(printable(&run.name)),
            Cell::new(match record.ensemble {
                Some(_) => record.status.to_string(),
                None => format!("{} after {}", record.status, epochs(record.epochs_done)),
            }),
            Cell::new(printable(&record.data.source)),
            Cell::new(record.network()),
            Cell::new(printable(&record.backend)),
        ]);
    }
    table.to_string()
}

fn show_settings(comparison: &Comparison, console: &mut Console) {
    let letters: Vec<&str> = comparison.runs.iter().map(|run| run.letter.as_str()).collect();
    console.result(format!("\n{}", bold("settings")));
    show_differing("setting", &letters, &comparison.settings.differing, console);
    console.result(settings_sentence(&comparison.settings));
    if !comparison.environment.is_empty() {
        console.result("");
        show_differing("environment", &letters, &comparison.environment, console);
    }
}

pub(super) fn show_differing(heading: &str, letters: &[&str], rows: &[DifferingSetting], console: &mut Console) {
    if rows.is_empty() {
        return;
    }
    let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    let texts: Vec<Vec<Option<String>>> = rows.iter().map(DifferingSetting::texts).collect();
    let value = |run: usize| move |texts: &Vec<Option<String>>| texts[run].as_deref().map_or("-".into(), shortened);
    let columns: Vec<Vec<String>> = (0..letters.len()).map(|run| texts.iter().map(value(run)).collect()).collect();
    for (index, shown) in grouped(widest(&names), &columns).into_iter().enumerate() {
        let mut table = plain_table();
        table.set_header([heading].into_iter().chain(shown.iter().map(|&run| letters[run])));
        for (row, name) in names.iter().enumerate() {
            table.add_row([name].into_iter().chain(shown.iter().map(|&run| &columns[run][row])));
        }
        console.result(format!("{}{table}", if index > 0 { "\n" } else { "" }));
    }
}

/// Groups columns into tables that fit the terminal, beside names of `names` characters.
fn grouped(names: usize, columns: &[Vec<String>]) -> Vec<Vec<usize>> {
    let (mut tables, mut used): (Vec<Vec<usize>>, usize) = (Vec::new(), 0);
    for (index, column) in columns.iter().enumerate() {
        let width = widest(column) + BETWEEN_COLUMNS;
        match tables.last_mut() {
            Some(table) if used + width <= terminal_width() => table.push(index),
            _ => {
                tables.push(vec![index]);
                used = names + BETWEEN_COLUMNS;
            }
        }
        used += width;
    }
    tables
}

fn widest(texts: &[String]) -> usize {
    texts.iter().map(|text| text.chars().count()).max().unwrap_or(0)
}

/// Cuts the middle out of a long text: paths and devices differ at their ends.
fn shortened(text: &str) -> String {
    let characters: Vec<char> = printable(text).chars().collect();
    if characters.len() <= MAX_VALUE {
        return characters.into_iter().collect();
    }
    let (start, end) = (MAX_VALUE / 2 - 1, characters.len() - MAX_VALUE / 2);
    characters[..start].iter().chain(&['…']).chain(&characters[end..]).collect()
}

fn terminal_width() -> usize {
    Term::stdout().size_checked().map_or(DEFAULT_WIDTH, |(_, columns)| usize::from(columns))
}

/// Number of runs that fit beside the first in one table.
fn others_per_table() -> usize {
    (terminal_width().saturating_sub(FIRST_RUN_WIDTH) / OTHER_RUN_WIDTH).max(1)
}

fn show_metrics(comparison: &Comparison, console: &mut Console) {
    console.result(format!("\n{}", bold("metrics")));
    let others: Vec<usize> = (1..comparison.runs.len()).collect();
    for (index, shown) in others.chunks(others_per_table()).enumerate() {
        let between = if index > 0 { "\n" } else { "" };
        console.result(format!("{between}{}", metrics_table(comparison, shown)));
    }
    for sentence in comparison.same_rows.iter().chain(&comparison.used_for_selection) {
        console.result(printable(sentence));
    }
}

/// The values of the first run, then those of each shown run with their differences.
fn metrics_table(comparison: &Comparison, shown: &[usize]) -> String {
    let letter = |run: usize| comparison.runs[run].letter.as_str();
    let mut columns = vec![value_column(letter(0), &comparison.metrics, 0)];
    for &run in shown {
        columns.push(value_column(letter(run), &comparison.metrics, run));
        let heading = format!("{} - {}", letter(run), letter(0));
        let texts = comparison.metrics.iter().map(|row| difference_texts(row)[run].clone());
        columns.push(column(heading, texts));
    }
    let mut table = plain_table();
    table.set_header([Cell::new("metric")].into_iter().chain(columns.iter().map(|(heading, _)| right(heading))));
    for (index, row) in comparison.metrics.iter().enumerate() {
        let cells = columns.iter().map(|(_, cells)| cells[index].clone());
        table.add_row([Cell::new(&row.name)].into_iter().chain(cells));
    }
    table.to_string()
}

type Column = (String, Vec<Cell>);

fn value_column(letter: &str, metrics: &[MetricRow], run: usize) -> Column {
    let texts = metrics.iter().map(|row| value_texts(row)[run].clone());
    column(letter.to_string(), texts)
}

/// Pads the values so that their decimal points are aligned.
fn column(heading: String, texts: impl Iterator<Item = Option<String>>) -> Column {
    let texts: Vec<String> = texts.map(|text| text.unwrap_or_else(|| "-".to_string())).collect();
    let is_whole = |c: char| c.is_ascii_digit() || matches!(c, ',' | '+' | '-');
    let rest = |text: &str| text.trim_start_matches(is_whole).chars().count();
    let longest = texts.iter().map(|text| rest(text)).max().unwrap_or(0);
    let cell = |text: &String| right(format!("{text}{}", " ".repeat(longest - rest(text))));
    (heading, texts.iter().map(cell).collect())
}

fn show_mistakes(rows: &[MistakesRow], console: &mut Console) {
    console.result(format!("\n{}", bold("mistakes on the test set")));
    if rows.iter().any(|row| row.mistakes.is_some()) {
        console.result(mistakes_table(rows));
    }
    for row in rows {
        if let Some(sentence) = &row.sentence {
            let sentence = printable(sentence);
            console.result(if row.agreement.is_some() { sentence } else { yellow(sentence) });
        }
        if let Some(meaning) = &row.meaning {
            console.result(meaning);
        }
    }
}

fn mistakes_table(rows: &[MistakesRow]) -> String {
    let is_corrected = rows.iter().filter_map(|row| row.agreement.as_ref()).any(|pair| pair.comparisons > 1);
    let first = rows.first().map_or("", |row| row.run.as_str());
    let mut table = plain_table();
    let numbers = ["mistakes", "only its own", &format!("only {first}'s"), "both wrong"].map(right);
    let mut header: Vec<Cell> = [Cell::new("run")].into_iter().chain(numbers).collect();
    header.extend([Cell::new("McNemar's test"), right("p")]);
    header.extend(is_corrected.then(|| right("p, Holm")));
    table.set_header(header);
    for row in rows {
        let mistakes = row.mistakes.map_or("-".to_string(), count);
        let mut cells = vec![Cell::new(&row.run), right(mistakes)];
        if let Some(pair) = &row.agreement {
            let test = &pair.test;
            let counts = [test.only_first_right, test.only_second_right, pair.both_wrong as u64];
            cells.extend(counts.map(|rows| right(count(rows as usize))));
            let statistic = test.statistic.map(|statistic| format!(" {statistic:.2}")).unwrap_or_default();
            cells.extend([Cell::new(format!("{}{statistic}", test.method.name())), right(p_value(test.p_value))]);
            cells.extend(is_corrected.then(|| right(p_value(pair.corrected_p_value))));
        }
        table.add_row(cells);
    }
    table.to_string()
}
