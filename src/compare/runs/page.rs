//! The comparison as a page, laid out by `templates/compare/`.

use askama::Template;

use super::agreement::Agreement;
use super::charts::{CurveFigure, curve_figures};
use super::comparison::{ComparedRun, Comparison};
use super::errors_view::ErrorsView;
use super::metrics::MetricRow;
use super::mistakes::MistakesRow;
use super::phrasing::{difference_texts, p_value, settings_sentence, value_texts};
use super::settings::DifferingSetting;
use crate::error::{Error, Result};
use crate::format::{count, epochs, without_directories, without_directory};
use crate::report::chart::SeriesStyle;
use crate::report::sanitize::short_name;
use crate::text::printable;

/// Shown for a run without a value.
pub(super) const NO_VALUE: &str = "–";

/// The whole page.
#[derive(Template)]
#[template(path = "compare/page.html", whitespace = "minimize")]
struct Page {
    title: String,
    runs: Vec<RunView>,
    /// Which run makes fewer mistakes, and whether that is chance.
    verdicts: Vec<(String, String)>,
    same_rows: Vec<String>,
    problems: Vec<String>,
    metrics: Vec<MetricView>,
    curves: Vec<CurveFigure>,
    /// Says that not all runs have a curve.
    curves_note: Option<String>,
    mistakes: Vec<MistakesView>,
    /// Whether the runs predict numbers, so that there are errors instead of mistakes.
    has_errors: bool,
    errors: ErrorsView,
    is_corrected: bool,
    settings: Vec<SettingView>,
    settings_sentence: String,
    environment: Vec<SettingView>,
}

/// A run in the list at the top.
struct RunView {
    letter: String,
    /// The CSS class of its curves; empty for a run without curves.
    class: &'static str,
    name: String,
    status: &'static str,
    done: String,
    description: String,
    /// Empty if it was not measured.
    test_metric: String,
    test_metric_name: &'static str,
}

/// A metric with the value of each run and its difference from the first.
struct MetricView {
    name: String,
    cells: Vec<MetricCell>,
}

struct MetricCell {
    value: Number,
    is_best: bool,
    /// `None` for the first run.
    difference: Option<Number>,
}

/// A number in two parts, so that the decimal points of a column can be aligned.
struct Number {
    whole: String,
    rest: String,
}

/// A row of the table of mistakes.
struct MistakesView {
    run: String,
    mistakes: String,
    pair: Option<PairView>,
}

/// How the mistakes of a run overlap with those of the first run.
struct PairView {
    cells: Vec<String>,
    p_value: String,
    corrected: String,
    /// Describes the bar to assistive technology.
    description: String,
    /// CSS class, name and number of rows of each part of the bar that is not empty.
    parts: Vec<(&'static str, String, u64)>,
}

/// A row of the table of settings.
struct SettingView {
    name: String,
    values: Vec<String>,
}

impl Comparison {
    /// Renders the comparison as one self-contained page.
    ///
    /// # Errors
    /// If the template engine fails.
    pub fn html(&self) -> Result<String> {
        let page = Page::new(self).render();
        page.map_err(|error| Error::data("the comparison", format!("cannot be rendered: {error}")))
    }
}

impl Page {
    fn new(comparison: &Comparison) -> Self {
        let runs = &comparison.runs;
        let all =
            |sentences: &[String]| sentences.iter().map(|sentence| printable(&without_directories(sentence))).collect();
        let accuracies = test_accuracies(&comparison.metrics, runs.len());
        Self {
            title: format!("{} runs compared", count(runs.len())),
            runs: runs.iter().zip(accuracies).enumerate().map(|(index, run)| RunView::new(index, run)).collect(),
            verdicts: verdicts(comparison),
            same_rows: all(&comparison.same_rows),
            problems: all(&comparison.problems),
            metrics: comparison.metrics.iter().map(MetricView::new).collect(),
            curves: curve_figures(runs),
            curves_note: (runs.len() > SeriesStyle::RUNS.len()).then(|| {
                format!("The charts show the first {} of {} runs.", SeriesStyle::RUNS.len(), count(runs.len()))
            }),
            mistakes: mistakes(&comparison.mistakes),
            has_errors: !comparison.errors.is_empty(),
            errors: ErrorsView::new(&comparison.errors),
            is_corrected: is_corrected(&comparison.mistakes),
            settings: comparison.settings.differing.iter().map(SettingView::new).collect(),
            settings_sentence: settings_sentence(&comparison.settings),
            environment: comparison.environment.iter().map(SettingView::new).collect(),
        }
    }
}

/// Returns the sentences on mistakes or on errors, with their meanings.
fn verdicts(comparison: &Comparison) -> Vec<(String, String)> {
    let sentence =
        |sentence: &str, meaning: &Option<String>| (printable(sentence), meaning.clone().unwrap_or_default());
    let of_mistakes =
        comparison.mistakes.iter().filter_map(|row| Some(sentence(row.sentence.as_deref()?, &row.meaning)));
    let of_errors = comparison.errors.iter().flat_map(|row| {
        let tests = row.comparisons.iter().map(|it| sentence(&it.sentence, &it.meaning));
        row.problem.iter().map(|problem| sentence(problem, &None)).chain(tests)
    });
    of_mistakes.chain(of_errors).collect()
}

fn mistakes(rows: &[MistakesRow]) -> Vec<MistakesView> {
    let first = rows.first().map_or("", |row| row.run.as_str());
    rows.iter().enumerate().map(|(index, row)| MistakesView::new(index, row, first)).collect()
}

fn is_corrected(mistakes: &[MistakesRow]) -> bool {
    mistakes.iter().filter_map(|row| row.agreement.as_ref()).any(|agreement| agreement.comparisons > 1)
}

fn test_accuracies(metrics: &[MetricRow], runs: usize) -> Vec<String> {
    let row = metrics.iter().find(|row| ["test accuracy", "test RMSE"].contains(&row.name.as_str()));
    row.map_or(vec![String::new(); runs], |row| value_texts(row).into_iter().map(Option::unwrap_or_default).collect())
}

fn class_of(index: usize) -> &'static str {
    SeriesStyle::RUNS.get(index).map_or("", |style| style.class())
}

