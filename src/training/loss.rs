//! The losses of classification and regression, and the target rows for label smoothing, class weights and row weights.

use std::sync::Arc;

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::nn::loss::{CrossEntropyLoss, HuberLossConfig};
use burn::tensor::{Device, Int, Tensor, TensorData, activation};

use crate::config::{NumberLoss, RegressionLoss, TrainingConfig};
use crate::error::Result;
use crate::fused;
use crate::loading::Batch;

/// Softmax cross-entropy of logits `[batch, classes]` and class indices `[batch]`, mean over the
/// batch `[1]`. Computed from the logits, so it stays finite where slide 3's formula needs
/// clipping.
pub fn cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    fused::cross_entropy(&logits, &labels)
        .unwrap_or_else(|| CrossEntropyLoss::new(None, &logits.device()).forward(logits, labels))
}

/// Softmax cross-entropy of logits and target rows, both `[batch, classes]`, mean over the batch
/// `[1]`.
pub(super) fn soft_cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    let [batch, _] = logits.dims();
    (activation::log_softmax(logits, 1) * targets).sum().mul_scalar(-1.0 / batch as f64)
}

/// The mean `loss` of the `predicted` numbers, standardised as the `true` ones, both `[batch, targets]`, `[1]`.
pub fn number_loss(predicted: Tensor<2>, truth: Tensor<2>, loss: NumberLoss) -> Tensor<1> {
    number_losses(predicted, truth, loss).mean()
}

/// The loss of each of the `predicted` numbers, standardised as the `true` ones, both `[batch, targets]`.
pub(super) fn number_losses(predicted: Tensor<2>, truth: Tensor<2>, loss: NumberLoss) -> Tensor<2> {
    match loss.kind {
        RegressionLoss::Mse => (truth - predicted).square(),
        RegressionLoss::Mae => (truth - predicted).abs(),
        RegressionLoss::Huber => {
            HuberLossConfig::new(loss.huber_delta as f32).init().forward_no_reduction(predicted, truth)
        }
        RegressionLoss::Quantile => {
            let error = truth - predicted;
            (error.clone() * loss.quantile).max_pair(error * (loss.quantile - 1.0))
        }
    }
}

/// The target row of each class with label smoothing (Szegedy et al. 2015, arXiv 1512.00567,
/// section 7) and class weights.
pub(super) struct SoftTargets {
    /// `[classes, classes]`; row `c` is `w_c ((1 - smoothing) e_c + smoothing / classes)`.
    targets: Tensor<2>,
}

impl SoftTargets {
    /// Returns `None` if there is neither smoothing nor a weight: class indices are then enough.
    /// `counts` are the training rows of each class; `weighted_rows` says whether rows have weights
    /// of their own.
    ///
    /// # Errors
    /// If the number of class weights is not the number of classes.
    pub fn new(
        config: &TrainingConfig,
        counts: &[usize],
        weighted_rows: bool,
        device: &Device,
    ) -> Result<Option<Self>> {
        let (smoothing, classes) = (config.label_smoothing, counts.len());
        let weights = config.class_weights.of_classes(counts)?;
        if weights.is_none() && smoothing == 0.0 && !weighted_rows {
            return Ok(None);
        }
        let weights = weights.unwrap_or_else(|| vec![1.0; classes]);
        let entry = |row: usize, column: usize| {
            let hard = if row == column { 1.0 - smoothing } else { 0.0 };
            (weights[row] * (hard + smoothing / classes as f64)) as f32
        };
        let rows: Vec<f32> = (0..classes * classes).map(|index| entry(index / classes, index % classes)).collect();
        Ok(Some(Self { targets: Tensor::from_data(TensorData::new(rows, [classes, classes]), device) }))
    }

    /// Adds the target rows to each batch of `loader`.
    pub fn attach(self, loader: Arc<dyn DataLoader<Batch>>) -> Arc<dyn DataLoader<Batch>> {
        Arc::new(LoaderWithTargets { loader, targets: self.targets })
    }
}

struct LoaderWithTargets {
    loader: Arc<dyn DataLoader<Batch>>,
    targets: Tensor<2>,
}

