//! Uses the columns that a schema names, instead of those that a table's own rows decide on.

use super::raw_table::RawTable;
use crate::{Error, Result};
use burn_mlp_infer::csv::Column;
use burn_mlp_infer::table::{ColumnKind, TableColumn, TableSchema};
use burn_mlp_infer::text::quoted;

impl RawTable {
    /// Uses the columns of `schema`, in its order, as features.
    ///
    /// # Errors
    /// [`Error::Data`] if one is missing or holds another type.
    pub fn use_columns_of(&mut self, schema: &TableSchema) -> Result<()> {
        let fits = |column: &TableColumn, place: usize| {
            let holds_numbers = matches!(self.read.columns[place], Column::Numbers(_));
            self.names[place] == column.name && holds_numbers == matches!(column.kind, ColumnKind::Numeric(_))
        };
        let place = |column: &TableColumn| {
            self.used.iter().copied().find(|&place| fits(column, place)).ok_or_else(|| {
                let problem =
                    format!("does not have the column {} as the model was trained on it", quoted(&column.name));
                Error::data(&self.file, problem)
            })
        };
        self.used = schema.columns.iter().map(place).collect::<Result<_>>()?;
        Ok(())
    }
}
