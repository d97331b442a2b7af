//! Opens a Parquet file.

mod values;

use std::io::Read;

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::file::reader::{FileReader, SerializedFileReader};
use rayon::prelude::*;

use super::binary::{guarded, read_bytes};
use crate::{Error, Result};
use burn_mlp_infer as infer;
use burn_mlp_infer::csv::{Cell, ColumnBuilder, Lines, ReadColumns, ReadingColumns, Role, SAMPLE, Table};
use burn_mlp_infer::memory;
use burn_mlp_infer::table::Notation;
use burn_mlp_infer::text::quoted;
use values::{Kind, number};

/// Rows that are decoded at a time.
const BATCH: usize = 8192;

/// A Parquet file in memory.
struct ParquetFile {
    reader: SerializedFileReader<Bytes>,
    /// What each column holds, and the column chunk with its values.
    columns: Vec<(Kind, usize)>,
    rows: u64,
}

/// Opens the Parquet file that `reader` holds.
///
/// # Errors
/// If it cannot be read, is damaged or has no columns.
pub fn open(reader: impl Read, name: &str) -> Result<Table> {
    let bytes = read_bytes(reader, name)?;
    let reader = guarded(|| SerializedFileReader::new(Bytes::from(bytes)).map_err(|error| error.to_string()));
    let reader = reader.map_err(|problem| damaged(name, &problem))?;
    let metadata = reader.metadata().file_metadata();
    let schema = metadata.schema_descr();
    let fields = schema.root_schema().get_fields();
    let names: Vec<String> = fields.iter().map(|field| field.name().to_string()).collect();
    let mut columns = vec![(Kind::Nested, 0); names.len()];
    for leaf in 0..schema.num_columns() {
        let field = schema.get_column_root_idx(leaf);
        if fields[field].is_primitive() {
            columns[field] = (Kind::of(&schema.column(leaf)), leaf);
        }
    }
    let chunks = reader.metadata().row_groups().iter().flat_map(|group| group.columns());
    if let Some(codec) = chunks.filter_map(|chunk| unknown_codec(chunk.compression())).next() {
        let problem =
            format!("is compressed with {codec}, which burn-mlp does not read; write it with compression=\"zstd\"");
        return Err(Error::data(name, problem));
    }
    let rows = u64::try_from(metadata.num_rows()).map_err(|_| damaged(name, "it has a negative number of rows"))?;
    Ok(Table::new(name, names, true, ParquetFile { reader, columns, rows }))
}

impl ReadColumns for ParquetFile {
    fn read<'n>(
        &self,
        names: &[String],
        roles: &[Role],
        file: &str,
        notation: &'n Notation,
    ) -> infer::Result<ReadingColumns<'n>> {
        let fail = |problem: String| infer::Error::data(file, problem);
        let used = roles.iter().filter(|&&role| role != Role::LeftOut).count() as u64;
        memory::check_table(self.rows, used).map_err(|problem| fail(format!("{problem}; split it")))?;
        let read = |column: usize| {
            let mut builder = ColumnBuilder::new(&names[column], roles[column], notation);
            let read = guarded(|| self.fill(&mut builder, column, roles[column]));
            let fail = |problem: String| fail(format!("column {}: {problem}", quoted(&names[column])));
            read.map_err(fail).map(|()| builder)
        };
        let columns = (0..roles.len()).into_par_iter().map(read).collect::<infer::Result<_>>()?;
        Ok(ReadingColumns { lines: Lines::of_rows((1..=self.rows).collect()), columns, damage: None })
    }

    fn sample(&self, roles: &[Role], take: &mut dyn FnMut(usize, &str)) {
        let texts = self.columns.iter().zip(roles).enumerate();
        for (column, (&(_, leaf), _)) in
            texts.filter(|(_, ((kind, _), role))| *kind == Kind::Text && **role != Role::LeftOut)
        {
            let mut rows = 0;
            let mut push = |cell: Cell| {
                if let Cell::Text(text) = cell {
                    take(column, text.trim());
                }
                rows += 1;
                rows < SAMPLE
            };
            // What is damaged is found by reading all.
            let _ = guarded(|| self.visit(leaf, Kind::Text, false, &mut push));
        }
    }
}

