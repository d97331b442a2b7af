//! Detects how a table writes its numbers, on the evidence of all columns together.

use super::column::{Column, Role, Texts};
use super::columns::Columns;
use super::reading::Form;
use super::records::{Cut, Piece, trimmed};
use crate::table::{FORMS, Notation, NumberOptions, Value, forms, split_unit};
use crate::text::quoted;
use crate::{Error, Result};

/// Records that give a first guess.
const SAMPLE: usize = 100;

/// The bit of numbers with a decimal point and nothing else.
const PLAIN: u8 = 1;

/// A text of records whose numbers may be written in several ways.
pub(super) struct Unread<'a> {
    pub text: &'a [u8],
    pub first_line: u64,
    pub cut: Cut,
    pub names: &'a [String],
    pub roles: &'a [Role],
    pub file: &'a str,
}

/// What the numbers of some columns have in common.
struct Evidence {
    forms: u8,
    /// The column that ruled out most, with an example.
    example: Option<(usize, String)>,
}

impl Unread<'_> {
    /// Reads the columns, and completes `notation`, which knows the marks of missing values, by how the numbers of all
    /// columns are written and by the units of each. Returns notes on what is not obvious.
    ///
    /// # Errors
    /// As [`Columns::read`]; also if a number may be two, or columns contradict one another.
    pub fn detect(&self, notation: &mut Notation, options: NumberOptions) -> Result<(Columns, Vec<String>)> {
        let mut notes = Vec::new();
        let allowed = options.forms();
        if allowed == 0 {
            return Err(Error::config("csv.thousands", "is the same mark as csv.decimal; change one"));
        }
        let sample = self.sample(notation);
        let guess =
            self.evidence(allowed, sample.iter().map(Vec::as_slice)).ok().and_then(|evidence| choose(evidence.forms));
        take(notation, guess.unwrap_or(allowed.trailing_zeros() as usize));
        let mut columns = self.read(notation)?;
        let evidence = self.evidence_of(&columns, &sample, allowed)?;
        let odd = evidence.example.clone();
        match choose(evidence.forms) {
            Some(form) if FORMS[form] != (notation.decimal, notation.thousands) => {
                take(notation, form);
                columns = self.read(notation)?;
                // The sample may have lacked what a later record shows.
                self.evidence_of(&columns, &sample, 1 << form)?;
            }
            Some(_) => {}
            None => return Err(self.ambiguous(odd)),
        }
        if FORMS[0] != (notation.decimal, notation.thousands) && allowed.count_ones() > 1 {
            notes.push(describe(notation, odd.map(|(_, example)| example)));
        }
        self.read_units(&mut columns, notation, &mut notes);
        self.check_numbers(&columns)?;
        Ok((columns, notes))
    }

    fn read(&self, notation: &Notation) -> Result<Columns> {
        let form = Form { cut: self.cut, notation };
        // What is not a number in one notation may be one in another.
        let either = |&role: &Role| if role == Role::Numbers { Role::Either } else { role };
        let roles: Vec<Role> = self.roles.iter().map(either).collect();
        Columns::read(self.text, self.first_line, form, self.names, &roles, self.file)
    }

    /// The first values of each column that may be numbers.
    fn sample(&self, notation: &Notation) -> Vec<Vec<String>> {
        let mut columns = vec![Vec::new(); self.roles.len()];
        let mut rows = 0;
        Piece { text: self.text, first_line: 1 }.visit(self.cut, |_, record| {
            for ((column, value), &role) in columns.iter_mut().zip(record).zip(self.roles) {
                let text = trimmed(value);
                if matches!(role, Role::Either | Role::Numbers) && notation.value(text) != Value::Missing {
                    column.push(text.to_string());
                }
            }
            rows += 1;
            rows < SAMPLE
        });
        columns
    }

    /// Collects what the columns of numbers have in common; a column with anything else says nothing.
    fn evidence<'t>(&self, allowed: u8, columns: impl Iterator<Item = &'t [String]>) -> Result<Evidence> {
        let mut evidence = Evidence { forms: allowed, example: None };
        for (column, values) in columns.enumerate() {
            let Some((_, forms)) = written(values) else { continue };
            let before = evidence.forms;
            evidence.forms &= forms;
            let odd = || values.iter().find(|value| forms_of(value) & before != before).cloned();
            if evidence.forms == 0 {
                return Err(self.contradiction(column, odd(), evidence.example));
            }
            if evidence.forms != before
                && let Some(example) = odd()
            {
                evidence.example = Some((column, example));
            }
        }
        Ok(evidence)
    }

    /// Collects the evidence of the whole columns that hold no plain numbers, and of the first values of the others.
    fn evidence_of(&self, columns: &Columns, sample: &[Vec<String>], allowed: u8) -> Result<Evidence> {
        let is_odd =
            |column: usize| self.roles[column] != Role::Texts && matches!(&columns.columns[column], Column::Texts(_));
        let values = |column: usize| match &columns.columns[column] {
            Column::Texts(texts) if is_odd(column) => texts.values.as_slice(),
            _ => sample[column].as_slice(),
        };
        self.evidence(allowed, (0..self.roles.len()).map(values))
    }

    fn contradiction(&self, column: usize, value: Option<String>, other: Option<(usize, String)>) -> Error {
        let name = |column: usize| quoted(&self.names[column]);
        let value = value.unwrap_or_default();
        let other = other.map(|(column, value)| format!(" while column {} has {}", name(column), quoted(&value)));
        let problem = format!(
            "column {} has numbers such as {}{}; write all numbers alike, or leave one column out with csv.ignore or read \
             it as text with csv.categorical",
            name(column),
            quoted(&value),
            other.unwrap_or_default()
        );
        Error::data(self.file, problem)
    }

    fn ambiguous(&self, example: Option<(usize, String)>) -> Error {
        let (column, value) = example.unwrap_or_default();
        let problem = format!(
            "column {}: {} is a number with a decimal comma or with a comma between thousands; say which with --set \
             csv.decimal=comma or --set csv.thousands=comma",
            self.names.get(column).map(|name| quoted(name)).unwrap_or_default(),
            quoted(&value)
        );
        Error::data(self.file, problem)
    }

    /// Refuses texts in a column that must hold numbers.
    fn check_numbers(&self, columns: &Columns) -> Result<()> {
        for (column, name) in self.names.iter().enumerate() {
            let (Column::Texts(texts), Role::Numbers) = (&columns.columns[column], self.roles[column]) else {
                continue;
            };
            let (place, text) = match &texts.first_among_numbers {
                Some((line, text)) => (format!("line {line}"), text.as_str()),
                None => (columns.lines.place(0), texts.values.first().map_or("", String::as_str)),
            };
            let problem = format!("{place}, column {}: {} is not a number", quoted(name), quoted(text));
            return Err(Error::data(self.file, problem));
        }
        Ok(())
    }

    /// Turns columns whose values all have the same unit into numbers.
    fn read_units(&self, columns: &mut Columns, notation: &mut Notation, notes: &mut Vec<String>) {
        for (column, name) in self.names.iter().enumerate() {
            let (Column::Texts(texts), Role::Either | Role::Numbers) = (&columns.columns[column], self.roles[column])
            else {
                continue;
            };
            let Some((unit, _)) = written(&texts.values) else { continue };
            let Some(numbers) = numbers_in(texts, &unit, notation) else { continue };
            let example = texts.values.first().map(|text| quoted(text)).unwrap_or_default();
            notes.push(format!("column {name} is read as numbers with the unit {}, such as {example}", quoted(&unit)));
            columns.columns[column] = Column::Numbers(numbers);
            notation.units.insert(name.clone(), unit);
        }
    }
}

