use super::test_workbook::{of_texts, place, text, workbook};
use crate::data::sources::table::formats::notation_tests::{
    assert_notes_mixed, assert_reads_as, csv, load, load_with, mixed_rows, rows,
};
use crate::data::sources::table::formats::tests::{either, fixture, problem, written};

#[test]
fn a_sheet_is_chosen_by_name_and_otherwise_the_first_is_said() {
    let message = problem(&fixture("people.xlsx"), either);
    assert!(message.contains("is read from sheet About, not from \"People 2024\""), "{message}");
    let message = problem(&fixture("people.xlsx#Staff"), either);
    assert!(message.contains("has no sheet \"Staff\"; its sheets are \"About\", \"People 2024\""), "{message}");
}

#[test]
fn decimal_marks_thousands_and_units_are_detected_in_texts() {
    let (_directory, expected) = written("csv", csv(&rows()).as_bytes());
    let (_other, path) = written("xlsx", &of_texts(&rows()));
    assert_reads_as(&path, &load(&expected));
}

#[test]
fn a_mixed_column_is_placed_by_row() {
    let (_directory, path) = written("xlsx", &of_texts(&mixed_rows("many")));
    assert_notes_mixed(&path, "row 9;");
}

#[test]
fn a_workbook_names_rows_below_a_title_and_formulas_without_values() {
    // A title, an empty row, the names in row 3, and a formula that openpyxl has not computed in row 6.
    let row = |row: usize| {
        let cells = match row {
            1 => text("A1", "Measured in 2020"),
            2 => String::new(),
            3 => ["x", "n", "class"].iter().enumerate().map(|(column, name)| text(&place(column, 3), name)).collect(),
            6 => text("A6", "1") + "<c r=\"B6\"><f>A5+1</f><v></v></c>" + &text("C6", "a"),
            row => {
                text(&place(0, row), &row.to_string())
                    + &text(&place(1, row), "5")
                    + &text(&place(2, row), ["a", "b"][row % 2])
            }
        };
        format!("<row r=\"{row}\">{cells}</row>")
    };
    let (_directory, path) = written("xlsx", &workbook(&(1..16).map(row).collect::<String>()));
    let message = load_with(&path, &[]).unwrap_err().to_string();
    let problem = "row 6, column \"n\": the value of the formula is not saved; open the workbook in a spreadsheet program \
                   and save it";
    assert!(message.ends_with(problem), "{message}");
    let data = load_with(&path, &["csv.ignore=n"]).unwrap();
    assert_eq!(data.table.unwrap().feature_names(), ["x"]);
    let note = "the table begins in row 3; what is above it, \"Measured in 2020\"";
    assert!(data.notes.iter().any(|text| text.starts_with(note)), "{:?}", data.notes);
}

#[test]
fn stray_cells_that_would_fill_memory_are_refused() {
    let row = |row: usize| format!("<row r=\"{row}\">{}</row>", text(&format!("XFD{row}"), "x"));
    let first = format!("<row r=\"1\">{}</row>", text("A1", "x"));
    let rows: String = (2..5000).map(row).collect();
    let (_directory, path) = written("xlsx", &workbook(&(first + &rows)));
    let message = load_with(&path, &[]).unwrap_err().to_string();
    let problem = "has 4999 rows of 16384 columns, nearly all of them empty; delete stray cells beside the table";
    assert!(message.ends_with(problem), "{message}");
}