impl RunView {
    fn new(index: usize, (run, test_metric): (&ComparedRun, String)) -> Self {
        let record = &run.record;
        let sizes: Vec<String> = record.layer_sizes.iter().map(usize::to_string).collect();
        let source = without_directory(&record.data.source);
        let description = format!("{source}; {}; {} on {}", sizes.join("–"), record.backend, record.device);
        Self {
            letter: run.letter.clone(),
            class: class_of(index),
            name: short_name(&run.name),
            status: record.status.as_str(),
            done: epochs(record.epochs_done),
            description: printable(&description),
            test_metric,
            test_metric_name: if record.data.target_names.is_empty() { "test accuracy" } else { "test RMSE" },
        }
    }
}

impl MetricView {
    fn new(row: &MetricRow) -> Self {
        let (is_best, differences) = (row.is_best(), difference_texts(row));
        let cell = |(index, value): (usize, Option<String>)| MetricCell {
            value: Number::new(value),
            is_best: is_best[index],
            difference: (index > 0).then(|| Number::new(differences[index].clone())),
        };
        Self { name: row.name.clone(), cells: value_texts(row).into_iter().enumerate().map(cell).collect() }
    }
}

impl Number {
    fn new(text: Option<String>) -> Self {
        let text = text.unwrap_or_else(|| NO_VALUE.to_string());
        let is_whole = |c: char| c.is_ascii_digit() || matches!(c, ',' | '+' | '-' | '–');
        let split = text.find(|c| !is_whole(c)).unwrap_or(text.len());
        let (whole, rest) = text.split_at(split);
        // Unlike a hyphen, a minus sign is as wide as a plus sign.
        Self { whole: whole.replace('-', "\u{2212}"), rest: rest.replace(' ', "\u{a0}") }
    }
}

impl MistakesView {
    fn new(index: usize, row: &MistakesRow, first_letter: &str) -> Self {
        Self {
            run: row.run.clone(),
            mistakes: row.mistakes.map_or(NO_VALUE.to_string(), count),
            pair: row.agreement.as_ref().map(|agreement| PairView::new(index, row, agreement, first_letter)),
        }
    }
}

impl PairView {
    fn new(index: usize, row: &MistakesRow, agreement: &Agreement, first_letter: &str) -> Self {
        let test = &agreement.test;
        let (own, first, both) = (test.only_first_right, test.only_second_right, agreement.both_wrong as u64);
        let counts = [own, first, both, agreement.both_right as u64].map(|rows| count(rows as usize));
        let statistic = test.statistic.map(|statistic| format!(" {statistic:.2}")).unwrap_or_default();
        let parts = [
            (class_of(0), format!("only {first_letter}"), first),
            ("both", "both".to_string(), both),
            (class_of(index), format!("only {}", row.run), own),
        ];
        Self {
            cells: counts.into_iter().chain([format!("{}{statistic}", test.method.name())]).collect(),
            p_value: p_value(test.p_value),
            corrected: p_value(agreement.corrected_p_value),
            description: format!("{first} mistakes of {first_letter} only, {both} of both, {own} of {} only", row.run),
            parts: parts.into_iter().filter(|part| part.2 > 0).collect(),
        }
    }
}

impl SettingView {
    fn new(row: &DifferingSetting) -> Self {
        let text =
            |value: Option<String>| value.map_or(NO_VALUE.to_string(), |value| printable(&without_directory(&value)));
        Self { name: row.name.clone(), values: row.texts().into_iter().map(text).collect() }
    }
}
