//! Finds the columns of a table of image files.

use std::path::PathBuf;

use super::part::Part;
use crate::config::{CsvDelimiter, CsvHeader};
use burn_mlp_infer::csv::{Dialect, DialectOptions, Role, Table};
use burn_mlp_infer::table::Notation;
use burn_mlp_infer::text::quoted;

/// Names of columns that hold the classes.
const CLASS_NAMES: [&str; 3] = ["label", "class", "target"];

/// A table's records as texts, all of the same number of values.
pub(super) struct Records {
    /// Each with its line, from 1.
    records: Vec<(u64, Vec<String>)>,
    /// Whether the first record names the columns.
    has_header: bool,
}

impl Records {
    /// Reads a text; errors call it `file`.
    ///
    /// # Errors
    /// If it is not a table.
    pub fn read(text: Vec<u8>, file: &str) -> crate::Result<Self> {
        let options = DialectOptions { delimiter: CsvDelimiter::Auto, header: CsvHeader::No, target: None };
        let dialect = Dialect::of(&text, options, file)?;
        let table = Table::of_text(text, dialect, file)?;
        let read = table.read(&vec![Role::Texts; table.names.len()], &Notation::with_marks(&[]))?;
        let record = |row: usize| read.columns.iter().map(|column| column.shown(row)).collect();
        let records = read.lines.iter().enumerate().map(|(row, &line)| (line, record(row))).collect();
        Ok(Self { records, has_header: false })
    }

    /// The rows below the header, with their lines.
    pub fn rows(&self) -> impl Iterator<Item = (u64, &Vec<String>)> {
        self.records.iter().skip(usize::from(self.has_header)).map(|(line, record)| (*line, record))
    }
}

/// Indices and names of the columns that matter.
#[derive(Debug, PartialEq)]
pub(super) struct LabelsColumns {
    pub file: usize,
    pub class: usize,
    pub class_name: String,
    /// The column that says what an image is for.
    pub part: Option<usize>,
    pub part_name: Option<String>,
}

impl LabelsColumns {
    /// Finds the columns: that of the file names by `find`, which returns the image that a value
    /// names; that of the classes by `target`, a name or number, or as the only one left.
    ///
    /// # Errors
    /// Returns the rest of a sentence on the table.
    pub fn find(records: &mut Records, target: &str, find: impl Fn(&str) -> Option<PathBuf>) -> Result<Self, String> {
        let named = |record: &[String]| record.iter().position(|value| find(value).is_some());
        let file = match (named(&records.records[0].1), records.records.get(1).map(|(_, second)| named(second))) {
            (Some(file), _) => file,
            (None, Some(Some(file))) => {
                records.has_header = true;
                file
            }
            _ => return Err(records.without_files()),
        };
        let columns = records.records[0].1.len();
        let name = |column: usize| match records.has_header {
            true => records.records[0].1[column].clone(),
            false => (column + 1).to_string(),
        };
        let is_stated = |&column: &usize| name(column) == target || (column + 1).to_string() == target;
        let stated = (0..columns).find(is_stated);
        if !target.is_empty() && stated.is_none_or(|column| column == file) {
            return Err(format!("has no column {} with classes; see --target", quoted(target)));
        }
        let is_part = |&column: &usize| {
            column != file && stated != Some(column) && records.rows().all(|(_, row)| Part::of(&row[column]).is_some())
        };
        let part = (0..columns).find(is_part);
        let others: Vec<usize> = (0..columns).filter(|&column| column != file && Some(column) != part).collect();
        let class = stated.map_or_else(|| only_class(&others, &name), Ok)?;
        Ok(Self { file, class, class_name: name(class), part, part_name: part.map(name) })
    }
}

/// Returns the only column that can hold the classes.
fn only_class(others: &[usize], name: &impl Fn(usize) -> String) -> Result<usize, String> {
    let is_named = |column: &usize| CLASS_NAMES.iter().any(|known| name(*column).eq_ignore_ascii_case(known));
    let named: Vec<usize> = others.iter().copied().filter(is_named).collect();
    match (others, &named[..]) {
        ([only], _) | (_, [only]) => Ok(*only),
        ([], _) => Err("has no column with classes besides the file names".to_string()),
        _ => {
            let names: Vec<String> = others.iter().map(|&column| quoted(&name(column))).collect();
            Err(format!(
                "has several columns that may hold the classes, {}; name one with --target. Images with the labels of \
                 several tasks are out of scope: a run learns one of them",
                names.join(", ")
            ))
        }
    }
}

impl Records {
    fn without_files(&self) -> String {
        let row = &self.records[self.records.len().min(2) - 1].1;
        let values: Vec<String> = row.iter().take(4).map(|value| quoted(value)).collect();
        format!("names no image of the folder in its first rows, which have {}", values.join(", "))
    }
}
