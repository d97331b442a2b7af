//! The tensors of a safetensors file, by the header's word of each one's type, shape and place.

use std::collections::BTreeMap;

use burn::tensor::{DType, TensorData};
use serde::{Deserialize, Serialize};

use burn_mlp_infer::model_file::split_header;

/// The header's entry that is no tensor.
const METADATA: &str = "__metadata__";

/// A tensor of a file: what the header says of it, and its bytes.
#[derive(Debug)]
pub(super) struct StoredTensor<'a> {
    pub shape: Vec<usize>,
    dtype: String,
    bytes: &'a [u8],
}

/// A tensor's entry in the header.
#[derive(Serialize, Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [usize; 2],
}

/// The tensors of a file by name.
pub(super) fn parse(file: &[u8]) -> Result<BTreeMap<String, StoredTensor<'_>>, String> {
    let (header, data) = split_header(file)?;
    let entries: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(header).map_err(|error| format!("its header is no JSON object ({error})"))?;
    let tensors = entries.into_iter().filter(|(name, _)| name != METADATA);
    tensors
        .map(|(name, entry)| {
            let tensor = StoredTensor::new(entry, data).map_err(|problem| format!("tensor {name} {problem}"))?;
            Ok((name, tensor))
        })
        .collect()
}

impl<'a> StoredTensor<'a> {
    fn new(entry: serde_json::Value, data: &'a [u8]) -> Result<Self, String> {
        let Entry { dtype, shape, data_offsets: [start, end] } =
            serde_json::from_value(entry).map_err(|error| format!("has a damaged entry in the header ({error})"))?;
        let bytes = data.get(start..end).ok_or("lies outside of the file")?;
        Ok(Self { shape, dtype, bytes })
    }

    /// The entries as f32, row after row. Numbers of other precisions are rounded.
    pub fn to_floats(&self) -> Result<Vec<f32>, String> {
        let dtype = match self.dtype.as_str() {
            "F64" => DType::F64,
            "F32" => DType::F32,
            "F16" => DType::F16,
            "BF16" => DType::BF16,
            other => return Err(format!("has entries of type {other}; expected F32, F64, F16 or BF16")),
        };
        let expected = self.shape.iter().try_fold(dtype.size(), |bytes, size| bytes.checked_mul(*size));
        if expected != Some(self.bytes.len()) {
            return Err(format!("has {} bytes, which shape {:?} does not have", self.bytes.len(), self.shape));
        }
        let data = TensorData::from_bytes_vec(self.bytes.to_vec(), self.shape.clone(), dtype);
        let values: Vec<f32> = data.iter::<f32>().collect();
        match values.iter().find(|value| !value.is_finite()) {
            Some(value) => Err(format!("has an entry that is {value}")),
            None => Ok(values),
        }
    }
}

/// A file with these tensors, and nothing else.
///
/// # Errors
/// A sentence, if the header cannot be written.
pub(crate) fn write_shaped_tensors(tensors: &[(&str, &[usize], Vec<f32>)]) -> Result<Vec<u8>, String> {
    let mut data = Vec::new();
    let mut entries = BTreeMap::new();
    for (name, shape, values) in tensors {
        let start = data.len();
        data.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        let entry = Entry { dtype: "F32".to_string(), shape: shape.to_vec(), data_offsets: [start, data.len()] };
        entries.insert(*name, entry);
    }
    let mut header = serde_json::to_vec(&entries).map_err(|error| error.to_string())?;
    // The format pads its header with spaces, so that the tensors are aligned.
    header.resize(header.len().next_multiple_of(8), b' ');
    Ok([&(header.len() as u64).to_le_bytes()[..], &header, &data].concat())
}

/// The entries of every tensor of a file, row after row, as f32.
///
/// # Errors
/// A sentence, if the file is damaged or has an entry that is not finite.
pub(crate) fn read_tensors(file: &[u8]) -> Result<BTreeMap<String, Vec<f32>>, String> {
    let tensors = parse(file)?.into_iter().map(|(name, tensor)| {
        let entries = tensor.to_floats().map_err(|problem| format!("tensor {name} {problem}"))?;
        Ok((name, entries))
    });
    tensors.collect()
}

/// A file with these tensors, each as a vector.
///
/// # Errors
/// A sentence, if the header cannot be written.
pub(crate) fn write_tensors(tensors: &BTreeMap<String, Vec<f32>>) -> Result<Vec<u8>, String> {
    let shapes: Vec<[usize; 1]> = tensors.values().map(|entries| [entries.len()]).collect();
    let vectors = tensors.iter().zip(&shapes);
    let vectors: Vec<_> =
        vectors.map(|((name, entries), shape)| (name.as_str(), &shape[..], entries.clone())).collect();
    write_shaped_tensors(&vectors)
}

/// A tensor of a file as f32.
pub(crate) struct FloatTensor {
    pub shape: Vec<usize>,
    /// Row after row.
    pub entries: Vec<f32>,
}

/// Reads the tensor `name`, or returns `None` if the file has no such tensor.
///
/// # Errors
/// A sentence, if the file is damaged or an entry of the tensor is not finite.
pub(crate) fn read_tensor(file: &[u8], name: &str) -> Result<Option<FloatTensor>, String> {
    let Some(tensor) = parse(file)?.remove(name) else { return Ok(None) };
    let entries = tensor.to_floats().map_err(|problem| format!("tensor {name} {problem}"))?;
    Ok(Some(FloatTensor { shape: tensor.shape, entries }))
}
