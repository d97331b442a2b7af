//! What a safetensors file says without its tensors being read: the format is a little-endian 64-bit length, a JSON header
//! of that length, and the tensors' bytes.

use std::collections::BTreeMap;
use std::ops::Range;

use sha2::{Digest, Sha256};

/// The only key of the file's metadata. One key, because the format's map has no stable order and files must be
/// repeatable to the byte.
pub const FILE_METADATA_KEY: &str = "burn-mlp";

/// A safetensors header longer than this is not a model of this program.
pub const MAX_HEADER_BYTES: u64 = 16 << 20;

/// Stands in the metadata where [`seal`] puts the file's own SHA-256.
pub const UNSEALED: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What comes before the seal: the end of a key in JSON text that is a text within the header's JSON.
const SEAL_KEY: &[u8] = br#"\"file_sha256\":\""#;

/// Puts the SHA-256 of the whole file into its metadata's `file_sha256`, where [`UNSEALED`] stands and is part of what is
/// hashed. A bit that changes anywhere, header and metadata included, then shows.
///
/// # Errors
/// A sentence, if the header is damaged or has no place for it.
pub fn seal(file: &mut [u8]) -> Result<(), String> {
    let place = seal_place(file)?.ok_or("the metadata has no file_sha256")?;
    file[place.clone()].copy_from_slice(UNSEALED.as_bytes());
    let seal = sha256_hex(file);
    file[place].copy_from_slice(seal.as_bytes());
    Ok(())
}

/// Whether a sealed file is as it was sealed. A file without a seal is of an early version and passes.
///
/// # Errors
/// A sentence, if the header is damaged.
pub fn is_as_sealed(file: &[u8]) -> Result<bool, String> {
    let Some(place) = seal_place(file)? else { return Ok(true) };
    let mut hash = Sha256::new();
    hash.update(&file[..place.start]);
    hash.update(UNSEALED);
    hash.update(&file[place.end..]);
    Ok(hex(&hash.finalize()).as_bytes() == &file[place])
}

/// Where the seal's digits stand.
fn seal_place(file: &[u8]) -> Result<Option<Range<usize>>, String> {
    let (header, tensors) = split_header(file)?;
    let end_of_header = file.len() - tensors.len();
    let start = header.windows(SEAL_KEY.len()).position(|window| window == SEAL_KEY);
    let start = start.map(|position| end_of_header - header.len() + position + SEAL_KEY.len());
    Ok(start.map(|start| start..start + UNSEALED.len()).filter(|place| place.end <= end_of_header))
}

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

/// SHA-256 in lowercase hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lowercase hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The JSON header and the tensors' bytes.
pub fn split_header(file: &[u8]) -> Result<(&[u8], &[u8]), String> {
    let (length, rest) = file.split_first_chunk::<8>().ok_or("the file is shorter than a safetensors header")?;
    let length = u64::from_le_bytes(*length);
    if length > MAX_HEADER_BYTES || length > rest.len() as u64 {
        return Err("the safetensors header is longer than the file".to_string());
    }
    Ok(rest.split_at(length as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with `metadata` and four bytes of tensors.
    fn file(metadata: &str) -> Vec<u8> {
        let header = serde_json::json!({ "__metadata__": { FILE_METADATA_KEY: metadata } }).to_string();
        [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &[1, 2, 3, 4]].concat()
    }

    fn sealed() -> Vec<u8> {
        let mut file = file(&serde_json::json!({ "class": "file_sha256\":\"", "file_sha256": UNSEALED }).to_string());
        seal(&mut file).unwrap();
        file
    }

    #[test]
    fn a_bit_that_changes_anywhere_in_a_sealed_file_shows() {
        let whole = sealed();
        assert!(is_as_sealed(&whole).unwrap());
        // Without its key a seal is none, and what is left says what it said before.
        let key = whole.windows(SEAL_KEY.len()).position(|window| window == SEAL_KEY).unwrap();
        for bit in (0..8 * whole.len()).filter(|bit| !(key..key + SEAL_KEY.len()).contains(&(bit / 8))) {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            // A header of another length is no JSON.
            let shows = !is_as_sealed(&flipped).unwrap_or(false) || read_metadata(&flipped).is_err();
            assert!(shows, "bit {bit}");
        }
    }

    #[test]
    fn the_seal_is_the_hash_of_the_file_with_zeros_in_its_place() {
        // SHA-256 by Python's hashlib.
        let metadata = read_metadata(&sealed()).unwrap();
        let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
        assert_eq!(metadata["file_sha256"], "2b5023b18aa8eebf5c87b164ae60f838396e21822bd67cf8b93bfdc75142678b");
    }

    #[test]
    fn a_file_without_a_seal_passes_and_cannot_be_sealed() {
        let mut file = file("{}");
        assert!(is_as_sealed(&file).unwrap());
        assert!(seal(&mut file).unwrap_err().contains("no file_sha256"));
    }

    #[test]
    fn a_header_that_is_longer_than_the_file_is_refused() {
        for file in [&b""[..], &[0; 7], &u64::MAX.to_le_bytes(), &[&9u64.to_le_bytes()[..], b"{}"].concat()] {
            assert!(is_as_sealed(file).is_err() && read_metadata(file).is_err() && tensors_sha256(file).is_err());
        }
    }
}
