//! Batches, and the order in which an epoch visits the rows.

use burn::tensor::{Int, Tensor};

use crate::config::{NumberLoss, RunConfig};
use crate::data::random::{Purpose, permutation, stream};

/// A batch on a device.
#[derive(Debug, Clone)]
pub struct Batch {
    /// `[batch, features]`.
    pub features: Tensor<2>,
    /// Class indices `[batch]`; zeros in regression.
    pub labels: Tensor<1, Int>,
    /// What a regression is to predict.
    pub numbers: Option<Numbers>,
    /// Weights of the rows in the training loss `[batch]`, if they differ.
    pub weights: Option<Tensor<1>>,
    /// Targets of the training loss `[batch, classes]`, if they differ from the labels: smoothed or
    /// weighted by class or row.
    pub targets: Option<Tensor<2>>,
}

/// Numbers to predict, and the loss to predict them by.
#[derive(Debug, Clone)]
pub struct Numbers {
    /// Standardised, `[batch, targets]`.
    pub values: Tensor<2>,
    pub loss: NumberLoss,
}

impl Numbers {
    pub(super) fn map(self, change: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Self {
        Self { values: change(self.values), ..self }
    }
}

/// The order in which an epoch visits the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The order of the rows, in every epoch.
    Sequential,
    /// A new permutation in every epoch, drawn from the seed and the epoch's number.
    Shuffled { seed: u64 },
}

impl Order {
    /// Returns the order in which `config` visits the training rows.
    pub fn of(config: &RunConfig) -> Self {
        match config.training.shuffle {
            true => Self::Shuffled { seed: config.seed },
            false => Self::Sequential,
        }
    }

    /// Returns row indices `[rows]` in the order of `epoch`, or `None` for sequential order.
    pub(crate) fn indices(self, rows: usize, epoch: usize) -> Option<Vec<usize>> {
        match self {
            Self::Sequential => None,
            Self::Shuffled { seed } => Some(permutation(rows, &mut stream(seed, Purpose::BatchOrder, epoch as u64))),
        }
    }
}
