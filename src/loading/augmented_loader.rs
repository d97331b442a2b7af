//! Batches of augmented images, made ahead of the training on threads of their own.

use std::io;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::tensor::{Device, Tensor, TensorData};

use super::device_loader::epoch_order;
use super::{Batch, Order};
use crate::data::{Augmentation, Samples, Workspace};

/// Batches that each thread may be ahead.
const AHEAD: usize = 8;

/// Feeds batches of images changed anew in every epoch. The rows stay on the host; a batch is moved to the device when
/// it is asked for. The last batch of an epoch may be short.
pub struct AugmentedLoader {
    rows: Arc<AugmentedRows>,
    order: Order,
    /// Positions in an epoch's order that this loader feeds.
    first: usize,
    end: usize,
    next_epoch: AtomicUsize,
    device: Device,
}

/// What the threads share.
struct AugmentedRows {
    samples: Samples,
    augmentation: Augmentation,
    batch_size: usize,
}

impl AugmentedLoader {
    /// The first epoch that it feeds has number `first_epoch`.
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
            end: samples.len(),
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
        let order = epoch_order(self.order, rows, epoch).unwrap_or_else(|| (0..rows).collect());
        Box::new(Batches {
            makers: start_makers(&self.rows, order[self.first..self.end].to_vec(), epoch),
            loader: self,
            next: 0,
            fed: 0,
        })
    }

    fn num_items(&self) -> usize {
        self.end - self.first
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<Batch>> {
        // Batches are constants of the training, so they stay off the autodiff device.
        self.with(self.first, self.end, device.clone().inner())
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<Batch>> {
        self.with(self.first + start, self.first + end, self.device.clone())
    }
}

/// A batch on the host.
struct MadeBatch {
    /// `[batch * d]`.
    features: Vec<f32>,
    /// Class indices `[batch]`.
    labels: Vec<i32>,
}

/// Threads that make the batches of `order`, thread `t` of `n` those with number `t`, `t + n`, ... They end with the
/// epoch, or when nobody takes their batches any more.
fn start_makers(rows: &Arc<AugmentedRows>, order: Vec<usize>, epoch: usize) -> Vec<Receiver<MadeBatch>> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let order = Arc::new(order);
    let maker = |thread| {
        let (sender, made) = sync_channel(AHEAD);
        let (rows, order) = (rows.clone(), order.clone());
        let work = move || rows.make_batches(&order, epoch, (thread, threads), &sender);
        // Without a thread nothing is sent, which the iterator reports.
        let _ = thread::Builder::new().name("augmentation".to_string()).spawn(work);
        made
    };
    (0..threads).map(maker).collect()
}

impl AugmentedRows {
    fn make_batches(
        &self,
        order: &[usize],
        epoch: usize,
        (thread, threads): (usize, usize),
        made: &SyncSender<MadeBatch>,
    ) {
        let mut workspace = Workspace::default();
        for indices in order.chunks(self.batch_size).skip(thread).step_by(threads) {
            if made.send(self.make(indices, epoch, &mut workspace)).is_err() {
                return;
            }
        }
    }

    fn make(&self, indices: &[usize], epoch: usize, workspace: &mut Workspace) -> MadeBatch {
        let d = self.samples.dimension();
        let mut images = Vec::with_capacity(indices.len() * d);
        self.samples.write_features(indices.iter().copied(), &mut images);
        let mut features = vec![0.0; images.len()];
        for ((image, output), &row) in images.chunks_exact(d).zip(features.chunks_exact_mut(d)).zip(indices) {
            self.augmentation.online(image, epoch, row, workspace, output);
        }
        let labels = indices.iter().map(|&row| self.samples.labels()[row] as i32).collect();
        MadeBatch { features, labels }
    }
}

/// One epoch's batches.
struct Batches<'a> {
    loader: &'a AugmentedLoader,
    makers: Vec<Receiver<MadeBatch>>,
    /// Number of the next batch.
    next: usize,
    /// Rows of the batches so far.
    fed: usize,
}

impl Iterator for Batches<'_> {
    type Item = Result<Batch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.fed >= self.loader.num_items() {
            return None;
        }
        let Ok(MadeBatch { features, labels }) = self.makers[self.next % self.makers.len()].recv() else {
            self.fed = self.loader.num_items();
            return Some(Err(DatasetError::new(io::Error::other("the thread that augments images has ended"))));
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
