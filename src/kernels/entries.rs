use burn::tensor::{Device, Tensor, TensorData};

#[cfg(feature = "flex")]
use super::flex::Array;

/// The entries of a tensor of 32-bit floats in the host's memory, without a copy where Burn lets one reach them.
pub(super) enum Entries {
    #[cfg(feature = "flex")]
    Array(Array),
    /// Copied if another tensor shares them.
    Data(TensorData, Device),
}

impl Entries {
    pub fn of<const D: usize>(tensor: Tensor<D>) -> Self {
        #[cfg(feature = "flex")]
        if let Some(array) = Array::of(tensor.clone()) {
            drop(tensor);
            return Self::Array(array);
        }
        let device = tensor.device();
        Self::Data(tensor.into_data(), device)
    }

    pub fn get(&self) -> &[f32] {
        match self {
            #[cfg(feature = "flex")]
            Self::Array(array) => array.entries(),
            Self::Data(data, _) => data.as_slice().unwrap_or_default(),
        }
    }

    /// Copies them first if another tensor shares them.
    pub fn get_mut(&mut self) -> &mut [f32] {
        match self {
            #[cfg(feature = "flex")]
            Self::Array(array) => array.entries_mut(),
            Self::Data(data, _) => data.as_mut_slice().unwrap_or_default(),
        }
    }

    pub fn tensor<const D: usize>(self) -> Tensor<D> {
        match self {
            #[cfg(feature = "flex")]
            Self::Array(array) => array.tensor(),
            Self::Data(data, device) => Tensor::from_data(data, &device),
        }
    }
}
