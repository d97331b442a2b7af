//! Detects how a table of any format writes its numbers, on the evidence of all columns together.

use super::column::{Column, Role, Texts};
use super::columns::Columns;
use super::number_options::NumberOptions;
use super::table::Table;
use super::undetected::{Undecided, Undetected};
use crate::table::notation::{FORMS, forms, split_unit};
use crate::table::{Meaning, Notation, Value};
use crate::text::quoted;
use crate::{Error, Result};

/// The bit of numbers with a decimal point and nothing else.
const PLAIN: u8 = 1;

/// The bit of numbers with points between thousands and a decimal comma.
const POINTS: u8 = 1 << 3;

/// A table whose numbers may be written in several ways.
struct Detection<'t> {
    table: &'t Table,
    roles: &'t [Role],
    /// The first texts of each column that may hold numbers.
    sample: Vec<Vec<String>>,
}

/// What the numbers of some columns have in common.
struct Evidence {
    forms: u8,
    /// The column that ruled out most, with an example.
    example: Option<(usize, String)>,
}

/// How a later file writes its numbers, with an example and its column.
pub(super) struct OtherNotation {
    pub notation: Notation,
    pub column: usize,
    pub example: String,
}

impl Table {
    /// Reads the columns' values, and completes `notation`, which knows the marks of missing values, by how the numbers
    /// of all columns are written and by the units of each. Notes what is not obvious.
    ///
    /// # Errors
    /// As [`read`](Self::read); also if a number may be two, or columns contradict one another.
    pub fn detect(
        &mut self,
        roles: &[Role],
        notation: &mut Notation,
        options: NumberOptions,
    ) -> std::result::Result<Columns, Undetected> {
        let (columns, notes) = Detection::new(self, roles, notation).detect(notation, options)?;
        self.notes.extend(notes);
        Ok(columns)
    }

    /// Finds how this table writes numbers if its columns of numbers cannot all be in the `notation` of the training
    /// file.
    ///
    /// # Errors
    /// If they may be written in several ways.
    pub(super) fn other_notation(&self, roles: &[Role], notation: &Notation) -> Result<Option<OtherNotation>> {
        let numbers = |&role: &Role| if role == Role::Numbers { role } else { Role::LeftOut };
        let roles: Vec<Role> = roles.iter().map(numbers).collect();
        let detection = Detection::new(self, &roles, notation);
        let evidence = detection.evidence(u8::MAX, detection.sample.iter().map(Vec::as_slice)).ok();
        let is_known = |forms: u8| forms & bit_of(notation) != 0;
        let Some(evidence) = evidence.filter(|evidence| !is_known(evidence.forms)) else { return Ok(None) };
        let (column, example) = evidence.example.unwrap_or_default();
        match choose(evidence.forms) {
            Some(form) => {
                let mut notation = notation.clone();
                take(&mut notation, form);
                Ok(Some(OtherNotation { notation, column, example }))
            }
            None => {
                let (name, value, known) = (quoted(&self.names[column]), quoted(&example), notation.described());
                let problem = format!(
                    "column {name}: {value} is a number with a decimal comma or with a comma between thousands; write it \
                     as the training file does, with {known}"
                );
                Err(Error::data(&self.file, problem))
            }
        }
    }
}

impl<'t> Detection<'t> {
    fn new(table: &'t Table, roles: &'t [Role], notation: &Notation) -> Self {
        let may_be_number = |&role: &Role| if role == Role::Texts { Role::LeftOut } else { role };
        let wanted: Vec<Role> = roles.iter().map(may_be_number).collect();
        let mut sample = vec![Vec::new(); roles.len()];
        table.sample(&wanted, &mut |column, text| {
            if notation.value(text) != Value::Missing {
                sample[column].push(text.to_string());
            }
        });
        Self { table, roles, sample }
    }

    fn detect(
        &self,
        notation: &mut Notation,
        options: NumberOptions,
    ) -> std::result::Result<(Columns, Vec<String>), Undetected> {
        let allowed = options.forms();
        if allowed == 0 {
            return Err(Error::config("csv.thousands", "is the same mark as csv.decimal; change one").into());
        }
        let mut evidence = Evidence { forms: allowed, example: None };
        let guess = self.evidence(allowed, self.sample.iter().map(Vec::as_slice)).ok();
        let guess = guess.and_then(|evidence| choose(evidence.forms));
        take(notation, guess.unwrap_or(allowed.trailing_zeros() as usize));
        let mut columns = loop {
            let columns = self.read(notation)?;
            // Each round sees values beyond the sample, which may rule out more forms.
            let found = self.evidence_of(&columns, evidence.forms)?;
            evidence = Evidence { example: found.example.or(evidence.example), ..found };
            match choose(evidence.forms) {
                Some(form) if 1 << form == bit_of(notation) => break columns,
                Some(form) => take(notation, form),
                None => return Err(self.ambiguous(evidence.example)),
            }
        };
        let mut notes = Vec::new();
        if allowed.count_ones() > 1 {
            notes.extend(self.note(notation, &evidence));
        }
        self.read_units(&mut columns, notation, &mut notes);
        self.check_numbers(&columns)?;
        Ok((columns, notes))
    }

    fn read(&self, notation: &Notation) -> Result<Columns> {
        let role = |(&role, sample): (&Role, &Vec<String>)| match role {
            Role::LeftOut | Role::Texts => role,
            // The column would be cut short, and read again.
            _ if sample.iter().any(|text| notation.value(text) == Value::Text) => Role::Texts,
            // What is not a number in one notation may be one in another.
            _ => Role::Either,
        };
        let roles: Vec<Role> = self.roles.iter().zip(&self.sample).map(role).collect();
        self.table.read(&roles, notation)
    }

