//! The page: what the comparison says, laid out by `templates/compare/`.

use askama::Template;

use super::charts::{self, Overlay};
use super::figures::FigureRow;
use super::mistakes::MistakesRow;
use super::settings::DifferingSetting;
use super::words::{difference_texts, p_value, settings_sentence, value_texts};
use super::{ComparedRun, Comparison};
use crate::format::{count, epochs};
use crate::report::ink::Ink;
use crate::report::text::{clean, clean_sentence};
use crate::{Error, Result};

/// Stands where a run has no value.
const NOTHING: &str = "–";

/// The whole page.
#[derive(Template)]
#[template(path = "compare/page.html", whitespace = "minimize")]
struct Page {
    title: String,
    runs: Vec<RunView>,
    /// Who makes fewer mistakes, and whether that is chance.
    verdicts: Vec<(String, String)>,
    same_rows: Vec<String>,
    problems: Vec<String>,
    figures: Vec<FigureView>,
    overlays: Vec<Overlay>,
    /// Said where not all runs have a line.
    overlays_note: Option<String>,
    mistakes: Vec<MistakesView>,
    is_corrected: bool,
    settings: Vec<SettingView>,
    settings_sentence: String,
    environment: Vec<SettingView>,
}

/// A run's line of the legend.
struct RunView {
    letter: String,
    /// Of the style sheet; nothing for a run without a line.
    ink: &'static str,
    name: String,
    status: &'static str,
    done: String,
    what: String,
    /// Empty where it was not measured.
    test_accuracy: String,
}

/// A figure with the runs' values and the differences from the first.
struct FigureView {
    name: String,
    cells: Vec<FigureCell>,
}

struct FigureCell {
    value: Number,
    is_best: bool,
    /// Nothing for the first run.
    difference: Option<Number>,
}

/// A number in two parts, so that decimal points stand below each other.
struct Number {
    whole: String,
    rest: String,
}

struct MistakesView {
    run: String,
    ink: &'static str,
    mistakes: String,
    pair: Option<PairView>,
}

/// How a run's mistakes overlap with the first run's.
struct PairView {
    cells: Vec<String>,
    p_value: String,
    corrected: String,
    /// Told to who cannot see the bar.
    described: String,
    /// Class, name and number of each part of the bar that is not empty.
    parts: Vec<(&'static str, String, u64)>,
}

struct SettingView {
    name: String,
    values: Vec<String>,
}

pub(super) fn html(comparison: &Comparison) -> Result<String> {
    let page = Page::new(comparison)?;
    page.render().map_err(|error| Error::data("the comparison", format!("cannot be made a page: {error}")))
}

impl Page {
    fn new(comparison: &Comparison) -> Result<Self> {
        let runs = &comparison.runs;
        let cleaned = |sentences: &[String]| sentences.iter().map(|text| clean_sentence(text)).collect();
        let verdicts = comparison.mistakes.iter().filter_map(|row| {
            Some((clean_sentence(row.sentence.as_deref()?), row.meaning.clone().unwrap_or_default()))
        });
        let accuracies = test_accuracies(&comparison.figures, runs.len());
        Ok(Self {
            title: format!("{} runs compared", count(runs.len())),
            runs: runs.iter().zip(accuracies).enumerate().map(|(index, run)| RunView::new(index, run)).collect(),
            verdicts: verdicts.collect(),
            same_rows: cleaned(&comparison.same_rows),
            problems: cleaned(&comparison.problems),
            figures: comparison.figures.iter().map(FigureView::new).collect(),
            overlays: charts::overlays(runs)?,
            overlays_note: (runs.len() > Ink::RUNS.len())
                .then(|| format!("The charts show the first {} of {} runs.", Ink::RUNS.len(), count(runs.len()))),
            mistakes: mistakes(&comparison.mistakes),
            is_corrected: is_corrected(&comparison.mistakes),
            settings: comparison.settings.differing.iter().map(SettingView::new).collect(),
            settings_sentence: settings_sentence(&comparison.settings),
            environment: comparison.environment.iter().map(SettingView::new).collect(),
        })
    }
}

fn mistakes(rows: &[MistakesRow]) -> Vec<MistakesView> {
    let first = rows.first().map_or("", |row| row.run.as_str());
    rows.iter().enumerate().map(|(index, row)| MistakesView::new(index, row, first)).collect()
}

fn is_corrected(mistakes: &[MistakesRow]) -> bool {
    mistakes.iter().filter_map(|row| row.agreement.as_ref()).any(|agreement| agreement.comparisons > 1)
}

fn test_accuracies(figures: &[FigureRow], runs: usize) -> Vec<String> {
    let row = figures.iter().find(|row| row.name == "test accuracy");
    row.map_or(vec![String::new(); runs], |row| value_texts(row).into_iter().map(Option::unwrap_or_default).collect())
}

fn ink_of(index: usize) -> &'static str {
    Ink::RUNS.get(index).map_or("", |ink| ink.name())
}

