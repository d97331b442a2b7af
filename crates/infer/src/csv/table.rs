//! A table of any format: its columns' names, and how to read their values.

use super::column::Role;
use super::columns::{Columns, ReadingColumns};
use crate::table::Notation;
use crate::text::quoted;
use crate::{Error, Result};

/// Records by which the notation of numbers is guessed.
pub const SAMPLE: usize = 100;

/// Maximum number of names that a message lists.
const MAX_LISTED: usize = 12;

/// A table whose columns are known and whose values can be read.
pub struct Table {
    /// The file's name, for messages.
    pub file: String,
    /// From the header; `column 3` for an empty name, `3` without a header.
    pub names: Vec<String>,
    /// Whether the file names the columns.
    pub header: bool,
    /// What was decided on opening it and is not obvious, each a sentence.
    pub notes: Vec<String>,
    values: Box<dyn ReadColumns>,
}

/// Reads the values of a table.
pub trait ReadColumns: Send + Sync {
    /// Reads each column by its role, written in this notation; errors call the columns by their `names` and the table `file`.
    /// A column of [`Role::Either`] that holds texts need not be read to its end.
    ///
    /// # Errors
    /// If the table is damaged. A format that is read record by record may return those before the damage instead.
    fn read<'n>(
        &self,
        names: &[String],
        roles: &[Role],
        file: &str,
        notation: &'n Notation,
    ) -> Result<ReadingColumns<'n>>;

    /// Passes the texts of the first [`SAMPLE`] records to `take`, each with its column, except for columns that are left
    /// out. Values that are stored as numbers are not texts.
    fn sample(&self, roles: &[Role], take: &mut dyn FnMut(usize, &str));
}

impl Table {
    /// Creates a table of `names`, as the file has them, or of `names.len()` columns without names if there is no `header`.
    pub fn new(file: &str, names: Vec<String>, header: bool, values: impl ReadColumns + 'static) -> Self {
        let name = |(column, name): (usize, String)| match (header, name.trim()) {
            (true, "") => unnamed(column),
            (true, name) => name.to_string(),
            (false, _) => (column + 1).to_string(),
        };
        let names = names.into_iter().enumerate().map(name).collect();
        Self { file: file.to_string(), names, header, notes: Vec::new(), values: Box::new(values) }
    }

    /// Reads the columns' values, written in this notation.
    ///
    /// # Errors
    /// With the place, if the table is damaged, or a column of numbers holds something else.
    pub fn read(&self, roles: &[Role], notation: &Notation) -> Result<Columns> {
        let (columns, result) = self.read_before_damage(roles, notation)?;
        result.map(|()| columns)
    }

    /// As [`read`](Self::read), but returns the records before the first that cannot be used, and its error, where the format
    /// can be read in part.
    ///
    /// # Errors
    /// As [`read`](Self::read), where it cannot.
    pub fn read_before_damage(&self, roles: &[Role], notation: &Notation) -> Result<(Columns, Result<()>)> {
        Ok(self.read_values(roles, notation)?.finish(&self.names, &self.file))
    }

    /// Reads the columns' values; those that turned out to hold texts a second time.
    fn read_values<'n>(&self, roles: &[Role], notation: &'n Notation) -> Result<ReadingColumns<'n>> {
        let mut columns = self.read_once(roles, notation)?;
        let again = columns.again();
        if again.contains(&Role::Texts) {
            let texts = self.read_once(&again, notation)?.columns;
            let read = columns.columns.iter_mut().zip(texts).zip(again);
            read.filter(|(_, role)| *role == Role::Texts).for_each(|((column, texts), _)| *column = texts);
        }
        Ok(columns)
    }

    /// Reads the columns' values; one of [`Role::Either`] that holds texts is cut short.
    ///
    /// # Errors
    /// As [`ReadColumns::read`].
    pub fn read_once<'n>(&self, roles: &[Role], notation: &'n Notation) -> Result<ReadingColumns<'n>> {
        self.values.read(&self.names, roles, &self.file, notation)
    }

    /// The first texts of each column that is not left out.
    pub fn sample(&self, roles: &[Role], take: &mut dyn FnMut(usize, &str)) {
        self.values.sample(roles, take);
    }

    /// Finds the column that the header calls `name`.
    ///
    /// # Errors
    /// If several columns have that name.
    pub fn named(&self, name: &str) -> Result<Option<usize>> {
        let mut found = (0..self.names.len()).filter(|&column| self.names[column] == name);
        match (found.next(), found.next()) {
            (Some(one), Some(other)) => Err(self.two_of_one_name(one, other)),
            (found, _) => Ok(found),
        }
    }

    /// Finds the column that the header calls `name`: of several the one with this number, from 1.
    ///
    /// # Errors
    /// If several columns have that name, and no number says which is meant.
    pub fn occurrence(&self, name: &str, number: Option<usize>) -> Result<Option<usize>> {
        let found: Vec<usize> = (0..self.names.len()).filter(|&column| self.names[column] == name).collect();
        match number.and_then(|number| found.get(number.checked_sub(1)?)) {
            Some(&column) if found.len() > 1 => Ok(Some(column)),
            _ => self.named(name),
        }
    }

    /// Refuses two columns of one name.
    pub fn two_of_one_name(&self, one: usize, other: usize) -> Error {
        let (name, one, other) = (quoted(&self.names[one]), one + 1, other + 1);
        let problem = format!(
            "columns {one} and {other} are both called {name}; rename one, or leave it out by its number when you train: \
             --set csv.ignore={other}"
        );
        Error::data(&self.file, problem)
    }

    /// Finds all columns of the name that the setting `key` selects, or else the one with this number from 1.
    ///
    /// # Errors
    /// If there is none.
    pub fn find_all(&self, key: &str, selector: &str) -> Result<Vec<usize>> {
        let selector = selector.trim();
        let named: Vec<usize> = (0..self.names.len()).filter(|&column| self.names[column] == selector).collect();
        if !named.is_empty() {
            return Ok(named);
        }
        let numbered = selector.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        numbered.filter(|&column| column < self.names.len()).map(|column| vec![column]).ok_or_else(|| {
            let problem = format!("{} is not a column of {}, which has {}", quoted(selector), self.file, self.listed());
            Error::config(key, problem)
        })
    }

    /// Lists the first columns' names.
    pub fn listed(&self) -> String {
        let names: Vec<String> = self.names.iter().take(MAX_LISTED).map(|name| quoted(name)).collect();
        let more = self.names.len().saturating_sub(MAX_LISTED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}", names.join(", "))
    }

    /// Whether the header leaves this column without a name.
    pub fn is_unnamed(&self, column: usize) -> bool {
        self.header && self.names[column] == unnamed(column)
    }
}

fn unnamed(column: usize) -> String {
    format!("column {}", column + 1)
}
