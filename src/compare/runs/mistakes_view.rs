//! The table of mistakes on the page.

use super::agreement::Agreement;
use super::mistakes::MistakesRow;
use super::phrasing::{NO_VALUE, p_value};
use crate::format::count;
use crate::report::chart::SeriesStyle;

/// A row of the table of mistakes.
pub(super) struct MistakesView {
    pub run: String,
    pub mistakes: String,
    pub pair: Option<PairView>,
}

/// How the mistakes of a run overlap with those of the first run.
pub(super) struct PairView {
    pub cells: Vec<String>,
    pub p_value: String,
    pub corrected: String,
    /// Describes the bar to assistive technology.
    pub description: String,
    /// CSS class, name and number of rows of each part of the bar that is not empty.
    pub parts: Vec<(&'static str, String, u64)>,
}

impl MistakesView {
    pub fn of_rows(rows: &[MistakesRow]) -> Vec<Self> {
        let first = rows.first().map_or("", |row| row.run.as_str());
        rows.iter().enumerate().map(|(index, row)| Self::new(index, row, first)).collect()
    }

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

/// The CSS class of a run; empty for one without curves.
pub(super) fn class_of(index: usize) -> &'static str {
    SeriesStyle::RUNS.get(index).map_or("", |style| style.class())
}
