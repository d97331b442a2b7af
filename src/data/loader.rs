//! Batches from tensors that stay on the device.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::Samples;
use super::random::{Purpose, permutation, stream};

/// A batch on a device.
#[derive(Debug, Clone)]
pub struct Batch {
    /// `[batch, features]`.
    pub features: Tensor<2>,
    /// Class indices `[batch]`.
    pub labels: Tensor<1, Int>,
}

/// The order in which an epoch visits the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As they are, the same in every epoch.
    Sequential,
    /// A new permutation of all rows in every epoch, drawn from the seed and the epoch's number.
    Shuffled { seed: u64 },
}

/// Feeds batches gathered on the device that holds all rows. The last batch of an epoch may be short.
pub struct ResidentLoader {
    features: Tensor<2>,
    labels: Tensor<1, Int>,
    rows: Range<usize>,
    batch_size: usize,
    order: Order,
    next_epoch: AtomicUsize,
}

impl ResidentLoader {
    /// Moves `samples` to `device`. The first epoch that it feeds has number `first_epoch`.
    pub fn new(samples: &Samples, batch_size: usize, order: Order, first_epoch: usize, device: &Device) -> Self {
        let (n, d) = (samples.len(), samples.dimension());
        let labels: Vec<i32> = samples.labels().iter().map(|&label| label as i32).collect();
        Self {
            features: Tensor::from_data(TensorData::new(samples.to_floats(), [n, d]), device),
            labels: Tensor::from_data(TensorData::new(labels, [n]), device),
            rows: 0..n,
            batch_size: batch_size.max(1),
            order,
            next_epoch: AtomicUsize::new(first_epoch),
        }
    }

    /// Batches in an epoch.
    pub fn batches(&self) -> usize {
        self.rows.len().div_ceil(self.batch_size)
    }

    fn with(&self, features: Tensor<2>, labels: Tensor<1, Int>, rows: Range<usize>) -> Arc<dyn DataLoader<Batch>> {
        Arc::new(Self {
            features,
            labels,
            rows,
            batch_size: self.batch_size,
            order: self.order,
            next_epoch: AtomicUsize::new(self.next_epoch.load(Ordering::Relaxed)),
        })
    }
}

impl DataLoader<Batch> for ResidentLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<Batch> + 'a> {
        let epoch = self.next_epoch.fetch_add(1, Ordering::Relaxed);
        let order = match self.order {
            Order::Sequential => None,
            Order::Shuffled { seed } => {
                let [n] = self.labels.dims();
                let order = permutation(n, &mut stream(seed, Purpose::BatchOrder, epoch as u64));
                let order: Vec<i32> = order.into_iter().map(|row| row as i32).collect();
                Some(Tensor::from_data(TensorData::new(order, [n]), &self.labels.device()))
            }
        };
        Box::new(Batches { loader: self, order, next: self.rows.start })
    }

    fn num_items(&self) -> usize {
        self.rows.len()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<Batch>> {
        // Batches are constants of the training, so they stay off the autodiff device.
        let device = device.clone().inner();
        let features = self.features.clone().to_device(&device);
        self.with(features, self.labels.clone().to_device(&device), self.rows.clone())
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<Batch>> {
        let rows = self.rows.start + start..self.rows.start + end;
        self.with(self.features.clone(), self.labels.clone(), rows)
    }
}

/// One epoch's batches.
struct Batches<'a> {
    loader: &'a ResidentLoader,
    /// Row indices in the order of this epoch `[n]`; none if rows are taken as they are.
    order: Option<Tensor<1, Int>>,
    next: usize,
}

impl Iterator for Batches<'_> {
    type Item = Result<Batch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let ResidentLoader { features, labels, rows, batch_size, .. } = self.loader;
        if self.next >= rows.end {
            return None;
        }
        let range = self.next..rows.end.min(self.next + batch_size);
        self.next = range.end;
        Some(Ok(match &self.order {
            Some(order) => {
                let indices = order.clone().slice([range]); // [batch]
                Batch {
                    features: features.clone().select(0, indices.clone()), // [batch, d]
                    labels: labels.clone().select(0, indices),             // [batch]
                }
            }
            None => Batch { features: features.clone().slice([range.clone()]), labels: labels.clone().slice([range]) },
        }))
    }
}

impl DataLoaderIterator<Batch> for Batches<'_> {
    fn progress(&self) -> Progress {
        let rows = &self.loader.rows;
        Progress { items_processed: self.next - rows.start, items_total: rows.len(), unit: Some("rows".to_string()) }
    }
}
