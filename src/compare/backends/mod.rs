//! The same run on several backends: do they agree, and how fast are they?
//!
//! A [`Trial`] is the run on one backend, in a process of its own, which leaves its results in a
//! directory. A [`Comparison`] compares the trials with the first that ran. The program starts the
//! processes.

mod advice;
mod agreement;
mod backend_list;
mod backend_row;
mod backend_trial;
mod comparison;
mod settings;
mod speed;
mod tensors;
mod trial;
mod valid_predictions;

pub use agreement::{Agreement, GRADIENT_TOLERANCE, LOSS_MARKS, LossMark, Verdict};
pub use backend_list::parse_backends;
pub use backend_row::{BackendMetrics, BackendOutcome, BackendRow};
pub use comparison::Comparison;
pub use settings::{EPOCHS, comparable};
pub use speed::Speed;
pub use trial::{FinishedTrial, Trial, epochs_done, run_trial};
pub use valid_predictions::{NUMBER_TOLERANCE, ValidPredictions};

#[cfg(test)]
mod tests;
