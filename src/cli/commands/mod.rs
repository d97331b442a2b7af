//! One module per command.

pub mod backends;
pub mod bench;
pub mod compare;
pub mod config;
pub mod data;
pub mod ensemble;
pub mod evaluate;
pub mod export;
pub mod gradcheck;
pub mod inspect;
pub mod predict;
pub mod report;
pub mod runs;
pub mod serve;
pub mod train;
pub mod walkthrough;
