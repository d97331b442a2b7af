//! A table with a column of classes, in a CSV file.

mod csv_file;
mod fit;
mod raw_table;
mod target;

pub use csv_file::CsvFile;