impl DataLoader<Batch> for LoaderWithTargets {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<Batch> + 'a> {
        Box::new(BatchesWithTargets { batches: self.loader.iter(), targets: &self.targets })
    }

    fn num_items(&self) -> usize {
        self.loader.num_items()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<Batch>> {
        let targets = self.targets.clone().to_device(&device.clone().inner());
        Arc::new(Self { loader: self.loader.to_device(device), targets })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<Batch>> {
        Arc::new(Self { loader: self.loader.slice(start, end), targets: self.targets.clone() })
    }
}

struct BatchesWithTargets<'a> {
    batches: Box<dyn DataLoaderIterator<Batch> + 'a>,
    targets: &'a Tensor<2>,
}

impl Iterator for BatchesWithTargets<'_> {
    type Item = std::result::Result<Batch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let with_targets = |batch: Batch| {
            let targets = self.targets.clone().select(0, batch.labels.clone()); // [batch, classes]
            let targets = match batch.weights.clone() {
                Some(weights) => targets * weights.unsqueeze_dim(1),
                None => targets,
            };
            Batch { targets: Some(targets), ..batch }
        };
        Some(self.batches.next()?.map(with_targets))
    }
}

impl DataLoaderIterator<Batch> for BatchesWithTargets<'_> {
    fn progress(&self) -> Progress {
        self.batches.progress()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ClassWeighting, ClassWeights, RunConfig};
    use crate::data::{Features, Samples};
    use crate::loading::{DeviceLoader, Order};

    const LOGITS: [f32; 9] = [0.3, -1.0, 2.0, 1.5, 0.0, -0.5, 0.2, 0.1, 0.0];

    fn device() -> Device {
        crate::backend::open(crate::backend::host()).unwrap().device
    }

    /// The loss of [`LOGITS`] with the labels 2, 0, 1, through a loader.
    fn loss(label_smoothing: f64, class_weights: ClassWeights, row_weights: Option<Vec<f32>>) -> f64 {
        let config = TrainingConfig { label_smoothing, class_weights, ..RunConfig::default().training };
        let samples = Samples::new(Features::Floats(LOGITS.to_vec()), vec![2, 0, 1], 3).unwrap();
        let samples = row_weights.into_iter().fold(samples, |samples, weights| samples.with_weights(weights).unwrap());
        let (counts, weighted) = (samples.class_counts(3), samples.weights().is_some());
        let targets = SoftTargets::new(&config, &counts, weighted, &device()).unwrap().unwrap();
        let loader = targets.attach(Arc::new(DeviceLoader::new(samples, 3, Order::Sequential, 1, &device())));
        let batch = loader.iter().next().unwrap().unwrap();
        let loss = soft_cross_entropy(batch.features, batch.targets.unwrap());
        loss.into_data().iter::<f64>().next().unwrap()
    }

    #[test]
    fn label_smoothing_and_class_weights_give_pytorchs_loss() {
        // torch 2.12: F.cross_entropy(label_smoothing=0.1), reduction="none" times w[y], both; mean
        // over the rows.
        let none = || ClassWeights::Named(ClassWeighting::None);
        let weights = || ClassWeights::Each(vec![0.5, 2.0, 1.5]);
        for (found, expected) in [
            (loss(0.1, none(), None), 0.6302175534),
            (loss(0.0, weights(), None), 0.8901982341),
            (loss(0.1, weights(), None), 0.9879760119),
        ] {
            assert!((found - expected).abs() < 1e-6, "{found}, expected {expected}");
        }
    }

    #[test]
    fn the_weights_of_rows_multiply_those_of_their_classes() {
        // NumPy: (cross_entropy * w).mean(), and the same with smoothing 0.1 and the class weights.
        let rows = || Some(vec![3.0, 0.5, 1.0]);
        let alone = loss(0.0, ClassWeights::Named(ClassWeighting::None), rows());
        assert!((alone - 0.6273943347).abs() < 1e-6, "{alone}");
        let both = loss(0.1, ClassWeights::Each(vec![0.5, 2.0, 1.5]), rows());
        assert!((both - 1.31841158).abs() < 1e-6, "{both}");
    }

    #[test]
    fn without_weights_and_smoothing_class_indices_are_enough() {
        assert!(SoftTargets::new(&RunConfig::default().training, &[1, 2], false, &device()).unwrap().is_none());
    }
}
