//! The IDX format of LeCun's MNIST files, raw or gzip-compressed.
//!
//! Two zero bytes, one byte for the value type, one for the rank; a big-endian 32-bit size for each
//! axis; then the values, big-endian and last axis fastest. Arrays of rank 1 to 3 are read.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::{Error, Result};
use burn_mlp_infer::csv::gzip::{read_problem, uncompressed};

/// Maximum bytes of the values in a file: 2 GiB. A header may claim up to 2^96 values.
const MAX_BYTES: u64 = 1 << 31;

/// Upper bound on the initial buffer, large enough that MNIST never reallocates. Untouched pages
/// cost no memory.
const MAX_INITIAL_CAPACITY: u64 = 1 << 26;

/// An array as a file holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdxArray {
    /// Size of each axis: `[n]`, `[n, d]` or `[n, height, width]`.
    pub shape: Vec<usize>,
    pub kind: IdxKind,
    /// Bytes of the values, last axis fastest; of one byte each if the kind is [`IdxKind::U8`].
    pub values: Vec<u8>,
}

/// The type of values, with its byte in the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum IdxKind {
    U8 = 0x08,
    I8 = 0x09,
    I16 = 0x0b,
    I32 = 0x0c,
    F32 = 0x0d,
    F64 = 0x0e,
}

impl IdxKind {
    const ALL: [Self; 6] = [Self::U8, Self::I8, Self::I16, Self::I32, Self::F32, Self::F64];

