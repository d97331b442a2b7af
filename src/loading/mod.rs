//! Batches on a device: from rows that stay there, from augmented rows, and from any burn-dataset.

mod augmented_loader;
mod batch;
mod burn_dataset;
mod device_features;
mod device_loader;

pub use augmented_loader::AugmentedLoader;
pub use batch::{Batch, Numbers, Order};
pub use burn_dataset::{SampleDataset, samples_from_dataset};
pub use device_loader::DeviceLoader;
