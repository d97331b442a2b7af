//! Predictions beside the truth: probabilities of classes, numbers, and the rows of their files.

pub(super) mod number_predictions;
pub(super) mod number_rows;
pub(super) mod prediction_rows;
pub(super) mod probabilities;
