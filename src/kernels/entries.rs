#[cfg(feature = "ndarray")]
use burn::backend::{NdArray, ndarray::NdArrayTensor};
use burn::tensor::{Device, Tensor, TensorData};

#[cfg(feature = "flex")]
use super::flex::Array;

/// The entries of a tensor of 32-bit floats in the host's memory.
pub(super) enum Entries {
    #[cfg(feature = "flex")]
    Array(Array),
    /// One entry after another.
    #[cfg(feature = "ndarray")]
    NdArray(NdArrayTensor),
    /// A copy.
    Data(TensorData, Device),
}

impl Entries {
    pub fn of<const D: usize>(tensor: Tensor<D>) -> Self {
        #[cfg(feature = "flex")]
        if let Some(array) = Array::of(tensor.clone()) {
            return Self::Array(array);
        }
        #[cfg(feature = "ndarray")]
        if let Ok(array) = tensor.clone().try_into_primitive::<NdArray>()
            && slice(&array).is_some()
        {
            return Self::NdArray(array);
        }
        let device = tensor.device();
        Self::Data(tensor.into_data(), device)
    }

    pub fn get(&self) -> &[f32] {
        match self {
            #[cfg(feature = "flex")]
            Self::Array(array) => array.entries(),
            #[cfg(feature = "ndarray")]
            Self::NdArray(array) => slice(array).unwrap_or_default(),
            Self::Data(data, _) => data.as_slice().unwrap_or_default(),
        }
    }

    /// Copies them first if another tensor shares them.
    pub fn get_mut(&mut self) -> &mut [f32] {
        match self {
            #[cfg(feature = "flex")]
            Self::Array(array) => array.entries_mut(),
            #[cfg(feature = "ndarray")]
            Self::NdArray(NdArrayTensor::F32(array)) => array.ensure_owned().as_slice_mut().unwrap_or_default(),
            #[cfg(feature = "ndarray")]
            Self::NdArray(_) => &mut [],
            Self::Data(data, _) => data.as_mut_slice().unwrap_or_default(),
        }
    }

    pub fn tensor<const D: usize>(self) -> Tensor<D> {
        match self {
            #[cfg(feature = "flex")]
            Self::Array(array) => array.tensor(),
            #[cfg(feature = "ndarray")]
            Self::NdArray(array) => Tensor::from_primitive::<NdArray>(array),
            Self::Data(data, device) => Tensor::from_data(data, &device),
        }
    }
}

/// None if the entries are no 32-bit floats, or do not lie one after another.
#[cfg(feature = "ndarray")]
fn slice(array: &NdArrayTensor) -> Option<&[f32]> {
    match array {
        NdArrayTensor::F32(array) => array.view().to_slice(),
        _ => None,
    }
}