    /// Collects what the columns of numbers have in common; a column with anything else says nothing.
    fn evidence<'v>(
        &self,
        allowed: u8,
        columns: impl Iterator<Item = &'v [String]>,
    ) -> std::result::Result<Evidence, Undetected> {
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
    fn evidence_of(&self, columns: &Columns, allowed: u8) -> std::result::Result<Evidence, Undetected> {
        let is_odd =
            |column: usize| self.roles[column] != Role::Texts && matches!(&columns.columns[column], Column::Texts(_));
        let values = |column: usize| match &columns.columns[column] {
            Column::Texts(texts) if is_odd(column) => texts.values.as_slice(),
            _ => self.sample[column].as_slice(),
        };
        self.evidence(allowed, (0..self.roles.len()).map(values))
    }

    fn contradiction(&self, column: usize, value: Option<String>, other: Option<(usize, String)>) -> Undetected {
        let name = |column: usize| quoted(&self.table.names[column]);
        let value = value.unwrap_or_default();
        let other = other.map(|(column, value)| format!(" while column {} has {}", name(column), quoted(&value)));
        let problem = format!(
            "column {} has numbers such as {}{}; write all numbers the same way, or leave one column out with csv.ignore or read \
             it as text with csv.categorical",
            name(column),
            quoted(&value),
            other.unwrap_or_default()
        );
        Undetected { error: Error::data(&self.table.file, problem), undecided: Some(Undecided::Column(column)) }
    }

    fn ambiguous(&self, example: Option<(usize, String)>) -> Undetected {
        let (column, value) = example.unwrap_or_default();
        let problem = format!(
            "column {}: {} is a number with a decimal comma or with a comma between thousands; say which with --set \
             csv.decimal=comma or --set csv.thousands=comma",
            self.table.names.get(column).map(|name| quoted(name)).unwrap_or_default(),
            quoted(&value)
        );
        Undetected { error: Error::data(&self.table.file, problem), undecided: Some(Undecided::Mark) }
    }

    /// Says how numbers are read, unless it is obvious.
    fn note(&self, notation: &Notation, evidence: &Evidence) -> Option<String> {
        if bit_of(notation) != PLAIN {
            let example = evidence.example.as_ref();
            let example = example.map(|(_, example)| format!(", such as {}", quoted(example))).unwrap_or_default();
            return Some(format!("numbers are read with {}{example}", notation.described()));
        }
        // Every point has three digits after it, and none to three before.
        let numbers = self.sample.iter().filter(|values| written(values).is_some()).flatten();
        let example = numbers.into_iter().find(|text| text.contains('.')).filter(|_| evidence.forms & POINTS != 0)?;
        Some(format!(
            "numbers such as {} are read with a decimal point; if their points are between thousands, use --set \
             csv.thousands=point",
            quoted(example)
        ))
    }

    /// Refuses texts in a column that must hold numbers.
    fn check_numbers(&self, columns: &Columns) -> Result<()> {
        for (column, name) in self.table.names.iter().enumerate() {
            let (Column::Texts(texts), Role::Numbers) = (&columns.columns[column], self.roles[column]) else {
                continue;
            };
            let (place, text) = match &texts.first_among_numbers {
                Some(found) => (found.place.clone(), found.text.as_str()),
                None => (columns.lines.place(0), texts.values.first().map_or("", String::as_str)),
            };
            let problem = format!("{place}, column {}: {} is not a number", quoted(name), quoted(text));
            return Err(Error::data(&self.table.file, problem));
        }
        Ok(())
    }

    /// Turns columns whose values all have the same unit into numbers.
    fn read_units(&self, columns: &mut Columns, notation: &mut Notation, notes: &mut Vec<String>) {
        for (column, name) in self.table.names.iter().enumerate() {
            let (Column::Texts(texts), Role::Either | Role::Numbers) = (&columns.columns[column], self.roles[column])
            else {
                continue;
            };
            let Some((unit, _)) = written(&texts.values) else { continue };
            let meaning = Meaning::Unit(unit.clone());
            let Some(numbers) = numbers_in(texts, &meaning, notation) else { continue };
            let example = texts.values.first().map(|text| quoted(text)).unwrap_or_default();
            notes.push(format!("column {name} is read as numbers with the unit {}, such as {example}", quoted(&unit)));
            columns.columns[column] = Column::Numbers(numbers);
            notation.meanings.insert(name.clone(), meaning);
        }
    }
}

/// Whether all `values` are numbers in one notation, with the same unit or without one.
pub fn are_numbers(values: &[String]) -> bool {
    written(values).is_some()
}

/// The unit that all `values` have, and the forms that they may all be written in; `None` if one of them is not a
/// number or there are none.
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

/// The bit of the form that a notation has.
fn bit_of(notation: &Notation) -> u8 {
    let form = FORMS.iter().position(|&form| form == (notation.decimal, notation.thousands));
    form.map_or(0, |form| 1 << form)
}

fn numbers_in(texts: &Texts, meaning: &Meaning, notation: &Notation) -> Option<Vec<f64>> {
    let number = |text: &String| match notation.value_in(meaning, text) {
        Value::Number(number) => Some(number),
        _ => None,
    };
    let numbers = texts.values.iter().map(number).collect::<Option<Vec<f64>>>()?;
    Some(texts.rows.iter().map(|&row| numbers.get(row as usize).copied().unwrap_or(f64::NAN)).collect())
}
