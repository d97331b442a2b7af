//! Finds columns of booleans, dates and times of day among the texts, and reads them as numbers.

use super::dates::{DateProblem, dates, used_values};
use super::refusal::{Cure, Obstacle};
use super::time_column::WAY_OUT;
use crate::config::DateOrder;
use burn_mlp_infer::csv::{Column, Columns, Texts};
use burn_mlp_infer::table::{Meaning, Notation};
use burn_mlp_infer::text::quoted;

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// What is not obvious, each a sentence.
    pub notes: Vec<String>,
    /// What must be decided first, each with the place.
    pub obstacles: Vec<Obstacle>,
}

/// Reads those of the `columns`, indices in `names`, whose values are all booleans, dates or times of day, as numbers,
/// which `notation` then knows.
pub(super) fn read_meanings(
    names: &[String],
    columns: &[usize],
    read: &mut Columns,
    notation: &mut Notation,
    order: DateOrder,
) -> Found {
    let mut found = Found::default();
    for &column in columns {
        let Column::Texts(texts) = &read.columns[column] else { continue };
        let name = &names[column];
        let place = |value: usize| texts.row_of(value).map(|row| read.lines.place(row)).unwrap_or_default();
        let meaning = match of_texts(texts, order) {
            Ok(meaning) => meaning,
            Err(DateProblem::NotADate(_)) => continue,
            Err(DateProblem::Ambiguous(value)) => {
                let (place, name, text) = (place(value), quoted(name), quoted(&texts.values[value]));
                let problem = format!(
                    "{place}, column {name}: {text} may begin with the day or with the month, as all dates of the column; \
                     {WAY_OUT}, or leave the column out with csv.ignore"
                );
                found.obstacles.push(Obstacle::new(problem, Cure::DateOrder));
                continue;
            }
            Err(DateProblem::Mixed(without, with)) => {
                let [without, with] = [without, with].map(|value| quoted(&texts.values[value]));
                found.notes.push(format!(
                    "column {name} is text: {with} has an offset from UTC, and {without} has none; write all the same way to \
                     have them read as dates"
                ));
                continue;
            }
        };
        if order == DateOrder::Auto {
            found.notes.extend(order_note(name, &meaning, texts));
        }
        let numbers: Vec<f64> = texts.values.iter().map(|text| meaning.number(text).unwrap_or(f64::NAN)).collect();
        let number = |&row: &u32| numbers.get(row as usize).copied().unwrap_or(f64::NAN);
        read.columns[column] = Column::Numbers(texts.rows.iter().map(number).collect());
        notation.meanings.insert(name.clone(), meaning);
    }
    found
}

/// What the texts of a column mean.
fn of_texts(texts: &Texts, order: DateOrder) -> Result<Meaning, DateProblem> {
    let used = used_values(texts);
    let words = used.iter().map(|&value| texts.values[value].as_str());
    if used.is_empty() {
        return Err(DateProblem::NotADate(0));
    }
    match Meaning::boolean(words.clone()) {
        Some(meaning) => Ok(meaning),
        None if words.clone().all(|text| Meaning::Time.number(text).is_some()) => Ok(Meaning::Time),
        None => dates(texts, order).map(|dates| Meaning::Date(dates.order)),
    }
}

/// Says in which order dates are read, where it matters.
fn order_note(name: &str, meaning: &Meaning, texts: &Texts) -> Option<String> {
    let Meaning::Date(order @ (DateOrder::DayFirst | DateOrder::MonthFirst)) = meaning else { return None };
    let first = if *order == DateOrder::DayFirst { "day" } else { "month" };
    let example = used_values(texts).first().map(|&value| quoted(&texts.values[value]))?;
    Some(format!("column {name} has dates such as {example}, which are read with the {first} first"))
}
