//! Collects the values of a column that a file holds one by one, already typed.

use std::collections::HashMap;

use super::column::{Column, Role, Texts};
use crate::table::{Notation, Value, number_name};
use crate::text::quoted;

/// One value of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    Missing,
    Number(f64),
    /// Follows the rules of CSV values: it may be a mark of a missing value, or a number.
    Text(&'a str),
}

/// A column while it is read.
#[derive(Debug)]
pub struct ColumnBuilder<'a> {
    role: Role,
    notation: &'a Notation,
    numbers: Vec<f64>,
    texts: Texts,
    index: HashMap<String, u32>,
    /// The first text among the values of [`Role::Either`] or [`Role::Texts`].
    first_text: Option<(u64, String)>,
    has_number: bool,
}

impl<'a> ColumnBuilder<'a> {
    /// Begins a column, whose texts are in this notation.
    pub fn new(role: Role, notation: &'a Notation) -> Self {
        let (texts, index) = (Texts::default(), HashMap::new());
        Self { role, notation, numbers: Vec::new(), texts, index, first_text: None, has_number: false }
    }

    /// Adds the value of the record at `line`.
    ///
    /// # Errors
    /// Returns a sentence about a text in a column of numbers, or a number that is infinite or too large.
    pub fn push(&mut self, line: u64, cell: Cell) -> Result<(), String> {
        match self.role {
            Role::LeftOut => {}
            Role::Texts => self.push_text(line, cell),
            Role::Either if self.first_text.is_some() => {}
            Role::Either | Role::Numbers => match number_of(cell, self.notation)? {
                Some(number) => self.numbers.push(number),
                None => self.refuse_text(line, cell)?,
            },
        }
        Ok(())
    }

    /// Whether a column of [`Role::Either`] holds texts. It has to be read again, as [`Role::Texts`].
    pub fn holds_texts(&self) -> bool {
        self.role == Role::Either && self.first_text.is_some()
    }

    /// Returns the whole column.
    pub fn finish(self) -> Column {
        match self.role {
            Role::LeftOut => Column::LeftOut,
            Role::Either | Role::Numbers => Column::Numbers(self.numbers),
            Role::Texts => {
                let first_among_numbers = self.first_text.filter(|_| self.has_number);
                Column::Texts(Texts { first_among_numbers, ..self.texts })
            }
        }
    }

    fn refuse_text(&mut self, line: u64, cell: Cell) -> Result<(), String> {
        let Cell::Text(text) = cell else { return Ok(()) };
        if self.role == Role::Numbers {
            return Err(format!("{} is not a number, as all others of the column are", quoted(text)));
        }
        self.first_text = Some((line, text.to_string()));
        Ok(())
    }

    fn push_text(&mut self, line: u64, cell: Cell) {
        let index = match cell {
            Cell::Missing => Texts::MISSING,
            Cell::Number(number) if number.is_nan() || self.notation.missing_numbers.contains(&number) => {
                Texts::MISSING
            }
            Cell::Number(number) => {
                self.has_number = true;
                self.index_of(&number_name(number))
            }
            Cell::Text(text) => match self.notation.value(text.trim()) {
                Value::Missing => Texts::MISSING,
                Value::Number(_) => {
                    self.has_number = true;
                    self.index_of(text.trim())
                }
                Value::TooLarge | Value::Text => {
                    self.first_text.get_or_insert_with(|| (line, text.to_string()));
                    self.index_of(text.trim())
                }
            },
        };
        self.texts.rows.push(index);
    }

    fn index_of(&mut self, text: &str) -> u32 {
        if let Some(&index) = self.index.get(text) {
            return index;
        }
        let index = self.texts.values.len() as u32;
        self.index.insert(text.to_string(), index);
        self.texts.values.push(text.to_string());
        index
    }
}

/// Returns the number of a cell, NaN if it is missing, or `None` for a text.
fn number_of(cell: Cell, notation: &Notation) -> Result<Option<f64>, String> {
    let too_large = |shown: &str| Err(format!("{} is infinite or too large; fix it", quoted(shown)));
    match cell {
        Cell::Missing => Ok(Some(f64::NAN)),
        Cell::Number(number) if notation.missing_numbers.contains(&number) => Ok(Some(f64::NAN)),
        Cell::Number(number) if number.abs() > f64::from(f32::MAX) => too_large(&number.to_string()),
        Cell::Number(number) => Ok(Some(number)),
        Cell::Text(text) => match notation.value(text.trim()) {
            Value::Missing => Ok(Some(f64::NAN)),
            Value::Number(number) => Ok(Some(number)),
            Value::TooLarge => too_large(text),
            Value::Text => Ok(None),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    fn built(role: Role, cells: &[Cell]) -> Result<ColumnBuilder<'static>, String> {
        static NOTATION: LazyLock<Notation> = LazyLock::new(Notation::default);
        let mut builder = ColumnBuilder::new(role, &NOTATION);
        cells.iter().zip(1..).try_for_each(|(&cell, line)| builder.push(line, cell))?;
        Ok(builder)
    }

    #[test]
    fn typed_values_and_numbers_in_texts_are_one_column_of_numbers() {
        let cells = [Cell::Number(1.5), Cell::Text(" 2 "), Cell::Missing, Cell::Text("NA"), Cell::Number(f64::NAN)];
        let Column::Numbers(numbers) = built(Role::Either, &cells).unwrap().finish() else { panic!() };
        assert_eq!(numbers[..2], [1.5, 2.0]);
        assert!(numbers[2..].iter().all(|number| number.is_nan()));
    }

    #[test]
    fn a_text_makes_a_column_of_texts_which_is_read_again() {
        let cells = [Cell::Number(1.0), Cell::Text("?"), Cell::Text("x"), Cell::Number(1.0)];
        assert!(built(Role::Either, &cells).unwrap().holds_texts());
        let Column::Texts(texts) = built(Role::Texts, &cells).unwrap().finish() else { panic!() };
        assert_eq!((texts.values, texts.rows), (vec!["1".into(), "x".into()], vec![0, Texts::MISSING, 1, 0]));
        assert_eq!(texts.first_among_numbers, Some((3, "x".into())));
    }

    #[test]
    fn a_column_of_numbers_refuses_texts_and_infinity() {
        let problem = |cell| built(Role::Numbers, &[cell]).unwrap_err();
        assert_eq!(problem(Cell::Text("x")), "\"x\" is not a number, as all others of the column are");
        for cell in [Cell::Number(f64::INFINITY), Cell::Number(1e300), Cell::Text("inf")] {
            assert!(problem(cell).ends_with("is infinite or too large; fix it"), "{cell:?}");
        }
    }
}
