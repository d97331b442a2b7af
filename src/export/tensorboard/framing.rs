//! TFRecord: a record's length and data, each followed by a checksum
//! (<https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details>).

/// Bytes before a record's data: its length and the length's checksum.
const HEADER: usize = 12;
/// Bytes of a checksum.
const CHECKSUM: usize = 4;
/// Checksums are masked, since the checksum of data that contains its own checksum is weak.
const MASK_DELTA: u32 = 0xa282_ead8;

/// Appends `data` to `file` as one record.
pub(super) fn push_record(file: &mut Vec<u8>, data: &[u8]) {
    let length = (data.len() as u64).to_le_bytes();
    file.extend(length);
    file.extend(checksum(&length));
    file.extend(data);
    file.extend(checksum(data));
}

/// Returns the data of each record of `file` up to the first truncated or damaged one, where
/// TensorBoard stops too.
pub(super) fn whole_records(mut file: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (data, rest) = split_record(file)?;
        file = rest;
        Some(data)
    })
}

/// Returns the first record's data, and the bytes after the record.
fn split_record(file: &[u8]) -> Option<(&[u8], &[u8])> {
    let (header, rest) = file.split_at_checked(HEADER)?;
    let (length, length_checksum) = header.split_first_chunk::<8>()?;
    if length_checksum != checksum(length) {
        return None;
    }
    let (data, rest) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    let (data_checksum, rest) = rest.split_at_checked(CHECKSUM)?;
    (data_checksum == checksum(data)).then_some((data, rest))
}

/// Returns the CRC-32C, rotated and masked.
fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    crc32c::crc32c(bytes).rotate_right(15).wrapping_add(MASK_DELTA).to_le_bytes()
}
