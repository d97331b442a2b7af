//! Reads rows of features from CSV text.

use std::io::{BufRead, Read};

use super::gzip::is_gzip;
use super::header::{FirstRecord, LABEL_NAMES};
use super::numbered_lines::NumberedLines;
use super::table_rows::TableRows;
use super::text::read_text;
use crate::encoding::Encoding;
use crate::signature::FileKind;
use crate::table::TableSchema;
use crate::{Error, ModelMetadata};

const NO_ROWS: &str = "has no rows";

/// Some of a file's rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// Normalised, `[rows, features]`, row-major.
    pub features: Vec<f32>,
    /// Each row's line in the file, counted from 1, `[rows]`.
    pub lines: Vec<u64>,
}

/// Reads CSV rows of numbers as the training data had them (pixels from 0 to their maximum) and passes them to `take`
/// normalised, at most `batch` at a time. Errors call the file `name`.
///
/// The separator is a comma, or else a semicolon or a tab. A first line of names is a header, also of
/// numbers that count, such as 0 to 783 above pixels; an extra column that
/// it names `label`, `class`, `target` or `y` is ignored. For a model of a table the file has the table's columns instead;
/// see [`TableSchema::read_features`].
///
/// # Errors
/// If there are no rows, a row does not have as many finite numbers as the model takes, a pixel is out of range, or the
/// text cannot be read; the errors of `take`.
pub fn read_rows<E: From<Error>>(
    metadata: &ModelMetadata,
    reader: impl BufRead,
    name: &str,
    batch: usize,
    take: &mut dyn FnMut(Rows) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    if let Some(table) = &metadata.table {
        return read_table(table, reader, name, batch, take);
    }
    let mut reader = reader;
    let start = reader.fill_buf().map_err(|error| Error::data(name, format!("cannot be read: {error}")))?;
    match is_gzip(start) || FileKind::of(start).is_some() || Encoding::of(start).is_some() {
        true => read_numbers(metadata, read_text(reader, 0, name)?.as_slice(), name, batch, take),
        false => read_numbers(metadata, reader, name, batch, take),
    }
}

/// Reads rows of numbers in UTF-8.
fn read_numbers<E: From<Error>>(
    metadata: &ModelMetadata,
    reader: impl BufRead,
    name: &str,
    batch: usize,
    take: &mut dyn FnMut(Rows) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let (mut rows, mut taken) = (Rows::default(), false);
    let read = read_lines(metadata, reader, name, &mut rows, &mut |rows: &mut Rows| -> std::result::Result<(), E> {
        if rows.lines.len() >= batch {
            taken = true;
            take(std::mem::take(rows))?;
        }
        Ok(())
    });
    // Pass on the rows before a damaged one too, whatever the batch size.
    let is_last = !rows.lines.is_empty();
    if is_last {
        rows.features.truncate(rows.lines.len() * metadata.features);
        take(rows)?;
    }
    read?;
    match taken || is_last {
        true => Ok(()),
        false => Err(Error::data(name, NO_ROWS).into()),
    }
}

/// Adds the rows one by one and calls `added` after each.
fn read_lines<E: From<Error>>(
    metadata: &ModelMetadata,
    reader: impl BufRead,
    name: &str,
    rows: &mut Rows,
    added: &mut dyn FnMut(&mut Rows) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut lines = NumberedLines::new(reader);
    lines.look_ahead();
    let mut form = None;
    while lines.next().map_err(|problem| Error::data(name, problem))? {
        let fields = |separator| Fields { line: lines.text.trim(), separator };
        let form = match &form {
            Some(form) => form,
            None => {
                let separator = separator_of(&lines.text);
                let record = |line: &str| Fields { line: line.trim(), separator }.all().map(String::from).collect();
                let sample: Vec<Vec<String>> = lines.first().map(record).collect();
                // In doubt the line is a row, as it is without names.
                let header = FirstRecord::of(&sample, None).is_header() == Some(true);
                let label = if header { label_column(&fields(separator), metadata.features) } else { None };
                let form = form.insert(Form { separator, label });
                if header {
                    continue;
                }
                form
            }
        };
        let at_line = |problem: String| Error::data(name, format!("line {}: {problem}", lines.number));
        read_row(metadata, &fields(form.separator), form.label, &mut rows.features).map_err(at_line)?;
        rows.lines.push(lines.number);
        added(rows)?;
    }
    match form {
        Some(_) => Ok(()),
        None => Err(Error::data(name, "is empty").into()),
    }
}

/// Reads the rows of a table, with or without the column of classes, and encodes them as the training rows were.
fn read_table<E: From<Error>>(
    table: &TableSchema,
    reader: impl Read,
    name: &str,
    batch: usize,
    take: &mut dyn FnMut(Rows) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let TableRows { features, lines, .. } = table.read_features(reader, name)?;
    if lines.is_empty() {
        return Err(Error::data(name, NO_ROWS).into());
    }
    let rows = features.chunks(batch.max(1) * table.features()).zip(lines.chunks(batch.max(1)));
    for (features, lines) in rows {
        take(Rows { features: features.to_vec(), lines: lines.to_vec() })?;
    }
    Ok(())
}

/// The form of all lines, by the first.
struct Form {
    separator: char,
    /// The column to ignore.
    label: Option<usize>,
}

struct Fields<'a> {
    line: &'a str,
    separator: char,
}

impl<'a> Fields<'a> {
    fn all(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let unquoted =
            |field: &'a str| field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(field);
        self.line.split(self.separator).map(move |field| unquoted(field.trim()).trim())
    }
}

fn separator_of(line: &str) -> char {
    [',', ';', '\t'].into_iter().find(|&separator| line.contains(separator)).unwrap_or(',')
}

fn number(field: &str) -> Option<f32> {
    field.parse().ok()
}

fn label_column(header: &Fields, features: usize) -> Option<usize> {
    let names_label = |name: &str| LABEL_NAMES.iter().any(|label| name.eq_ignore_ascii_case(label));
    header.all().position(names_label).filter(|_| header.all().count() == features + 1)
}

fn read_row(
    metadata: &ModelMetadata,
    row: &Fields,
    label: Option<usize>,
    features: &mut Vec<f32>,
) -> std::result::Result<(), String> {
    let found = row.all().count() - usize::from(label.is_some());
    let wanted = metadata.features;
    if found != wanted {
        let values = format!("has {found} value{}, the model takes {wanted}", if found == 1 { "" } else { "s" });
        let hint = "a column of labels is ignored if a header names it `label`";
        return Err(if found == wanted + 1 { format!("{values}; {hint}") } else { values });
    }
    for (column, field) in row.all().enumerate().filter(|(column, _)| Some(*column) != label) {
        let shown = || format!("column {}: {field:?}", column + 1);
        let value = number(field).ok_or_else(|| format!("{} is not a number", shown()))?;
        features.push(metadata.normalization.checked(value).map_err(|problem| format!("{} {problem}", shown()))?);
    }
    Ok(())
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
