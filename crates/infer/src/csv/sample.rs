//! The first records of a text, cut by one delimiter.

use std::cmp::Reverse;

use csv::ByteRecord;

use super::blanks::fields_between_blanks;
use super::number_like::is_number_like;
use super::records::{Cut, as_text, record_start, trimmed};
use crate::table::notation::forms;

/// Records looked at.
const SAMPLE: usize = 100;

/// Maximum number of lines above a table.
const MAX_ABOVE: usize = 20;

/// A blank as delimiter stands for any run of blanks and tabs.
pub(super) const BLANK: u8 = b' ';

/// Delimiters, most likely first.
pub(super) const DELIMITERS: [u8; 5] = [b',', b';', b'\t', b'|', BLANK];

/// The first records of a text.
#[derive(Debug)]
pub(super) struct Sample {
    pub delimiter: u8,
    /// The byte on which each begins.
    pub starts: Vec<usize>,
    pub records: Vec<Vec<String>>,
    /// The number of values that most records have.
    width: usize,
}

impl Sample {
    /// Cuts `text` from `start` on, without the lines that begin with `comment`.
    pub fn of(text: &[u8], start: usize, delimiter: u8, comment: Option<u8>) -> Self {
        let (mut starts, mut records) = (Vec::new(), Vec::new());
        let mut add = |at: usize, record: Vec<String>| {
            starts.push(at);
            records.push(record);
            records.len() < SAMPLE + MAX_ABOVE
        };
        match delimiter {
            BLANK => {
                let mut at = start;
                for line in text[start..].split_inclusive(|&byte| byte == b'\n') {
                    let is_comment = comment.is_some() && line.first().copied() == comment;
                    let fields = fields_between_blanks(trimmed(as_text(line)));
                    if !is_comment && !fields.is_empty() && !add(at, fields) {
                        break;
                    }
                    at += line.len();
                }
            }
            _ => {
                let mut reader = Cut { delimiter, comment }.reader(&text[start..]);
                let mut record = ByteRecord::new();
                loop {
                    let at = record_start(text, start + reader.position().byte() as usize, comment);
                    // Reading from memory cannot fail, and records may have any length.
                    if !matches!(reader.read_byte_record(&mut record), Ok(true))
                        || !add(at, record.iter().map(|value| trimmed(as_text(value)).to_string()).collect())
                    {
                        break;
                    }
                }
            }
        }
        let is_blank = |record: &Vec<String>| record.len() == 1 && record[0].is_empty();
        let kept: Vec<bool> = records.iter().map(|record| !is_blank(record)).collect();
        let mut keep = kept.iter();
        starts.retain(|_| *keep.next().unwrap_or(&true));
        records.retain(|record| !is_blank(record));
        let width = usual_width(&records);
        Self { delimiter, starts, records, width }
    }

    /// Takes records of a format without delimiters.
    pub fn of_records(records: Vec<Vec<String>>) -> Self {
        let width = usual_width(&records);
        Self { delimiter: b',', starts: (0..records.len()).collect(), records, width }
    }

    /// Number of lines above the table: with fewer values than its records, or with one where the table's first record
    /// has names.
    pub fn lines_above(&self) -> usize {
        let filled = |record: &Vec<String>| record.iter().filter(|value| !value.is_empty()).count();
        let is_above = |record: &Vec<String>| {
            let is_title = filled(record) <= 1 && self.columns() > 2;
            is_title || record.len() < self.width && !self.lacks_a_name_only(record)
        };
        let above = self.records.iter().take_while(|record| is_above(record)).count();
        match self.records.get(above..) {
            Some(rest) if above <= MAX_ABOVE && rest.len() > 1 && self.width > 1 => above,
            _ => 0,
        }
    }

    /// Whether this is the first of two records and one value shorter, as R writes the header of a table with row
    /// names.
    fn lacks_a_name_only(&self, record: &[String]) -> bool {
        record.len() > 1
            && record.len() + 1 == self.width
            && record.iter().all(|name| !name.is_empty() && forms(name) == 0)
    }

    /// Whether all records below the lines above the table have the same number of values. A header may lack one, and
    /// any record may end with delimiters.
    pub fn is_consistent(&self) -> bool {
        let columns = self.columns();
        let is_filled = |value: &String| !value.is_empty();
        let fits = |(index, record): (usize, &Vec<String>)| {
            let filled = record.iter().rposition(is_filled).map_or(0, |last| last + 1);
            (columns..=self.width).contains(&record.len())
                || (record.len() > self.width && filled <= columns)
                || (index == 0 && self.lacks_a_name_only(record))
        };
        self.width > 1 && self.records[self.lines_above()..].iter().enumerate().all(fits)
    }

    /// Number of columns: without those at the end that no record of the usual width fills.
    pub fn columns(&self) -> usize {
        let filled =
            |record: &Vec<String>| record.iter().rposition(|value| !value.is_empty()).map_or(0, |last| last + 1);
        let usual = self.records.iter().filter(|record| record.len() == self.width);
        usual.map(filled).max().unwrap_or(self.width)
    }

    /// Whether the header has one name fewer than the records have values.
    pub fn lacks_a_name(&self) -> bool {
        let above = self.lines_above();
        self.records.len() > above + 1 && self.width > 2 && self.lacks_a_name_only(&self.records[above])
    }

    /// Orders samples by how well their delimiter cuts: into equally many values, few of which hold another delimiter;
    /// then by the number of values.
    pub fn quality(&self) -> (bool, Reverse<usize>, usize) {
        let is_consistent = self.is_consistent();
        let values = || self.records[self.lines_above()..].iter().flatten();
        let odd = values().filter(|value| self.is_odd(value)).count();
        let first = self.records.first().map_or(0, Vec::len);
        match is_consistent {
            true => (true, Reverse(1000 * odd / values().count().max(1)), self.width),
            // Blanks are not a delimiter by chance.
            false => (false, Reverse(0), if self.delimiter == BLANK { 0 } else { first }),
        }
    }

    /// Whether a value holds another delimiter, but not as a mark within a number.
    fn is_odd(&self, value: &str) -> bool {
        let others = || DELIMITERS.iter().filter(|&&other| other != self.delimiter && other != BLANK);
        let blank_between_digits =
            || value.contains(' ') && value.bytes().all(|byte| byte.is_ascii_digit() || b" .,-+".contains(&byte));
        (others().any(|&other| value.contains(char::from(other))) || blank_between_digits()) && !is_number_like(value)
    }
}

/// The most frequent number of values; of equally frequent ones the largest.
fn usual_width(records: &[Vec<String>]) -> usize {
    let widths = || records.iter().map(Vec::len);
    widths().max_by_key(|&width| (widths().filter(|&other| other == width).count(), width)).unwrap_or(0)
}
