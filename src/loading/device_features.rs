//! Features that stay on a device during training.

use std::ops::Range;

use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use crate::data::Features;
use crate::fused;

/// All rows on a device `[n, d]`. Images stay bytes, a quarter of the memory of floats, and are
/// scaled when a batch is gathered. On a CPU this takes three quarters of the time of gathering
/// floats, because it reads less memory.
#[derive(Clone)]
pub(super) enum DeviceFeatures {
    Floats(Tensor<2>),
    /// Pixels from 0 to `maximum` `[n, d]`.
    Bytes {
        pixels: Tensor<2, Int>,
        maximum: f64,
    },
    /// For devices without bytes, such as most GPUs through WebGPU `[n, words]`: byte `k` of word
    /// `w` is pixel `w + k * words` of its row.
    Words {
        words: Tensor<2, Int>,
        dimension: usize,
        maximum: f64,
    },
}

impl DeviceFeatures {
    /// Moves `features` `[n * d]` to `device`. A device in host memory uses them without a copy.
    pub fn new(features: Features, [n, d]: [usize; 2], device: &Device) -> Self {
        match features {
            Features::Bytes { values, maximum } if device.supports_dtype(DType::U8) => Self::Bytes {
                pixels: Tensor::from_data(TensorData::new(values, [n, d]), (device, DType::U8)),
                maximum: f64::from(maximum),
            },
            Features::Bytes { values, maximum } => Self::packed(&values, n, d, maximum, device),
            Features::Floats(values) => Self::Floats(Tensor::from_data(TensorData::new(values, [n, d]), device)),
        }
    }

    fn packed(values: &[u8], n: usize, dimension: usize, maximum: u8, device: &Device) -> Self {
        let width = dimension.div_ceil(4);
        let word = |row: &[u8], w: usize| {
            let byte = |k: usize| row.get(w + k * width).copied().unwrap_or(0);
            i32::from_le_bytes([byte(0), byte(1), byte(2), byte(3)])
        };
        let words: Vec<i32> = values.chunks(dimension).flat_map(|row| (0..width).map(|w| word(row, w))).collect();
        let words = Tensor::from_data(TensorData::new(words, [n, width]), (device, DType::I32));
        Self::Words { words, dimension, maximum: f64::from(maximum) }
    }

    /// Gathers the rows at `indices` `[batch]` as `[batch, d]`.
    pub fn select(&self, indices: Tensor<1, Int>) -> Tensor<2> {
        match self {
            Self::Floats(features) => features.clone().select(0, indices),
            Self::Bytes { pixels, maximum } => scaled(pixels.clone().select(0, indices), *maximum),
            Self::Words { words, dimension, maximum } => {
                scaled(unpacked(words.clone().select(0, indices), *dimension), *maximum)
            }
        }
    }

    /// Copies the rows in `range` as `[batch, d]`.
    pub fn slice(&self, range: Range<usize>) -> Tensor<2> {
        match self {
            Self::Floats(features) => features.clone().slice([range]),
            Self::Bytes { pixels, maximum } => scaled(pixels.clone().slice([range]), *maximum),
            Self::Words { words, dimension, maximum } => {
                scaled(unpacked(words.clone().slice([range]), *dimension), *maximum)
            }
        }
    }

    pub fn to_device(&self, device: &Device) -> Self {
        match self.clone() {
            Self::Floats(features) => Self::Floats(features.to_device(device)),
            Self::Bytes { pixels, maximum } => Self::Bytes { pixels: pixels.to_device(device), maximum },
            Self::Words { words, dimension, maximum } => {
                Self::Words { words: words.to_device(device), dimension, maximum }
            }
        }
    }
}

/// Pixels from 0 to `maximum` as features from 0 to 1, `[batch, d]` both.
fn scaled(pixels: Tensor<2, Int>, maximum: f64) -> Tensor<2> {
    fused::scale(&pixels, maximum).unwrap_or_else(|| pixels.float().div_scalar(maximum))
}

/// Unpacks words `[batch, words]` to pixels `[batch, d]`.
fn unpacked(words: Tensor<2, Int>, dimension: usize) -> Tensor<2, Int> {
    let byte = |k: i32| words.clone().bitwise_right_shift_scalar(8 * k).bitwise_and_scalar(255); // [batch, words]
    Tensor::cat((0..4).map(byte).collect(), 1).slice([0..words.dims()[0], 0..dimension])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Samples;

    fn resident(samples: &Samples, device: &Device) -> DeviceFeatures {
        DeviceFeatures::new(samples.features().clone(), [samples.len(), samples.dimension()], device)
    }

    fn check(resident: &DeviceFeatures, samples: &Samples, device: &Device) {
        let values = |tensor: Tensor<2>| tensor.into_data().try_to_vec::<f32>().unwrap();
        let (n, d) = (samples.len(), samples.dimension());
        assert_eq!(values(resident.slice(0..n)), samples.to_floats());
        assert_eq!(values(resident.slice(1..n - 1)), samples.to_floats()[d..(n - 1) * d]);
        let reversed: Vec<i32> = (0..n as i32).rev().collect();
        let indices = Tensor::from_data(TensorData::new(reversed, [n]), device);
        let expected: Vec<f32> = samples.to_floats().chunks(d).rev().flatten().copied().collect();
        assert_eq!(values(resident.select(indices)), expected);
    }

    /// Creates rows with every byte value, in a dimension that is not a multiple of the word size.
    fn samples() -> Samples {
        let values = (0..6 * 51).map(|index| (index % 256) as u8).collect();
        Samples::new(Features::Bytes { values, maximum: 255 }, vec![0; 6], 51).unwrap()
    }

    #[test]
    fn pixels_are_scaled_as_on_the_host_on_every_backend() {
        for backend in ["flex", "ndarray"] {
            let Ok(opened) = crate::backend::open(backend.parse().unwrap()) else { continue };
            check(&resident(&samples(), &opened.device), &samples(), &opened.device);
        }
    }

    #[test]
    fn packed_pixels_are_equal() {
        let device = crate::backend::open(crate::backend::host()).unwrap().device;
        let samples = samples();
        let Features::Bytes { values, maximum } = samples.features() else { unreachable!() };
        check(&DeviceFeatures::packed(values, 6, 51, *maximum, &device), &samples, &device);
    }

    #[test]
    fn floats_are_unchanged() {
        let device = crate::backend::open(crate::backend::host()).unwrap().device;
        let samples = Samples::new(Features::Floats(samples().to_floats()), vec![0; 6], 51).unwrap();
        check(&resident(&samples, &device), &samples, &device);
    }
}