/// The unit that all `values` have, and the forms that they may all be written in; `None` if one of them is not a number or
/// there are none.
fn written(values: &[String]) -> Option<(String, u8)> {
    let number = |text: &String| match forms(text) {
        0 => split_unit(text).map(|(number, unit)| (unit.to_string(), forms(&number))),
        forms => Some((String::new(), forms)),
    };
    let (unit, mut all) = number(values.first()?)?;
    for value in values {
        let (own, forms) = number(value)?;
        all &= forms;
        if own != unit || all == 0 {
            return None;
        }
    }
    Some((unit, all))
}

fn forms_of(text: &str) -> u8 {
    match forms(text) {
        0 => split_unit(text).map_or(0, |(number, _)| forms(&number)),
        forms => forms,
    }
}

/// Chooses a form if all that are possible give the same numbers: the plain one, or else the only decimal mark.
fn choose(possible: u8) -> Option<usize> {
    let bits = || (0..FORMS.len()).filter(|bit| possible & 1 << bit != 0);
    let has = |mark: char| bits().any(|bit| FORMS[bit].0 == mark);
    match possible & PLAIN != 0 {
        true => Some(0),
        // With one separator of thousands in all forms, no number has a decimal mark.
        false
            if has('.')
                && has(',')
                && !bits().all(|bit| Some(FORMS[bit].1) == bits().next().map(|bit| FORMS[bit].1)) =>
        {
            None
        }
        false => bits().next(),
    }
}

fn take(notation: &mut Notation, form: usize) {
    (notation.decimal, notation.thousands) = FORMS[form];
}

fn describe(notation: &Notation, example: Option<String>) -> String {
    let decimal = if notation.decimal == ',' { "a decimal comma" } else { "a decimal point" };
    let thousands = match notation.thousands {
        Some(',') => " and commas between thousands",
        Some('.') => " and points between thousands",
        Some(' ') => " and blanks between thousands",
        Some(_) => " and apostrophes between thousands",
        None => "",
    };
    let example = example.map(|example| format!(", such as {}", quoted(&example))).unwrap_or_default();
    format!("numbers are read with {decimal}{thousands}{example}")
}

fn numbers_in(texts: &Texts, unit: &str, notation: &Notation) -> Option<Vec<f64>> {
    let number = |text: &String| match notation.value_in(unit, text) {
        Value::Number(number) => Some(number),
        _ => None,
    };
    let numbers = texts.values.iter().map(number).collect::<Option<Vec<f64>>>()?;
    Some(texts.rows.iter().map(|&row| numbers.get(row as usize).copied().unwrap_or(f64::NAN)).collect())
}
