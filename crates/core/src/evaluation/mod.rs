//! Predictions judged: plain numbers in, plain numbers out.
//!
//! ```
//! use burn_mlp::evaluation::{EvaluationReport, Predictions};
//! # fn main() -> burn_mlp::Result<()> {
//! let predictions = Predictions::new(vec![0.9, 0.1, 0.6, 0.4], vec![0, 1], 2)?;
//! let report = EvaluationReport::new(&predictions, &["cat".into(), "dog".into()], 1)?;
//! assert_eq!(report.accuracy, 0.5);
//! # Ok(())
//! # }
//! ```

mod chi_squared;
mod class_metrics;
mod confusion_matrix;
mod holm;
mod mcnemar;
mod prediction_rows;
mod predictions;
mod reliability;
mod report;
mod top_k;
mod worst_mistakes;

pub use class_metrics::{ClassMetrics, MeanMetrics};
pub use confusion_matrix::ConfusionMatrix;
pub use holm::holm;
pub use mcnemar::{McNemar, McNemarMethod};
pub use prediction_rows::{PredictionRow, prediction_rows};
pub use predictions::{MAX_CLASSES, Predictions};
pub use reliability::{RELIABILITY_BINS, Reliability, ReliabilityBin};
pub use report::EvaluationReport;
pub use top_k::TopK;
pub use worst_mistakes::{Mistake, WORST_MISTAKES};

#[cfg(test)]
mod against_scikit_learn;
#[cfg(test)]
mod tests;
