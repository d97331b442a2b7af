//! Format of `metrics.csv`: one row per epoch.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::bounded_read::damaged;
use crate::Result;

const REMEDY: &str = "restore it from a copy, or resume the run to write it again";

/// The columns after the number of the epoch.
const COLUMNS: [Column; 13] = [
    Column { name: "learning_rate", value: |row| Some(row.learning_rate), kind: Kind::Any },
    Column { name: "train_loss", value: |row| Some(row.train_loss), kind: Kind::Any },
    Column { name: "train_accuracy", value: |row| row.train_accuracy, kind: Kind::OfClasses },
    Column { name: "train_rmse", value: |row| row.train_rmse, kind: Kind::OfNumbers },
    Column { name: "valid_loss", value: |row| row.valid_loss, kind: Kind::Any },
    Column { name: "valid_accuracy", value: |row| row.valid_accuracy, kind: Kind::OfClasses },
    Column { name: "valid_auc", value: |row| row.valid_auc, kind: Kind::Watched },
    Column { name: "valid_f1", value: |row| row.valid_f1, kind: Kind::Watched },
    Column { name: "valid_rmse", value: |row| row.valid_rmse, kind: Kind::OfNumbers },
    Column { name: "valid_mae", value: |row| row.valid_mae, kind: Kind::Watched },
    Column { name: "seconds", value: |row| Some(row.seconds), kind: Kind::Any },
    Column { name: "samples_per_second", value: |row| row.samples_per_second, kind: Kind::Any },
    Column { name: "l2_term", value: |row| Some(row.l2_term), kind: Kind::Any },
];

struct Column {
    name: &'static str,
    value: fn(&EpochRow) -> Option<f64>,
    kind: Kind,
}

/// When a column is written.
enum Kind {
    Any,
    /// In classification.
    OfClasses,
    /// In regression.
    OfNumbers,
    /// If it has a value.
    Watched,
}

/// Metrics of one epoch. Losses are means over samples and exclude the L2 term.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct EpochRow {
    /// Counted from 1.
    pub epoch: usize,
    /// Learning rate of the epoch's last step.
    pub learning_rate: f64,
    pub train_loss: f64,
    /// `None` in regression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train_accuracy: Option<f64>,
    /// Root of the mean squared error, of a single target in its own unit and of several in standard deviations; `None` in
    /// classification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train_rmse: Option<f64>,
    /// `None` without validation rows.
    pub valid_loss: Option<f64>,
    /// `None` without validation rows, and in regression.
    #[serde(default)]
    pub valid_accuracy: Option<f64>,
    /// Area under the ROC curve; `None` unless it is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_auc: Option<f64>,
    /// F1, mean over the classes that occur or are predicted; `None` unless it is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_f1: Option<f64>,
    /// `None` without validation rows, and in classification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_rmse: Option<f64>,
    /// Mean absolute error, in the unit of `valid_rmse`; `None` unless it is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_mae: Option<f64>,
    /// Wall time in seconds, including validation.
    pub seconds: f64,
    /// Training samples per second, excluding validation; `None` if the clock showed no time for it.
    pub samples_per_second: Option<f64>,
    /// `0.5 * lambda * sum W^2` after the epoch.
    pub l2_term: f64,
}

