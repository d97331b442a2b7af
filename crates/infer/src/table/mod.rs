//! Tables: how a model's columns become features.
//!
//! A [`Notation`] says how numbers are written and what marks a missing value. White space and quotes around a value are
//! ignored.

mod notation;
#[cfg(feature = "csv")]
mod number_options;
mod options;
mod record;
mod schema;
mod value;

pub use notation::Notation;
#[cfg(feature = "csv")]
pub(crate) use notation::{FORMS, forms, is_number_like, split_unit};
#[cfg(feature = "csv")]
pub use number_options::NumberOptions;
pub use options::{CsvDelimiter, CsvHeader, DecimalMark, ThousandsMark};
#[cfg(feature = "csv")]
pub(crate) use schema::standardized;
pub use schema::{ColumnKind, TableColumn, TableSchema};
pub use value::{Value, number_name, value};
