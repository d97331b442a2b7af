//! Batches on a device: resident rows, augmented rows, and any burn-dataset as rows.

mod augmented_loader;
mod burn_dataset;
mod device_features;
mod device_loader;

pub use augmented_loader::AugmentedLoader;
pub use burn_dataset::{SampleDataset, samples_from_dataset};
pub(crate) use device_loader::epoch_order;
pub use device_loader::{Batch, DeviceLoader, Order};
