//! Reads rows of features from CSV text.

use std::io::{BufRead, Read};

use super::gzip::is_gzip;
use super::header::{FirstRecord, LABEL_NAMES};
use super::numbered_lines::NumberedLines;
use super::table::Table;
use super::table_rows::TableRows;
use super::text::read_text;
use crate::encoding::Encoding;
use crate::signature::FileKind;
use crate::table::{TableSchema, Unlike, Warning, add_warning, category};
use crate::{Error, ModelMetadata};

const NO_ROWS: &str = "has no rows";

/// Some of a file's rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// Normalised, `[rows, features]`, row-major.
    pub features: Vec<f32>,
    /// Each row's line in the file, counted from 1, `[rows]`.
    pub lines: Vec<u64>,
    /// Each row's true class `[rows]`, if the file has them; `None` where it is missing or not a class of the model.
    pub labels: Option<Vec<Option<u32>>>,
    /// Each row's id `[rows]`, if the model's table has a column of them and so does the file; empty where it is missing.
    pub ids: Option<Vec<String>>,
    /// With the last rows: what is unlike the training rows in all of them.
    pub warnings: Vec<Warning>,
}

/// Reads CSV rows of numbers as the training data had them (pixels from 0 to their maximum) and passes them to `take`
/// normalised, at most `batch` at a time. Errors call the file `name`.
///
/// The separator is a comma, or else a semicolon or a tab. A first line of names is a header, also of numbers that count,
/// such as 0 to 783 above pixels; an extra column that it names `label`, `class`, `target` or `y` holds the true classes.
/// For a model of a table the file has the table's columns instead; see [`TableSchema::read_features`]. The rows before one
/// that cannot be used are passed on.
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
    let (mut rows, mut scaled, mut count) = (Rows::default(), None, 0);
    let mut note_scaled = |rows: &Rows| {
        let looks_scaled = metadata.normalization.looks_applied_before(&rows.features);
        scaled = scaled.map_or(looks_scaled, |before| Some(before && looks_scaled.unwrap_or(true)));
        count += rows.lines.len();
        metadata.normalization.warning(scaled, count)
    };
    let read = read_lines(metadata, reader, name, &mut rows, &mut |rows: &mut Rows| -> std::result::Result<(), E> {
        if rows.lines.len() >= batch {
            note_scaled(rows);
            let warnings = std::mem::take(&mut rows.warnings);
            take(std::mem::replace(rows, Rows { warnings, ..Rows::default() }))?;
        }
        Ok(())
    });
    // Pass on the rows before a damaged one too, whatever the batch size.
    if rows.lines.is_empty() {
        read?;
        return Err(Error::data(name, NO_ROWS).into());
    }
    rows.features.truncate(rows.lines.len() * metadata.features);
    rows.warnings.extend(note_scaled(&rows));
    take(rows)?;
    read
}

/// Adds the rows one by one and calls `before` each.
fn read_lines<E: From<Error>>(
    metadata: &ModelMetadata,
    reader: impl BufRead,
    name: &str,
    rows: &mut Rows,
    before: &mut dyn FnMut(&mut Rows) -> std::result::Result<(), E>,
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
        before(rows)?;
        let label = read_row(metadata, &fields(form.separator), form.label, &mut rows.features).map_err(at_line)?;
        if let Some(label) = label {
            rows.labels.get_or_insert_default().push(label.class);
            if let Some(unknown) = label.unknown(lines.number) {
                add_warning(&mut rows.warnings, unknown);
            }
        }
        rows.lines.push(lines.number);
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
    pass_on(table, table.read_features_before_damage(reader, name)?, name, batch, take)
}

/// Passes the rows of a table of any format to `take`, as [`read_rows`] does.
///
/// # Errors
/// As [`read_rows`].
pub fn read_rows_of_table<E: From<Error>>(
    schema: &TableSchema,
    table: &Table,
    batch: usize,
    take: &mut dyn FnMut(Rows) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    pass_on(schema, schema.read_rows_before_damage(table)?, &table.file, batch, take)
}

fn pass_on<E: From<Error>>(
    table: &TableSchema,
    (read, result): (TableRows, crate::Result<()>),
    name: &str,
    batch: usize,
    take: &mut dyn FnMut(Rows) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    if read.rows == 0 {
        result?;
        return Err(Error::data(name, NO_ROWS).into());
    }
    let batch = batch.max(1);
    for first in (0..read.rows).step_by(batch) {
        let rows = first..read.rows.min(first + batch);
        let is_last = rows.end == read.rows;
        let features = rows.start * table.features()..rows.end * table.features();
        take(Rows {
            features: read.features[features].to_vec(),
            labels: read.labels.as_ref().map(|labels| labels[rows.clone()].to_vec()),
            ids: read.ids.as_ref().map(|ids| ids[rows.clone()].to_vec()),
            lines: read.lines[rows].to_vec(),
            warnings: if is_last { read.warnings.clone() } else { Vec::new() },
        })?;
    }
    Ok(result?)
}

/// The form of all lines, by the first.
struct Form {
    separator: char,
    /// The column of true classes.
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

/// Appends a row's features and returns its class, if there is a column of them.
fn read_row(
    metadata: &ModelMetadata,
    row: &Fields,
    label: Option<usize>,
    features: &mut Vec<f32>,
) -> std::result::Result<Option<Label>, String> {
    let found = row.all().count() - usize::from(label.is_some());
    let wanted = metadata.features;
    if found != wanted {
        let values = format!("has {found} value{}, the model takes {wanted}", if found == 1 { "" } else { "s" });
        let hint = "a column of true classes needs a header that names it `label`";
        return Err(if found == wanted + 1 { format!("{values}; {hint}") } else { values });
    }
    for (column, field) in row.all().enumerate().filter(|(column, _)| Some(*column) != label) {
        let shown = || format!("column {}: {field:?}", column + 1);
        let value = number(field).ok_or_else(|| format!("{} is not a number", shown()))?;
        features.push(metadata.normalization.checked(value).map_err(|problem| format!("{} {problem}", shown()))?);
    }
    let text = label.and_then(|label| row.all().nth(label));
    Ok(text.map(|text| {
        let class = category(&metadata.class_names, text).filter(|class| !class.respelled);
        Label { text: text.to_string(), class: class.map(|class| class.index as u32) }
    }))
}

/// A row's true class.
struct Label {
    text: String,
    /// `None` if it is missing or not a class of the model.
    class: Option<u32>,
}

impl Label {
    fn unknown(&self, line: u64) -> Option<Warning> {
        let is_unknown = self.class.is_none() && !self.text.is_empty();
        is_unknown.then(|| Warning {
            column: "label".to_string(),
            unlike: Unlike::UnknownClass,
            count: 1,
            first: Some(format!("line {line}")),
            value: self.text.clone(),
        })
    }
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
