//! The IDX format of LeCun's MNIST files, raw or gzip-compressed.
//!
//! Two zero bytes, one byte for the value type, one for the rank; a big-endian 32-bit size for each
//! axis; then the values, last axis fastest. Unsigned bytes (type 0x08) of rank 1 to 3 are read.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::{Error, Result};
use burn_mlp_infer::csv::gzip::{read_problem, uncompressed};

/// Maximum number of values in a file: 2 GiB. A header may claim up to 2^96.
const MAX_VALUES: u64 = 1 << 31;

/// Upper bound on the initial buffer, large enough that MNIST never reallocates. Untouched pages
/// cost no memory.
const MAX_INITIAL_CAPACITY: u64 = 1 << 26;

/// An array of unsigned bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdxArray {
    /// Size of each axis: `[n]`, `[n, d]` or `[n, height, width]`.
    pub shape: Vec<usize>,
    /// Values, last axis fastest.
    pub values: Vec<u8>,
}

/// Reads images `[n, height, width]` or feature rows `[n, d]` from a file.
///
/// # Errors
/// See [`parse_idx`]; or if the array has another rank or its rows are empty.
pub fn read_images(path: &Path) -> Result<IdxArray> {
    images(read(path)?, &path.display().to_string())
}

/// Reads labels `[n]` from a file.
///
/// # Errors
/// See [`parse_idx`]; or if the array has another rank.
pub fn read_labels(path: &Path) -> Result<Vec<u8>> {
    labels(read(path)?, &path.display().to_string())
}

/// Reads an array from `reader`; errors call it `name`.
///
/// Memory grows as bytes arrive, never by the header's claim alone, and stops one byte past that
/// claim.
///
/// # Errors
/// [`Error::Data`] if the bytes are not an IDX array of unsigned bytes, are truncated or damaged,
/// continue after the last value, or claim more than 2 GiB.
pub fn parse_idx(reader: impl Read, name: &str) -> Result<IdxArray> {
    let fail = |problem: String| Error::data(name, problem);
    let mut reader = uncompressed(reader).map_err(|error| fail(read_problem(&error)))?;
    let Header { shape, claimed } = Header::read(&mut reader).map_err(fail)?;
    let mut values = Vec::with_capacity(claimed.min(MAX_INITIAL_CAPACITY) as usize);
    reader.take(claimed + 1).read_to_end(&mut values).map_err(|error| fail(read_problem(&error)))?;
    check_length(&shape, claimed, values.len() as u64).map_err(fail)?;
    values.shrink_to_fit();
    Ok(IdxArray { shape, values })
}

/// Parses the uncompressed `bytes` of a whole file in place; see [`parse_idx`].
pub(in crate::data::sources) fn idx_from_bytes(mut bytes: Vec<u8>, name: &str) -> Result<IdxArray> {
    let fail = |problem: String| Error::data(name, problem);
    let mut rest = &bytes[..];
    let Header { shape, claimed } = Header::read(&mut rest).map_err(fail)?;
    check_length(&shape, claimed, rest.len() as u64).map_err(fail)?;
    let first = bytes.len() - rest.len();
    bytes.drain(..first);
    Ok(IdxArray { shape, values: bytes })
}

/// Everything before the values.
struct Header {
    shape: Vec<usize>,
    /// Number of values in the shape.
    claimed: u64,
}

impl Header {
    fn read(reader: &mut impl Read) -> std::result::Result<Self, String> {
        let rank = read_rank(reader)?;
        let mut shape = Vec::with_capacity(usize::from(rank));
        for _ in 0..rank {
            shape.push(u32::from_be_bytes(read_word(reader)?) as usize);
        }
        let claimed = shape.iter().try_fold(1_u64, |product, &size| product.checked_mul(size as u64));
        match claimed.filter(|&claimed| claimed <= MAX_VALUES) {
            Some(claimed) => Ok(Self { shape, claimed }),
            None => Err(format!("claims {} values; at most {MAX_VALUES} are supported", join(&shape))),
        }
    }
}

fn check_length(shape: &[usize], claimed: u64, arrived: u64) -> std::result::Result<(), String> {
    let values = join(shape);
    match arrived.cmp(&claimed) {
        Ordering::Equal => Ok(()),
        Ordering::Less => Err(format!(
            "is truncated: it has {arrived} of the {values} values that its header claims; download it again"
        )),
        Ordering::Greater => {
            Err(format!("continues after the {values} values that its header claims; download it again"))
        }
    }
}

/// Checks that `array` can be images or feature rows.
pub(in crate::data::sources) fn images(array: IdxArray, name: &str) -> Result<IdxArray> {
    let rank = array.shape.len();
    if rank != 2 && rank != 3 {
        let problem = format!("has rank {rank}; images have rank 3 (rows, height, width) and feature rows rank 2");
        return Err(Error::data(name, problem));
    }
    if array.shape[1..].contains(&0) {
        return Err(Error::data(name, format!("its rows of {} values are empty", join(&array.shape[1..]))));
    }
    Ok(array)
}

/// Returns the values of `array` if they can be labels.
pub(in crate::data::sources) fn labels(array: IdxArray, name: &str) -> Result<Vec<u8>> {
    match array.shape.len() {
        1 => Ok(array.values),
        rank => Err(Error::data(name, format!("has rank {rank}; labels have rank 1 (one number per row)"))),
    }
}

/// Returns the rank of the IDX array in a file, or `None` if it is another file.
pub(super) fn rank_of_file(path: &Path) -> Option<u8> {
    let mut reader = uncompressed(File::open(path).ok()?).ok()?;
    read_rank(&mut reader).ok()
}

fn read(path: &Path) -> Result<IdxArray> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    parse_idx(file, &path.display().to_string())
}

fn read_rank(reader: &mut impl Read) -> std::result::Result<u8, String> {
    match read_word(reader)? {
        [0, 0, 0x08, rank @ 1..=3] => Ok(rank),
        [0, 0, 0x08, rank] => Err(format!("has rank {rank}; only ranks 1 to 3 are supported")),
        [0, 0, kind @ (0x09 | 0x0b..=0x0e), _] => {
            let kind = match kind {
                0x09 => "signed bytes",
                0x0b => "16-bit integers",
                0x0c => "32-bit integers",
                0x0d => "32-bit floats",
                _ => "64-bit floats",
            };
            Err(format!("contains {kind}; only unsigned bytes (type 0x08) are supported"))
        }
        [a, b, c, d] => Err(format!(
            "is not an IDX file: it starts with {a:02x} {b:02x} {c:02x} {d:02x}, not 00 00 08 and the rank"
        )),
    }
}

fn read_word(reader: &mut impl Read) -> std::result::Result<[u8; 4], String> {
    let mut start = Vec::with_capacity(4);
    reader.take(4).read_to_end(&mut start).map_err(|error: io::Error| read_problem(&error))?;
    start.try_into().map_err(|_| "is truncated: it ends within its header; download it again".into())
}

/// Formats `[60000, 28, 28]` as `60000 x 28 x 28`.
fn join(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ")
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
