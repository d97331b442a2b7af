//! Tables with a column of classes, such as the source `csv:FILE`.

mod classes;
mod column_choice;
mod dates;
mod fit;
mod formats;
mod given_schema;
mod meanings;
mod number_fit;
mod odd_values;
mod other_file;
mod other_sides;
mod prepared;
mod profile;
mod rare_classes;
mod raw_table;
mod read_tables;
mod refusal;
mod row_columns;
mod table_file;
mod target;
mod text_notes;
mod time_column;

pub(super) use classes::class_indices;
pub(in crate::data) use formats::{CONTENT_BYTES, Content};
pub(super) use formats::{format_of_folder, shown};
pub(in crate::data) use formats::{open_reader, open_table};
pub(in crate::data) use other_file::OtherFile;
pub use profile::{ColumnProfile, ColumnUse, Distribution, Range, ValueKind};
pub(super) use read_tables::ReadTables;
pub use table_file::TableFile;
