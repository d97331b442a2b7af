//! Stands in for ndarray's storage in a build without it.

use burn::tensor::Tensor;

use super::storage::Storage;

pub(super) fn storage<const D: usize>(_: &Tensor<D>) -> Option<Box<dyn Storage<D>>> {
    None
}
