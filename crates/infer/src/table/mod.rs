//! Tables: how a model's columns become features.
//!
//! A value is missing if it is empty or, in upper or lower case, `NA`, `N/A`, `NaN`, `null` or `?`. White space and quotes
//! around a value are ignored.

mod options;
mod record;
mod schema;
mod value;

pub use options::{CsvDelimiter, CsvHeader};
#[cfg(feature = "csv")]
pub(crate) use schema::standardized;
pub use schema::{ColumnKind, TableColumn, TableSchema};
pub use value::{Value, number_name, value};
