//! The storage of ndarray's tensors.

use burn::backend::NdArray;
use burn::backend::ndarray::NdArrayTensor;
use burn::tensor::Tensor;

use super::storage::Storage;

/// `None` for a tensor of another device or type, or whose entries aren't row-major without gaps.
pub(super) fn storage<const D: usize>(tensor: &Tensor<D>) -> Option<Box<dyn Storage<D>>> {
    let array = tensor.clone().try_into_primitive::<NdArray>().ok()?;
    slice(&array)?;
    Some(Box::new(array))
}

impl<const D: usize> Storage<D> for NdArrayTensor {
    fn entries(&self) -> &[f32] {
        slice(self).unwrap_or_default()
    }

    fn entries_mut(&mut self) -> &mut [f32] {
        match self {
            Self::F32(array) => array.ensure_owned().as_slice_mut().unwrap_or_default(),
            _ => &mut [],
        }
    }

    fn into_tensor(self: Box<Self>) -> Tensor<D> {
        Tensor::from_primitive::<NdArray>(*self)
    }
}

fn slice(array: &NdArrayTensor) -> Option<&[f32]> {
    match array {
        NdArrayTensor::F32(array) => array.view().to_slice(),
        _ => None,
    }
}
