//! An example of the rows that a table's model takes.

use crate::table::{ColumnKind, Meaning, TableColumn, TableSchema};

impl TableSchema {
    /// Writes a CSV text with one typical row, without its target: means or medians of numbers, the first value of texts.
    pub fn example(&self) -> String {
        let usual = |column: &TableColumn| match &column.kind {
            ColumnKind::Numeric(numbers) => match self.notation.meanings.get(&column.name) {
                Some(Meaning::Unit(_)) | None => {
                    format!("{:.3}", numbers.scaling.centre()).replace('.', &self.notation.decimal.to_string())
                }
                Some(meaning) => meaning.text(numbers.usual()),
            },
            ColumnKind::OneHot(categories) | ColumnKind::Embedded(categories) => {
                categories.values.first().cloned().unwrap_or_default()
            }
        };
        let numbered = |number: usize| {
            let name = number.to_string();
            self.columns.iter().find(|column| column.name == name).map_or("0".to_string(), usual)
        };
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Writing to memory cannot fail.
        let _ = match self.header {
            true => writer
                .write_record(self.columns.iter().map(|column| &column.name))
                .and_then(|()| writer.write_record(self.columns.iter().map(usual))),
            false => {
                let is_target = |number: &usize| self.targets.contains(&number.to_string());
                writer.write_record((1..=self.width).filter(|number| !is_target(number)).map(numbered))
            }
        };
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}
