//! How a CSV text is written: its delimiter, and whether its first line names the columns.

use super::records::{Piece, first_record, trimmed};
use crate::table::{CsvDelimiter, CsvHeader};
use crate::table::{Value, value};
/// Records that are looked at.
const SAMPLE: usize = 100;

/// Delimiters, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: u8,
    /// Whether the first record names the columns.
    pub header: bool,
}

impl Dialect {
    /// As it is set, and otherwise as the first records show it.
    pub fn of(text: &[u8], delimiter: CsvDelimiter, header: CsvHeader) -> Self {
        let delimiter = match delimiter {
            CsvDelimiter::Auto => detect_delimiter(text),
            CsvDelimiter::Comma => b',',
            CsvDelimiter::Semicolon => b';',
            CsvDelimiter::Tab => b'\t',
            CsvDelimiter::Pipe => b'|',
        };
        let header = match header {
            CsvHeader::Auto => begins_with_names(&sample(text, delimiter)),
            CsvHeader::Yes => true,
            CsvHeader::No => false,
        };
        Self { delimiter, header }
    }

    /// The delimiter by which the first record has the most of `names`.
    pub fn with_names(text: &[u8], names: &[&str]) -> Self {
        let found = |delimiter: u8| {
            let record = first_record(text, delimiter).map(|(record, _)| record).unwrap_or_default();
            names.iter().filter(|name| record.iter().any(|value| trimmed(value) == **name)).count()
        };
        // Of equal ones the last is the greatest to `max_by_key`.
        let delimiter = DELIMITERS.into_iter().rev().max_by_key(|&delimiter| found(delimiter)).unwrap_or(b',');
        Self { delimiter, header: true }
    }
}

/// The first records, as texts.
fn sample(text: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    Piece { text, first_line: 1 }.visit(delimiter, |_, record| {
        records.push(record.iter().map(|value| trimmed(value).to_string()).collect());
        records.len() < SAMPLE
    });
    records
}

/// The delimiter by which all records of the sample have equally many columns, and the most; if there is none, that by
/// which the first has the most.
fn detect_delimiter(text: &[u8]) -> u8 {
    let score = |&delimiter: &u8| {
        let records = sample(text, delimiter);
        let width = records.first().map_or(0, Vec::len);
        (width > 1 && records.iter().all(|record| record.len() == width), width)
    };
    DELIMITERS.into_iter().rev().max_by_key(score).unwrap_or(b',')
}

/// Whether the first of `records` names the columns: it holds no number and no mark of a missing value but emptiness, and
/// nothing in it comes again in its column.
fn begins_with_names(records: &[Vec<String>]) -> bool {
    let Some((first, others)) = records.split_first() else { return true };
    first.iter().enumerate().all(|(column, name)| match value(name) {
        Value::Missing => name.is_empty(),
        Value::Text => !others.iter().any(|record| record.get(column) == Some(name)),
        Value::Number(_) | Value::TooLarge => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(text: &str) -> (char, bool) {
        let dialect = Dialect::of(text.as_bytes(), CsvDelimiter::Auto, CsvHeader::Auto);
        (char::from(dialect.delimiter), dialect.header)
    }

    #[test]
    fn the_delimiter_is_the_one_that_divides_all_lines_alike() {
        assert_eq!(detect("a,b,class\n1,2,x\n3,4,y\n"), (',', true));
        assert_eq!(detect("a;b;class\n1,5;2,5;x\n3,4;4,5;y\n"), (';', true));
        assert_eq!(detect("a\tb, c\tclass\n1\t2\tx\n"), ('\t', true));
        assert_eq!(detect("a|b\n1|x;y,z\n"), ('|', true));
        assert_eq!(detect("a,\"b;c;d\"\n1,2\n"), (',', true));
        // No delimiter divides all lines alike, so that the one that is cut short is told of.
        assert_eq!(detect("a,b,c\n1,2\n").0, ',');
        assert_eq!(detect("").0, ',');
    }

    #[test]
    fn a_first_line_of_names_is_known_by_what_stands_below_it() {
        assert_eq!(detect("5.1,3.5,setosa\n4.9,3.0,setosa\n"), (',', false));
        assert_eq!(detect(",a,b\n0,1,x\n"), (',', true)); // an index without a name
        assert_eq!(detect("?,x,y\n1,x,z\n"), (',', false));
        // Letters all over: the first of UCI's mushrooms, without and with names.
        assert_eq!(detect("p,x,s\ne,x,s\ne,b,s\n"), (',', false));
        assert_eq!(detect("class,cap,surface\np,x,s\ne,x,s\n"), (',', true));
    }

    #[test]
    fn what_is_set_is_not_detected() {
        let dialect = Dialect::of(b"a,b\n1,2\n", CsvDelimiter::Pipe, CsvHeader::No);
        assert_eq!(dialect, Dialect { delimiter: b'|', header: false });
    }

    #[test]
    fn known_names_tell_the_delimiter_of_a_file() {
        assert_eq!(Dialect::with_names(b"b;x,y;a\n1;2;3\n", &["a", "b"]).delimiter, b';');
        assert_eq!(Dialect::with_names(b"a\n1\n", &["a", "b"]).delimiter, b',');
    }
}
