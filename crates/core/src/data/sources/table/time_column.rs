//! Reads a column of times: numbers, or dates with or without a time of day.

use super::dates::{DateProblem, dates};
use super::refusal::{Cure, Obstacle};
use burn_mlp_infer::csv::Column;
use burn_mlp_infer::table::DateOrder;
use burn_mlp_infer::text::quoted;

/// How to say whether dates begin with the day or with the month.
pub(super) const WAY_OUT: &str = "say which with --set csv.date_order=day-first or --set csv.date_order=month-first";

/// Returns each row's time, in any unit; only their order counts. `place` names the place of a row.
///
/// # Errors
/// With the line if a text is not a date, some dates have an offset from UTC and
/// others do not, or days cannot be distinguished from months.
pub(super) fn times(
    column: &Column,
    name: &str,
    order: DateOrder,
    place: &dyn Fn(usize) -> String,
) -> Result<Vec<f64>, Obstacle> {
    let texts = match column {
        Column::Numbers(numbers) => return Ok(numbers.clone()),
        Column::Texts(texts) => texts,
        Column::LeftOut => return Err("has no column of times".to_string().into()),
    };
    let at = |value: usize| {
        let place = texts.row_of(value).map(place).unwrap_or_default();
        format!("{place}, column {}: {}", quoted(name), quoted(&texts.values[value]))
    };
    let problem = match dates(texts, order) {
        Ok(dates) => return Ok(texts.rows.iter().map(|&row| dates.seconds[row as usize]).collect()),
        Err(problem) => problem,
    };
    Err(match problem {
        DateProblem::Ambiguous(value) => {
            let problem = "may begin with the day or with the month, as all dates of the column";
            Obstacle::new(format!("{} {problem}; {WAY_OUT}", at(value)), Cure::DateOrder)
        }
        DateProblem::NotADate(value) => {
            let needed = "split.time needs a column of numbers or of dates such as 2024-01-31 or 2024-01-31T18:30:00";
            format!("{} is not a time; {needed}", at(value)).into()
        }
        DateProblem::Mixed(without, with) => {
            let other = quoted(&texts.values[with]);
            format!("{} has no offset from UTC, but {other} has one; write all times the same way", at(without)).into()
        }
    })
}

#[cfg(test)]
#[path = "time_column_tests.rs"]
mod tests;
