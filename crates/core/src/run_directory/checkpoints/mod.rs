//! The directory `checkpoint`: one directory per epoch, which counts only if all its files verify.

pub(super) mod checkpoint;
mod manifest;
mod store;
