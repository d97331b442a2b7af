//! Opens a sheet of a workbook: xlsx, xlsb, xls or ods.

mod cells;

use std::io::{self, Cursor, Read};

use calamine::{Data, ExcelDateTime, Reader, SheetType, SheetVisible, Sheets, open_workbook_auto_from_rs};

use super::binary::{guarded, read_bytes};
use crate::config::CsvHeader;
use crate::{Error, Result};
use burn_mlp_infer::csv::Table;
use burn_mlp_infer::text::quoted;
use cells::{CellRow, CellTable, Value};

/// Maximum size of a workbook's parts, uncompressed, in bytes.
const MAX_BYTES: u64 = 2 << 30;

/// Maximum number of cells with a value.
const MAX_CELLS: usize = 1 << 27;

type Workbook = Sheets<Cursor<Vec<u8>>>;

/// Opens the table in `sheet` of the workbook that `reader` holds; without a name, in its first sheet.
///
/// # Errors
/// If it cannot be read, is not a workbook, is damaged or too large, or has no such sheet or no cells in it.
pub fn open(
    reader: impl Read,
    name: &str,
    (sheet, target): (Option<&str>, Option<&str>),
    header: CsvHeader,
) -> Result<Table> {
    let bytes = read_bytes(reader, name)?;
    let fail = |problem: String| Error::data(name, problem);
    check_size(&bytes).map_err(fail)?;
    let damaged = |problem: String| fail(format!("is not a whole workbook ({problem}); save it again"));
    let opened = guarded(|| open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| error.to_string()));
    let mut workbook = opened.map_err(damaged)?;
    let sheets = sheet_names(&workbook);
    let (sheet, note) = match sheet {
        Some(sheet) if sheets.iter().any(|name| name == sheet) => (sheet.to_string(), None),
        Some(sheet) => return Err(fail(format!("has no sheet {}; its sheets are {}", quoted(sheet), listed(&sheets)))),
        None => first_sheet(&sheets, name).map_err(fail)?,
    };
    let rows = guarded(|| rows(&mut workbook, &sheet)).map_err(damaged)?;
    if rows.is_empty() {
        return Err(fail(format!("has no values in sheet {}; its sheets are {}", quoted(&sheet), listed(&sheets))));
    }
    let cells = CellTable::new(rows).map_err(fail)?;
    let mut table = cells.open(name, header, target).map_err(|error| match (&note, error) {
        (Some(note), Error::Data { problem, .. }) => fail(format!("sheet {}: {problem}; {note}", quoted(&sheet))),
        (_, error) => error,
    })?;
    table.notes.extend(note);
    Ok(table)
}

/// Refuses a zip archive whose parts would fill memory. What is not one holds no more than its bytes.
fn check_size(bytes: &[u8]) -> std::result::Result<(), String> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Ok(()) };
    let mut left = MAX_BYTES;
    for part in 0..archive.len() {
        // Sizes in the directory may lie, so that only decompressing tells.
        let Ok(part) = archive.by_index(part) else { continue };
        left -= io::copy(&mut part.take(left), &mut io::sink()).unwrap_or(0);
        if left == 0 {
            return Err(format!("holds more than {MAX_BYTES} bytes of sheets and texts; save the table as CSV"));
        }
    }
    Ok(())
}

/// Lists the sheets of cells, visible ones first.
fn sheet_names(workbook: &Workbook) -> Vec<String> {
    let of = |visible: bool| {
        let is_wanted = move |sheet: &&calamine::Sheet| {
            sheet.typ == SheetType::WorkSheet && (sheet.visible == SheetVisible::Visible) == visible
        };
        workbook.sheets_metadata().iter().filter(is_wanted).map(|sheet| sheet.name.clone())
    };
    of(true).chain(of(false)).collect()
}

/// Returns the first sheet, and a note if there are others.
fn first_sheet(sheets: &[String], file: &str) -> std::result::Result<(String, Option<String>), String> {
    match sheets {
        [] => Err("has no sheets with cells".to_string()),
        [only] => Ok((only.clone(), None)),
        [first, others @ ..] => {
            let others = listed(others);
            let first = first.clone();
            let note =
                format!("the table is read from sheet {first}, not from {others}; choose with xlsx:{file}#SHEET");
            Ok((first, Some(note)))
        }
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

/// Reads the rows that have values, with their numbers from 1.
fn rows(workbook: &mut Workbook, sheet: &str) -> std::result::Result<Vec<CellRow>, String> {
    let mut rows = Rows::default();
    let text = |error: &dyn std::error::Error| error.to_string();
    // Unlike a range, a reader of cells takes no memory for the empty cells between two distant ones.
    match workbook {
        Sheets::Xlsx(workbook) => {
            let mut reader = workbook.worksheet_cells_reader(sheet).map_err(|error| text(&error))?;
            while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(|error| text(&error))? {
                let unsaved = cell.formula.map(|_| Value::UnsavedFormula);
                rows.add(cell.pos, value(Data::from(cell.value)).or(unsaved))?;
            }
        }
        Sheets::Xlsb(workbook) => {
            let mut reader = workbook.worksheet_cells_reader(sheet).map_err(|error| text(&error))?;
            while let Some(cell) = reader.next_cell().map_err(|error| text(&error))? {
                rows.add(cell.get_position(), value(Data::from(cell.get_value().clone())))?;
            }
        }
        workbook => {
            let range = workbook.worksheet_range(sheet).map_err(|error| text(&error))?;
            let (first_row, first_column) = range.start().unwrap_or_default();
            for (row, column, cell) in range.used_cells() {
                rows.add((first_row + row as u32, first_column + column as u32), value(cell.clone()))?;
            }
        }
    }
    Ok(rows.rows)
}

/// Rows while they are read.
#[derive(Default)]
struct Rows {
    rows: Vec<CellRow>,
    cells: usize,
}

impl Rows {
    fn add(&mut self, (row, column): (u32, u32), value: Option<Value>) -> std::result::Result<(), String> {
        let Some(value) = value else { return Ok(()) };
        let number = u64::from(row) + 1;
        match self.rows.last_mut() {
            Some(last) if last.number == number => last.push(column, value),
            _ => self.rows.push(CellRow::new(number, column, value)),
        }
        self.cells += 1;
        match self.cells > MAX_CELLS {
            true => Err(format!("it has more than {MAX_CELLS} cells")),
            false => Ok(()),
        }
    }
}

fn value(cell: Data) -> Option<Value> {
    match cell {
        Data::Empty => None,
        Data::Int(number) => Some(Value::Number(number as f64)),
        Data::Float(number) => Some(Value::Number(number)),
        Data::Bool(value) => Some(Value::Text(value.to_string())),
        Data::DateTime(moment) if moment.is_datetime() => Some(Value::Text(iso(moment))),
        Data::DateTime(duration) => Some(Value::Number(duration.as_f64())),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            (!text.trim().is_empty()).then_some(Value::Text(text))
        }
        Data::Error(error) => Some(Value::Text(error.to_string())),
    }
}

/// A date in ISO 8601, with the time of day if it has one.
fn iso(moment: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, millisecond) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    match (moment.as_f64() < 1.0, time.as_str(), millisecond) {
        (true, ..) => time,
        (_, "00:00:00", 0) => date,
        (.., 0) => format!("{date}T{time}"),
        _ => format!("{date}T{time}.{millisecond:03}"),
    }
}

/// Workbooks that are written cell by cell.
#[cfg(test)]
mod test_workbook;

#[cfg(test)]
mod tests;
