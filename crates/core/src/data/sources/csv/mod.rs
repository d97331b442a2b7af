//! The `csv:FILE` source: a table with a column of classes.

mod csv_file;
mod fit;
mod raw_table;
mod target;

pub use csv_file::CsvFile;
