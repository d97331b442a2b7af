use csv::{QuoteStyle, Terminator, WriterBuilder};
use proptest::prelude::*;

use super::*;
use crate::Result;
use crate::csv::column::{Column, Found, Texts};
use crate::csv::columns::Columns;
use crate::csv::dialect::Dialect;
use crate::csv::table::Table;

/// Opens a text without a header.
fn opened(text: &str, delimiter: u8, columns: usize) -> Result<Table> {
    let dialect =
        Dialect { delimiter, header: false, comment: None, start: 0, columns, row_names: false, notes: Vec::new() };
    Table::of_text(text.as_bytes().to_vec(), dialect, "t.csv")
}

fn read(text: &str, roles: &[Role]) -> Result<Columns> {
    opened(text, b',', roles.len())?.read(roles, &Notation::default())
}

fn problem(text: &str, roles: &[Role]) -> String {
    read(text, roles).unwrap_err().to_string()
}

/// A column's texts, row by row; `None` where one is missing.
fn texts(column: &Column) -> Vec<Option<String>> {
    let Column::Texts(Texts { rows, values, .. }) = column else { panic!("a column of texts: {column:?}") };
    rows.iter().map(|&row| values.get(row as usize).cloned()).collect()
}

const EITHER: Role = Role::Either;

#[test]
fn a_column_is_numeric_if_all_its_values_are_numbers() {
    let read = read("1, 1e-3 ,x\n-2,+5,1\n.5,7,NA\n", &[EITHER; 3]).unwrap();
    assert_eq!(read.columns[0], Column::Numbers(vec![1.0, -2.0, 0.5]));
    assert_eq!(read.columns[1], Column::Numbers(vec![0.001, 5.0, 7.0]));
    assert_eq!(texts(&read.columns[2]), [Some("x".into()), Some("1".into()), None]);
    assert_eq!(*read.lines, [1, 2, 3]);
}

#[test]
fn one_late_text_turns_a_long_column_into_texts() {
    let mut text: String = (0..300_000).map(|row| format!("{},{row}\n", row % 7)).collect();
    text.push_str("seven,1\n");
    let read = read(&text, &[EITHER; 2]).unwrap();
    let days = texts(&read.columns[0]);
    assert_eq!((days.len(), days[8].as_deref(), days[300_000].as_deref()), (300_001, Some("1"), Some("seven")));
    let Column::Texts(Texts { values, first_among_numbers, .. }) = &read.columns[0] else { panic!() };
    assert_eq!(values.len(), 8);
    let found = Found { place: "line 300001".to_string(), text: "seven".to_string() };
    assert_eq!(first_among_numbers, &Some(found));
    assert!(matches!(&read.columns[1], Column::Numbers(numbers) if numbers[299_999] == 299_999.0));
}

#[test]
fn the_first_damaged_line_is_reported_with_its_column() {
    assert_eq!(
        problem("1,2\n3\n4,5\n", &[EITHER; 2]),
        "t.csv: line 2 has 1 column where the first has 2; fix the line"
    );
    assert_eq!(
        problem("1,2\n\"3,4\n5,6\n", &[EITHER; 2]),
        "t.csv: line 2 has 1 column where the first has 2; a quoted value in it goes over several lines: is its quote closed?"
    );
    assert_eq!(
        problem("1,2\n3,x\n", &[EITHER, Role::Numbers]),
        "t.csv: line 2, column \"2\": \"x\" is not a number, as all others of the column are"
    );
    assert_eq!(
        problem("1,2\n3,inf\n", &[EITHER; 2]),
        "t.csv: line 2, column \"2\": \"inf\" is infinite or too large; fix it"
    );
    let late: String = (0..400_000).map(|row| format!("{row},1\n")).collect();
    assert!(problem(&format!("{late}1\n{late}1\n"), &[EITHER; 2]).contains("line 400001 has 1 column"));
}

#[test]
fn ignored_columns_may_hold_anything() {
    let read = read("1,inf\n2,x\n3,\n", &[EITHER, Role::LeftOut]).unwrap();
    assert_eq!(read.columns, [Column::Numbers(vec![1.0, 2.0, 3.0]), Column::LeftOut]);
}

#[test]
fn an_infinite_value_in_a_column_of_texts_is_a_text() {
    let read = read("inf,1\nx,2\n", &[EITHER; 2]).unwrap();
    assert_eq!(texts(&read.columns[0]), [Some("inf".into()), Some("x".into())]);
}

proptest! {
    #[test]
    fn what_the_csv_crate_writes_reads_back_the_same(
        records in (2..5_usize).prop_flat_map(|width| {
            let value = prop_oneof!["[a-z,;|\"\r\n ü]{0,6}", "-?[0-9]{1,4}(\\.[0-9]{1,3})?"];
            prop::collection::vec(prop::collection::vec(value, width), 1..12)
        }),
        delimiter in prop::sample::select(&b",;|\t"[..]),
        quotes in prop::sample::select(vec![QuoteStyle::Necessary, QuoteStyle::Always, QuoteStyle::NonNumeric]),
        crlf: bool,
    ) {
        let terminator = if crlf { Terminator::CRLF } else { Terminator::Any(b'\n') };
        let mut writer = WriterBuilder::new().delimiter(delimiter).quote_style(quotes).terminator(terminator)
            .from_writer(Vec::new());
        records.iter().for_each(|record| writer.write_record(record).unwrap());
        let text = writer.into_inner().unwrap();
        let width = records[0].len();
        let text = String::from_utf8(text).unwrap();
        let table = opened(&text, delimiter, width).unwrap();
        let read = table.read(&vec![Role::Texts; width], &Notation::default()).unwrap();
        prop_assert_eq!(read.rows(), records.len());
        for (column, read) in read.columns.iter().enumerate() {
            let written: Vec<Option<String>> =
                records.iter().map(|record| Some(record[column].trim().to_string()).filter(|text| !text.is_empty())).collect();
            let is_missing = |text: &&Option<String>| matches!(text.as_deref(), Some("na" | "nan" | "null"));
            prop_assume!(!written.iter().any(|text| is_missing(&text)));
            prop_assert_eq!(texts(read), written);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[0-9a\",;\r\n .]{0,60}", width in 1..4_usize) {
        if let Ok(read) = read(&text, &vec![EITHER; width]) {
            prop_assert!(read.lines.is_sorted());
            for column in &read.columns {
                match column {
                    Column::LeftOut => prop_assert_eq!(read.rows(), 0),
                    Column::Numbers(numbers) => prop_assert_eq!(numbers.len(), read.rows()),
                    Column::Texts(texts) => prop_assert_eq!(texts.rows.len(), read.rows()),
                }
            }
        }
    }
}
