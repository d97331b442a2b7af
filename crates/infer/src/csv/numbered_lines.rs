//! Reads the lines of a text one by one, with some read ahead.

use std::collections::VecDeque;
use std::io::{BufRead, Read};

/// Lines that decide whether the first is a header.
const SAMPLE: usize = 20;

/// Maximum length of a line, in bytes.
const MAX_LINE: u64 = 64 << 20;

/// Reads the lines that are not blank.
pub(super) struct NumberedLines<R> {
    reader: R,
    /// Number of the line in `text`, counted from 1.
    pub number: u64,
    pub text: String,
    /// Number of the line that was read last.
    read: u64,
    /// Lines that were read to decide on the first, with their numbers, and an error among them.
    ahead: VecDeque<std::result::Result<(u64, String), String>>,
}

impl<R: BufRead> NumberedLines<R> {
    pub fn new(reader: R) -> Self {
        Self { reader, number: 0, text: String::new(), read: 0, ahead: VecDeque::new() }
    }

    /// Moves to the next line; false at the end.
    pub fn next(&mut self) -> std::result::Result<bool, String> {
        let next = match self.ahead.pop_front() {
            Some(line) => Some(line?),
            None => self.read()?,
        };
        let has_next = next.is_some();
        (self.number, self.text) = next.unwrap_or((self.read, String::new()));
        Ok(has_next)
    }

    /// Reads as many lines as decide on a header.
    pub fn look_ahead(&mut self) {
        while self.ahead.len() < SAMPLE
            && let Some(line) = self.read().transpose()
        {
            let failed = line.is_err();
            self.ahead.push_back(line);
            if failed {
                break;
            }
        }
    }

    /// Returns this line and those that were read ahead.
    pub fn first(&self) -> impl Iterator<Item = &str> {
        let ahead = self.ahead.iter().flatten().map(|(_, text)| text.as_str());
        [self.text.as_str()].into_iter().chain(ahead)
    }

    fn read(&mut self) -> std::result::Result<Option<(u64, String)>, String> {
        loop {
            let mut text = String::new();
            let mut limited = self.reader.by_ref().take(MAX_LINE);
            let length = limited.read_line(&mut text).map_err(|error| format!("cannot be read: {error}"))?;
            self.read += 1;
            if length as u64 == MAX_LINE {
                return Err(format!("line {} is longer than {} MiB", self.read, MAX_LINE >> 20));
            }
            // Some programs begin a file with a byte order mark.
            if text.starts_with('\u{feff}') {
                text.remove(0);
            }
            if length == 0 {
                return Ok(None);
            }
            if !text.trim().is_empty() {
                return Ok(Some((self.read, text)));
            }
        }
    }
}
