//! The `csv:FILE` source: a table with a column of classes.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::columns::{Column, Columns, Role, quoted};
use super::dialect::Dialect;
use super::fit::fit;
use super::layout::Layout;
use super::schema::{Gaps, TableSchema};
use super::target::Target;
use super::text::read_text;
use crate::config::{CsvConfig, CsvHeader, MissingValues, RunConfig};
use crate::data::random::{Purpose, stream};
use crate::data::split::{Split, split};
use crate::data::{Data, Features, Progress, Samples, Source, stratified_split};
use crate::format::count;
use crate::{Error, Result};

/// Rows from which on a column that counts them is told of.
const COUNTED_ROWS: usize = 10;

/// The `csv:FILE` source.
///
/// The target column names the classes. All other columns become features as [`TableSchema`] has it, by the statistics of
/// those rows alone that train: without the test part and without the validation part.
#[derive(Debug, Clone)]
pub struct CsvFile {
    path: PathBuf,
    config: CsvConfig,
    /// What decides which rows validate.
    valid_fraction: f64,
    seed: u64,
}

/// A table as it was read, before any statistics.
struct Table {
    header: bool,
    names: Vec<String>,
    read: Columns,
    target: usize,
    /// Columns that become features.
    used: Vec<usize>,
    notes: Vec<String>,
}

impl CsvFile {
    /// The table at `path`; `config` also says how it is read, and which rows will validate.
    pub fn new(path: impl Into<PathBuf>, config: &RunConfig) -> Self {
        Self { path: path.into(), config: config.csv.clone(), valid_fraction: config.split.valid, seed: config.seed }
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn read_table(&self) -> Result<Table> {
        let name = self.name();
        let text = read_file(&self.path)?;
        let dialect = Dialect::of(&text, self.config.delimiter, self.config.header);
        let layout = Layout::of(&text, dialect, &name)?;
        let width = layout.names.len();
        if width < 2 {
            let problem =
                "has 1 column; it needs the classes and a feature; is its delimiter another? See csv.delimiter";
            return Err(Error::data(name, problem));
        }
        let target = match self.config.target.trim() {
            "" => width - 1,
            selector => layout.find("csv.target", selector)?,
        };
        let roles = self.roles(&layout, target)?;
        let read = layout.read(&roles)?;
        if read.rows() == 0 {
            return Err(Error::data(name, "has no rows below its first line"));
        }
        let mut table = Table {
            header: layout.header,
            used: (0..width).filter(|&column| column != target && roles[column] != Role::LeftOut).collect(),
            read,
            target,
            notes: Vec::new(),
            names: layout.names.clone(),
        };
        if self.config.target.trim().is_empty() {
            let target = &table.names[target];
            table.notes.push(format!("the classes are those of the last column, {target}; --target names another"));
        }
        table.leave_out_counters(&layout);
        table.tell_of_texts_among_numbers(&roles);
        if table.used.is_empty() {
            return Err(Error::data(name, "has no column left to be a feature; see csv.ignore"));
        }
        table.check_complete(&self.config).map_err(|problem| Error::data(name, problem))?;
        Ok(table)
    }

    fn roles(&self, layout: &Layout, target: usize) -> Result<Vec<Role>> {
        let mut roles = vec![Role::Either; layout.names.len()];
        for (key, selectors, role) in [
            ("csv.categorical", &self.config.categorical, Role::Texts),
            ("csv.ignore", &self.config.ignore, Role::LeftOut),
        ] {
            for selector in selectors {
                let column = layout.find(key, selector)?;
                if column == target {
                    let problem = format!("{} holds the classes; --target names another column", quoted(selector));
                    return Err(Error::config(key, problem));
                }
                roles[column] = role;
            }
        }
        roles[target] = Role::Texts;
        let used = (0..roles.len()).filter(|&column| roles[column] != Role::LeftOut);
        used.map(|column| layout.named(&layout.names[column])).collect::<Result<Vec<_>>>()?;
        Ok(roles)
    }

    /// The rows to train and validate on, and those to test on, of a file without a test file.
    fn test_split(&self, target: &Target) -> Result<Split> {
        let rows = target.labels.len();
        let all = Split { train: (0..rows).collect(), valid: Vec::new() };
        if !self.config.test.is_empty() || self.config.test_fraction == 0.0 {
            return Ok(all);
        }
        let fraction = self.config.test_fraction;
        let mut generator = stream(self.config.test_seed, Purpose::TestPart, 0);
        split(&target.labels, target.names.len(), fraction, &mut generator).map_err(|_| {
            let problem = format!("{fraction} of {rows} rows leaves no row to train or to test; give another fraction");
            Error::config("csv.test_fraction", problem)
        })
    }

    fn read_test_file(&self, schema: &TableSchema, unseen_values: &mut usize) -> Result<Option<Samples>> {
        if self.config.test.is_empty() {
            return Ok(None);
        }
        let path = Path::new(&self.config.test);
        let name = path.display().to_string();
        let text = read_file(path)?;
        let header = if schema.header { CsvHeader::Yes } else { CsvHeader::No };
        let rows = schema.read_rows(&Layout::of(&text, Dialect::of(&text, self.config.delimiter, header), &name)?)?;
        *unseen_values += rows.unseen_values;
        let labels = rows
            .labels
            .ok_or_else(|| Error::data(&name, format!("has no column {} with the classes", quoted(&schema.target))))?;
        if let Some(row) = labels.iter().position(Option::is_none) {
            let line = rows.lines[row];
            let problem =
                format!("line {line}, column {}: it names no class of {}", quoted(&schema.target), self.name());
            return Err(Error::data(&name, problem));
        }
        let labels = labels.into_iter().flatten().collect();
        Samples::new(Features::Floats(rows.features), labels, schema.features()).map(Some)
    }
}

impl Source for CsvFile {
    fn load(&self, _progress: Progress) -> Result<Data> {
        let fail = |problem: String| Error::data(self.name(), problem);
        let mut table = self.read_table()?;
        let target = table.target().map_err(fail)?;
        let parts = self.test_split(&target)?;
        let labels = |rows: &[usize]| rows.iter().map(|&row| target.labels[row]).collect::<Vec<_>>();
        let validation = stratified_split(&labels(&parts.train), target.names.len(), self.valid_fraction, self.seed)?;
        let training_rows: Vec<usize> = validation.train.iter().map(|&row| parts.train[row]).collect();
        let schema = TableSchema {
            target: table.names[table.target].clone(),
            classes: target.names.clone(),
            header: table.header,
            width: table.names.len(),
            columns: fit(&table.named_columns(), &training_rows, &self.config).map_err(fail)?,
        };
        let mut unseen_values = 0;
        let mut samples = |rows: &[usize]| {
            let encoded = schema.encode(&table.read, &table.used, rows).map_err(fail)?;
            unseen_values += encoded.unseen_values;
            Samples::new(Features::Floats(encoded.features), labels(rows), schema.features())
        };
        let train = samples(&parts.train)?;
        let test = match parts.valid.is_empty() {
            true => self.read_test_file(&schema, &mut unseen_values)?,
            false => Some(samples(&parts.valid)?),
        };
        let mut notes = std::mem::take(&mut table.notes);
        notes.extend(unseen_note(unseen_values));
        let source = format!("csv:{}", self.name());
        let data = Data::new(source, train, test, target.names, None)?;
        Ok(Data { table: Some(schema), notes, ..data })
    }
}

impl Table {
    /// The columns that become features, with their names.
    fn named_columns(&self) -> Vec<(&str, &Column)> {
        self.used.iter().map(|&column| (self.names[column].as_str(), &self.read.columns[column])).collect()
    }

