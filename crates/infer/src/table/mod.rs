//! Tables: how a model's columns become features.
//!
//! A [`Notation`] says how numbers are written and what marks a missing value. White space and quotes around a value are
//! ignored.

mod categories;
mod category;
mod class;
mod notation;
#[cfg(feature = "csv")]
mod number_options;
mod options;
mod record;
mod schema;
mod value;
mod warning;

pub use categories::Categories;
#[cfg(feature = "csv")]
pub(crate) use category::CategoryIndex;
pub use category::{Category, category, decimal};
pub use class::class_of;
#[cfg(feature = "csv")]
pub(crate) use class::find_class;
pub use notation::Notation;
#[cfg(feature = "csv")]
pub use notation::near_number;
#[cfg(feature = "csv")]
pub(crate) use notation::{FORMS, forms, is_number_like, split_unit};
#[cfg(feature = "csv")]
pub use number_options::NumberOptions;
pub use options::{CsvDelimiter, CsvHeader, DecimalMark, ThousandsMark};
pub use schema::{ColumnKind, Place, TableColumn, TableSchema};
#[cfg(feature = "csv")]
pub(crate) use schema::{Kind, is_far, standardized};
pub use value::{MAX_EXACT, Value, number_name, value};
pub use warning::{Unlike, Warning, add_warning, sentences};
