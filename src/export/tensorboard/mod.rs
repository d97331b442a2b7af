//! TensorBoard's event files: the metrics of each epoch as scalars, with the epoch as the step.
//!
//! A file is a sequence of framed records, each an `Event` message
//! (<https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto>).
//! TensorBoard reads all files of a directory in the order of their names. Each of ours begins with
//! a session restart at its first epoch, which makes TensorBoard forget that epoch and later ones
//! from earlier files.

mod event;
mod event_file;
mod framing;
mod recorded;
mod scalars;
mod writer;

pub use recorded::{Recorded, recorded};
pub use writer::{ScalarWriter, write_history};

#[cfg(test)]
mod tests;
