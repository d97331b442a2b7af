//! Batches gathered from rows that stay on the device.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::batch::{Batch, Numbers, Order};
use super::device_features::DeviceFeatures;
use crate::config::NumberLoss;
use crate::data::{Samples, Targets};

/// Feeds batches gathered on the device, which stores all rows. The last batch of an epoch may be
/// short.
pub struct DeviceLoader {
    features: DeviceFeatures,
    labels: Tensor<1, Int>,
    numbers: Option<Numbers>,
    weights: Option<Tensor<1>>,
    rows: Range<usize>,
    batch_size: usize,
    order: Order,
    next_epoch: AtomicUsize,
}

impl DeviceLoader {
    /// Moves `samples` to `device`. The first epoch has the number `first_epoch`.
    pub fn new(samples: Samples, batch_size: usize, order: Order, first_epoch: usize, device: &Device) -> Self {
        let (n, d) = (samples.len(), samples.dimension());
        let weights =
            samples.weights().map(|weights| Tensor::from_data(TensorData::new(weights.to_vec(), [n]), device));
        let (features, targets) = samples.into_parts();
        let labels = match targets {
            Targets::Classes(labels) => labels.into_iter().map(|label| label as i32).collect(),
            Targets::Numbers { .. } => vec![0; n],
        };
        Self {
            features: DeviceFeatures::new(features, [n, d], device),
            labels: Tensor::from_data(TensorData::new(labels, [n]), device),
            numbers: None,
            weights,
            rows: 0..order.visits(n),
            batch_size: batch_size.max(1),
            order,
            next_epoch: AtomicUsize::new(first_epoch),
        }
    }

    /// Adds the numbers that a regression predicts, `values` `[n * targets]` standardised and row-major, for each row.
    pub fn with_numbers(self, values: Vec<f32>, loss: NumberLoss) -> Self {
        let [n] = self.labels.dims();
        let shape = [n, values.len() / n.max(1)];
        let values = Tensor::from_data(TensorData::new(values, shape), &self.labels.device());
        Self { numbers: Some(Numbers { values, loss }), ..self }
    }

    /// Number of batches in an epoch.
    pub fn batches(&self) -> usize {
        self.rows.len().div_ceil(self.batch_size)
    }

    /// Copies this loader, which shares its tensors.
    fn copy(&self) -> Self {
        Self {
            features: self.features.clone(),
            labels: self.labels.clone(),
            numbers: self.numbers.clone(),
            weights: self.weights.clone(),
            rows: self.rows.clone(),
            batch_size: self.batch_size,
            order: self.order,
            next_epoch: AtomicUsize::new(self.next_epoch.load(Ordering::Relaxed)),
        }
    }
}

impl DataLoader<Batch> for DeviceLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<Batch> + 'a> {
        let epoch = self.next_epoch.fetch_add(1, Ordering::Relaxed);
        let [n] = self.labels.dims();
        let on_device = |order: Vec<usize>| {
            let order: Vec<i32> = order.into_iter().map(|row| row as i32).collect();
            let visits = order.len();
            Tensor::from_data(TensorData::new(order, [visits]), &self.labels.device())
        };
        let order = self.order.indices(n, epoch).map(on_device);
        Box::new(Batches { loader: self, order, next: self.rows.start })
    }

    fn num_items(&self) -> usize {
        self.rows.len()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<Batch>> {
        // Batches need no gradient, so they stay off the autodiff device.
        let device = device.clone().inner();
        Arc::new(Self {
            features: self.features.to_device(&device),
            labels: self.labels.clone().to_device(&device),
            numbers: self.numbers.clone().map(|numbers| numbers.map(|values| values.to_device(&device))),
            weights: self.weights.clone().map(|weights| weights.to_device(&device)),
            ..self.copy()
        })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<Batch>> {
        Arc::new(Self { rows: self.rows.start + start..self.rows.start + end, ..self.copy() })
    }
}

/// One epoch's batches.
struct Batches<'a> {
    loader: &'a DeviceLoader,
    /// Row indices in the order of this epoch `[visits]`; `None` for sequential order.
    order: Option<Tensor<1, Int>>,
    next: usize,
}

