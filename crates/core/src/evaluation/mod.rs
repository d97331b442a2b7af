//! Evaluation of predictions: metrics, calibration, statistical tests.
//!
//! ```
//! use burn_mlp_core::evaluation::{EvaluationReport, Predictions};
//! # fn main() -> burn_mlp_core::Result<()> {
//! let predictions = Predictions::new(vec![0.9, 0.1, 0.6, 0.4], vec![0, 1], 2)?;
//! let report = EvaluationReport::new(&predictions, &["cat".into(), "dog".into()], 1)?;
//! assert_eq!(report.accuracy, 0.5);
//! # Ok(())
//! # }
//! ```

mod chi_squared;
mod class_metrics;
mod confusion_matrix;
mod evaluation_report;
mod holm;
mod mcnemar;
mod prediction_rows;
mod predictions;
mod reliability;
mod top_k;
mod worst_mistakes;

pub use class_metrics::{ClassMetrics, MeanMetrics};
pub use confusion_matrix::ConfusionMatrix;
pub use evaluation_report::EvaluationReport;
pub use holm::holm;
pub use mcnemar::{McNemar, McNemarMethod};
pub use prediction_rows::{PredictionRow, prediction_rows};
pub use predictions::{MAX_CLASSES, Predictions};
pub use reliability::{RELIABILITY_BINS, Reliability, ReliabilityBin};
pub use top_k::TopK;
pub use worst_mistakes::{MAX_MISTAKES, Mistake};
