//! Tables: how a model's columns become features.
//!
//! A [`Notation`] says how numbers are written and what marks a missing value. White space and quotes around a value
//! are ignored.

mod categories;
pub(crate) mod category;
pub(crate) mod class;
mod cycle;
mod description;
pub(crate) mod encoding;
mod meaning;
mod moment;
mod normal;
pub(crate) mod notation;
mod numbers;
mod options;
mod plain_number;
pub(crate) mod problems;
mod record;
mod scaling;
pub(crate) mod schema;
mod value;
mod warning;

pub use categories::Categories;
pub use category::{Category, category, decimal};
pub use class::class_of;
pub use cycle::{Cycle, SINCE_MONDAY, YEAR};
pub use encoding::{Encoding, OtherEncoding, Place};
pub use meaning::{BooleanWords, Meaning};
pub use moment::{DateOrder, Moment, moment};
pub use normal::{MIDDLE, MIN_SHARE, NEAR, TAIL};
pub use notation::{Notation, value};
pub use numbers::Numbers;
pub use options::{CsvDelimiter, CsvHeader, DecimalMark, ThousandsMark};
pub use scaling::Scaling;
pub use schema::{ColumnKind, TableColumn, TableSchema};
pub use value::{MAX_EXACT, Value, number_name};
pub use warning::{Unlike, Warning, add_warning, sentences};
