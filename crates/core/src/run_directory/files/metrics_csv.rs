//! Format of `metrics.csv`: one row per epoch.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::bounded_read::damaged;
use crate::Result;

const REMEDY: &str = "restore it from a copy, or resume the run to write it again";

/// The columns of a classification; a regression has `train_rmse` and `valid_rmse` instead of accuracies.
const COLUMNS: [&str; 9] = [
    "epoch",
    "learning_rate",
    "train_loss",
    "train_accuracy",
    "valid_loss",
    "valid_accuracy",
    "seconds",
    "samples_per_second",
    "l2_term",
];

/// Metrics of one epoch. Losses are means over samples and exclude the L2 term.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
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
    /// `None` without validation rows, and in classification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_rmse: Option<f64>,
    /// Wall time in seconds, including validation.
    pub seconds: f64,
    /// Training samples per second, excluding validation; `None` if the clock showed no time for it.
    pub samples_per_second: Option<f64>,
    /// `0.5 * lambda * sum W^2` after the epoch.
    pub l2_term: f64,
}

/// Serializes `rows` as CSV with a header. Numbers read back exactly, NaN included.
pub(crate) fn to_csv(rows: &[EpochRow]) -> csv::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let is_regression = rows.iter().any(|row| row.train_rmse.is_some());
    let name = |column: &str| if is_regression { column.replace("accuracy", "rmse") } else { column.to_string() };
    writer.write_record(COLUMNS.map(name))?;
    for row in rows {
        let (train, valid) = match is_regression {
            true => (row.train_rmse, row.valid_rmse),
            false => (row.train_accuracy, row.valid_accuracy),
        };
        let EpochRow { epoch, learning_rate, train_loss, valid_loss, .. } = *row;
        let rest = (row.seconds, row.samples_per_second, row.l2_term);
        writer.serialize((epoch, learning_rate, train_loss, train, valid_loss, valid, rest))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
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
            train_rmse: None,
            valid_loss: None,
            valid_accuracy: None,
            valid_rmse: None,
            seconds: 2.0,
            samples_per_second: Some(700.0),
            l2_term: 0.0,
        };
        let text = String::from_utf8(to_csv(&[row]).unwrap()).unwrap();
        let header = "epoch,learning_rate,train_loss,train_accuracy,valid_loss,valid_accuracy,seconds,samples_per_second,l2_term";
        assert_eq!(text, format!("{header}\n1,0.01,0.5,0.75,,,2.0,700.0,0.0\n"));
        let row = EpochRow {
            train_accuracy: None,
            train_rmse: Some(3.5),
            valid_loss: Some(0.25),
            valid_rmse: Some(4.0),
            ..row
        };
        let text = String::from_utf8(to_csv(&[row]).unwrap()).unwrap();
        assert_eq!(text, format!("{}\n1,0.01,0.5,3.5,0.25,4.0,2.0,700.0,0.0\n", header.replace("accuracy", "rmse")));
    }

    #[test]
    fn damaged_tables_are_refused_with_a_reason() {
        let header = COLUMNS.join(",");
        assert!(read(&format!("{header}\n")).unwrap().is_empty());
        for (text, reason) in [
            (String::new(), "ends within a line"),
            (format!("{header}\n1,0.01,0.5,0.75,,,2.0,700.0,0"), "ends within a line"),
            (format!("{header}\n1,0.01,0.5\n"), "found record with 3 fields"),
            (format!("{header}\n1,fast,0.5,0.75,,,2.0,700.0,0.0\n"), "invalid float literal"),
            (format!("{header}\n2,0,0,0,,,0,0,0\n2,0,0,0,,,0,0,0\n"), "out of order"),
            ("epoch\n1\n".to_string(), "missing field"),
        ] {
            let error = read(&text).unwrap_err().to_string();
            assert!(error.contains(reason) && error.contains("resume the run"), "{error}");
        }
    }

    prop_compose! {
        fn row()(
            learning_rate in ANY, train_loss in ANY, train_accuracy in ANY, valid_loss in prop::option::of(ANY),
            valid_accuracy in prop::option::of(ANY), seconds in ANY, samples_per_second in prop::option::of(ANY), l2_term in ANY,
        ) -> EpochRow {
            EpochRow {
                epoch: 0, learning_rate, train_loss, train_accuracy: Some(train_accuracy), train_rmse: None, valid_loss,
                valid_accuracy, valid_rmse: None, seconds, samples_per_second, l2_term,
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
