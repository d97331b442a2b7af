//! The rows of `predictions/*.csv` where numbers are predicted.

use csv::StringRecord;
use serde::Serialize;

use crate::data::{Origin, Samples};
use crate::evaluation::NumberPredictions;

/// Starts the names of the columns of true and of predicted numbers; the target's name follows if there are several.
const TRUE: &str = "true";
const PREDICTED: &str = "predicted";

/// Returns a part of an origin as text, if it is known.
type OriginText = fn(&Origin) -> Option<String>;

/// One row of `predictions/<split>.csv` where numbers are predicted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NumberRow {
    /// Number of the row in the split, from 0.
    pub index: usize,
    #[serde(flatten)]
    pub origin: Origin,
    /// True numbers `[targets]`.
    pub truth: Vec<f64>,
    /// Predicted numbers `[targets]`.
    pub predicted: Vec<f64>,
}

impl NumberRow {
    /// Returns the rows of `predictions` of `samples` as records, the first of which names the columns.
    pub fn records(predictions: &NumberPredictions, samples: &Samples) -> Vec<Vec<String>> {
        let origins: Vec<Origin> = (0..predictions.rows()).map(|row| samples.origin(row)).collect();
        // The name of each part of an origin that some row has, with its text.
        let parts: [(&str, OriginText); 4] = [
            ("file", |origin| origin.file.clone()),
            ("line", |origin| origin.line.map(|line| line.to_string())),
            ("id", |origin| origin.id.clone()),
            ("row", |origin| origin.row.map(|row| row.to_string())),
        ];
        let known = parts.iter().filter(|(_, text)| origins.iter().any(|origin| text(origin).is_some()));
        let known: Vec<_> = known.collect();
        let targets = predictions.targets();
        let named = |kind: &str| -> Vec<String> {
            match targets {
                [_] => vec![kind.to_string()],
                several => several.iter().map(|target| format!("{kind} {}", target.name)).collect(),
            }
        };
        let mut header = vec!["index".to_string()];
        header.extend(known.iter().map(|(name, _)| name.to_string()));
        header.extend(named(TRUE));
        header.extend(named(PREDICTED));
        let record = |(row, origin): (usize, &Origin)| {
            let mut record = vec![row.to_string()];
            record.extend(known.iter().map(|(_, text)| text(origin).unwrap_or_default()));
            record.extend(predictions.truth(row).iter().chain(predictions.predicted(row)).map(f64::to_string));
            record
        };
        [header].into_iter().chain(origins.iter().enumerate().map(record)).collect()
    }

    /// Reads the records of [`records`](Self::records).
    ///
    /// # Errors
    /// Returns a sentence about a column that is missing or a value that is not a number.
    pub fn parse(header: &StringRecord, records: &[StringRecord]) -> Result<Vec<Self>, String> {
        let columns = |kind: &str| -> Vec<usize> {
            let is_kind =
                |name: &str| name == kind || name.strip_prefix(kind).is_some_and(|rest| rest.starts_with(' '));
            header.iter().enumerate().filter(|(_, name)| is_kind(name)).map(|(column, _)| column).collect()
        };
        let (truth, predicted) = (columns(TRUE), columns(PREDICTED));
        if truth.is_empty() || truth.len() != predicted.len() {
            return Err("it has no columns of true and predicted numbers".to_string());
        }
        let place = |name: &str| header.iter().position(|column| column == name);
        let (file, line, id, row_number) = (place("file"), place("line"), place("id"), place("row"));
        let text = |record: &StringRecord, column: Option<usize>| {
            column.and_then(|column| record.get(column)).filter(|text| !text.is_empty()).map(String::from)
        };
        let row = |(index, record): (usize, &StringRecord)| {
            let number = |&column: &usize| {
                let text = record.get(column).unwrap_or_default();
                text.parse::<f64>().map_err(|_| format!("{text:?} in row {index} is not a number"))
            };
            let whole = |name: &str, column: Option<usize>| {
                let number = text(record, column).map(|text| text.parse::<usize>()).transpose();
                number.map_err(|_| format!("the {name} of row {index} is not a number"))
            };
            let line = whole("line", line)?.map(|line| line as u64);
            Ok(Self {
                index,
                origin: Origin { file: text(record, file), line, id: text(record, id), row: whole("row", row_number)? },
                truth: truth.iter().map(number).collect::<Result<_, String>>()?,
                predicted: predicted.iter().map(number).collect::<Result<_, String>>()?,
            })
        };
        records.iter().enumerate().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use burn_mlp_infer::NumericTarget;

    use super::*;
    use crate::data::{Features, Origins, Targets};

    #[test]
    fn rows_read_back_as_written() {
        let targets = ["width", "height"].map(|name| NumericTarget::fit(name, [1.0, 3.0].into_iter(), false));
        let values = vec![1.5, 0.1, -2.0, 1e300];
        let predictions = NumberPredictions::from_outputs(&[0.5, 0.0, 1.0, 2.0], &values, &targets).unwrap();
        let samples = Samples::with_targets(Features::Floats(vec![0.0; 2]), Targets::Numbers { values, count: 2 }, 1);
        let ids = Some(vec!["007".to_string(), "b".to_string()]);
        let samples = samples.unwrap().with_origins(Origins { ids, ..Origins::default() }).unwrap();
        let records: Vec<StringRecord> =
            NumberRow::records(&predictions, &samples).into_iter().map(StringRecord::from).collect();
        let header = "index,id,true width,true height,predicted width,predicted height";
        assert_eq!(records[0].iter().collect::<Vec<_>>().join(","), header);
        let rows = NumberRow::parse(&records[0], &records[1..]).unwrap();
        assert_eq!((rows[0].origin.id.as_deref(), &rows[1].truth[..]), (Some("007"), &[-2.0, 1e300][..]));
        assert_eq!(rows[0].predicted, [2.5, 2.0]);
        assert!(NumberRow::parse(&records[1], &records[1..]).unwrap_err().contains("no columns of true"));
    }
}
