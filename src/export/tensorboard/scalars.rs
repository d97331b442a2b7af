//! The metrics of an epoch under the names that TensorBoard shows.

use std::time::SystemTime;

use super::event::Event;
use crate::run_directory::EpochRow;

/// Returns the tags and values of an epoch. TensorBoard groups charts by the part of the tag before
/// the slash. The format has 32-bit floats.
pub(super) fn scalars(row: &EpochRow) -> impl Iterator<Item = (&'static str, f32)> {
    let scalars = [
        ("loss/train", Some(row.train_loss)),
        ("loss/valid", row.valid_loss),
        ("accuracy/train", row.train_accuracy),
        ("accuracy/valid", row.valid_accuracy),
        ("auc/valid", row.valid_auc),
        ("f1/valid", row.valid_f1),
        ("rmse/train", row.train_rmse),
        ("rmse/valid", row.valid_rmse),
        ("mae/valid", row.valid_mae),
        ("learning_rate", Some(row.learning_rate)),
        // 0 means that L2 is off.
        ("l2", (row.l2_term != 0.0).then_some(row.l2_term)),
        ("seconds", Some(row.seconds)),
        ("samples_per_second", row.samples_per_second),
    ];
    scalars.into_iter().filter_map(|(tag, value)| Some((tag, value? as f32)))
}

/// Creates the event of an epoch that ended at `time`.
pub(super) fn event(row: &EpochRow, time: SystemTime) -> Event {
    Event::scalars(time, step(row), scalars(row))
}

/// Returns the step of an epoch, which is its number.
pub(super) fn step(row: &EpochRow) -> i64 {
    i64::try_from(row.epoch).unwrap_or(i64::MAX)
}
