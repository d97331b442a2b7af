//! Comparisons of runs with each other, and of backends on the same run.

pub mod backends;
pub mod groups;
pub mod runs;
