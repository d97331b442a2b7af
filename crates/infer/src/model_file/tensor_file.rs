//! Reads and writes the tensors of a safetensors file.

use std::collections::BTreeMap;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors, serialize};

/// A safetensors file whose header has been checked: every tensor lies within the file, none overlap, and each has the
/// size that its type and shape need.
#[derive(Debug)]
pub struct TensorFile<'a>(BTreeMap<String, TensorView<'a>>);

impl<'a> TensorFile<'a> {
    /// Parses the header of `file`.
    ///
    /// # Errors
    /// Returns a sentence if the file is not safetensors, or is damaged.
    pub fn parse(file: &'a [u8]) -> Result<Self, String> {
        let parsed = SafeTensors::deserialize(file).map_err(|error| problem_of(&error))?;
        Ok(Self(parsed.tensors().into_iter().collect()))
    }

    /// Iterates over the tensors' names and shapes, sorted by name.
    pub fn shapes(&self) -> impl Iterator<Item = (&str, &[usize])> {
        self.0.iter().map(|(name, tensor)| (name.as_str(), tensor.shape()))
    }

    /// Iterates over the tensors, sorted by name.
    pub(super) fn views(&self) -> impl Iterator<Item = (&str, TensorView<'a>)> {
        self.0.iter().map(|(name, tensor)| (name.as_str(), tensor.clone()))
    }

    /// Returns a tensor's shape, if there is a tensor `name`.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.0.get(name).map(TensorView::shape)
    }

    /// Returns a tensor's values in row-major order. F64, F16 and BF16 are converted to f32.
    ///
    /// # Errors
    /// Returns a sentence if there is no tensor `name`, it has another type, or a value is NaN or infinite.
    pub fn floats(&self, name: &str) -> Result<Vec<f32>, String> {
        let tensor = self.0.get(name).ok_or_else(|| format!("there is no tensor {name}"))?;
        let values = floats(tensor).map_err(|problem| format!("tensor {name} {problem}"))?;
        match values.iter().find(|value| !value.is_finite()) {
            Some(value) => Err(format!("tensor {name} has an entry that is {value}")),
            None => Ok(values),
        }
    }
}

/// Writes `tensors`, each a name, a shape and its values in row-major order, as a safetensors file.
///
/// # Errors
/// Returns a sentence if a shape does not fit its values.
pub fn write_tensors(tensors: &[(&str, &[usize], Vec<f32>)]) -> Result<Vec<u8>, String> {
    let bytes: Vec<Vec<u8>> =
        tensors.iter().map(|(.., values)| values.iter().flat_map(|value| value.to_le_bytes()).collect()).collect();
    let mut views = Vec::with_capacity(tensors.len());
    for ((name, shape, _), bytes) in tensors.iter().zip(&bytes) {
        views.push((*name, TensorView::new(Dtype::F32, shape.to_vec(), bytes).map_err(|error| problem_of(&error))?));
    }
    serialize(views, None).map_err(|error| problem_of(&error))
}

pub(super) fn problem_of(error: &safetensors::SafeTensorError) -> String {
    format!("it is not a complete safetensors file ({error})")
}

fn floats(tensor: &TensorView) -> Result<Vec<f32>, String> {
    let bytes = tensor.data();
    match tensor.dtype() {
        Dtype::F32 => Ok(bytes.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect()),
        Dtype::F64 => Ok(bytes.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes) as f32).collect()),
        Dtype::F16 => Ok(bytes.as_chunks().0.iter().map(|bytes| half(u16::from_le_bytes(*bytes))).collect()),
        Dtype::BF16 => Ok(bytes.as_chunks().0.iter().map(|bytes| bfloat(u16::from_le_bytes(*bytes))).collect()),
        other => Err(format!("has entries of type {other:?}; expected F32, F64, F16 or BF16")),
    }
}

/// Converts an IEEE 754 binary16: a sign, 5 bits of exponent with bias 15, 10 bits of fraction.
fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (u32::from(bits >> 10 & 0x1f), u32::from(bits & 0x3ff));
    let magnitude = match exponent {
        0 => fraction as f32 * (-24f32).exp2(),
        31 => f32::from_bits(0xff << 23 | fraction << 13),
        _ => f32::from_bits((exponent + 112) << 23 | fraction << 13),
    };
    if bits >> 15 == 1 { -magnitude } else { magnitude }
}

/// Converts a bfloat16: the upper half of an f32.
fn bfloat(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(dtype: Dtype, shape: &[usize], bytes: &[u8]) -> Vec<u8> {
        let view = TensorView::new(dtype, shape.to_vec(), bytes).unwrap();
        serialize([("w", view)], None).unwrap()
    }

    #[test]
    fn floats_of_every_width_are_read() {
        let values = [1.0f64, -0.25, 65504.0];
        let wide: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let half: Vec<u8> = [0x3c00u16, 0xb400, 0x7bff].iter().flat_map(|bits| bits.to_le_bytes()).collect();
        for (dtype, bytes) in [(Dtype::F64, wide), (Dtype::F16, half)] {
            let file = file(dtype, &[3], &bytes);
            assert_eq!(TensorFile::parse(&file).unwrap().floats("w").unwrap(), [1.0, -0.25, 65504.0]);
        }
        let brain = file(Dtype::BF16, &[1, 2], &[0x80, 0x3f, 0x20, 0xc0]);
        let brain = TensorFile::parse(&brain).unwrap();
        assert_eq!(brain.floats("w").unwrap(), [1.0, -2.5]);
        assert_eq!(brain.shape("w"), Some(&[1, 2][..]));
    }

    #[test]
    fn a_half_below_the_normal_range_keeps_its_value() {
        assert_eq!([half(0x0001), half(0x03ff), half(0x8000)], [5.960_464_5e-8, 6.097_555e-5, 0.0]);
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let written = write_tensors(&[("b", &[2], vec![1.5, -2.0]), ("a", &[1, 2], vec![0.0, 3.0])]).unwrap();
        let read = TensorFile::parse(&written).unwrap();
        assert_eq!(read.shapes().collect::<Vec<_>>(), [("a", &[1, 2][..]), ("b", &[2][..])]);
        assert_eq!(read.floats("b").unwrap(), [1.5, -2.0]);
        assert!(write_tensors(&[("a", &[3], vec![0.0])]).is_err());
    }

    #[test]
    fn unusable_tensors_are_refused_in_a_sentence() {
        let integers = file(Dtype::I64, &[1], &[0; 8]);
        let problem = TensorFile::parse(&integers).unwrap().floats("w").unwrap_err();
        assert_eq!(problem, "tensor w has entries of type I64; expected F32, F64, F16 or BF16");
        let nan = file(Dtype::F32, &[1], &f32::NAN.to_le_bytes());
        let nan = TensorFile::parse(&nan).unwrap();
        assert_eq!(nan.floats("w").unwrap_err(), "tensor w has an entry that is NaN");
        assert_eq!(nan.floats("v").unwrap_err(), "there is no tensor v");
        assert!(TensorFile::parse(b"short").is_err());
    }
}
