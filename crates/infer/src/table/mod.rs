//! Tables: how a model's columns become features.
//!
//! A value is missing if it is empty or, in any case, `NA`, `N/A`, `NaN`, `null` or `?`. White space around a value does
//! not count, nor do quotes.

mod options;
mod record;
mod schema;
mod value;

pub use options::{CsvDelimiter, CsvHeader};
pub(crate) use schema::standardized;
pub use schema::{ColumnKind, TableColumn, TableSchema};
pub use value::{Value, number_name, value};
