//! Whether one model is better than another, or only luckier.

mod chi_squared;
pub(super) mod holm;
pub(super) mod mcnemar;
pub(super) mod paired_bootstrap;
pub(super) mod resampled_t;
pub(super) mod spread;
