//! Data sources, the split, and the loader that feeds a device.

mod loader;
pub mod random;
mod samples;

pub use samples::{Data, Features, ImageShape, Sample, Samples};
pub use loader::{Batch, Order, ResidentLoader};
