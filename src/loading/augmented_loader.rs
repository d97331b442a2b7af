//! Batches of augmented images, prepared ahead of training on separate threads.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::tensor::{Device, Tensor, TensorData};
use burn_mlp_kernels::join;

use super::batch::{Batch, Order};
use crate::data::{Augmentation, Samples, Workspace};

/// Maximum number of batches that each thread prepares ahead.
const MAX_AHEAD: usize = 8;

/// Feeds batches of images that are augmented in every epoch. Rows stay on the host; each batch is
/// moved to the device on demand. The last batch of an epoch may be short.
pub struct AugmentedLoader {
    rows: Arc<AugmentedRows>,
    order: Order,
    /// Range of positions in an epoch's order that this loader feeds.
    first: usize,
    end: usize,
    next_epoch: AtomicUsize,
    device: Device,
}

/// State that the threads share.
struct AugmentedRows {
    samples: Samples,
    augmentation: Augmentation,
    batch_size: usize,
}

impl AugmentedLoader {
    /// Creates a loader of `samples`. The first epoch has the number `first_epoch`.
    pub fn new(
        samples: Samples,
        augmentation: Augmentation,
        batch_size: usize,
        order: Order,
        first_epoch: usize,
        device: &Device,
    ) -> Self {
        Self {
            first: 0,
            end: order.visits(samples.len()),
            rows: Arc::new(AugmentedRows { samples, augmentation, batch_size: batch_size.max(1) }),
            order,
            next_epoch: AtomicUsize::new(first_epoch),
            device: device.clone(),
        }
    }

    fn with(&self, first: usize, end: usize, device: Device) -> Arc<dyn DataLoader<Batch>> {
        let next_epoch = AtomicUsize::new(self.next_epoch.load(Ordering::Relaxed));
        Arc::new(Self { rows: self.rows.clone(), order: self.order, first, end, next_epoch, device })
    }
}

impl DataLoader<Batch> for AugmentedLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<Batch> + 'a> {
        let epoch = self.next_epoch.fetch_add(1, Ordering::Relaxed);
        let rows = self.rows.samples.len();
        let order = self.order.indices(rows, epoch).unwrap_or_else(|| (0..rows).collect());
        Box::new(Batches {
            threads: start_threads(&self.rows, order[self.first..self.end].to_vec(), epoch),
            loader: self,
            next: 0,
            fed: 0,
        })
    }

    fn num_items(&self) -> usize {
        self.end - self.first
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<Batch>> {
        // Batches need no gradient, so they stay off the autodiff device.
        self.with(self.first, self.end, device.clone().inner())
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<Batch>> {
        self.with(self.first + start, self.first + end, self.device.clone())
    }
}

/// A batch on the host.
struct HostBatch {
    /// `[batch * d]`.
    features: Vec<f32>,
    /// Class indices `[batch]`.
    labels: Vec<i32>,
    /// Weights of the rows `[batch]`, if they differ.
    weights: Option<Vec<f32>>,
}

/// Starts threads that prepare the batches of `order`: thread `t` of `n` those with number `t`,
/// `t + n`, ... They end with the epoch, or when the receivers are dropped.
fn start_threads(rows: &Arc<AugmentedRows>, order: Vec<usize>, epoch: usize) -> Vec<Receiver<HostBatch>> {
    let threads = join::threads();
    let order = Arc::new(order);
    let start = |thread| {
        let (sender, batches) = sync_channel(MAX_AHEAD);
        let (rows, order) = (rows.clone(), order.clone());
        let work = move || rows.prepare_batches(&order, epoch, (thread, threads), &sender);
        // If the thread cannot start, the channel is empty, and the iterator reports that.
        let _ = thread::Builder::new().name("augmentation".to_string()).spawn(work);
        batches
    };
    (0..threads).map(start).collect()
}

impl AugmentedRows {
    fn prepare_batches(
        &self,
        order: &[usize],
        epoch: usize,
        (thread, threads): (usize, usize),
        batches: &SyncSender<HostBatch>,
    ) {
        let mut workspace = Workspace::default();
        for indices in order.chunks(self.batch_size).skip(thread).step_by(threads) {
            if batches.send(self.prepare(indices, epoch, &mut workspace)).is_err() {
                return;
            }
        }
    }

    fn prepare(&self, indices: &[usize], epoch: usize, workspace: &mut Workspace) -> HostBatch {
        let d = self.samples.dimension();
        let mut images = Vec::with_capacity(indices.len() * d);
        self.samples.write_features(indices.iter().copied(), &mut images);
        let mut features = vec![0.0; images.len()];
        for ((image, output), &row) in images.chunks_exact(d).zip(features.chunks_exact_mut(d)).zip(indices) {
            self.augmentation.online(image, epoch, row, workspace, output);
        }
        let labels = indices.iter().map(|&row| self.samples.labels()[row] as i32).collect();
        let weights = self.samples.weights().map(|weights| indices.iter().map(|&row| weights[row]).collect());
        HostBatch { features, labels, weights }
    }
}

/// One epoch's batches.
struct Batches<'a> {
    loader: &'a AugmentedLoader,
    threads: Vec<Receiver<HostBatch>>,
    /// Number of the next batch.
    next: usize,
    /// Number of rows fed so far.
    fed: usize,
}

impl Iterator for Batches<'_> {
    type Item = Result<Batch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.fed >= self.loader.num_items() {
            return None;
        }
        let Ok(HostBatch { features, labels, weights }) = self.threads[self.next % self.threads.len()].recv() else {
            self.fed = self.loader.num_items();
            return Some(Err(DatasetError::new(io::Error::other("an augmentation thread ended unexpectedly"))));
        };
        let (batch, device) = (labels.len(), &self.loader.device);
        self.next += 1;
        self.fed += batch;
        Some(Ok(Batch {
            features: Tensor::from_data(
                TensorData::new(features, [batch, self.loader.rows.samples.dimension()]),
                device,
            ),
            labels: Tensor::from_data(TensorData::new(labels, [batch]), device),
            weights: weights.map(|weights| Tensor::from_data(TensorData::new(weights, [batch]), device)),
            // Only images are augmented, and those have classes.
            numbers: None,
            targets: None,
        }))
    }
}

impl DataLoaderIterator<Batch> for Batches<'_> {
    fn progress(&self) -> Progress {
        Progress { items_processed: self.fed, items_total: self.loader.num_items(), unit: Some("rows".to_string()) }
    }
}

#[cfg(test)]
#[path = "augmented_loader_tests.rs"]
mod tests;
