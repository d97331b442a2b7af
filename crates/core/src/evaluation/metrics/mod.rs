//! What predictions are worth: one metric, or one group of them, a file.

pub(super) mod class_metrics;
pub(super) mod confusion_matrix;
pub(super) mod named;
pub(super) mod ranking;
pub(super) mod reliability;
pub(super) mod target_metrics;
pub(super) mod threshold;
pub(super) mod top_k;
pub(super) mod two_classes;
pub(super) mod worst_mistakes;
