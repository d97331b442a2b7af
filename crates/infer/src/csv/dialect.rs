//! Detects the form of a CSV text: where its table begins, its delimiter, and whether its first line names the columns.

use super::header::FirstRecord;
use super::sample::{BLANK, DELIMITERS, Sample};
use super::text::newlines;
use crate::table::{CsvDelimiter, CsvHeader};
use crate::text::quoted;
use crate::{Error, Result};

/// Values of a record that a message shows.
const MAX_SHOWN: usize = 4;

/// Bytes that begin a comment.
const COMMENTS: [u8; 2] = [b'#', b'%'];

/// How to cut a CSV text; what is not stated, [`Dialect`] detects.
#[derive(Debug, Clone, Copy)]
pub struct DialectOptions<'a> {
    pub delimiter: CsvDelimiter,
    pub header: CsvHeader,
    /// Name of the target, if known.
    pub target: Option<&'a str>,
}

/// The form of a CSV text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// A blank stands for any run of blanks and tabs.
    pub delimiter: u8,
    /// Whether the first record names the columns.
    pub header: bool,
    /// What begins a line that is not a record.
    pub comment: Option<u8>,
    /// The byte on which the table begins.
    pub start: usize,
    /// Number of columns; the rest of each record is empty.
    pub columns: usize,
    /// Whether the header has no name for the first column, as R writes row names.
    pub row_names: bool,
    /// What was decided and is not obvious, each a sentence.
    pub notes: Vec<String>,
}

impl Dialect {
    /// Takes the options, and detects what they leave open from the first records. Errors call the text `file`.
    ///
    /// # Errors
    /// If the first line may be names as well as a row.
    pub fn of(text: &[u8], options: DialectOptions, file: &str) -> Result<Self> {
        let (excel, start) = excel_mark(text);
        let fixed = match options.delimiter {
            CsvDelimiter::Auto => excel,
            CsvDelimiter::Comma => Some(b','),
            CsvDelimiter::Semicolon => Some(b';'),
            CsvDelimiter::Tab => Some(b'\t'),
            CsvDelimiter::Pipe => Some(b'|'),
            CsvDelimiter::Space => Some(BLANK),
        };
        let comment = comment_of(&text[start..]);
        let cut = |delimiter| Sample::of(text, start, delimiter, comment);
        let sample = match fixed {
            Some(delimiter) => cut(delimiter),
            // `max_by_key` returns the last of equal ones.
            None => DELIMITERS.into_iter().rev().map(cut).max_by_key(Sample::quality).unwrap_or_else(|| cut(b',')),
        };
        Self::of_sample(text, sample, comment, options, file)
    }

    fn of_sample(
        text: &[u8],
        sample: Sample,
        comment: Option<u8>,
        options: DialectOptions,
        file: &str,
    ) -> Result<Self> {
        let above = sample.lines_above();
        let records = &sample.records[above..];
        let mut dialect = Self {
            delimiter: sample.delimiter,
            header: options.header == CsvHeader::Yes,
            comment,
            start: sample.starts.get(above).copied().unwrap_or(text.len()),
            columns: sample.columns(),
            row_names: false,
            notes: Vec::new(),
        };
        let named = commented_names(text, &sample, comment).filter(|(names, _)| {
            let all: Vec<Vec<String>> = [names.clone()].into_iter().chain(records.iter().cloned()).collect();
            options.header != CsvHeader::No && FirstRecord::of(&all, options.target).is_header() == Some(true)
        });
        if let Some((names, start)) = named {
            dialect.note_comment();
            dialect.notes.push(format!("the column names are those of the comment above the table, {}", shown(&names)));
            return Ok(Self { header: true, start, ..dialect });
        }
        dialect.note_form(text, &sample);
        if options.header == CsvHeader::Auto {
            let number = newlines(&text[..dialect.start]) + 1;
            let place = Place { unit: "line", number, file };
            dialect.header = is_header(records, dialect.columns, options.target, place, &mut dialect.notes)?;
        }
        dialect.row_names = dialect.header && sample.lacks_a_name();
        if dialect.row_names {
            dialect.notes.push(
                "the header has one name fewer than the rows have values, so the first column is taken for row names"
                    .into(),
            );
        }
        Ok(dialect)
    }