    fn target(&self) -> std::result::Result<Target, String> {
        match &self.read.columns[self.target] {
            Column::Texts(texts) => Target::of(&self.names[self.target], texts),
            Column::Numbers(_) | Column::LeftOut => Err("has no column of classes".to_string()),
        }
    }

    /// An index without a name, as pandas writes one, is no feature: in a sorted table it gives the class away. One with a
    /// name is told of.
    fn leave_out_counters(&mut self, layout: &Layout) {
        let counts_rows = |column: &Column| match column {
            Column::Numbers(numbers) if numbers.len() >= COUNTED_ROWS => {
                numbers.iter().enumerate().all(|(row, &number)| number == numbers[0] + row as f64)
            }
            _ => false,
        };
        let (read, notes) = (&self.read, &mut self.notes);
        self.used.retain(|&column| {
            if !counts_rows(&read.columns[column]) {
                return true;
            }
            let name = &layout.names[column];
            let is_unnamed = layout.is_unnamed(column);
            notes.push(match is_unnamed {
                true => format!("{name} has no name and only counts the rows; it is left out"),
                false => format!("column {name} only counts the rows; leave it out with --set 'csv.ignore={name}'"),
            });
            !is_unnamed
        });
    }

    /// A slip in a column of numbers makes it one of texts.
    fn tell_of_texts_among_numbers(&mut self, roles: &[Role]) {
        for &column in self.used.iter().filter(|&&column| roles[column] == Role::Either) {
            let Column::Texts(texts) = &self.read.columns[column] else { continue };
            if let Some((line, text)) = &texts.first_among_numbers {
                let name = &self.names[column];
                self.notes.push(format!("column {name} is taken as text because of {} in line {line}", quoted(text)));
            }
        }
    }

    /// Refuses rows without a class, and, where nothing is imputed, without a value.
    fn check_complete(&self, config: &CsvConfig) -> std::result::Result<(), String> {
        let rows: Vec<usize> = (0..self.read.rows()).collect();
        let target = (self.names[self.target].as_str(), &self.read.columns[self.target]);
        if let Some(gaps) = Gaps::of(&[target], &rows, &self.read.lines) {
            return Err(format!("{gaps}; every row needs a class"));
        }
        if config.missing == MissingValues::Impute {
            return Ok(());
        }
        match Gaps::of(&self.named_columns(), &rows, &self.read.lines) {
            Some(gaps) => Err(format!(
                "{gaps}; complete it, leave the column out with csv.ignore, or fill in medians and most frequent texts with \
                 --set csv.missing=impute"
            )),
            None => Ok(()),
        }
    }
}

fn unseen_note(values: usize) -> Option<String> {
    let of = "of text columns in validation and test rows";
    match values {
        0 => None,
        1 => Some(format!("1 value {of} comes in no row that trains; its features are 0")),
        _ => Some(format!("{} values {of} come in no row that trains; their features are 0", count(values))),
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>> {
    let file = File::open(path).map_err(Error::io("read", path))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Error::data(path.display().to_string(), "is a directory; name a CSV file in it"));
    }
    read_text(file, &path.display().to_string())
}

#[cfg(test)]
#[path = "csv_file_tests.rs"]
mod tests;
