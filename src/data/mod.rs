//! Data sources, the split, and the loader that feeds a device.

mod samples;

pub use samples::{Data, Features, ImageShape, Sample, Samples};
