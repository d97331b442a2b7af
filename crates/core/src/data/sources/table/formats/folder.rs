//! Opens a directory of tables with the same columns.

use std::collections::HashMap;
use std::path::Path;

use rayon::prelude::*;

use super::open_table;
use crate::config::{CsvConfig, CsvHeader, TableFormat};
use crate::data::sources::images::{DataPart, DirectoryEntries, Entry};
use crate::{Error, Result};
use burn_mlp_infer as infer;
use burn_mlp_infer::csv::{ColumnBuilder, ReadColumns, ReadingColumns, Role, Table};
use burn_mlp_infer::table::Notation;
use burn_mlp_infer::text::quoted;

/// Maximum number of files in a directory.
const MAX_FILES: usize = 100_000;

/// Endings of the files that are tables, besides `.gz`.
const ENDINGS: [(TableFormat, &[&str]); 2] =
    [(TableFormat::Csv, &["csv", "tsv", "txt", "data"]), (TableFormat::Parquet, &["parquet", "pq", "parq"])];

/// Tables with the same columns, one after another.
struct Folder {
    parts: Vec<Part>,
}

struct Part {
    /// Its file's name.
    file: String,
    table: Table,
    /// The place of each column of the folder in this file.
    places: Vec<usize>,
}

/// Determines the format of the tables in `directory` by the names of its files.
pub fn format_of(directory: &Path) -> Result<Option<TableFormat>> {
    let entries = DirectoryEntries::read(directory)?;
    let has = |format: TableFormat| entries.files.iter().any(|file| is_of(file, format));
    Ok([TableFormat::Parquet, TableFormat::Csv].into_iter().find(|&format| has(format)))
}

fn is_of(file: &Entry, format: TableFormat) -> bool {
    let name = file.name.to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    // Spark and others write files about the tables beside them, such as _SUCCESS.
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    !name.starts_with('_') && ENDINGS.iter().any(|(of, endings)| *of == format && endings.contains(&ending))
}

/// Opens the tables in `directory`, in natural order of their names.
///
/// # Errors
/// If there are none, one cannot be opened, or its columns are not those of the first.
pub fn open(directory: &Path, format: Option<TableFormat>, header: CsvHeader, config: &CsvConfig) -> Result<Table> {
    let name = directory.display().to_string();
    let fail = |problem: String| Error::data(&name, problem);
    let wanted = match format {
        Some(format @ (TableFormat::Csv | TableFormat::Parquet)) => format,
        Some(other) => return Err(fail(format!("is a directory; give a file as {}:FILE", other.name()))),
        None => format_of(directory)?.ok_or_else(|| fail("is a directory without CSV or Parquet files".to_string()))?,
    };
    let entries = DirectoryEntries::read(directory)?;
    let (files, others): (Vec<_>, Vec<_>) = entries.files.into_iter().partition(|file| is_of(file, wanted));
    if let (true, Some(folder)) = (files.is_empty(), entries.folders.first()) {
        let problem =
            format!("has no {} files, only folders such as {}; give one of them", wanted.name(), quoted(&folder.name));
        return Err(fail(problem));
    }
    if files.is_empty() || files.len() > MAX_FILES {
        return Err(fail(format!("has {} {} files; it needs 1 to {MAX_FILES}", files.len(), wanted.name())));
    }
    check_one_part(&files).map_err(fail)?;
    let mut parts: Vec<Part> = Vec::new();
    for file in files {
        // What the first file has, all others have.
        let header = match parts.first() {
            None => header,
            Some(first) if first.table.header => CsvHeader::Yes,
            Some(_) => CsvHeader::No,
        };
        let table = open_table(&file.path, Some(wanted), header, config)?;
        let first = parts.first().map_or(&table, |part| &part.table);
        let places = places(first, &table)?;
        parts.push(Part { file: file.name, table, places });
    }
    let first = &parts[0].table;
    let (names, header, mut notes) = (first.names.clone(), first.header, first.notes.clone());
    let skipped: Vec<&str> =
        others.iter().map(|other| other.name.as_str()).filter(|name| !name.starts_with('_')).collect();
    if let Some(first) = skipped.first() {
        notes.push(match skipped.len() {
            1 => format!("another file in {name} is left out: {}", quoted(first)),
            count => format!("{count} other files in {name} are left out, such as {}", quoted(first)),
        });
    }
    let mut table = Table::new(&name, names, header, Folder { parts });
    table.notes = notes;
    Ok(table)
}

