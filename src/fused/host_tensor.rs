use burn::tensor::{DType, Device, Tensor, TensorData};

use super::storage::Storage;
use super::{flex, ndarray};
use crate::backend;

/// Whether a [`HostTensor`] of `tensor` borrows its memory instead of copying it.
pub(crate) fn is_on_host<const D: usize>(tensor: &Tensor<D>) -> bool {
    tensor.dtype() == DType::F32 && backend::is_host(&tensor.device())
}

/// The entries of a tensor of 32-bit floats. A tensor that [is on the host](is_on_host) keeps its storage; any
/// other is copied.
pub(crate) struct HostTensor<const D: usize>(Box<dyn Storage<D>>);

impl<const D: usize> HostTensor<D> {
    pub fn new(tensor: Tensor<D>) -> Self {
        let storage = flex::storage(&tensor).or_else(|| ndarray::storage(&tensor));
        Self(storage.unwrap_or_else(|| Box::new(Copied::new(tensor))))
    }

    /// Row-major.
    pub fn entries(&self) -> &[f32] {
        self.0.entries()
    }

    /// Copies the entries first if another tensor shares them.
    pub fn entries_mut(&mut self) -> &mut [f32] {
        self.0.entries_mut()
    }

    pub fn into_tensor(self) -> Tensor<D> {
        self.0.into_tensor()
    }
}

struct Copied {
    data: TensorData,
    device: Device,
}

impl Copied {
    fn new<const D: usize>(tensor: Tensor<D>) -> Self {
        let device = tensor.device();
        Self { data: tensor.into_data(), device }
    }
}

impl<const D: usize> Storage<D> for Copied {
    fn entries(&self) -> &[f32] {
        self.data.as_slice().unwrap_or_default()
    }

    fn entries_mut(&mut self) -> &mut [f32] {
        self.data.as_mut_slice().unwrap_or_default()
    }

    fn into_tensor(self: Box<Self>) -> Tensor<D> {
        Tensor::from_data(self.data, &self.device)
    }
}