    /// Whether the text can be cut as it is, without rewriting it.
    pub fn is_cut_by_a_byte(&self) -> bool {
        self.delimiter != BLANK
    }

    /// The first record, as it is shown, if it counts the columns from 0 or 1, as some programs name columns without
    /// names.
    pub(super) fn numbered_columns(&self, text: &[u8]) -> Option<String> {
        let sample = Sample::of(text, self.start, self.delimiter, self.comment);
        let counts = |record: &[String], from: usize| {
            record.len() > 1 && record.iter().enumerate().all(|(index, name)| *name == (from + index).to_string())
        };
        let first = sample.records.first()?;
        (0..2).any(|from| counts(first, from)).then(|| shown(first))
    }

    fn note_comment(&mut self) {
        if let Some(comment) = self.comment {
            self.notes.push(format!("lines that begin with {} are comments and left out", char::from(comment)));
        }
    }

    fn note_form(&mut self, text: &[u8], sample: &Sample) {
        let above = sample.lines_above();
        self.note_comment();
        if above > 0 {
            let line = format!("line {}", newlines(&text[..self.start]) + 1);
            self.notes.push(note_above(&line, &sample.records[0]));
        }
        if self.delimiter == BLANK {
            self.notes.push("the columns are separated by white space".into());
        }
        let widest = sample.records[above..].iter().map(Vec::len).max().unwrap_or(0);
        if sample.is_consistent() && widest > self.columns {
            let empty = widest - self.columns;
            let columns = if empty == 1 { "an empty column".to_string() } else { format!("{empty} empty columns") };
            self.notes.push(format!("the lines end with a delimiter; it makes {columns}, left out"));
        }
    }

    /// Chooses the delimiter, and the line among the first, by which most of `names` are found.
    pub fn with_names(text: &[u8], names: &[&str]) -> Self {
        let (_, start) = excel_mark(text);
        let comment = comment_of(&text[start..]);
        let found = |record: &[String]| names.iter().filter(|name| record.iter().any(|value| value == *name)).count();
        let best = |delimiter: u8| {
            let mut sample = Sample::of(text, start, delimiter, comment);
            // A header may be commented out.
            if let Some((record, at)) = commented_names(text, &sample, comment) {
                sample.records.insert(0, record);
                sample.starts.insert(0, at);
            }
            let lines = 0..sample.records.len().min(20);
            let line = lines.rev().max_by_key(|&line| found(&sample.records[line])).unwrap_or(0);
            let record: &[String] = sample.records.get(line).map_or(&[], Vec::as_slice);
            let row_names = sample.records.get(line + 1).is_some_and(|next| next.len() == record.len() + 1)
                && sample.lacks_a_name();
            let columns = record.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
            let start = sample.starts.get(line).copied().unwrap_or(text.len());
            let columns = columns.max(sample.columns().min(record.len())) + usize::from(row_names);
            let found = found(record);
            let mut dialect = Self { delimiter, header: true, comment, start, columns, row_names, notes: Vec::new() };
            dialect.note_comment();
            if line > 0 {
                let place = format!("line {}", newlines(&text[..start]) + 1);
                dialect.notes.push(note_above(&place, &sample.records[0]));
            }
            (found, dialect)
        };
        let (_, dialect) =
            DELIMITERS.into_iter().rev().map(best).max_by_key(|(found, _)| *found).unwrap_or_else(|| best(b','));
        dialect
    }
}

/// Where the table begins among the rows of a format without delimiters, and whether its first row names the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableTop {
    /// Number of rows above the table.
    pub above: usize,
    pub header: bool,
    /// What was decided and is not obvious, each a sentence.
    pub notes: Vec<String>,
}

