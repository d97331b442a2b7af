//! Tables: how a file of rows is read, and how a model's columns become features.
//!
//! A value is missing if it is empty or, in any case, `NA`, `N/A`, `NaN`, `null` or `?`. White space around a value does
//! not count, nor do quotes.

#[cfg(feature = "csv")]
mod columns;
#[cfg(feature = "csv")]
mod dialect;
#[cfg(feature = "csv")]
mod encode;
#[cfg(feature = "csv")]
mod gaps;
#[cfg(feature = "csv")]
pub mod gzip;
#[cfg(feature = "csv")]
mod layout;
mod options;
#[cfg(feature = "csv")]
mod reading;
#[cfg(feature = "csv")]
mod records;
#[cfg(feature = "csv")]
mod rows;
mod schema;
#[cfg(feature = "csv")]
mod text;
mod value;

#[cfg(feature = "csv")]
pub use columns::{Column, Columns, Role, Texts};
#[cfg(feature = "csv")]
pub use dialect::Dialect;
#[cfg(feature = "csv")]
pub use encode::Encoded;
#[cfg(feature = "csv")]
pub use gaps::Gaps;
#[cfg(feature = "csv")]
pub use layout::Layout;
pub use options::{CsvDelimiter, CsvHeader};
#[cfg(feature = "csv")]
pub use rows::TableRows;
pub use schema::{ColumnKind, TableColumn, TableSchema};
#[cfg(feature = "csv")]
pub use text::read_text;
pub use value::{Value, number_name, value};
