//! The comparison as a page, laid out by `templates/compare/`.

use askama::Template;

use super::charts::{CurveFigure, curve_figures};
use super::comparison::{ComparedRun, Comparison};
use super::errors_view::ErrorsView;
use super::metrics::MetricRow;
use super::mistakes::MistakesRow;
use super::mistakes_view::{MistakesView, class_of};
use super::phrasing::{NO_VALUE, difference_texts, settings_sentence, value_texts};
use super::settings::DifferingSetting;
use crate::error::{Error, Result};
use crate::format::{count, epochs, without_directories, without_directory};
use crate::report::chart::SeriesStyle;
use crate::report::sanitize::short_name;
use crate::text::printable;

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
        let all = |sentences: &[String]| -> Vec<String> {
            sentences.iter().map(|sentence| printable(&without_directories(sentence))).collect()
        };
        let accuracies = test_accuracies(&comparison.metrics, runs.len());
        Self {
            title: format!("{} runs compared", count(runs.len())),
            runs: runs.iter().zip(accuracies).enumerate().map(|(index, run)| RunView::new(index, run)).collect(),
            verdicts: verdicts(comparison),
            same_rows: [all(&comparison.same_rows), all(&comparison.used_for_selection)].concat(),
            problems: all(&comparison.problems),
            metrics: comparison.metrics.iter().map(MetricView::new).collect(),
            curves: curve_figures(runs),
            curves_note: (runs.len() > SeriesStyle::RUNS.len()).then(|| {
                format!("The charts show the first {} of {} runs.", SeriesStyle::RUNS.len(), count(runs.len()))
            }),
            mistakes: MistakesView::of_rows(&comparison.mistakes),
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

fn is_corrected(mistakes: &[MistakesRow]) -> bool {
    mistakes.iter().filter_map(|row| row.agreement.as_ref()).any(|agreement| agreement.comparisons > 1)
}

fn test_accuracies(metrics: &[MetricRow], runs: usize) -> Vec<String> {
    let row = metrics.iter().find(|row| ["test accuracy", "test RMSE"].contains(&row.name.as_str()));
    row.map_or(vec![String::new(); runs], |row| value_texts(row).into_iter().map(Option::unwrap_or_default).collect())
}

impl RunView {
    fn new(index: usize, (run, test_metric): (&ComparedRun, String)) -> Self {
        let record = &run.record;
        let source = without_directory(&record.data.source);
        let description =
            format!("{source}; {}; {} on {}", record.network().replace('-', "–"), record.backend, record.device);
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

impl SettingView {
    fn new(row: &DifferingSetting) -> Self {
        let text =
            |value: Option<String>| value.map_or(NO_VALUE.to_string(), |value| printable(&without_directory(&value)));
        Self { name: row.name.clone(), values: row.texts().into_iter().map(text).collect() }
    }
}