impl TableTop {
    /// Detects the top of the table in its first rows, `records` with these `numbers`, by the rules for texts.
    ///
    /// # Errors
    /// If the first row may be names as well as a row.
    pub fn of(records: Vec<Vec<String>>, numbers: &[u64], options: DialectOptions, file: &str) -> Result<Self> {
        let sample = Sample::of_records(records);
        let above = sample.lines_above();
        let place = Place { unit: "row", number: numbers.get(above).copied().unwrap_or(1), file };
        let mut notes = Vec::new();
        if above > 0 {
            notes.push(note_above(&format!("row {}", place.number), &sample.records[0]));
        }
        let header = match options.header {
            CsvHeader::Auto => {
                is_header(&sample.records[above..], sample.columns(), options.target, place, &mut notes)?
            }
            stated => stated == CsvHeader::Yes,
        };
        Ok(Self { above, header, notes })
    }
}

/// Where the first record of a table is.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// "line" or "row".
    unit: &'a str,
    number: u64,
    file: &'a str,
}

/// Decides whether the first of `records` names the columns.
///
/// # Errors
/// If that is not clear.
fn is_header(
    records: &[Vec<String>],
    columns: usize,
    target: Option<&str>,
    Place { unit, number, file }: Place,
    notes: &mut Vec<String>,
) -> Result<bool> {
    let first = FirstRecord::of(records, target);
    let shown = || records.first().map(|record| shown(record)).unwrap_or_default();
    notes.extend(first.note(columns, unit, shown));
    first.is_header().ok_or_else(|| {
        let problem = format!(
            "{unit} {number}, {}, may be column names or a row; say which with --set csv.header=true or --set \
             csv.header=false",
            shown()
        );
        Error::data(file, problem)
    })
}

fn note_above(place: &str, first: &[String]) -> String {
    format!("the table begins in {place}; what is above it, {}, is left out", shown(first))
}

/// Reads Excel's line `sep=;`: the delimiter, and the byte after the line.
fn excel_mark(text: &[u8]) -> (Option<u8>, usize) {
    let end = text.iter().position(|&byte| byte == b'\n').map_or(text.len(), |end| end + 1);
    let line = text[..end].trim_ascii_end();
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let mark = line.get(..4).filter(|mark| mark.eq_ignore_ascii_case(b"sep="));
    match (mark, line) {
        (Some(_), [.., delimiter]) if line.len() == 5 => (Some(*delimiter), end),
        // A tab at the end is white space.
        (Some(_), _) if line.len() == 4 && text[..end].contains(&b'\t') => (Some(b'\t'), end),
        _ => (None, 0),
    }
}

/// What begins a comment: the first byte of the text, if it begins one and other lines follow.
fn comment_of(text: &[u8]) -> Option<u8> {
    let mut lines = text.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let comment = lines.next()?.first().copied().filter(|first| COMMENTS.contains(first))?;
    lines.take(100).any(|line| line.first() != Some(&comment)).then_some(comment)
}

/// Cuts the comment right above the table, which may hold the columns' names: them, and the byte on which they begin.
fn commented_names(text: &[u8], sample: &Sample, comment: Option<u8>) -> Option<(Vec<String>, usize)> {
    let table = sample.starts.get(sample.lines_above()).copied()?;
    let line = text[..table.checked_sub(1)?].iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    if comment.is_none() || text.get(line).copied() != comment {
        return None;
    }
    let is_before_names = |byte: &&u8| Some(**byte) == comment || **byte == b' ';
    let begin = line + text[line..table].iter().take_while(is_before_names).count();
    let names = Sample::of(&text[..table], begin, sample.delimiter, None).records.into_iter().next()?;
    (names.len() > 1 && names.len() == sample.columns()).then_some((names, begin))
}

/// Shows a record's first values.
fn shown(record: &[String]) -> String {
    let values: Vec<String> = record.iter().take(MAX_SHOWN).map(|value| quoted(value)).collect();
    let more = if record.len() > MAX_SHOWN { ", ..." } else { "" };
    format!("{}{more}", values.join(", "))
}

#[cfg(test)]
#[path = "dialect_tests.rs"]
mod tests;
