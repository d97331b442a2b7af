//! Settings as data: the macro that declares them, their keys, types and limits.

pub(super) mod declare;
pub(super) mod keys;
mod peers;
pub(super) mod setting;
pub(super) mod value_type;
