//! The seal of a model file: safetensors metadata under one key, with a SHA-256 of the whole file.

use std::ops::Range;

use safetensors::SafeTensors;
use sha2::{Digest, Sha256};

use super::tensor_file::problem_of;
use crate::hash::{hex, sha256_hex};

/// The only key of the file's metadata. One key, because the format's map has no stable order and files must be
/// reproducible byte for byte.
pub const FILE_METADATA_KEY: &str = "burn-mlp";

/// Stands in the metadata where [`seal`] puts the file's own SHA-256.
pub const UNSEALED: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Precedes the seal: the end of a key in JSON text that is a string within the header's JSON.
const SEAL_KEY: &[u8] = br#"\"file_sha256\":\""#;

/// Puts the SHA-256 of the whole file into its metadata's `file_sha256`, where [`UNSEALED`] stands and is part of what is
/// hashed. This reveals any changed bit, in the header and metadata too.
///
/// # Errors
/// Returns a sentence if the header is damaged or has no place for the seal.
pub fn seal(file: &mut [u8]) -> Result<(), String> {
    let digits = seal_digits(file)?;
    file[digits.clone()].copy_from_slice(UNSEALED.as_bytes());
    let seal = sha256_hex(file);
    file[digits].copy_from_slice(seal.as_bytes());
    Ok(())
}

/// Checks that nothing in the file has changed since it was sealed.
///
/// # Errors
/// Returns a sentence if the header is damaged, there is no seal, or it differs.
pub fn check_seal(file: &[u8]) -> Result<(), String> {
    let digits = seal_digits(file)?;
    let mut hash = Sha256::new();
    hash.update(&file[..digits.start]);
    hash.update(UNSEALED);
    hash.update(&file[digits.end..]);
    match hex(&hash.finalize()).as_bytes() == &file[digits] {
        true => Ok(()),
        false => Err("its SHA-256 differs".to_string()),
    }
}

/// Finds the seal's digits.
fn seal_digits(file: &[u8]) -> Result<Range<usize>, String> {
    let tensors = tensors_start(file)?;
    let key = file[..tensors].windows(SEAL_KEY.len()).position(|window| window == SEAL_KEY);
    let start = key.ok_or("its metadata has no file_sha256")? + SEAL_KEY.len();
    let digits = start..start + UNSEALED.len();
    if digits.end > tensors { Err("its file_sha256 is cut short".to_string()) } else { Ok(digits) }
}

/// Returns the SHA-256, in hexadecimal, of a safetensors file's tensors, leaving out the header and so the metadata.
///
/// # Errors
/// Returns a sentence if the header is damaged.
pub fn tensors_sha256(file: &[u8]) -> Result<String, String> {
    Ok(sha256_hex(&file[tensors_start(file)?..]))
}

/// Reads the text under [`FILE_METADATA_KEY`] in a safetensors file.
///
/// # Errors
/// Returns a sentence if the header is damaged or has no such key.
pub fn read_metadata(file: &[u8]) -> Result<String, String> {
    let (_, header) = SafeTensors::read_metadata(file).map_err(|error| problem_of(&error))?;
    let metadata = header.metadata().as_ref().and_then(|metadata| metadata.get(FILE_METADATA_KEY)).cloned();
    metadata.ok_or_else(|| {
        format!("the safetensors header has no \"{FILE_METADATA_KEY}\" entry; was the file written by another program?")
    })
}

/// Finds the first byte after the header, which follows its length of 8 bytes.
fn tensors_start(file: &[u8]) -> Result<usize, String> {
    let (header, _) = SafeTensors::read_metadata(file).map_err(|error| problem_of(&error))?;
    Ok(8 + header)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with `metadata` and a tensor of four bytes.
    fn file(metadata: &str) -> Vec<u8> {
        let header = serde_json::json!({
            "__metadata__": { FILE_METADATA_KEY: metadata },
            "w": { "dtype": "F32", "shape": [1], "data_offsets": [0, 4] },
        });
        let header = header.to_string();
        [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &[1, 2, 3, 4]].concat()
    }

    fn sealed() -> Vec<u8> {
        let mut file = file(&serde_json::json!({ "class": "file_sha256\":\"", "file_sha256": UNSEALED }).to_string());
        seal(&mut file).unwrap();
        file
    }

    #[test]
    fn a_changed_bit_anywhere_in_a_sealed_file_is_noticed() {
        let whole = sealed();
        check_seal(&whole).unwrap();
        for bit in 0..8 * whole.len() {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(check_seal(&flipped).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn the_seal_is_the_hash_of_the_file_with_zeros_instead_of_the_seal() {
        let mut file = sealed();
        let metadata: serde_json::Value = serde_json::from_str(&read_metadata(&file).unwrap()).unwrap();
        let seal = metadata["file_sha256"].as_str().unwrap();
        let at = file.windows(64).position(|window| window == seal.as_bytes()).unwrap();
        file[at..at + 64].fill(b'0');
        assert_eq!(sha256_hex(&file), seal);
    }

    #[test]
    fn a_file_without_a_seal_is_refused_and_cannot_be_sealed() {
        let mut file = file("{}");
        assert!(check_seal(&file).unwrap_err().contains("no file_sha256"));
        assert!(seal(&mut file).unwrap_err().contains("no file_sha256"));
    }

    #[test]
    fn a_header_longer_than_the_file_is_refused() {
        for file in [&b""[..], &[0; 7], &u64::MAX.to_le_bytes(), &[&9u64.to_le_bytes()[..], b"{}"].concat()] {
            assert!(check_seal(file).is_err() && read_metadata(file).is_err() && tensors_sha256(file).is_err());
        }
    }
}
