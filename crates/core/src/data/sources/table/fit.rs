//! Fits a schema on the rows trained on: scales, categories, imputed values.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::number_fit::{FAR, FittedNumbers, fit_numbers};
use crate::config::{CsvConfig, MissingValues};
use burn_mlp_infer::csv::{Column, Texts};
use burn_mlp_infer::table::{Categories, ColumnKind, Meaning, TableColumn, decimal};
use burn_mlp_infer::text::quoted;

/// Maximum share of different texts among those of the training rows; with more, the column is left out.
const MAX_DIFFERENT: f64 = 0.9;

/// Rows in which a text must occur to have a learned vector of its own. A vector for all others is then learned, too,
/// and stands for texts that the training rows do not have.
const MIN_ROWS: usize = 2;

/// The encoding of a table's columns.
#[derive(Debug)]
pub(super) struct Fitted {
    pub columns: Vec<TableColumn>,
    /// The place of each among the given columns.
    pub places: Vec<usize>,
    /// Why others are left out, and which texts have no feature of their own, each a sentence.
    pub notes: Vec<String>,
}

/// The encoding of a column.
struct FittedColumn {
    kind: ColumnKind,
    note: Option<String>,
    /// Whether numbers far from the others decided the scaling.
    is_far: bool,
}

/// Fits the encoding of `columns`, with their names and `meanings`, on `training_rows` alone, and leaves out those from
/// which nothing can be learned.
pub(super) fn fit(
    columns: &[(&str, &Column)],
    meanings: &BTreeMap<String, Meaning>,
    training_rows: &[usize],
    config: &CsvConfig,
) -> Fitted {
    let fit_column = |(name, column): &(&str, &Column)| match column {
        Column::Numbers(numbers) => {
            let fitted = fit_numbers(name, numbers, training_rows, config, meanings.get(*name))?;
            let FittedNumbers { numbers, is_far, note } = fitted;
            Ok(FittedColumn { kind: ColumnKind::Numeric(numbers), note, is_far })
        }
        Column::Texts(texts) => {
            let (kind, note) = fit_texts(name, texts, training_rows, config)?;
            Ok(FittedColumn { kind, note, is_far: false })
        }
        Column::LeftOut => Err("is not read".to_string()),
    };
    let kinds: Vec<_> = columns.par_iter().map(fit_column).collect();
    let mut fitted = Fitted { columns: Vec::new(), places: Vec::new(), notes: Vec::new() };
    let mut far = Vec::new();
    for (place, (column, (name, _))) in kinds.into_iter().zip(columns).enumerate() {
        match column {
            Ok(FittedColumn { kind, note, is_far }) => {
                fitted.columns.push(TableColumn { name: name.to_string(), kind });
                fitted.places.push(place);
                fitted.notes.extend(note);
                far.extend(is_far.then_some(*name));
            }
            Err(reason) => fitted.notes.push(format!("column {} {reason}; it is left out", quoted(name))),
        }
    }
    fitted.notes.extend(far_note(&far));
    fitted
}

/// Says which columns have numbers far from the others.
fn far_note(far: &[&str]) -> Option<String> {
    let (first, others) = far.split_first()?;
    let (columns, have, their) = match others.len() {
        0 => (format!("column {}", quoted(first)), "has", "its"),
        1 => (format!("columns {} and {}", quoted(first), quoted(others[0])), "have", "their"),
        more => (format!("column {} and {more} others", quoted(first)), "have", "their"),
    };
    Some(format!(
        "{columns} {have} values more than {FAR} deviations from {their} mean and {} scaled by median and quartiles; \
         csv.scaling sets the scaling",
        if others.is_empty() { "is" } else { "are" }
    ))
}

pub(super) const NO_VALUE: &str = "has no value in the training rows";

/// Collects the most frequent categories, sorted, and the most frequent one (ties: the first). Returns a note, too, if
/// others have no feature of their own.
///
/// # Errors
/// Returns why the column is to be left out.
fn fit_texts(
    name: &str,
    texts: &Texts,
    rows: &[usize],
    config: &CsvConfig,
) -> Result<(ColumnKind, Option<String>), String> {
    let mut counted = categories(texts, rows);
    let (different, present) = (counted.len(), counted.iter().map(|(_, count)| count).sum::<usize>());
    let is_complete = present == rows.len();
    // `max_by_key` returns the last of equal maxima.
    let Some(frequent) = counted.iter().rev().max_by_key(|(_, count)| *count).map(|(value, _)| value.to_string())
    else {
        return Err(NO_VALUE.to_string());
    };
    if different == 1 && is_complete {
        return Err(format!("is {} in every training row", quoted(&frequent)));
    }
    let is_many = different > config.max_one_hot;
    if is_many && different as f64 > MAX_DIFFERENT * present as f64 {
        return Err(format!("has {different} different texts in {present} rows, from which nothing can be learned"));
    }
    let embeds = is_many && config.embedding_size > 0;
    let kept = if embeds { config.max_categories } else { config.max_one_hot };
    if embeds {
        counted.retain(|(_, count)| *count >= MIN_ROWS);
    }
    keep_most_frequent(&mut counted, kept);
    let indicator = config.missing == MissingValues::Indicator && !is_complete;
    let missing = (config.missing != MissingValues::Refuse && !indicator).then_some(frequent);
    let values: Vec<String> = counted.into_iter().map(|(value, _)| value.to_string()).collect();
    let note = is_many.then(|| note(name, different, values.len(), config));
    let categories = Categories { values, other: is_many, missing, indicator };
    Ok((if embeds { ColumnKind::Embedded(categories) } else { ColumnKind::OneHot(categories) }, note))
}

/// Keeps the `kept` most frequent values, in order.
fn keep_most_frequent(counted: &mut Vec<(&str, usize)>, kept: usize) {
    if counted.len() > kept {
        // A stable sort keeps equally frequent ones in order.
        counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counted.truncate(kept);
        counted.sort_unstable();
    }
}

/// Says how a column of many texts is used, `kept` of which have a category.
fn note(name: &str, different: usize, kept: usize, config: &CsvConfig) -> String {
    let name = quoted(name);
    if config.embedding_size == 0 {
        return format!(
            "column {name} has {different} different texts; the {kept} most frequent are features, and one more stands for \
             all others; csv.max_one_hot sets how many"
        );
    }
    let rest = if kept < different { ", and one for all others" } else { "" };
    format!(
        "column {name} has {different} different texts; the network learns {} numbers for each of {kept}{rest}; \
         csv.max_one_hot sets from how many on",
        config.embedding_size
    )
}

/// The values that occur in `rows`, sorted, and how often. Spellings of one number, 1 and 1.0, are one category, which
/// is called by the first of them.
fn categories<'a>(texts: &'a Texts, rows: &[usize]) -> Vec<(&'a str, usize)> {
    let mut counts = vec![0; texts.values.len()];
    for &row in rows {
        if let Some(count) = counts.get_mut(texts.rows[row] as usize) {
            *count += 1;
        }
    }
    let mut counted: Vec<(&str, usize)> =
        texts.values.iter().map(String::as_str).zip(counts).filter(|(_, count)| *count > 0).collect();
    counted.sort_unstable();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut merged: Vec<(&str, usize)> = Vec::with_capacity(counted.len());
    for (text, count) in counted {
        match places.entry(decimal(text).unwrap_or_else(|| text.to_string())) {
            Entry::Occupied(place) => merged[*place.get()].1 += count,
            Entry::Vacant(place) => {
                place.insert(merged.len());
                merged.push((text, count));
            }
        }
    }
    merged
}

#[cfg(test)]
#[path = "fit_tests.rs"]
mod tests;
