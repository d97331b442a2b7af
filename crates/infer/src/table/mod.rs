//! Tables: how a model's columns become features.
//!
//! A [`Notation`] says how numbers are written and what marks a missing value. White space and quotes around a value
//! are ignored.

mod categories;
pub(crate) mod category;
pub(crate) mod class;
pub(crate) mod notation;
mod options;
mod plain_number;
mod record;
pub(crate) mod schema;
mod value;
mod warning;

pub use categories::Categories;
pub use category::{Category, category, decimal};
pub use class::class_of;
pub use notation::{Notation, value};
pub use options::{CsvDelimiter, CsvHeader, DecimalMark, ThousandsMark};
pub use schema::{ColumnKind, Place, TableColumn, TableSchema};
pub use value::{MAX_EXACT, Value, number_name};
pub use warning::{Unlike, Warning, add_warning, sentences};
