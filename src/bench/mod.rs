//! Measures how fast training steps are and where the time goes.
//!
//! [`measure`] takes the steps of a training run on `synthetic` rows: whole steps, then steps that wait
//! for the device after each phase, then only their matrix products. The program starts a process
//! for each backend and batch size, in which [`measure_into`] leaves the measurement in a
//! directory.

mod child_result;
mod measure;
mod measurement;
mod memory;
mod products;
mod results;
mod settings;
mod spread;

pub use child_result::{measure_into, read_measurement};
pub(crate) use child_result::{read_result, write_result};
pub use measure::{Effort, measure};
pub use measurement::{Measurement, Phases, ProductsAlone};
pub(crate) use memory::peak_memory_bytes;
pub use products::step_operations;
pub use results::{Bench, BenchOutcome, BenchRow};
pub use settings::{check, parse_batch_sizes, workload};
pub use spread::Spread;
