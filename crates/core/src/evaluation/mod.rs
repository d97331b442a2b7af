//! Evaluation of predictions: metrics, calibration, statistical tests.
//!
//! ```
//! use burn_mlp_core::evaluation::{ClassificationReport, Predictions};
//! # fn main() -> burn_mlp_core::Result<()> {
//! let predictions = Predictions::new(vec![0.9, 0.1, 0.6, 0.4], vec![0, 1], 2)?;
//! let report = ClassificationReport::new(&predictions, &["cat".into(), "dog".into()], 1)?;
//! assert_eq!(report.accuracy, 0.5);
//! # Ok(())
//! # }
//! ```

mod chi_squared;
mod class_metrics;
mod classification_report;
mod confusion_matrix;
mod evaluation_report;
mod holm;
mod mcnemar;
mod number_predictions;
mod number_rows;
mod paired_bootstrap;
mod prediction_rows;
mod predictions;
mod ranking;
mod regression_report;
mod reliability;
mod target_metrics;
mod threshold;
mod top_k;
mod two_classes;
mod worst_mistakes;

pub use class_metrics::{ClassMetrics, MeanMetrics};
pub use classification_report::ClassificationReport;
pub use confusion_matrix::ConfusionMatrix;
pub use evaluation_report::EvaluationReport;
pub use holm::holm;
pub use mcnemar::{McNemar, McNemarMethod};
pub use number_predictions::NumberPredictions;
pub use number_rows::NumberRow;
pub use paired_bootstrap::RmseDifference;
pub use prediction_rows::{PredictionRow, prediction_rows};
pub use predictions::{MAX_CLASSES, Predictions};
pub use regression_report::{NumberError, RegressionReport};
pub use reliability::{RELIABILITY_BINS, Reliability, ReliabilityBin};
pub use target_metrics::{QuantileMetrics, TargetMetrics};
pub use threshold::best_threshold;
pub use top_k::TopK;
pub use two_classes::{CurvePoint, TwoClassMetrics};
pub use worst_mistakes::{MAX_MISTAKES, Mistake};
