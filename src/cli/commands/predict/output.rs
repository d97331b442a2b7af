//! Prints predictions as a table, as JSON lines, or as CSV.

use burn_mlp::format::percent;
use burn_mlp::infer::Ranked;
use burn_mlp::text::printable;
use burn_mlp::{Error, Result};
use comfy_table::{Cell, Table};
use serde::Serialize;

use super::args::Format;
use super::inputs::Source;
use crate::cli::terminal::json::json_line;
use crate::cli::terminal::output::print;
use crate::cli::terminal::tables::{plain_table, right};

/// A line of JSON.
#[derive(Serialize)]
struct JsonRow<'a> {
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    predictions: Vec<Prediction<'a>>,
}

#[derive(Serialize)]
struct Prediction<'a> {
    class: &'a str,
    probability: f32,
}

/// Collects predictions and prints them.
pub struct Output<'a> {
    format: Format,
    class_names: &'a [String],
    table: Table,
    /// Lines of JSON or CSV not yet printed.
    lines: Vec<String>,
}

impl<'a> Output<'a> {
    pub fn new(format: Format, top_k: usize, class_names: &'a [String]) -> Self {
        let mut output = Self { format, class_names, table: plain_table(), lines: Vec::new() };
        match format {
            Format::Table => {
                let rank = |rank: usize| [Cell::new(ordinal(rank)), right("")];
                let first = [Cell::new("source"), Cell::new("class"), right("probability")];
                output.table.set_header(first.into_iter().chain((2..=top_k).flat_map(rank)));
            }
            Format::Json => (),
            Format::Csv => {
                let columns = (1..=top_k).flat_map(|rank| [format!("class_{rank}"), format!("probability_{rank}")]);
                let names = ["source", "line"].map(String::from).into_iter().chain(columns);
                output.lines.push(names.collect::<Vec<_>>().join(","));
            }
        }
        output
    }

    /// Adds the most probable classes of a row.
    pub fn add(&mut self, source: &Source, ranked: &[Ranked]) -> Result<()> {
        match self.format {
            Format::Table => {
                let cells = ranked.iter().flat_map(|ranked| {
                    let name = Cell::new(printable(&self.class_names[ranked.class]));
                    [name, right(percent(f64::from(ranked.probability)))]
                });
                self.table.add_row([Cell::new(printable(&source.shown()))].into_iter().chain(cells));
            }
            Format::Json => self.lines.push(self.as_json(source, ranked)?),
            Format::Csv => self.lines.push(self.as_csv(source, ranked)?),
        }
        Ok(())
    }

    /// Prints the lines so far; a table has to wait for its last row.
    pub fn flush(&mut self) {
        if !self.lines.is_empty() {
            print(&std::mem::take(&mut self.lines).join("\n"));
        }
    }

    pub fn finish(mut self) {
        self.flush();
        if !self.table.is_empty() {
            print(&self.table.to_string());
        }
    }

    fn as_json(&self, source: &Source, ranked: &[Ranked]) -> Result<String> {
        let prediction =
            |ranked: &Ranked| Prediction { class: &self.class_names[ranked.class], probability: ranked.probability };
        let predictions = ranked.iter().map(prediction).collect();
        json_line(&JsonRow { source: &source.file, line: source.line, predictions })
    }

    fn as_csv(&self, source: &Source, ranked: &[Ranked]) -> Result<String> {
        let line = source.line.map(|line| line.to_string()).unwrap_or_default();
        let mut fields = vec![printable(&source.file), line];
        for ranked in ranked {
            fields.extend([printable(&self.class_names[ranked.class]), ranked.probability.to_string()]);
        }
        let failed = |error: &dyn std::fmt::Display| Error::data("the output", error.to_string());
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(fields).map_err(|error| failed(&error))?;
        let record = writer.into_inner().map_err(|error| failed(&error))?;
        Ok(String::from_utf8_lossy(&record).trim_end().to_string())
    }
}

/// "2nd", "3rd", "11th".
fn ordinal(rank: usize) -> String {
    let ending = match (rank % 10, rank % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{rank}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_ordinal_numbers() {
        assert_eq!([2, 3, 4, 11, 12, 21, 22, 113].map(ordinal).join(" "), "2nd 3rd 4th 11th 12th 21st 22nd 113th");
    }
}