    /// Bytes of a value.
    pub fn size(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::I16 => 2,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

impl IdxArray {
    /// Returns the values as numbers.
    pub fn numbers(&self) -> impl Iterator<Item = f64> + '_ {
        self.values.chunks_exact(self.kind.size()).map(|bytes| match (self.kind, bytes) {
            (IdxKind::U8, &[value]) => value.into(),
            (IdxKind::I8, &[value]) => value.cast_signed().into(),
            (IdxKind::I16, &[a, b]) => i16::from_be_bytes([a, b]).into(),
            (IdxKind::I32, &[a, b, c, d]) => i32::from_be_bytes([a, b, c, d]).into(),
            (IdxKind::F32, &[a, b, c, d]) => f32::from_be_bytes([a, b, c, d]).into(),
            (_, &[a, b, c, d, e, f, g, h]) => f64::from_be_bytes([a, b, c, d, e, f, g, h]),
            _ => f64::NAN,
        })
    }
}

/// Reads images `[n, height, width]` or feature rows `[n, d]` from a file.
///
/// # Errors
/// See [`parse_idx`]; or if the array has another rank or its rows are empty.
pub fn read_images(path: &Path) -> Result<IdxArray> {
    images(read(path)?, &path.display().to_string())
}

/// Reads labels `[n]` from a file, or the first of the eight columns `[n, 8]` of QMNIST's.
///
/// # Errors
/// See [`parse_idx`]; or if the array has another rank or a label is not a whole number.
pub fn read_labels(path: &Path) -> Result<Vec<i64>> {
    labels(read(path)?, &path.display().to_string())
}

/// Reads an array from `reader`; errors call it `name`.
///
/// Memory grows as bytes arrive, never by the header's claim alone, and stops one byte past that
/// claim.
///
/// # Errors
/// [`Error::Data`] if the bytes are not an IDX array, are truncated or damaged, continue after the
/// last value, or claim more than 2 GiB.
pub fn parse_idx(reader: impl Read, name: &str) -> Result<IdxArray> {
    let fail = |problem: String| Error::data(name, problem);
    let mut reader = uncompressed(reader).map_err(|error| fail(read_problem(&error)))?;
    let Header { kind, shape, claimed } = Header::read(&mut reader).map_err(fail)?;
    let mut values = Vec::with_capacity(claimed.min(MAX_INITIAL_CAPACITY) as usize);
    reader.take(claimed + 1).read_to_end(&mut values).map_err(|error| fail(read_problem(&error)))?;
    check_length(&shape, kind, claimed, values.len() as u64).map_err(fail)?;
    values.shrink_to_fit();
    Ok(IdxArray { shape, kind, values })
}

/// Parses the uncompressed `bytes` of a whole file in place; see [`parse_idx`].
pub(in crate::data::sources) fn idx_from_bytes(mut bytes: Vec<u8>, name: &str) -> Result<IdxArray> {
    let fail = |problem: String| Error::data(name, problem);
    let mut rest = &bytes[..];
    let Header { kind, shape, claimed } = Header::read(&mut rest).map_err(fail)?;
    check_length(&shape, kind, claimed, rest.len() as u64).map_err(fail)?;
    let first = bytes.len() - rest.len();
    bytes.drain(..first);
    Ok(IdxArray { shape, kind, values: bytes })
}

/// Everything before the values.
struct Header {
    kind: IdxKind,
    shape: Vec<usize>,
    /// Bytes of the values in the shape.
    claimed: u64,
}

impl Header {
    fn read(reader: &mut impl Read) -> std::result::Result<Self, String> {
        let (kind, rank) = read_kind_and_rank(reader)?;
        let mut shape = Vec::with_capacity(usize::from(rank));
        for _ in 0..rank {
            shape.push(u32::from_be_bytes(read_word(reader)?) as usize);
        }
        let size = kind.size() as u64;
        let claimed = shape.iter().try_fold(size, |product, &size| product.checked_mul(size as u64));
        match claimed.filter(|&claimed| claimed <= MAX_BYTES) {
            Some(claimed) => Ok(Self { kind, shape, claimed }),
            None => Err(format!("claims {} values; at most {} are supported", join(&shape), MAX_BYTES / size)),
        }
    }
}

fn check_length(shape: &[usize], kind: IdxKind, claimed: u64, arrived: u64) -> std::result::Result<(), String> {
    let values = join(shape);
    match arrived.cmp(&claimed) {
        Ordering::Equal => Ok(()),
        Ordering::Less => Err(format!(
            "is truncated: it has {} of the {values} values that its header claims; download it again",
            arrived / kind.size() as u64
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

/// Columns of QMNIST's labels: the class, and facts of the writer and the image.
const QMNIST_COLUMNS: usize = 8;

/// Returns the values of `array` if they can be labels.
pub(in crate::data::sources) fn labels(array: IdxArray, name: &str) -> Result<Vec<i64>> {
    let step = match array.shape[..] {
        [_] => 1,
        [_, QMNIST_COLUMNS] if array.kind == IdxKind::I32 => QMNIST_COLUMNS,
        _ => {
            let rank = array.shape.len();
            return Err(Error::data(name, format!("has rank {rank}; labels have rank 1 (one number per row)")));
        }
    };
    let label = |(row, value): (usize, f64)| match value.fract() == 0.0 && value.abs() < 2_f64.powi(53) {
        true => Ok(value as i64),
        false => {
            Err(Error::data(name, format!("label {value} of row {row} is not a whole number, so it is not a class")))
        }
    };
    array.numbers().step_by(step).enumerate().map(label).collect()
}

/// Returns the rank of the IDX array in a file, or `None` if it is another file.
pub(super) fn rank_of_file(path: &Path) -> Option<u8> {
    let mut reader = uncompressed(File::open(path).ok()?).ok()?;
    Some(read_kind_and_rank(&mut reader).ok()?.1)
}

fn read(path: &Path) -> Result<IdxArray> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    parse_idx(file, &path.display().to_string())
}

fn read_kind_and_rank(reader: &mut impl Read) -> std::result::Result<(IdxKind, u8), String> {
    let start @ [a, b, code, rank] = read_word(reader)?;
    let kind = IdxKind::ALL.into_iter().find(|&kind| kind as u8 == code);
    match kind.filter(|_| (a, b) == (0, 0)) {
        Some(kind) if (1..=3).contains(&rank) => Ok((kind, rank)),
        Some(_) => Err(format!("has rank {rank}; only ranks 1 to 3 are supported")),
        None => {
            let start = start.map(|byte| format!("{byte:02x}")).join(" ");
            Err(format!("is not an IDX file: it starts with {start}, not 00 00, a type such as 08, and the rank"))
        }
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
