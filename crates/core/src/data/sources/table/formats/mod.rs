//! Opens a table, whatever the format of its file.

#[cfg(any(feature = "parquet", feature = "workbooks"))]
mod binary;
mod content;
mod folder;
mod json;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "without_parquet.rs"]
mod parquet;
#[cfg(feature = "workbooks")]
mod workbook;
#[cfg(not(feature = "workbooks"))]
#[path = "without_workbooks.rs"]
mod workbook;

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::Path;

use crate::config::{CsvConfig, CsvHeader, STANDARD_INPUT, TableFormat, split_sheet};
use crate::{Error, Result};
use burn_mlp_infer::csv::{Dialect, DialectOptions, Table, read_json, read_text, start_of_plain_text};

pub use content::Content;
pub use folder::format_of as format_of_folder;

/// Tests of how numbers are written, in every format.
#[cfg(test)]
mod notation_tests;

#[cfg(test)]
mod tests;

/// Bytes by which a file's content is recognised.
pub const CONTENT_BYTES: usize = 4096;

/// Size from which a CSV file is read piece by piece, and the part of it by which its form is recognised, in bytes.
const LARGE: u64 = if cfg!(test) { 1 << 10 } else { 16 << 20 };
const START_BYTES: u64 = 4 << 20;

/// Opens the table at `path`: a file, a directory of them, or standard input. `header` says whether a text names its
/// columns; `config` how else to read it. Without a `format`, it is recognised by its content.
///
/// # Errors
/// If the file cannot be read, has another format or is not a table.
pub fn open_table(path: &Path, format: Option<TableFormat>, header: CsvHeader, config: &CsvConfig) -> Result<Table> {
    if path.is_dir() {
        return folder::open(path, format, header, config);
    }
    let name = path.display().to_string();
    if path.as_os_str() == STANDARD_INPUT {
        // Standard input has no name that tells its format.
        let format = format.filter(|format| *format != TableFormat::Csv);
        return open_reader(std::io::stdin().lock(), 0, "standard input", format, None, header, config);
    }
    let is_workbook = format.is_none_or(|format| format == TableFormat::Workbook);
    let (path, sheet) = match split_sheet(path).filter(|_| is_workbook) {
        Some((file, sheet)) => (file, Some(sheet)),
        None => (path.to_path_buf(), None),
    };
    let file = File::open(&path).map_err(Error::io("read", &path))?;
    let length = file.metadata().map_err(Error::io("read", &path))?.len();
    if length >= LARGE
        && format.is_none_or(|format| format == TableFormat::Csv)
        && let Some(table) = open_large_text(&path, &file, header, config)?
    {
        return Ok(table);
    }
    open_reader(file, length, &name, format, sheet.as_deref(), header, config)
}

/// Opens a large CSV file that can be read piece by piece.
fn open_large_text(path: &Path, file: &File, header: CsvHeader, config: &CsvConfig) -> Result<Option<Table>> {
    let mut start = Vec::new();
    let mut file = file;
    file.take(START_BYTES).read_to_end(&mut start).map_err(Error::io("read", path))?;
    file.rewind().map_err(Error::io("read", path))?;
    let is_csv = Content::of(&start[..start.len().min(CONTENT_BYTES)], path) == Content::Table(TableFormat::Csv);
    let Some((mark, text)) = start_of_plain_text(&start).filter(|_| is_csv) else { return Ok(None) };
    let name = path.display().to_string();
    let dialect = Dialect::of(text, dialect_options(header, config), &name)?;
    match dialect.is_cut_by_a_byte() {
        true => Ok(Some(Table::of_file(path.to_path_buf(), text, mark, dialect, &name)?)),
        false => Ok(None),
    }
}

fn dialect_options(header: CsvHeader, config: &CsvConfig) -> DialectOptions<'_> {
    let target = Some(config.target.trim()).filter(|target| !target.is_empty());
    DialectOptions { delimiter: config.delimiter, header, target }
}

/// Opens the table that `reader` holds, of about `length` bytes, or 0 if that is unknown. Errors call it `name`.
///
/// # Errors
/// As [`open_table`].
pub fn open_reader(
    reader: impl Read,
    length: u64,
    name: &str,
    format: Option<TableFormat>,
    sheet: Option<&str>,
    header: CsvHeader,
    config: &CsvConfig,
) -> Result<Table> {
    let mut reader = BufReader::with_capacity(CONTENT_BYTES, reader);
    let start = reader.fill_buf().map_err(Error::io("read", name))?;
    let format = match (format, Content::of(start, Path::new(name))) {
        (Some(wanted), Content::Table(found)) if wanted != found && (is_binary(wanted) || is_binary(found)) => {
            let problem = format!("is {}, not {}; give it as {}:FILE", shown(found), shown(wanted), found.name());
            return Err(Error::data(name, problem));
        }
        (Some(wanted), _) => wanted,
        (None, Content::Table(found)) => found,
        // Reading it as a text says what it is.
        (None, _) => TableFormat::Csv,
    };
    match format {
        TableFormat::Csv => {
            let text = read_text(reader, length, name)?;
            let dialect = Dialect::of(&text, dialect_options(header, config), name)?;
            Ok(Table::of_text(text, dialect, name)?)
        }
        TableFormat::Json => json::open(read_json(reader, length, name)?, name),
        TableFormat::Parquet => parquet::open(reader, name),
        TableFormat::Workbook => workbook::open(reader, name, (sheet, dialect_options(header, config).target), header),
    }
}

fn is_binary(format: TableFormat) -> bool {
    matches!(format, TableFormat::Parquet | TableFormat::Workbook)
}

/// Names a table of this format: "a workbook".
pub fn shown(format: TableFormat) -> &'static str {
    match format {
        TableFormat::Csv => "a table in CSV",
        TableFormat::Parquet => "a table in Parquet",
        TableFormat::Json => "a table in JSON",
        TableFormat::Workbook => "a workbook",
    }
}