/// Serializes `rows` as CSV with a header. Numbers read back exactly, NaN included.
pub(crate) fn to_csv(rows: &[EpochRow]) -> csv::Result<Vec<u8>> {
    let columns: Vec<Column> = COLUMNS.into_iter().filter(|column| column.is_written(rows)).collect();
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.write_record(["epoch"].into_iter().chain(columns.iter().map(|column| column.name)))?;
    for row in rows {
        let values: Vec<Option<f64>> = columns.iter().map(|column| (column.value)(row)).collect();
        writer.serialize((row.epoch, values))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

impl Column {
    fn is_written(&self, rows: &[EpochRow]) -> bool {
        let is_regression = rows.iter().any(|row| row.train_rmse.is_some());
        match self.kind {
            Kind::Any => true,
            Kind::OfClasses => !is_regression,
            Kind::OfNumbers => is_regression,
            Kind::Watched => rows.iter().any(|row| (self.value)(row).is_some()),
        }
    }
}

/// Parses `bytes`, the content of `path`; epochs must ascend.
pub(crate) fn from_csv(path: &Path, bytes: &[u8]) -> Result<Vec<EpochRow>> {
    if !bytes.ends_with(b"\n") {
        return Err(damaged(path, "it ends within a line", REMEDY));
    }
    let rows = csv::Reader::from_reader(bytes).deserialize().collect::<csv::Result<Vec<EpochRow>>>();
    let rows = rows.map_err(|error| damaged(path, error, REMEDY))?;
    if !rows.is_sorted_by(|one, next| one.epoch < next.epoch) {
        return Err(damaged(path, "its epochs are out of order", REMEDY));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use proptest::num::f64::ANY;
    use proptest::prelude::*;

    use super::*;

    const HEADER: &str =
        "epoch,learning_rate,train_loss,train_accuracy,valid_loss,valid_accuracy,seconds,samples_per_second,l2_term";

    fn read(text: &str) -> Result<Vec<EpochRow>> {
        from_csv(Path::new("metrics.csv"), text.as_bytes())
    }

    #[test]
    fn columns_keep_their_order_and_missing_values_are_empty() {
        let row = EpochRow {
            epoch: 1,
            learning_rate: 0.01,
            train_loss: 0.5,
            train_accuracy: Some(0.75),
            seconds: 2.0,
            samples_per_second: Some(700.0),
            ..EpochRow::default()
        };
        let text = |row: EpochRow| String::from_utf8(to_csv(&[row]).unwrap()).unwrap();
        assert_eq!(text(row), format!("{HEADER}\n1,0.01,0.5,0.75,,,2.0,700.0,0.0\n"));
        let numbers = EpochRow {
            train_accuracy: None,
            train_rmse: Some(3.5),
            valid_loss: Some(0.25),
            valid_rmse: Some(4.0),
            ..row
        };
        let header = HEADER.replace("accuracy", "rmse");
        assert_eq!(text(numbers), format!("{header}\n1,0.01,0.5,3.5,0.25,4.0,2.0,700.0,0.0\n"));
    }

    #[test]
    fn watched_metrics_have_columns_of_their_own() {
        let row = |epoch, valid_auc| EpochRow { epoch, valid_auc, valid_f1: Some(0.5), ..EpochRow::default() };
        let text = String::from_utf8(to_csv(&[row(1, Some(0.75)), row(2, None)]).unwrap()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], HEADER.replace("valid_accuracy,", "valid_accuracy,valid_auc,valid_f1,"));
        assert_eq!(lines[2], "2,0.0,0.0,,,,,0.5,0.0,,0.0");
        assert_eq!(read(&text).unwrap()[0], row(1, Some(0.75)));
    }

    #[test]
    fn damaged_tables_are_refused_with_a_reason() {
        assert!(read(&format!("{HEADER}\n")).unwrap().is_empty());
        for (text, reason) in [
            (String::new(), "ends within a line"),
            (format!("{HEADER}\n1,0.01,0.5,0.75,,,2.0,700.0,0"), "ends within a line"),
            (format!("{HEADER}\n1,0.01,0.5\n"), "found record with 3 fields"),
            (format!("{HEADER}\n1,fast,0.5,0.75,,,2.0,700.0,0.0\n"), "invalid float literal"),
            (format!("{HEADER}\n2,0,0,0,,,0,0,0\n2,0,0,0,,,0,0,0\n"), "out of order"),
            ("epoch\n1\n".to_string(), "missing field"),
        ] {
            let error = read(&text).unwrap_err().to_string();
            assert!(error.contains(reason) && error.contains("resume the run"), "{error}");
        }
    }

    prop_compose! {
        fn row()(
            learning_rate in ANY, train_loss in ANY, train_accuracy in ANY, valid_loss in prop::option::of(ANY),
            valid_accuracy in prop::option::of(ANY), valid_auc in prop::option::of(ANY), seconds in ANY,
            samples_per_second in prop::option::of(ANY), l2_term in ANY,
        ) -> EpochRow {
            EpochRow {
                learning_rate, train_loss, train_accuracy: Some(train_accuracy), valid_loss, valid_accuracy, valid_auc,
                seconds, samples_per_second, l2_term, ..EpochRow::default()
            }
        }
    }

    proptest! {
        #[test]
        fn every_number_reads_back_exactly(mut rows in prop::collection::vec(row(), 0..5)) {
            for (index, row) in rows.iter_mut().enumerate() {
                row.epoch = index + 1;
            }
            let read = from_csv(Path::new("metrics.csv"), &to_csv(&rows).unwrap()).unwrap();
            // Debug output distinguishes all floats except the payloads of NaN.
            prop_assert_eq!(format!("{read:?}"), format!("{rows:?}"));
        }
    }
}
