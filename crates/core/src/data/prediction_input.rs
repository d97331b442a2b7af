//! Rows to predict, from every format of tables.

use std::io::BufRead;
use std::path::Path;

use super::sources::{CONTENT_BYTES, Content, open_reader};
use crate::config::{CsvConfig, CsvHeader, TableFormat};
use crate::{Error, Result};
use burn_mlp_infer::ModelMetadata;
use burn_mlp_infer::csv::{self, Rows};

/// Reads rows as [`csv::read_rows`] does; for the model of a table also from Parquet, JSON and workbooks, whichever the
/// content of `reader` is.
///
/// # Errors
/// As [`csv::read_rows`].
pub fn read_rows(
    metadata: &ModelMetadata,
    mut reader: impl BufRead,
    name: &str,
    batch: usize,
    take: &mut dyn FnMut(Rows) -> Result<()>,
) -> Result<()> {
    let start = reader.fill_buf().map_err(Error::io("read", name))?;
    let start = &start[..start.len().min(CONTENT_BYTES)];
    match (&metadata.table, Content::of(start, Path::new(name))) {
        (Some(schema), Content::Table(format)) if format != TableFormat::Csv => {
            let header = if schema.header { CsvHeader::Yes } else { CsvHeader::No };
            let table = open_reader(reader, 0, name, Some(format), None, header, &CsvConfig::default())?;
            csv::read_rows_of_table(schema, &table, batch, take)
        }
        _ => csv::read_rows(metadata, reader, name, batch, take),
    }
}
