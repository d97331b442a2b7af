//! Reads the values of a TIFF image from its strips.

use std::io::Read;

use flate2::read::ZlibDecoder;
use weezl::{BitOrder, LzwStatus, decode::Decoder};

use super::directory::{Compression, Directory, Format};

/// Reads all values, `[height, width, samples]`.
///
/// # Errors
/// Returns the rest of a sentence if a strip is damaged or missing.
pub(super) fn read(file: &[u8], directory: &Directory) -> Result<Vec<f32>, String> {
    let row_values = directory.width as usize * directory.samples;
    let row_bytes = (row_values * directory.bits as usize).div_ceil(8);
    let height = directory.height as usize;
    let mut values = Vec::with_capacity(row_values * height);
    let mut row = 0;
    for &(offset, length) in &directory.strips {
        let rows = directory.rows_per_strip.min(height - row);
        let end = offset.saturating_add(length).min(file.len());
        let stored = file.get(offset..end).unwrap_or_default();
        let mut strip = decompress(stored, rows * row_bytes, directory.compression)?;
        for line in strip.chunks_exact_mut(row_bytes) {
            if directory.differences {
                add_differences(line, directory);
            }
            values.extend((0..row_values).map(|index| value(line, index, directory)));
        }
        row += rows;
    }
    match row == height {
        true => Ok(values),
        false => Err("is damaged: it breaks off before its end".to_string()),
    }
}

/// Returns exactly `expected` bytes.
fn decompress(stored: &[u8], expected: usize, compression: Compression) -> Result<Vec<u8>, String> {
    let bytes = match compression {
        Compression::None => stored[..stored.len().min(expected)].to_vec(),
        Compression::Deflate => {
            let mut bytes = Vec::with_capacity(expected);
            let read = ZlibDecoder::new(stored).take(expected as u64).read_to_end(&mut bytes);
            read.map_err(|error| format!("is damaged: {error}"))?;
            bytes
        }
        Compression::Lzw => unpack_lzw(stored, expected),
        Compression::PackBits => unpack_bits(stored, expected),
    };
    match bytes.len() == expected {
        true => Ok(bytes),
        false => Err("is damaged: it breaks off before its end".to_string()),
    }
}

fn unpack_lzw(mut stored: &[u8], expected: usize) -> Vec<u8> {
    let mut decoder = Decoder::with_tiff_size_switch(BitOrder::Msb, 8);
    let (mut bytes, mut filled) = (vec![0; expected], 0);
    while filled < expected {
        let step = decoder.decode_bytes(stored, &mut bytes[filled..]);
        filled += step.consumed_out;
        stored = &stored[step.consumed_in..];
        let is_stuck = step.consumed_in == 0 && step.consumed_out == 0;
        if is_stuck || !matches!(step.status, Ok(LzwStatus::Ok)) {
            break;
        }
    }
    bytes.truncate(filled);
    bytes
}

/// Runs of single bytes: a count, then that many bytes or one byte to repeat.
fn unpack_bits(stored: &[u8], expected: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(expected);
    let mut rest = stored.iter().copied();
    while bytes.len() < expected {
        match rest.next().map(u8::cast_signed) {
            Some(-128) => (),
            Some(count @ 0..) => bytes.extend(rest.by_ref().take(count as usize + 1)),
            Some(count) => match rest.next() {
                Some(byte) => bytes.extend(std::iter::repeat_n(byte, 1 + usize::from(count.unsigned_abs()))),
                None => break,
            },
            None => break,
        }
    }
    bytes.truncate(expected);
    bytes
}

/// Adds to each value of 8 or 16 bits that of the pixel to the left.
fn add_differences(line: &mut [u8], directory: &Directory) {
    let samples = directory.samples;
    if directory.bits == 8 {
        (samples..line.len()).for_each(|index| line[index] = line[index].wrapping_add(line[index - samples]));
        return;
    }
    let read = |line: &[u8], index: usize| {
        let bytes = [line[2 * index], line[2 * index + 1]];
        if directory.little_endian { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) }
    };
    for index in samples..line.len() / 2 {
        let sum = read(line, index).wrapping_add(read(line, index - samples));
        let bytes = if directory.little_endian { sum.to_le_bytes() } else { sum.to_be_bytes() };
        line[2 * index..2 * index + 2].copy_from_slice(&bytes);
    }
}

/// Reads the value at `index` of a row that is long enough.
fn value(line: &[u8], index: usize, directory: &Directory) -> f32 {
    let size = directory.bits as usize / 8;
    if !directory.bits.is_multiple_of(8) {
        return packed(line, index, directory.bits as usize);
    }
    // The value's bytes, the most significant first.
    let mut bytes = [0; 8];
    bytes[..size].copy_from_slice(&line[size * index..size * (index + 1)]);
    if directory.little_endian {
        bytes[..size].reverse();
    }
    let [a, b, c, d, ..] = bytes;
    match (directory.format, directory.bits) {
        (Format::Unsigned, 8) => a.into(),
        (Format::Unsigned, 16) => u16::from_be_bytes([a, b]).into(),
        (Format::Unsigned, _) => u32::from_be_bytes([a, b, c, d]) as f32,
        (Format::Signed, 8) => a.cast_signed().into(),
        (Format::Signed, 16) => i16::from_be_bytes([a, b]).into(),
        (Format::Signed, _) => i32::from_be_bytes([a, b, c, d]) as f32,
        (Format::Float, 64) => f64::from_be_bytes(bytes) as f32,
        (Format::Float, _) => f32::from_be_bytes([a, b, c, d]),
    }
}

/// Reads a value of bits that do not fill bytes, the most significant first.
fn packed(line: &[u8], index: usize, bits: usize) -> f32 {
    let bit = |position: usize| u32::from(line[position / 8] >> (7 - position % 8) & 1);
    (index * bits..(index + 1) * bits).fold(0, |value, position| 2 * value + bit(position)) as f32
}
