//! The `csv:FILE` source: a table with a column of classes.

mod fit;
mod raw_table;
mod table_file;
mod target;

pub use table_file::TableFile;
