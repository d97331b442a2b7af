//! What a safetensors file says without its tensors being read: the format is a little-endian 64-bit length, a JSON header
//! of that length, and the tensors' bytes.

use std::collections::BTreeMap;

use crate::artifact::sha256_hex;

/// The only key of the file's metadata. One key, because the format's map has no stable order and files must be
/// repeatable to the byte.
pub const FILE_METADATA_KEY: &str = "burn-mlp";

/// A safetensors header longer than this is not a model of this program.
const MAX_HEADER_BYTES: u64 = 16 << 20;

/// SHA-256, in hexadecimal, of the tensors of a safetensors file; the header, and so its metadata, is left out.
///
/// # Errors
/// A sentence, if the header is damaged.
pub fn tensors_sha256(file: &[u8]) -> Result<String, String> {
    let (_, tensors) = split_header(file)?;
    Ok(sha256_hex(tensors))
}

/// The text under [`FILE_METADATA_KEY`] in a safetensors file, without reading its tensors.
///
/// # Errors
/// A sentence, if the header is damaged or has no such key.
pub fn read_metadata(file: &[u8]) -> Result<String, String> {
    let (header, _) = split_header(file)?;
    #[derive(serde::Deserialize)]
    struct Header {
        #[serde(rename = "__metadata__", default)]
        metadata: BTreeMap<String, String>,
    }
    let header: Header = serde_json::from_slice(header).map_err(|error| error.to_string())?;
    header.metadata.get(FILE_METADATA_KEY).cloned().ok_or_else(|| {
        format!("the safetensors header has no \"{FILE_METADATA_KEY}\" entry; was the file written by another program?")
    })
}

/// The JSON header and the tensors' bytes.
fn split_header(file: &[u8]) -> Result<(&[u8], &[u8]), String> {
    let (length, rest) = file.split_first_chunk::<8>().ok_or("the file is shorter than a safetensors header")?;
    let length = u64::from_le_bytes(*length);
    if length > MAX_HEADER_BYTES || length > rest.len() as u64 {
        return Err("the safetensors header is longer than the file".to_string());
    }
    Ok(rest.split_at(length as usize))
}
