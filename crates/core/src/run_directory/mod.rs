//! The run directory: layout, schema, atomic reads and writes, lock, status. Weights are opaque bytes here.
//!
//! A [`RunDirectory`] is made by [`RunDirectory::create`] and found again by [`RunDirectory::find`]. Whoever writes to it
//! holds its [`RunLock`]; readers need none, since every file but `log.txt` and TensorBoard's event files is replaced
//! whole or not at all.

mod atomic;
mod checkpoint;
mod checkpoint_store;
mod create;
mod data_record;
mod directory;
mod find;
mod layout;
mod lock;
mod machine;
mod manifest;
mod metrics;
mod names;
mod read;
mod record;
mod run_files;
mod session;
mod status;
mod timestamp;

pub use atomic::write_atomic;
pub use burn_mlp_infer::model_file::sha256_hex;
pub use checkpoint::Checkpoint;
pub use data_record::DataRecord;
pub use directory::RunDirectory;
pub use find::ListedRun;
pub use lock::RunLock;
pub use machine::Machine;
pub use metrics::EpochRow;
pub use names::readable_stem;
pub use record::{EpochMetrics, Resumption, RunRecord, SCHEMA_VERSION, TestMetrics, Timings};
pub use session::{Program, Session};
pub use status::Status;
pub use timestamp::Timestamp;

#[cfg(test)]
mod checkpoint_tests;
#[cfg(test)]
mod create_tests;
#[cfg(test)]
mod run_directory_tests;
