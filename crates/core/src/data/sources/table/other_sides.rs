//! Groups and times of validation and test rows from separate files.

use std::collections::HashMap;

use super::raw_table::RawTable;
use super::time_column::times;
use crate::config::DateOrder;
use crate::data::split::SplitBy;
use crate::format::count;
use crate::{Error, Result};
use burn_mlp_infer::csv::{Column, Lines, Role, Table, Texts};
use burn_mlp_infer::text::quoted;

/// A column of a file.
struct FileColumn<'a> {
    file: &'a str,
    values: Column,
    lines: Lines,
}

/// Checks that `files`, whose rows validate or test, keep to how the rows of `table` are divided: by group, no group is
/// on two sides; by time, rows older than the newest of `training` are reported. Returns notes.
///
/// # Errors
/// [`Error::Data`] if a group is on two sides, or a time cannot be read.
pub(super) fn check_other_sides(
    table: &RawTable,
    by: &SplitBy,
    training: &[usize],
    files: &[&Table],
    order: DateOrder,
) -> Result<Vec<String>> {
    let column = match by {
        SplitBy::Group(_) => table.row_columns.group,
        SplitBy::Time(_) => table.row_columns.time,
        SplitBy::Class => None,
    };
    let Some(column) = column.filter(|_| !files.is_empty()) else { return Ok(Vec::new()) };
    let (mut columns, mut notes) = (vec![own_column(table, column)], Vec::new());
    for file in files {
        match column_of(file, table, column)? {
            Some(found) => columns.push(found),
            None => notes.push(format!(
                "{} has no column {}, so its rows are not checked against those that train",
                file.file,
                quoted(&table.names[column])
            )),
        }
    }
    let name = &table.names[column];
    match by {
        SplitBy::Group(_) => check_groups(name, &columns)?,
        _ => notes.extend(older_rows(name, &columns, training, order)?),
    }
    Ok(notes)
}

fn own_column(table: &RawTable, column: usize) -> FileColumn<'_> {
    let (values, lines) = (table.read.columns[column].clone(), table.read.lines.clone());
    FileColumn { file: &table.file, values, lines }
}

/// Reads the column of `file` that is the `column` of `table`.
fn column_of<'a>(file: &'a Table, table: &RawTable, column: usize) -> Result<Option<FileColumn<'a>>> {
    let place = match table.header {
        true => file.named(&table.names[column])?,
        false => Some(column).filter(|_| file.names.len() == table.names.len()),
    };
    let Some(place) = place else { return Ok(None) };
    let mut roles = vec![Role::LeftOut; file.names.len()];
    roles[place] = match &table.read.columns[column] {
        Column::Numbers(_) => Role::Numbers,
        Column::Texts(_) | Column::LeftOut => Role::Texts,
    };
    let mut read = file.read(&roles, &table.notation)?;
    let present: Vec<usize> = (0..read.rows()).filter(|&row| !read.columns[place].is_missing(row)).collect();
    read.keep(&present);
    Ok(Some(FileColumn { file: &file.file, values: read.columns.swap_remove(place), lines: read.lines }))
}

fn check_groups(name: &str, columns: &[FileColumn]) -> Result<()> {
    let mut first: HashMap<&str, (&str, String)> = HashMap::new();
    for FileColumn { file, values, lines } in columns {
        let Column::Texts(texts) = values else { continue };
        let groups = first_rows(texts);
        let mut known = groups.iter().filter_map(|(row, group)| Some((*row, *group, first.get(group)?)));
        if let Some((row, group, (other, place))) = known.next() {
            let more = match known.count() {
                0 => String::new(),
                more => format!(", as are {} more groups", count(more)),
            };
            let problem = format!(
                "{}, column {}: the group {} is also in {other}, {place}{more}; no group may be on two sides: remove its rows \
                 from one of the files, or leave out split.group",
                lines.place(row),
                quoted(name),
                quoted(group)
            );
            return Err(Error::data(*file, problem));
        }
        first.extend(groups.into_iter().map(|(row, group)| (group, (*file, lines.place(row)))));
    }
    Ok(())
}

/// The first row of each text, in order.
fn first_rows(texts: &Texts) -> Vec<(usize, &str)> {
    let mut seen = vec![false; texts.values.len()];
    let is_first = |row: &usize| {
        let value = texts.rows[*row] as usize;
        seen.get_mut(value).is_some_and(|seen| !std::mem::replace(seen, true))
    };
    (0..texts.rows.len()).filter(is_first).filter_map(|row| Some((row, texts.text(row)?))).collect()
}

/// Counts the rows of the files after the first that are older than the newest of `training`, rows of the first.
fn older_rows(name: &str, columns: &[FileColumn], training: &[usize], order: DateOrder) -> Result<Vec<String>> {
    // All dates are read the same way: what tells the day from the month in one file holds for the others.
    let values = joined(columns.iter().map(|column| &column.values));
    let times = times(&values, name, order, &|row| place(columns, row))
        .map_err(|obstacle| obstacle.in_file("the table").error)?;
    let newest = training.iter().copied().max_by(|&one, &other| times[one].total_cmp(&times[other]));
    let (Some(newest), Some(own)) = (newest, columns.first()) else { return Ok(Vec::new()) };
    let (mut start, mut notes) = (own.lines.len(), Vec::new());
    for column in &columns[1..] {
        let rows = start..start + column.lines.len();
        let older = rows.clone().filter(|&row| times[row] < times[newest]).count();
        if older > 0 {
            notes.push(format!(
                "{}: {} of {} rows are older than the newest row that trains, {} in {}; with split.time, newer rows should \
                 judge older ones",
                column.file,
                count(older),
                count(rows.len()),
                own.values.shown(newest),
                own.lines.place(newest),
            ));
        }
        start = rows.end;
    }
    Ok(notes)
}

/// Names the place of a row of the joined files.
fn place(columns: &[FileColumn], row: usize) -> String {
    let mut row = row;
    for FileColumn { file, lines, .. } in columns {
        if row < lines.len() {
            return format!("{file}, {}", lines.place(row));
        }
        row -= lines.len();
    }
    String::new()
}

/// Joins columns that are all numbers or all texts.
fn joined<'a>(columns: impl Iterator<Item = &'a Column>) -> Column {
    let (mut numbers, mut texts) = (Vec::new(), Texts::default());
    for column in columns {
        match column {
            Column::Numbers(more) => numbers.extend(more),
            Column::Texts(more) => {
                let first = texts.values.len() as u32;
                texts.values.extend(more.values.iter().cloned());
                texts.rows.extend(more.rows.iter().map(|row| first + row));
            }
            Column::LeftOut => {}
        }
    }
    if texts.rows.is_empty() { Column::Numbers(numbers) } else { Column::Texts(texts) }
}
