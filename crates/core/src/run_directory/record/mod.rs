//! `run.json`: on what a run was started, where, with what, and how it went.

pub(super) mod data_record;
pub(super) mod ensemble_record;
pub(super) mod epoch_metrics;
pub(super) mod group_record;
pub(super) mod machine;
pub(super) mod run_record;
pub(super) mod session;
pub(super) mod started_in;
pub(super) mod status;
pub(super) mod timestamp;
