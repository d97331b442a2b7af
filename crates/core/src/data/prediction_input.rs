//! Rows to predict, from every format of tables and from arrays.

use std::io::BufRead;
use std::path::Path;

use super::new_rows::open_like;
use super::sources::{CONTENT_BYTES, Content, NewArrays, open_reader, open_table};
use crate::config::{CsvConfig, TableFormat};
use crate::{Error, Result};
use burn_mlp_infer::ModelMetadata;
use burn_mlp_infer::csv::{self, Rows};

/// Receives rows.
type Take<'a> = &'a mut dyn FnMut(Rows) -> Result<()>;

/// Reads rows as [`csv::read_rows`] does, also from arrays of NumPy; for the model of a table also from Parquet, JSON and
/// workbooks, whichever the content of `reader` is.
///
/// # Errors
/// As [`csv::read_rows`].
pub fn read_rows(
    metadata: &ModelMetadata,
    mut reader: impl BufRead,
    name: &str,
    batch: usize,
    take: Take,
) -> Result<()> {
    let start = reader.fill_buf().map_err(Error::io("read", name))?;
    let content = Content::of(&start[..start.len().min(CONTENT_BYTES)], Path::new(name));
    match (&metadata.table, content) {
        (Some(schema), Content::Table(format)) if format != TableFormat::Csv => {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).map_err(Error::io("read", name))?;
            let config = CsvConfig::default();
            let open = |header| open_reader(bytes.as_slice(), 0, name, Some(format), None, header, &config);
            csv::read_rows_of_table(schema, &open_like(schema, open)?, batch, take)
        }
        (_, Content::Npy) => read_arrays(metadata, NewArrays::of_array(reader, name)?, batch, take),
        (_, Content::Npz) => {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).map_err(Error::io("read", name))?;
            read_arrays(metadata, NewArrays::of_bytes(bytes, name)?, batch, take)
        }
        _ => csv::read_rows(metadata, reader, name, batch, take),
    }
}

fn read_arrays(metadata: &ModelMetadata, arrays: NewArrays, batch: usize, take: Take) -> Result<()> {
    match &metadata.table {
        Some(schema) => csv::read_rows_of_table(schema, &arrays.into_table(schema)?, batch, take),
        None => arrays.rows(metadata)?.batches(metadata.features, batch).try_for_each(take),
    }
}

/// Reads the rows of a workbook's sheet, `book.xlsx#Sheet`, for the model of a table.
///
/// # Errors
/// As [`read_rows`]; also if the model is not one of a table.
pub fn read_sheet(metadata: &ModelMetadata, path: &Path, batch: usize, take: Take) -> Result<()> {
    let Some(schema) = &metadata.table else {
        let problem = format!("is a sheet of a workbook, but the model takes rows of {} features", metadata.features);
        return Err(Error::data(path.display().to_string(), format!("{problem}; save them as CSV")));
    };
    let config = CsvConfig::default();
    let open = |header| open_table(path, Some(TableFormat::Workbook), header, &config);
    csv::read_rows_of_table(schema, &open_like(schema, open)?, batch, take)
}
