//! Where the records of a table lie.

use std::ops::Deref;

/// The number of each record in its file: its line in a text, its row in other formats. Derefs to the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {
    numbers: Vec<u64>,
    unit: Unit,
    /// First record and name of each file, if there are several.
    files: Vec<(usize, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Unit {
    #[default]
    Line,
    Row,
}

impl Lines {
    /// Places records in rows of these numbers.
    pub fn of_rows(numbers: Vec<u64>) -> Self {
        Self { numbers, unit: Unit::Row, files: Vec::new() }
    }

    /// Appends the records of another file.
    pub(super) fn append_file(&mut self, file: String, part: Self) {
        self.files.push((self.numbers.len(), file));
        self.unit = part.unit;
        self.numbers.extend(part.numbers);
    }

    /// Appends later records of the same file.
    pub(super) fn append(&mut self, later: Self) {
        self.numbers.extend(later.numbers);
    }

    /// Reserves memory for so many later records, if there is any.
    pub(super) fn reserve(&mut self, records: usize) {
        // Without it, appending reports that.
        let _ = self.numbers.try_reserve_exact(records);
    }

    /// Keeps only the first `records`.
    pub(super) fn truncate(&mut self, records: usize) {
        self.numbers.truncate(records);
        self.files.retain(|(first, _)| *first < records);
    }

    /// Keeps only the records `rows`, which ascend.
    pub fn keep(&mut self, rows: &[usize]) {
        self.numbers = rows.iter().map(|&row| self.numbers[row]).collect();
        self.files.iter_mut().for_each(|(first, _)| *first = rows.partition_point(|row| row < first));
    }

    /// The file of a record, if there are several.
    pub fn file(&self, record: usize) -> Option<&str> {
        self.files.iter().rev().find(|(first, _)| *first <= record).map(|(_, file)| file.as_str())
    }

    /// Names the place of a record, for messages: `line 7`, `row 7`, `b.csv, line 7`.
    ///
    /// # Panics
    /// If there is no such record.
    pub fn place(&self, record: usize) -> String {
        let unit = match self.unit {
            Unit::Line => "line",
            Unit::Row => "row",
        };
        let place = format!("{unit} {}", self.numbers[record]);
        match self.file(record) {
            Some(file) => format!("{file}, {place}"),
            None => place,
        }
    }
}

impl From<Vec<u64>> for Lines {
    fn from(numbers: Vec<u64>) -> Self {
        Self { numbers, unit: Unit::Line, files: Vec::new() }
    }
}

impl Deref for Lines {
    type Target = [u64];

    fn deref(&self) -> &[u64] {
        &self.numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_placed_by_its_line_or_row_and_its_file() {
        let text = Lines::from(vec![2, 3, 7]);
        assert_eq!((text.place(2), text[2]), ("line 7".to_string(), 7));
        assert_eq!(Lines::of_rows(vec![2, 4]).place(1), "row 4");
        let mut joined = Lines::default();
        joined.append_file("a.csv".to_string(), text.clone());
        joined.append_file("b.csv".to_string(), text);
        assert_eq!([2, 3, 5].map(|record| joined.place(record)), ["a.csv, line 7", "b.csv, line 2", "b.csv, line 7"]);
        let mut kept = joined;
        kept.keep(&[1, 2, 5]);
        assert_eq!([0, 1, 2].map(|record| kept.place(record)), ["a.csv, line 3", "a.csv, line 7", "b.csv, line 7"]);
    }
}