/// Refuses files for training among files for test or validation, since they would be mixed.
fn check_one_part(files: &[Entry]) -> std::result::Result<(), String> {
    let stem = |file: &Entry| file.name.split('.').next().unwrap_or_default().to_string();
    let part = |file: &Entry| Some((file.path.display().to_string(), DataPart::of(&stem(file))?));
    let named: Vec<(String, DataPart)> = files.iter().filter_map(part).collect();
    let of = |part: DataPart| named.iter().find(|(_, of)| *of == part).map(|(path, _)| path);
    let train = of(DataPart::Train);
    let settings: Vec<String> = [(DataPart::Test, "csv.test"), (DataPart::Valid, "csv.valid")]
        .into_iter()
        .filter_map(|(part, key)| Some(format!("--set {key}={}", of(part)?)))
        .collect();
    match (train, settings.is_empty()) {
        (Some(train), false) => Err(format!(
            "has files for training and for evaluation, which would be mixed; name them: --data {train} {}",
            settings.join(" ")
        )),
        _ => Ok(()),
    }
}

/// Finds the columns of `first` in `table`: by name, or without names by position.
fn places(first: &Table, table: &Table) -> Result<Vec<usize>> {
    if first.names == table.names {
        return Ok((0..table.names.len()).collect());
    }
    let fail = |problem: String| Error::data(&table.file, problem);
    if !first.header || first.names.len() != table.names.len() {
        let (one, other) = (table.names.len(), first.names.len());
        return Err(fail(format!("has {one} columns, but {} has {other}; all files need the same", first.file)));
    }
    let known: HashMap<&str, usize> = table.names.iter().map(String::as_str).zip(0..).collect();
    if known.len() < table.names.len() {
        return Err(fail(format!("has two columns of one name, in another order than {}; rename one", first.file)));
    }
    let place = |name: &String| {
        known.get(name.as_str()).copied().ok_or_else(|| {
            fail(format!("has no column {}, which {} has; all files need the same", quoted(name), first.file))
        })
    };
    first.names.iter().map(place).collect()
}

impl Part {
    fn read<'n>(&self, roles: &[Role], notation: &'n Notation) -> infer::Result<ReadingColumns<'n>> {
        let read = self.table.read_once(&self.own(roles), notation)?;
        let mut columns: Vec<Option<ColumnBuilder>> = read.columns.into_iter().map(Some).collect();
        let columns = self.places.iter().filter_map(|&place| columns[place].take()).collect();
        Ok(ReadingColumns { columns, ..read })
    }

    /// The roles of this file's columns.
    fn own(&self, roles: &[Role]) -> Vec<Role> {
        let mut own = vec![Role::LeftOut; self.places.len()];
        self.places.iter().zip(roles).for_each(|(&place, &role)| own[place] = role);
        own
    }
}

impl ReadColumns for Folder {
    fn read<'n>(
        &self,
        _names: &[String],
        roles: &[Role],
        _file: &str,
        notation: &'n Notation,
    ) -> infer::Result<ReadingColumns<'n>> {
        let parts = self.parts.par_iter().map(|part| part.read(roles, notation)).collect::<infer::Result<Vec<_>>>()?;
        let parts = self.parts.iter().map(|part| part.file.clone()).zip(parts);
        Ok(ReadingColumns::of_files(parts))
    }

    fn sample(&self, roles: &[Role], take: &mut dyn FnMut(usize, &str)) {
        for part in &self.parts {
            let column = |own: usize| part.places.iter().position(|&place| place == own);
            part.table.sample(&part.own(roles), &mut |own, text| {
                if let Some(column) = column(own) {
                    take(column, text);
                }
            });
        }
    }
}
