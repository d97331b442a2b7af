//! Tables in CSV files: how they are read, and how their columns become features.
//!
//! A value is missing if it is empty or, in any case, `NA`, `N/A`, `NaN`, `null` or `?`. White space around a value does
//! not count, nor do quotes.

mod columns;
mod csv_file;
mod dialect;
mod encode;
mod fit;
mod gaps;
mod layout;
mod raw_table;
mod reading;
mod records;
mod rows;
mod schema;
mod target;
mod text;
mod value;

pub use csv_file::CsvFile;
pub use rows::TableRows;
pub use schema::{ColumnKind, TableColumn, TableSchema};
