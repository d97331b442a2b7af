//! Features that stay on a device for the whole of a training.

use std::ops::Range;

use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use super::{Features, Samples};

/// All rows on a device `[n, d]`.
#[derive(Clone)]
pub(super) enum ResidentFeatures {
    Floats(Tensor<2>),
    /// Pixels from 0 to `maximum`, scaled when a batch is gathered. They take a quarter of the memory, and gathering
    /// them takes three quarters of the time: less is fetched from memory than the scaling costs.
    Bytes {
        pixels: Tensor<2, Int>,
        maximum: f64,
    },
}

impl ResidentFeatures {
    pub fn new(samples: &Samples, device: &Device) -> Self {
        let shape = [samples.len(), samples.dimension()];
        match samples.features() {
            Features::Bytes { values, maximum } if device.supports_dtype(DType::U8) => Self::Bytes {
                pixels: Tensor::from_data(TensorData::new(values.clone(), shape), (device, DType::U8)),
                maximum: f64::from(*maximum),
            },
            _ => Self::Floats(Tensor::from_data(TensorData::new(samples.to_floats(), shape), device)),
        }
    }

    /// The rows of `indices` `[batch]`, as `[batch, d]`.
    pub fn select(&self, indices: Tensor<1, Int>) -> Tensor<2> {
        match self {
            Self::Floats(features) => features.clone().select(0, indices),
            Self::Bytes { pixels, maximum } => pixels.clone().select(0, indices).float().div_scalar(*maximum),
        }
    }

    /// The rows of `range`, as `[batch, d]`.
    pub fn slice(&self, range: Range<usize>) -> Tensor<2> {
        match self {
            Self::Floats(features) => features.clone().slice([range]),
            Self::Bytes { pixels, maximum } => pixels.clone().slice([range]).float().div_scalar(*maximum),
        }
    }

    pub fn to_device(&self, device: &Device) -> Self {
        match self.clone() {
            Self::Floats(features) => Self::Floats(features.to_device(device)),
            Self::Bytes { pixels, maximum } => Self::Bytes { pixels: pixels.to_device(device), maximum },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_scaled_exactly_as_on_the_host_on_every_backend() {
        let features = Features::Bytes { values: (0..=255).collect(), maximum: 255 };
        let samples = Samples::new(features, vec![0; 256], 1).unwrap();
        for backend in ["flex", "ndarray"] {
            let Ok(opened) = crate::backend::open(backend.parse().unwrap()) else { continue };
            let resident = ResidentFeatures::new(&samples, &opened.device);
            let values = |tensor: Tensor<2>| tensor.into_data().try_to_vec::<f32>().unwrap();
            assert_eq!(values(resident.slice(0..256)), samples.to_floats(), "{backend}");
            let reversed: Vec<i32> = (0..256).rev().collect();
            let indices = Tensor::from_data(TensorData::new(reversed, [256]), &opened.device);
            let expected: Vec<f32> = samples.to_floats().into_iter().rev().collect();
            assert_eq!(values(resident.select(indices)), expected, "{backend}");
        }
    }
}
