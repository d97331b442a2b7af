//! Says in one sentence what is wrong with the columns of a record.

use crate::text::{listed, quoted};

/// Maximum number of columns that a sentence names.
pub(crate) const MAX_NAMED: usize = 5;

/// Why a column of a record cannot be encoded.
pub(super) enum Problem {
    /// The record does not have it; its column of a similar name.
    Absent(Option<String>),
    /// A sentence without the column.
    Cell(String),
}

impl From<String> for Problem {
    fn from(problem: String) -> Self {
        Self::Cell(problem)
    }
}

/// The columns that cannot be encoded, in order.
#[derive(Default)]
pub(super) struct Problems {
    absent: Vec<(String, Option<String>)>,
    cells: Vec<String>,
}

impl Problems {
    pub fn add(&mut self, column: &str, problem: Problem) {
        match problem {
            Problem::Absent(similar) => self.absent.push((column.to_string(), similar)),
            Problem::Cell(problem) => self.cells.push(format!("column {}: {problem}", quoted(column))),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.absent.is_empty() && self.cells.is_empty()
    }

    /// Returns the sentence, if there is a problem.
    pub fn into_result(self) -> Result<(), String> {
        let more = self.cells.len().saturating_sub(MAX_NAMED);
        let mut sentences: Vec<String> =
            self.absent().into_iter().chain(self.cells.into_iter().take(MAX_NAMED)).collect();
        match more {
            0 => {}
            1 => sentences.push("1 more column cannot be used".to_string()),
            more => sentences.push(format!("{more} more columns cannot be used")),
        }
        if sentences.is_empty() { Ok(()) } else { Err(sentences.join("; ")) }
    }

    fn absent(&self) -> Option<String> {
        match &self.absent[..] {
            [] => None,
            [(column, similar)] => {
                let similar = similar.as_ref().map(|name| format!("; is it {}?", quoted(name))).unwrap_or_default();
                Some(format!("column {}: the record does not have it{similar}", quoted(column)))
            }
            columns => {
                let name = |(column, similar): &(String, Option<String>)| match similar {
                    Some(similar) => format!("{} (is it {}?)", quoted(column), quoted(similar)),
                    None => quoted(column),
                };
                let names = listed(columns.iter().map(name), MAX_NAMED);
                Some(format!("columns {names}: the record does not have them"))
            }
        }
    }
}
