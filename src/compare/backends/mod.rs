//! The same run on several backends: do they agree, and how fast are they?
//!
//! A [`Trial`] is the run on one backend, in a process of its own; it leaves its figures in a
//! directory. A [`Comparison`] judges trials against the first of them that ran. Starting the
//! processes is the program's business.

mod advice;
mod agreement;
mod comparison;
mod names;
mod settings;
mod speed;
mod subject;
mod tensors;
#[cfg(test)]
mod tests;
mod trial;

pub use agreement::{Agreement, GRADIENT_TOLERANCE, LOSS_MARKS, LossMark, Verdict};
pub use comparison::{Comparison, Outcome, Ran, Row};
pub use names::parse_backends;
pub use settings::{EPOCHS, comparable};
pub use speed::Speed;
pub use trial::{FinishedTrial, Trial, epochs_done, run_trial};
