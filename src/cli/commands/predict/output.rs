//! Prints predictions as a table, as JSON lines, or as CSV.

use burn_mlp::format::{number, percent};
use burn_mlp::infer::{ModelMetadata, NumberPrediction, Prediction, Task};
use burn_mlp::text::printable;
use burn_mlp::{Error, Result};
use comfy_table::Cell;
use serde::Serialize;

use super::args::Format;
use super::batch::{Source, Truth};
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
    /// If the file has true classes or numbers; `null` where it is missing or not a class of the model.
    #[serde(rename = "true", skip_serializing_if = "Option::is_none")]
    truth: Option<serde_json::Value>,
    #[serde(flatten)]
    predicted: Predicted<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Predicted<'a> {
    Predictions(Vec<RankedClass<'a>>),
    #[serde(untagged)]
    Values(&'a NumberPrediction<'a>),
}

#[derive(Serialize)]
struct RankedClass<'a> {
    class: &'a str,
    probability: f32,
}

/// Collects predictions and prints them.
pub struct Output<'a> {
    format: Format,
    metadata: &'a ModelMetadata,
    top_k: usize,
    /// Whether the model's table has a column of ids.
    has_ids: bool,
    /// Rows of the table: the source, the true targets, and the predicted ones.
    rows: Vec<(String, Option<Vec<String>>, Vec<Cell>)>,
    /// Lines of JSON or CSV not yet printed.
    lines: Vec<String>,
}

impl<'a> Output<'a> {
    pub fn new(format: Format, top_k: usize, metadata: &'a ModelMetadata) -> Self {
        let has_ids = metadata.table.as_ref().is_some_and(|table| table.id.is_some());
        let mut output = Self { format, metadata, top_k, has_ids, rows: Vec::new(), lines: Vec::new() };
        if format == Format::Csv {
            let names = ["source", "line"].into_iter().chain(has_ids.then_some("id")).map(String::from);
            let header: Vec<String> = names.chain(output.target_columns()).collect();
            output.lines.extend(csv_line(&header));
        }
        output
    }

    /// The names of a CSV file's columns of true and predicted targets.
    fn target_columns(&self) -> Vec<String> {
        let named = |kind: &str| -> Vec<String> {
            match self.metadata.targets() {
                [] | [_] => vec![kind.to_string()],
                several => several.iter().map(|target| format!("{kind} {}", target.name)).collect(),
            }
        };
        let predicted = match &self.metadata.task {
            Task::Classification { .. } => {
                (1..=self.top_k).flat_map(|rank| [format!("class_{rank}"), format!("probability_{rank}")]).collect()
            }
            Task::Regression { .. } => named("predicted"),
        };
        named("true").into_iter().chain(predicted).collect()
    }

    /// Adds what is predicted for a row, and the true target if the file has it.
    pub fn add(&mut self, source: &Source, truth: Option<&Truth>, prediction: &Prediction) -> Result<()> {
        match self.format {
            Format::Table => {
                let cells = match prediction {
                    Prediction::Class(class) => {
                        let ranked = class.ranking().into_iter().take(self.top_k);
                        let cells = ranked.map(|(name, probability)| {
                            [Cell::new(printable(name)), right(percent(f64::from(probability)))]
                        });
                        cells.flatten().collect()
                    }
                    Prediction::Numbers(numbers) => {
                        numbers.values().iter().map(|&value| right(number(value))).collect()
                    }
                };
                let id = source.id.as_deref().unwrap_or_default();
                let shown = if id.is_empty() { source.shown() } else { format!("{}, {id}", source.shown()) };
                self.rows.push((shown, truth.map(|truth| self.shown_truth(truth)), cells));
            }
            Format::Json => self.lines.push(self.as_json(source, truth, prediction)?),
            Format::Csv => self.lines.push(self.as_csv(source, truth, prediction)?),
        }
        Ok(())
    }

