//! Prints predictions as a table, as JSON lines, or as CSV.

use burn_mlp::format::percent;
use burn_mlp::infer::{ModelMetadata, Ranked};
use burn_mlp::text::printable;
use burn_mlp::{Error, Result};
use comfy_table::Cell;
use serde::Serialize;

use super::args::Format;
use super::inputs::Source;
use super::summary::Summary;
use crate::cli::terminal::json::json_line;
use crate::cli::terminal::output::print;
use crate::cli::terminal::tables::{plain_table, right};

/// A line of JSON.
#[derive(Serialize)]
struct JsonRow<'a> {
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    /// If the file has true classes; `null` where it is missing or not a class of the model.
    #[serde(rename = "true", skip_serializing_if = "Option::is_none")]
    true_class: Option<Option<&'a str>>,
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
    top_k: usize,
    /// Whether the model's table has a column of ids.
    has_ids: bool,
    /// Rows of the table: the source, the true class, and the predicted classes.
    rows: Vec<(String, Option<&'a str>, Vec<Cell>)>,
    /// Lines of JSON or CSV not yet printed.
    lines: Vec<String>,
}

impl<'a> Output<'a> {
    pub fn new(format: Format, top_k: usize, metadata: &'a ModelMetadata) -> Self {
        let mut lines = Vec::new();
        let has_ids = metadata.table.as_ref().is_some_and(|table| table.id.is_some());
        if format == Format::Csv {
            let columns = (1..=top_k).flat_map(|rank| [format!("class_{rank}"), format!("probability_{rank}")]);
            let names = ["source", "line"].into_iter().chain(has_ids.then_some("id")).chain(["true"]);
            lines.push(names.map(String::from).chain(columns).collect::<Vec<_>>().join(","));
        }
        Self { format, class_names: &metadata.class_names, top_k, has_ids, rows: Vec::new(), lines }
    }

    /// Adds the most probable classes of a row, and its true class if the file has them.
    pub fn add(&mut self, source: &Source, label: Option<Option<u32>>, ranked: &[Ranked]) -> Result<()> {
        let names = self.class_names;
        let name = |label: u32| names.get(label as usize).map(String::as_str);
        let true_class = label.map(|label| label.and_then(name));
        match self.format {
            Format::Table => {
                let cells = ranked.iter().flat_map(|ranked| {
                    let name = Cell::new(printable(&names[ranked.class]));
                    [name, right(percent(f64::from(ranked.probability)))]
                });
                let id = source.id.as_deref().unwrap_or_default();
                let shown = if id.is_empty() { source.shown() } else { format!("{}, {id}", source.shown()) };
                self.rows.push((shown, true_class.map(|name| name.unwrap_or("?")), cells.collect()));
            }
            Format::Json => self.lines.push(self.as_json(source, true_class, ranked)?),
            Format::Csv => self.lines.push(self.as_csv(source, true_class.flatten(), ranked)?),
        }
        Ok(())
    }

    /// Adds what is said of a file after its last row; only JSON has a place for it.
    pub fn add_summary(&mut self, summary: &Summary) -> Result<()> {
        if self.format == Format::Json {
            self.lines.push(json_line(summary)?);
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
        if self.rows.is_empty() {
            return;
        }
        let with_truth = self.rows.iter().any(|(_, true_class, _)| true_class.is_some());
        let truth = |name: &str| with_truth.then(|| Cell::new(printable(name)));
        let rank = |rank: usize| [Cell::new(ordinal(rank)), right("")];
        let mut table = plain_table();
        let first =
            [Cell::new("source")].into_iter().chain(truth("true")).chain([Cell::new("class"), right("probability")]);
        table.set_header(first.chain((2..=self.top_k).flat_map(rank)));
        for (source, true_class, cells) in self.rows {
            table.add_row(
                [Cell::new(printable(&source))].into_iter().chain(truth(true_class.unwrap_or(""))).chain(cells),
            );
        }
        print(&table.to_string());
    }

    fn as_json(&self, source: &Source, true_class: Option<Option<&str>>, ranked: &[Ranked]) -> Result<String> {
        let prediction =
            |ranked: &Ranked| Prediction { class: &self.class_names[ranked.class], probability: ranked.probability };
        let predictions = ranked.iter().map(prediction).collect();
        json_line(&JsonRow {
            source: &source.file,
            line: source.line,
            id: source.id.as_deref(),
            true_class,
            predictions,
        })
    }

    fn as_csv(&self, source: &Source, true_class: Option<&str>, ranked: &[Ranked]) -> Result<String> {
        let line = source.line.map(|line| line.to_string()).unwrap_or_default();
        let mut fields = vec![printable(&source.file), line];
        fields.extend(self.has_ids.then(|| printable(source.id.as_deref().unwrap_or_default())));
        fields.push(printable(true_class.unwrap_or("")));
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
