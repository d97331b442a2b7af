//! An epoch's figures under the names that TensorBoard shows.

use std::time::SystemTime;

use super::event::Event;
use crate::run_directory::EpochRow;

/// Tags and values of an epoch. What comes before a slash is the group of charts that TensorBoard puts them into. The
/// format holds 32-bit floats.
pub(super) fn scalars(row: &EpochRow) -> impl Iterator<Item = (&'static str, f32)> {
    let scalars = [
        ("loss/train", Some(row.train_loss)),
        ("loss/valid", row.valid_loss),
        ("accuracy/train", Some(row.train_accuracy)),
        ("accuracy/valid", row.valid_accuracy),
        ("learning_rate", Some(row.learning_rate)),
        // Without L2 it is nothing, and with it no sum of squares.
        ("l2", (row.l2_term != 0.0).then_some(row.l2_term)),
        ("seconds", Some(row.seconds)),
        ("samples_per_second", Some(row.samples_per_second)),
    ];
    scalars.into_iter().filter_map(|(tag, value)| Some((tag, value? as f32)))
}

/// The event of an epoch that ended at `time`.
pub(super) fn event(row: &EpochRow, time: SystemTime) -> Event {
    Event::scalars(time, step(row), scalars(row))
}

/// The step of an epoch is its number.
pub(super) fn step(row: &EpochRow) -> i64 {
    i64::try_from(row.epoch).unwrap_or(i64::MAX)
}
