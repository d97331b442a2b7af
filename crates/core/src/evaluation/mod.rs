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

mod classification_report;
mod evaluation_report;
mod greedy_selection;
mod importance;
mod metrics;
mod predictions;
mod regression_report;
mod significance;

pub use classification_report::ClassificationReport;
pub use evaluation_report::EvaluationReport;
pub use greedy_selection::{GreedySelection, greedy_selection};
pub use importance::{ColumnImportance, ColumnValues, Importance, groups as associated_groups, joined};
pub use metrics::class_metrics::{ClassMetrics, MeanMetrics};
pub use metrics::confusion_matrix::ConfusionMatrix;
pub use metrics::named::{MetricSpread, MetricUnit, NamedMetric};
pub use metrics::ranking::roc_auc;
pub use metrics::reliability::{RELIABILITY_BINS, Reliability, ReliabilityBin};
pub use metrics::target_metrics::{PredictedQuantile, QuantileMetrics, TargetMetrics};
pub use metrics::threshold::best_threshold;
pub use metrics::top_k::TopK;
pub use metrics::two_classes::{CurvePoint, TwoClassMetrics};
pub use metrics::worst_mistakes::{MAX_MISTAKES, Mistake};
pub use predictions::number_predictions::NumberPredictions;
pub use predictions::number_rows::NumberRow;
pub use predictions::prediction_rows::{PredictionRow, prediction_rows};
pub use predictions::probabilities::{MAX_CLASSES, Predictions};
pub use regression_report::{NumberError, RegressionReport};
pub use significance::holm::holm;
pub use significance::mcnemar::{McNemar, McNemarMethod};
pub use significance::paired_bootstrap::RmseDifference;
pub use significance::resampled_t::ResampledT;
pub use significance::spread::Spread;