impl Iterator for Batches<'_> {
    type Item = Result<Batch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let DeviceLoader { features, labels, numbers, weights, rows, batch_size, .. } = self.loader;
        let numbers = numbers.clone();
        if self.next >= rows.end {
            return None;
        }
        let range = self.next..rows.end.min(self.next + batch_size);
        self.next = range.end;
        Some(Ok(match &self.order {
            Some(order) => {
                let indices = order.clone().slice([range]); // [batch]
                Batch {
                    weights: weights.clone().map(|weights| weights.select(0, indices.clone())), // [batch]
                    features: features.select(indices.clone()),                                 // [batch, d]
                    numbers: numbers.map(|numbers| numbers.map(|values| values.select(0, indices.clone()))),
                    labels: labels.clone().select(0, indices), // [batch]
                    targets: None,
                }
            }
            None => Batch {
                features: features.slice(range.clone()),
                labels: labels.clone().slice([range.clone()]),
                numbers: numbers.map(|numbers| numbers.map(|values| values.slice([range.clone()]))),
                weights: weights.clone().map(|weights| weights.slice([range])),
                targets: None,
            },
        }))
    }
}

impl DataLoaderIterator<Batch> for Batches<'_> {
    fn progress(&self) -> Progress {
        let rows = &self.loader.rows;
        Progress { items_processed: self.next - rows.start, items_total: rows.len(), unit: Some("rows".to_string()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Features;

    /// Creates rows `r` with the single feature `r` and the label `r % 3`.
    fn loader(rows: usize, batch_size: usize, order: Order, first_epoch: usize) -> DeviceLoader {
        let features = Features::Floats((0..rows).map(|row| row as f32).collect());
        let labels = (0..rows).map(|row| (row % 3) as u32).collect();
        let samples = Samples::new(features, labels, 1).unwrap();
        let device = crate::backend::open(crate::backend::host()).unwrap().device;
        DeviceLoader::new(samples, batch_size, order, first_epoch, &device)
    }

    /// Returns the rows of the next epoch by batch, after checking their labels.
    fn epoch(loader: &dyn DataLoader<Batch>) -> Vec<Vec<usize>> {
        let rows = |batch: Result<Batch, DatasetError>| {
            let Batch { features, labels, .. } = batch.unwrap();
            let rows: Vec<usize> = features.into_data().iter::<f64>().map(|value| value as usize).collect();
            let labels: Vec<usize> = labels.into_data().iter::<i64>().map(|label| label as usize).collect();
            assert_eq!(labels, rows.iter().map(|row| row % 3).collect::<Vec<_>>());
            rows
        };
        loader.iter().map(rows).collect()
    }

    const SHUFFLED: Order = Order::Shuffled { seed: 7 };

    #[test]
    fn an_epoch_visits_every_row_once_and_keeps_the_short_last_batch() {
        let loader = loader(10, 4, SHUFFLED, 1);
        let batches = epoch(&loader);
        assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 2]);
        assert_eq!(loader.batches(), 3);
        let mut rows = batches.concat();
        rows.sort();
        assert_eq!(rows, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn every_epoch_has_its_own_order_and_a_resumed_loader_repeats_it() {
        let whole = loader(50, 8, SHUFFLED, 1);
        let epochs: Vec<_> = (0..4).map(|_| epoch(&whole)).collect();
        assert_ne!(epochs[0], epochs[1]);
        assert_eq!(epoch(&loader(50, 8, SHUFFLED, 3)), epochs[2]);
        assert_ne!(epoch(&loader(50, 8, Order::Shuffled { seed: 8 }, 1)), epochs[0]);
    }

    #[test]
    fn sequential_epochs_keep_the_order_of_the_rows() {
        let loader = loader(5, 2, Order::Sequential, 1);
        assert_eq!(epoch(&loader), [vec![0, 1], vec![2, 3], vec![4]]);
        assert_eq!(epoch(&loader), [vec![0, 1], vec![2, 3], vec![4]]);
    }

    #[test]
    fn a_batch_may_be_larger_than_the_data() {
        assert_eq!(epoch(&loader(3, 100, Order::Sequential, 1)), [vec![0, 1, 2]]);
    }

    #[test]
    fn the_progress_of_a_finished_epoch_is_complete() {
        let loader = loader(5, 2, SHUFFLED, 1);
        let mut batches = loader.iter();
        while batches.next().is_some() {}
        assert!(batches.progress().is_completed());
    }

    #[test]
    fn slices_share_the_order_of_an_epoch() {
        let whole = epoch(&loader(10, 5, SHUFFLED, 1)).concat();
        let sliced = loader(10, 5, SHUFFLED, 1);
        let halves = [epoch(sliced.slice(0, 5).as_ref()).concat(), epoch(sliced.slice(5, 10).as_ref()).concat()];
        assert_eq!(halves.concat(), whole);
    }
}
