//! Reads files of rows: numbers for any model, or the columns of a table's model, raw or gzip-compressed.

mod blanks;
mod builder;
mod column;
mod columns;
mod detect;
mod dialect;
mod encode;
mod example;
mod gaps;
pub mod gzip;
mod header;
mod layout;
mod lines;
mod numbered_lines;
mod predict;
mod reading;
mod records;
mod rows;
mod sample;
mod table;
mod table_rows;
mod text;

pub use crate::signature::FileKind;
pub use crate::table::NumberOptions;
pub use builder::{Cell, ColumnBuilder};
pub use column::{Column, Found, Role, Texts};
pub use columns::{Columns, ReadingColumns};
pub use dialect::{Dialect, DialectOptions, TableTop};
pub use encode::Encoded;
pub use gaps::Gaps;
pub use header::FirstRecord;
pub use lines::Lines;
pub use rows::{Rows, read_rows, read_rows_of_table};
pub use table::{ReadColumns, SAMPLE, Table};
pub use table_rows::{SchemaColumns, TableRows};
pub use text::{is_wide_text, newlines, read_json, read_text};
