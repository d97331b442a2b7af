//! How fast are the steps of a training, and where does the time go?
//!
//! [`measure`] takes the steps that a training takes, on `synthetic` rows: whole, then with the device waited for after each
//! phase, then nothing but their matrix products. [`measure_into`] does it for a process of its own, which the program
//! starts for each backend and batch size, and leaves the figures in a directory.

mod answer;
mod measure;
mod measurement;
mod memory;
mod products;
mod results;
mod settings;
mod spread;

pub(crate) use answer::{leave_answer, read_answer};
pub use answer::{measure_into, read_measurement};
pub use measure::{Effort, measure};
pub use measurement::{Measurement, Phases, ProductsAlone};
pub(crate) use memory::peak_memory_bytes;
pub use products::step_operations;
pub use results::{Bench, Outcome, Row};
pub use settings::{check, parse_batch_sizes, workload};
pub use spread::Spread;