impl ParquetFile {
    fn fill(&self, builder: &mut ColumnBuilder, column: usize, role: Role) -> std::result::Result<(), String> {
        let (kind, leaf) = self.columns[column];
        if role == Role::LeftOut {
            return Ok(());
        }
        if let Some(problem) = kind.problem() {
            return Err(format!("{problem}; leave it out with csv.ignore"));
        }
        let mut rows = 0;
        self.visit(leaf, kind, role == Role::Texts, &mut |cell| {
            builder.push(cell);
            rows += 1;
            // A chunk of some bytes can hold any number of equal values.
            rows <= self.rows
        })?;
        match rows == self.rows {
            true => Ok(()),
            false => {
                let has = if rows > self.rows { "more".to_string() } else { rows.to_string() };
                Err(format!("has {has} values where the file claims {} rows; write it again", self.rows))
            }
        }
    }

    /// Calls `push` with each value; `exact` asks for the texts of numbers.
    fn visit(&self, leaf: usize, kind: Kind, exact: bool, push: Push) -> std::result::Result<(), String> {
        let mut values = Values { row: 0, text: String::new(), push };
        for group in 0..self.reader.num_row_groups() {
            let group = self.reader.get_row_group(group).map_err(unreadable)?;
            let nullable = group.metadata().column(leaf).column_descr().max_def_level() > 0;
            let goes_on = match group.get_column_reader(leaf).map_err(unreadable)? {
                ColumnReader::BoolColumnReader(reader) => {
                    values.take(reader, nullable, |&value, _| Ok(Cell::Text(if value { "true" } else { "false" })))
                }
                ColumnReader::Int32ColumnReader(reader) => values.take(reader, nullable, |&value, text| {
                    let value = if kind == Kind::Unsigned { i64::from(value as u32) } else { i64::from(value) };
                    Ok(kind.integer(value, exact, text))
                }),
                ColumnReader::Int64ColumnReader(reader) => {
                    values.take(reader, nullable, |&value, text| Ok(kind.integer(value, exact, text)))
                }
                ColumnReader::Int96ColumnReader(reader) => {
                    values.take(reader, nullable, |value, text| Ok(kind.integer(value.to_micros(), exact, text)))
                }
                ColumnReader::FloatColumnReader(reader) => {
                    values.take(reader, nullable, |&value, text| Ok(number(value, exact, text)))
                }
                ColumnReader::DoubleColumnReader(reader) => {
                    values.take(reader, nullable, |&value, text| Ok(number(value, exact, text)))
                }
                ColumnReader::ByteArrayColumnReader(reader) => {
                    values.take(reader, nullable, |value, text| kind.bytes(value.data(), exact, text))
                }
                ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                    values.take(reader, nullable, |value, text| kind.bytes(value.data(), exact, text))
                }
            }?;
            if !goes_on {
                break;
            }
        }
        Ok(())
    }
}

/// Receives each value; returns whether to go on.
type Push<'a> = &'a mut dyn FnMut(Cell) -> bool;

/// Passes on the values of a column.
struct Values<'a> {
    row: u64,
    text: String,
    push: Push<'a>,
}

impl Values<'_> {
    fn take<T: DataType>(
        &mut self,
        mut reader: ColumnReaderImpl<T>,
        nullable: bool,
        cell: impl for<'v> Fn(&'v T::T, &'v mut String) -> std::result::Result<Cell<'v>, String>,
    ) -> std::result::Result<bool, String> {
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        loop {
            levels.clear();
            values.clear();
            let levels_to_read = nullable.then_some(&mut levels);
            let (records, ..) = reader.read_records(BATCH, levels_to_read, None, &mut values).map_err(unreadable)?;
            if records == 0 {
                return Ok(true);
            }
            let mut values = values.iter();
            for record in 0..records {
                self.row += 1;
                let is_missing = nullable && levels.get(record).is_none_or(|&level| level == 0);
                let value = if is_missing { None } else { values.next() };
                self.text.clear();
                let cell = value.map_or(Ok(Cell::Missing), |value| cell(value, &mut self.text));
                if !(self.push)(cell.map_err(|problem| format!("row {}: {problem}", self.row))?) {
                    return Ok(false);
                }
            }
        }
    }
}

/// Names a compression that is not compiled in.
fn unknown_codec(codec: Compression) -> Option<&'static str> {
    match codec {
        Compression::BROTLI(_) => Some("brotli"),
        Compression::LZO => Some("LZO"),
        _ => None,
    }
}

fn unreadable(error: parquet::errors::ParquetError) -> String {
    format!("cannot be decoded ({error}); write the file again")
}

fn damaged(name: &str, problem: &str) -> Error {
    Error::data(name, format!("is not a whole Parquet file: {problem}; write or fetch it again"))
}

#[cfg(test)]
mod tests;