    fn class_name(&self, class: Option<u32>) -> Option<&'a str> {
        self.metadata.class_names().get(class? as usize).map(String::as_str)
    }

    /// The cells of a true target; "?" for what is missing.
    fn shown_truth(&self, truth: &Truth) -> Vec<String> {
        match truth {
            Truth::Class(class) => vec![self.class_name(*class).unwrap_or("?").to_string()],
            Truth::Numbers(numbers) => {
                let shown = |&value: &f64| if value.is_nan() { "?".to_string() } else { number(value) };
                numbers.iter().map(shown).collect()
            }
        }
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
        let with_truth = self.rows.iter().any(|(_, truth, _)| truth.is_some());
        let mut table = plain_table();
        table.set_header([Cell::new("source")].into_iter().chain(self.header(with_truth)));
        for (source, truth, cells) in self.rows {
            let truth = if with_truth { truth.unwrap_or_else(|| vec![String::new()]) } else { Vec::new() };
            let truth = truth.into_iter().map(|truth| Cell::new(printable(&truth)));
            table.add_row([Cell::new(printable(&source))].into_iter().chain(truth).chain(cells));
        }
        print(&table.to_string());
    }

    /// The table's header after the source.
    fn header(&self, with_truth: bool) -> Vec<Cell> {
        let Task::Regression { targets } = &self.metadata.task else {
            let truth = with_truth.then(|| Cell::new("true"));
            let rank = |rank: usize| [Cell::new(ordinal(rank)), right("")];
            let first = truth.into_iter().chain([Cell::new("class"), right("probability")]);
            return first.chain((2..=self.top_k).flat_map(rank)).collect();
        };
        let names = || targets.iter().map(|target| printable(&target.name));
        let truths = names().filter(|_| with_truth).map(|name| right(format!("true {name}")));
        truths.chain(names().map(right)).collect()
    }

    fn as_json(&self, source: &Source, truth: Option<&Truth>, prediction: &Prediction) -> Result<String> {
        let predicted = match prediction {
            Prediction::Class(class) => {
                let ranked = class.ranking().into_iter().take(self.top_k);
                Predicted::Predictions(ranked.map(|(class, probability)| RankedClass { class, probability }).collect())
            }
            Prediction::Numbers(numbers) => Predicted::Values(numbers),
        };
        let truth = truth.map(|truth| match truth {
            Truth::Class(class) => self.class_name(*class).into(),
            Truth::Numbers(numbers) => {
                // JSON has no NaN: a missing number is null.
                let named = self.metadata.targets().iter().zip(*numbers);
                named
                    .map(|(target, &value)| (target.name.clone(), value.into()))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            }
        });
        json_line(&JsonRow { source: &source.file, line: source.line, id: source.id.as_deref(), truth, predicted })
    }

    fn as_csv(&self, source: &Source, truth: Option<&Truth>, prediction: &Prediction) -> Result<String> {
        let line = source.line.map(|line| line.to_string()).unwrap_or_default();
        let mut fields = vec![printable(&source.file), line];
        fields.extend(self.has_ids.then(|| printable(source.id.as_deref().unwrap_or_default())));
        match truth {
            Some(Truth::Class(class)) => fields.push(printable(self.class_name(*class).unwrap_or_default())),
            Some(Truth::Numbers(numbers)) => {
                let written = |value: &f64| if value.is_nan() { String::new() } else { value.to_string() };
                fields.extend(numbers.iter().map(written));
            }
            None => fields.extend(self.metadata.targets().iter().map(|_| String::new()).chain(
                // Classes have one column.
                self.metadata.targets().is_empty().then(String::new),
            )),
        }
        match prediction {
            Prediction::Class(class) => {
                let ranked = class.ranking().into_iter().take(self.top_k);
                fields.extend(ranked.flat_map(|(name, probability)| [printable(name), probability.to_string()]));
            }
            Prediction::Numbers(numbers) => fields.extend(numbers.values().iter().map(f64::to_string)),
        }
        csv_line(&fields).ok_or_else(|| Error::data("the output", "cannot be written as CSV"))
    }
}

fn csv_line(fields: &[String]) -> Option<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(fields).ok()?;
    let record = writer.into_inner().ok()?;
    Some(String::from_utf8_lossy(&record).trim_end().to_string())
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
