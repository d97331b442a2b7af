//! Tables with a column of classes, such as the source `csv:FILE`.

mod fit;
mod formats;
mod raw_table;
mod table_file;
mod target;

pub use table_file::TableFile;
