//! Fits a schema on the rows that train: means and deviations, categories, imputed values.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rayon::prelude::*;

use crate::config::{CsvConfig, MissingValues};
use burn_mlp_infer::csv::{Column, Texts};
use burn_mlp_infer::table::{ColumnKind, TableColumn, decimal};
use burn_mlp_infer::text::quoted;

/// Fits the encoding of `columns`, with their names, on `training_rows` alone.
///
/// # Errors
/// If a column has no value in these rows, or text columns have too many.
pub(super) fn fit(
    columns: &[(&str, &Column)],
    training_rows: &[usize],
    config: &CsvConfig,
) -> std::result::Result<Vec<TableColumn>, String> {
    check_categories(columns, training_rows, config.max_categories)?;
    let fit_column = |(name, column): &(&str, &Column)| {
        let kind = match column {
            Column::Numbers(numbers) => fit_numbers(numbers, training_rows, config),
            Column::Texts(texts) => fit_texts(texts, training_rows, config.missing),
            Column::LeftOut => None,
        };
        let kind = kind.ok_or_else(|| {
            format!("column {} has no value in the training rows; leave it out with csv.ignore", quoted(name))
        })?;
        Ok(TableColumn { name: name.to_string(), kind })
    };
    columns.par_iter().map(fit_column).collect()
}

/// Computes range and median, then mean and standard deviation (without Bessel's correction) with missing
/// values replaced by the median. Returns `None` if there is no number.
fn fit_numbers(numbers: &[f64], rows: &[usize], config: &CsvConfig) -> Option<ColumnKind> {
    let mut present: Vec<f64> = rows.iter().map(|&row| numbers[row]).filter(|number| !number.is_nan()).collect();
    if present.is_empty() {
        return None;
    }
    let range = (f64::INFINITY, f64::NEG_INFINITY);
    let (lowest, highest) = present.iter().fold(range, |(low, high), &x| (low.min(x), high.max(x)));
    let missing = (config.missing == MissingValues::Impute).then(|| median(&mut present));
    let fitted = |mean, deviation| Some(ColumnKind::Numeric { mean, deviation, lowest, highest, missing });
    if !config.standardize {
        return fitted(0.0, 1.0);
    }
    // A constant has no deviation to divide by, and its computed mean may differ by rounding.
    if lowest == highest {
        return fitted(lowest, 1.0);
    }
    let filled = || rows.iter().map(|&row| if numbers[row].is_nan() { missing.unwrap_or(0.0) } else { numbers[row] });
    let count = rows.len() as f64;
    let mean = filled().sum::<f64>() / count;
    let deviation = (filled().map(|number| (number - mean).powi(2)).sum::<f64>() / count).sqrt();
    // The squares of very small differences may underflow.
    fitted(mean, if deviation > 0.0 { deviation } else { 1.0 })
}

/// Returns the median, the mean of the middle two of an even count. Sorts `numbers`.
fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match numbers.len().is_multiple_of(2) {
        true => (numbers[middle - 1] + numbers[middle]) / 2.0,
        false => numbers[middle],
    }
}

/// Collects the categories, sorted, and the most frequent one (ties: the first). Returns `None` if there is none.
fn fit_texts(texts: &Texts, rows: &[usize], missing: MissingValues) -> Option<ColumnKind> {
    let counted = categories(texts, rows);
    // `max_by_key` returns the last of equal maxima.
    let (frequent, _) = counted.iter().rev().max_by_key(|(_, count)| *count)?;
    let missing = (missing == MissingValues::Impute).then(|| frequent.to_string());
    Some(ColumnKind::OneHot { values: counted.into_iter().map(|(value, _)| value.to_string()).collect(), missing })
}

/// The values that occur in `rows`, sorted, and how often. Spellings of one number, 1 and 1.0, are one category, which is
/// called by the first of them.
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

/// Refuses text columns with too many values, all at once, with the setting that leaves them out.
fn check_categories(columns: &[(&str, &Column)], rows: &[usize], maximum: usize) -> std::result::Result<(), String> {
    let mut names = Vec::new();
    let mut listed = Vec::new();
    for (name, column) in columns {
        let Column::Texts(texts) = column else { continue };
        let values = categories(texts, rows).len();
        if values > maximum {
            let found = texts.first_among_numbers.as_ref();
            let since = found.map(|found| format!(", text because of {} in {}", quoted(&found.text), found.place));
            listed.push(format!("{} ({values}{})", quoted(name), since.unwrap_or_default()));
            names.push(name.to_string());
        }
    }
    if listed.is_empty() {
        return Ok(());
    }
    let (columns, have, them) = if listed.len() == 1 { ("column", "has", "it") } else { ("columns", "have", "them") };
    Err(format!(
        "text {columns} {} {have} more than {maximum} different values; leave {them} out with --set 'csv.ignore={}', or \
         raise csv.max_categories",
        listed.join(", "),
        toml_list(&names)
    ))
}

/// Formats names as a user would type them: `a,b`, or a TOML list if a name contains a comma.
fn toml_list(names: &[String]) -> String {
    match names.iter().any(|name| name.contains([',', '"', '\''])) {
        true => format!("{names:?}"),
        false => names.join(","),
    }
}

#[cfg(test)]
#[path = "fit_tests.rs"]
mod tests;
