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
use crate::table::class::find_class;
use crate::table::{TableSchema, Warning, add_warning};
use crate::truths::Truths;
use crate::{Error, ModelMetadata, Task};

const NO_ROWS: &str = "has no rows";

/// The column of classes in warnings, besides those of numbers.
const TARGET: &str = "label";

/// Some of a file's rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// Normalised, `[rows, features]`, row-major.
    pub features: Vec<f32>,
    /// Each row's line in the file, counted from 1, `[rows]`.
    pub lines: Vec<u64>,
    /// What the file says of each row, if it does.
    pub truths: Option<Truths>,
    /// Each row's id `[rows]`, if the model's table has a column of them and so does the file; empty where it is
    /// missing.
    pub ids: Option<Vec<String>>,
    /// With the last rows: what is unlike the training rows in all of them.
    pub warnings: Vec<Warning>,
    /// With the last rows: how the file was read, where it is not obvious, each a sentence.
    pub notes: Vec<String>,
}

/// Reads CSV rows of numbers as the training data had them (pixels from 0 to their maximum) and passes them to `take`
/// normalised, at most `batch` at a time. Errors call the file `name`.
///
/// The separator is a comma, or else a semicolon or a tab. A first line of names is a header, also of numbers that
/// count, such as 0 to 783 above pixels; an extra column that it names `label`, `class`, `target` or `y` holds the true
/// classes or, in regression, the true numbers. For a model of a table the file has the table's columns instead; see
/// [`TableSchema::read_features`]. The rows before one that cannot be used are passed on.
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
                let label = if header { label_column(&fields(separator), metadata) } else { None };
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
        if let Some(text) = label {
            let warning = add_truth(&metadata.task, &text, &mut rows.truths).map_err(at_line)?;
            if let Some(warning) = warning {
                add_warning(&mut rows.warnings, Warning { first: Some(format!("line {}", lines.number)), ..warning });
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
    let TableRows { features, truths, ids, lines, warnings, notes, .. } = read;
    let rows = Rows { features, truths, ids, lines: lines.to_vec(), warnings, notes };
    rows.batches(table.features(), batch).try_for_each(take)?;
    Ok(result?)
}

impl Rows {
    /// Divides the rows, of `dimension` features each, into batches of at most `batch`.
    pub fn batches(&self, dimension: usize, batch: usize) -> impl Iterator<Item = Self> {
        let (count, batch) = (self.lines.len(), batch.max(1));
        (0..count).step_by(batch).map(move |first| {
            let rows = first..count.min(first + batch);
            let is_last = rows.end == count;
            Self {
                features: self.features[rows.start * dimension..rows.end * dimension].to_vec(),
                truths: self.truths.as_ref().map(|truths| truths.slice(rows.clone(), count)),
                ids: self.ids.as_ref().map(|ids| ids[rows.clone()].to_vec()),
                lines: self.lines[rows].to_vec(),
                warnings: if is_last { self.warnings.clone() } else { Vec::new() },
                notes: if is_last { self.notes.clone() } else { Vec::new() },
            }
        })
    }
}

/// The form of all lines, by the first.
struct Form {
    separator: char,
    /// The column of targets.
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

fn label_column(header: &Fields, metadata: &ModelMetadata) -> Option<usize> {
    let target = match metadata.targets() {
        [target] => Some(target.name.as_str()),
        // Several columns besides the features may as well be a mistake.
        [_, _, ..] => return None,
        [] => None,
    };
    let names_label =
        |name: &str| LABEL_NAMES.iter().copied().chain(target).any(|label| name.eq_ignore_ascii_case(label));
    header.all().position(names_label).filter(|_| header.all().count() == metadata.features + 1)
}

/// Appends a row's features and returns its target as text, if there is a column of them.
fn read_row(
    metadata: &ModelMetadata,
    row: &Fields,
    label: Option<usize>,
    features: &mut Vec<f32>,
) -> std::result::Result<Option<String>, String> {
    let found = row.all().count() - usize::from(label.is_some());
    let wanted = metadata.features;
    if found != wanted {
        let values = format!("has {found} value{}, the model takes {wanted}", if found == 1 { "" } else { "s" });
        let hint = "a column of targets needs a header that names it `label`";
        return Err(if found == wanted + 1 { format!("{values}; {hint}") } else { values });
    }
    for (column, field) in row.all().enumerate().filter(|(column, _)| Some(*column) != label) {
        let shown = || format!("column {}: {field:?}", column + 1);
        let value = number(field).ok_or_else(|| format!("{} is not a number", shown()))?;
        features.push(metadata.normalization.checked(value).map_err(|problem| format!("{} {problem}", shown()))?);
    }
    Ok(label.and_then(|label| row.all().nth(label)).map(String::from))
}

/// Adds the target of a row. Returns how it is unlike those of the training rows.
fn add_truth(task: &Task, text: &str, truths: &mut Option<Truths>) -> std::result::Result<Option<Warning>, String> {
    match task {
        Task::Classification { class_names } => {
            let (class, warning) = match text.is_empty() {
                true => (None, None),
                false => find_class(class_names, TARGET, text),
            };
            if let Truths::Classes(labels) = truths.get_or_insert(Truths::Classes(Vec::new())) {
                labels.push(class);
            }
            Ok(warning)
        }
        Task::Regression { .. } => {
            let number = if text.is_empty() { Ok(f64::NAN) } else { text.parse::<f64>() };
            let number = number.map_err(|_| format!("the target {text:?} is not a number"))?;
            if let Truths::Numbers(numbers) = truths.get_or_insert(Truths::Numbers(Vec::new())) {
                numbers.push(number);
            }
            Ok(None)
        }
    }
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
