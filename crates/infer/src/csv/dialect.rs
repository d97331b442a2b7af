//! Detects the form of a CSV text: its delimiter, and whether its first line names the columns.

use super::records::{Piece, first_record, trimmed};
use crate::table::{CsvDelimiter, CsvHeader};
use crate::table::{Value, value};
/// Records looked at.
const SAMPLE: usize = 100;

/// Delimiters, most likely first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The form of a CSV text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: u8,
    /// Whether the first record names the columns.
    pub header: bool,
}

impl Dialect {
    /// Takes the options, and detects what they leave open from the first records.
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

    /// Chooses the delimiter by which the first record has most of `names`.
    pub fn with_names(text: &[u8], names: &[&str]) -> Self {
        let found = |delimiter: u8| {
            let record = first_record(text, delimiter).map(|(record, _)| record).unwrap_or_default();
            names.iter().filter(|name| record.iter().any(|value| trimmed(value) == **name)).count()
        };
        // `max_by_key` returns the last of equal ones.
        let delimiter = DELIMITERS.into_iter().rev().max_by_key(|&delimiter| found(delimiter)).unwrap_or(b',');
        Self { delimiter, header: true }
    }
}

/// Returns the first records as texts.
fn sample(text: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    Piece { text, first_line: 1 }.visit(delimiter, |_, record| {
        records.push(record.iter().map(|value| trimmed(value).to_string()).collect());
        records.len() < SAMPLE
    });
    records
}

/// Chooses the delimiter by which all records of the sample have the same number of columns, the larger the better; failing
/// that, the one by which the first record has most columns.
fn detect_delimiter(text: &[u8]) -> u8 {
    let score = |&delimiter: &u8| {
        let records = sample(text, delimiter);
        let width = records.first().map_or(0, Vec::len);
        (width > 1 && records.iter().all(|record| record.len() == width), width)
    };
    DELIMITERS.into_iter().rev().max_by_key(score).unwrap_or(b',')
}

/// Whether the first of `records` names the columns: it holds neither numbers nor marks of a missing value (it may have
/// empty names), and none of its texts occurs again in its column.
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
    fn the_delimiter_splits_all_lines_into_equally_many_columns() {
        assert_eq!(detect("a,b,class\n1,2,x\n3,4,y\n"), (',', true));
        assert_eq!(detect("a;b;class\n1,5;2,5;x\n3,4;4,5;y\n"), (';', true));
        assert_eq!(detect("a\tb, c\tclass\n1\t2\tx\n"), ('\t', true));
        assert_eq!(detect("a|b\n1|x;y,z\n"), ('|', true));
        assert_eq!(detect("a,\"b;c;d\"\n1,2\n"), (',', true));
        // No delimiter splits all lines equally: then the short line is reported.
        assert_eq!(detect("a,b,c\n1,2\n").0, ',');
        assert_eq!(detect("").0, ',');
    }

    #[test]
    fn a_header_is_recognised_by_the_lines_below_it() {
        assert_eq!(detect("5.1,3.5,setosa\n4.9,3.0,setosa\n"), (',', false));
        assert_eq!(detect(",a,b\n0,1,x\n"), (',', true)); // an index without a name
        assert_eq!(detect("?,x,y\n1,x,z\n"), (',', false));
        // Letters all over: the first of UCI's mushrooms, without and with names.
        assert_eq!(detect("p,x,s\ne,x,s\ne,b,s\n"), (',', false));
        assert_eq!(detect("class,cap,surface\np,x,s\ne,x,s\n"), (',', true));
    }

    #[test]
    fn options_override_detection() {
        let dialect = Dialect::of(b"a,b\n1,2\n", CsvDelimiter::Pipe, CsvHeader::No);
        assert_eq!(dialect, Dialect { delimiter: b'|', header: false });
    }

    #[test]
    fn known_column_names_decide_the_delimiter() {
        assert_eq!(Dialect::with_names(b"b;x,y;a\n1;2;3\n", &["a", "b"]).delimiter, b';');
        assert_eq!(Dialect::with_names(b"a\n1\n", &["a", "b"]).delimiter, b',');
    }
}
