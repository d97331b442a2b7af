use burn::tensor::{DType, Device, Tensor, TensorData};

use crate::backend;

/// Whether a [`HostTensor`] of `tensor` costs nothing.
pub(crate) fn is_on_host<const D: usize>(tensor: &Tensor<D>) -> bool {
    tensor.dtype() == DType::F32 && backend::is_host(&tensor.device())
}

/// The entries of a tensor of 32-bit floats. A tensor that [is on the host](is_on_host) and shares its entries
/// with no other is moved here and back; any other is copied.
pub(crate) struct HostTensor<const D: usize> {
    data: TensorData,
    device: Device,
}

impl<const D: usize> HostTensor<D> {
    pub fn new(tensor: Tensor<D>) -> Self {
        let device = tensor.device();
        Self { data: tensor.into_data(), device }
    }

    /// Row-major.
    pub fn entries(&self) -> &[f32] {
        self.data.as_slice().unwrap_or_default()
    }

    pub fn entries_mut(&mut self) -> &mut [f32] {
        self.data.as_mut_slice().unwrap_or_default()
    }

    pub fn into_tensor(self) -> Tensor<D> {
        Tensor::from_data(self.data, &self.device)
    }
}
