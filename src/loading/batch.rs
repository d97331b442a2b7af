//! Batches, and the order in which an epoch visits the rows.

use burn::tensor::{Int, Tensor};

use crate::config::{NumberLoss, RunConfig};
use crate::data::random::{Purpose, permutation, sample_stream, stream};

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
    /// Each of a network's members visits all rows in an order of its own, without a `seed` in that of the rows. Each
    /// `rows` rows of the first member are followed by as many of the second and so on, so that batches of
    /// `members * rows` have the same number of each.
    Members { members: usize, rows: usize, seed: Option<u64> },
}

impl Order {
    /// Returns the order in which `config` visits the training rows.
    pub fn of(config: &RunConfig) -> Self {
        let seed = config.training.shuffle.then_some(config.seed);
        match (config.model.members.max(1), seed) {
            (1, Some(seed)) => Self::Shuffled { seed },
            (1, None) => Self::Sequential,
            (members, seed) => Self::Members { members, rows: config.training.batch_size, seed },
        }
    }

    /// How many row indices an epoch of `rows` rows has.
    pub(crate) fn visits(self, rows: usize) -> usize {
        match self {
            Self::Sequential | Self::Shuffled { .. } => rows,
            Self::Members { members, .. } => members * rows,
        }
    }

    /// Returns the row indices of `epoch` in order, or `None` for sequential order.
    pub(crate) fn indices(self, rows: usize, epoch: usize) -> Option<Vec<usize>> {
        let epoch = epoch as u64;
        match self {
            Self::Sequential => None,
            Self::Shuffled { seed } => Some(permutation(rows, &mut stream(seed, Purpose::BatchOrder, epoch))),
            Self::Members { members, rows: of_member, seed } => {
                let order = |member| match seed {
                    Some(seed) => permutation(rows, &mut sample_stream(seed, Purpose::BatchOrder, epoch, member)),
                    None => (0..rows).collect(),
                };
                Some(side_by_side((0..members).map(order).collect(), of_member))
            }
        }
    }
}

/// Puts the first `rows` entries of each order after each other, then the next ones, and so on.
fn side_by_side(orders: Vec<Vec<usize>>, rows: usize) -> Vec<usize> {
    let visits = orders.first().map_or(0, Vec::len);
    let starts = (0..visits).step_by(rows.max(1));
    starts
        .flat_map(|start| orders.iter().flat_map(move |order| &order[start..visits.min(start + rows)]))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_member_visits_every_row_once_in_an_order_of_its_own() {
        let order = Order::Members { members: 3, rows: 4, seed: Some(7) };
        assert_eq!(order.visits(10), 30);
        let indices = order.indices(10, 1).unwrap();
        // Batches of 3 * 4, the last one of 3 * 2.
        let of_member = |member: usize| {
            let batches = [(0, 4), (12, 4), (24, 2)];
            batches.map(|(start, rows)| indices[start + member * rows..][..rows].to_vec()).concat()
        };
        for member in 0..3 {
            let mut visited = of_member(member);
            visited.sort_unstable();
            assert_eq!(visited, (0..10).collect::<Vec<_>>());
        }
        assert_ne!(of_member(0), of_member(1));
        assert_ne!(order.indices(10, 2).unwrap(), indices);
        let sequential = Order::Members { members: 2, rows: 2, seed: None }.indices(3, 1).unwrap();
        assert_eq!(sequential, [0, 1, 0, 1, 2, 2]);
    }
}