impl RunView {
    fn new(index: usize, (run, test_accuracy): (&ComparedRun, String)) -> Self {
        let record = &run.record;
        let sizes: Vec<String> = record.layer_sizes.iter().map(usize::to_string).collect();
        let what = format!("{}; {}; {} on {}", record.data.source, sizes.join("–"), record.backend, record.device);
        Self {
            letter: run.letter.clone(),
            ink: ink_of(index),
            name: clean(&run.name),
            status: record.status.as_str(),
            done: epochs(record.epochs_done),
            what: clean_sentence(&what),
            test_accuracy,
        }
    }
}

impl FigureView {
    fn new(row: &FigureRow) -> Self {
        let (is_best, differences) = (row.is_best(), difference_texts(row));
        let cell = |(index, value): (usize, Option<String>)| FigureCell {
            value: Number::new(value),
            is_best: is_best[index],
            difference: (index > 0).then(|| Number::new(differences[index].clone())),
        };
        Self { name: row.name.clone(), cells: value_texts(row).into_iter().enumerate().map(cell).collect() }
    }
}

impl Number {
    fn new(text: Option<String>) -> Self {
        let text = text.unwrap_or_else(|| NOTHING.to_string());
        let is_whole = |c: char| c.is_ascii_digit() || matches!(c, ',' | '+' | '-' | '–');
        let split = text.find(|c| !is_whole(c)).unwrap_or(text.len());
        let (whole, rest) = text.split_at(split);
        // A true minus is as wide as a plus.
        Self { whole: whole.replace('-', "\u{2212}"), rest: rest.replace(' ', "\u{a0}") }
    }
}

impl MistakesView {
    fn new(index: usize, row: &MistakesRow, first_letter: &str) -> Self {
        Self {
            run: row.run.clone(),
            ink: ink_of(index),
            mistakes: row.mistakes.map_or(NOTHING.to_string(), count),
            pair: row.agreement.as_ref().map(|agreement| {
                let test = &agreement.test;
                let (own, first, both) = (test.only_first_right, test.only_second_right, agreement.both_wrong as u64);
                let counts = [own, first, both, agreement.both_right as u64];
                let statistic = test.statistic.map(|statistic| format!(" {statistic:.2}")).unwrap_or_default();
                let cells = counts.map(|rows| count(rows as usize)).into_iter();
                let parts = [
                    ("first", format!("only {first_letter}"), first),
                    ("both", "both".to_string(), both),
                    ("own", format!("only {}", row.run), own),
                ];
                PairView {
                    cells: cells.chain([format!("{}{statistic}", test.method.name())]).collect(),
                    p_value: p_value(test.p_value),
                    corrected: p_value(agreement.corrected_p_value),
                    described: format!(
                        "{first} mistakes of the first run only, {both} of both, {own} of {} only",
                        row.run
                    ),
                    parts: parts.into_iter().filter(|part| part.2 > 0).collect(),
                }
            }),
        }
    }
}

impl SettingView {
    fn new(row: &DifferingSetting) -> Self {
        let text = |value: Option<String>| value.map_or(NOTHING.to_string(), |value| clean_sentence(&value));
        Self { name: row.name.clone(), values: row.texts().into_iter().map(text).collect() }
    }
}
