use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;
use burn_mlp_infer::csv::gzip::is_gzip;

fn encode(shape: &[u32], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, shape.len() as u8];
    shape.iter().for_each(|size| bytes.extend(size.to_be_bytes()));
    bytes.extend(values);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Returns the error for `bytes`, the same from a reader and in memory.
fn refusal(bytes: &[u8]) -> String {
    let refusal = parse_idx(bytes, "some-file").unwrap_err().to_string();
    if !is_gzip(bytes) {
        assert_eq!(idx_from_bytes(bytes.to_vec(), "some-file").unwrap_err().to_string(), refusal);
    }
    refusal
}

#[test]
fn images_and_labels_are_read_from_raw_and_compressed_files() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let images = encode(&[2, 1, 3], &[1, 2, 3, 4, 5, 6]);
    let expected = IdxArray { shape: vec![2, 1, 3], kind: IdxKind::U8, values: vec![1, 2, 3, 4, 5, 6] };
    assert_eq!(read_images(&write("raw", &images)).unwrap(), expected);
    assert_eq!(read_images(&write("compressed-without-gz-in-its-name", &gzip(&images))).unwrap(), expected);
    assert_eq!(read_images(&write("features", &encode(&[2, 3], &[0; 6]))).unwrap().shape, [2, 3]);
    assert_eq!(read_labels(&write("labels", &gzip(&encode(&[3], &[7, 0, 9])))).unwrap(), [7, 0, 9]);

    let error = |result: Result<IdxArray>| result.unwrap_err().to_string();
    assert!(error(read_images(&write("labels", &encode(&[3], &[7, 0, 9])))).contains("labels has rank 1; images have"));
    assert!(error(read_images(&write("flat", &encode(&[3, 0, 5], &[])))).contains("rows of 0 x 5 values are empty"));
    assert!(error(read_images(&directory.path().join("absent"))).starts_with("cannot open"));
    let error = read_labels(&write("images", &images)).unwrap_err().to_string();
    assert!(error.contains("images has rank 3; labels have rank 1"));
}

#[test]
fn other_files_are_refused_with_their_first_bytes() {
    assert!(refusal(b"PK\x03\x04 and more").contains("some-file is not an IDX file: it starts with 50 4b 03 04"));
    assert!(refusal(b"").contains("ends within its header"));
    assert!(refusal(&[0, 0, 8]).contains("ends within its header"));
    assert!(refusal(&[0, 0, 8, 3, 0, 0]).contains("ends within its header"));
    assert!(refusal(&[0, 0, 8, 0]).contains("has rank 0"));
    assert!(refusal(&[0, 0, 8, 4]).contains("has rank 4; only ranks 1 to 3"));
}

/// Bytes from Python: `numpy.array([[-2, 0, 300]]).astype(kind).tobytes()`, big-endian.
#[test]
fn values_of_every_type_are_read() {
    let read = |code: u8, bytes: &[u8]| {
        let mut file = vec![0, 0, code, 2, 0, 0, 0, 1, 0, 0, 0, 3];
        file.extend(bytes);
        parse_idx(&file[..], "some-file").unwrap().numbers().collect::<Vec<f64>>()
    };
    assert_eq!(read(0x08, &[254, 0, 44]), [254.0, 0.0, 44.0]);
    assert_eq!(read(0x09, &[254, 0, 44]), [-2.0, 0.0, 44.0]);
    assert_eq!(read(0x0b, b"\xff\xfe\x00\x00\x01\x2c"), [-2.0, 0.0, 300.0]);
    assert_eq!(read(0x0c, b"\xff\xff\xff\xfe\x00\x00\x00\x00\x00\x00\x01\x2c"), [-2.0, 0.0, 300.0]);
    assert_eq!(read(0x0d, b"\xc0\x00\x00\x00\x00\x00\x00\x00\x43\x96\x00\x00"), [-2.0, 0.0, 300.0]);
    let doubles = b"\xc0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x40\x72\xc0\0\0\0\0\0";
    assert_eq!(read(0x0e, doubles), [-2.0, 0.0, 300.0]);
    assert!(refusal(&[0, 0, 0x0a, 1]).contains("is not an IDX file"));
    assert!(refusal(&[0, 0, 0x0c, 1, 0, 0, 0, 2, 0, 0, 0, 5]).contains("is truncated: it has 1 of the 2 values"));
}

#[test]
fn labels_are_whole_numbers_and_the_first_column_of_qmnists() {
    let of = |code: u8, shape: &[u32], bytes: Vec<u8>| {
        let mut file = vec![0, 0, code, shape.len() as u8];
        shape.iter().for_each(|size| file.extend(size.to_be_bytes()));
        labels(parse_idx(&[file, bytes].concat()[..], "l").unwrap(), "l")
    };
    let columns = |class: i32| [class, 4, 3600, 7, 1, 2, 3, 4].map(i32::to_be_bytes).concat();
    assert_eq!(of(0x0c, &[2, 8], [columns(5), columns(-1)].concat()).unwrap(), [5, -1]);
    assert_eq!(of(0x0e, &[1], 3_f64.to_be_bytes().to_vec()).unwrap(), [3]);
    let half = of(0x0d, &[1], 0.5_f32.to_be_bytes().to_vec()).unwrap_err().to_string();
    assert_eq!(half, "l: label 0.5 of row 0 is not a whole number, so it is not a class");
    assert!(of(0x0c, &[1, 2], vec![0; 8]).unwrap_err().to_string().contains("labels have rank 1"));
}

#[test]
fn a_file_with_the_wrong_length_is_refused() {
    assert!(refusal(&encode(&[2, 2], &[1, 2, 3])).contains("is truncated: it has 3 of the 2 x 2 values"));
    assert!(refusal(&encode(&[2, 2], &[1, 2, 3, 4, 5])).contains("continues after the 2 x 2 values"));
    assert!(refusal(&gzip(&encode(&[2, 2], &[1, 2, 3, 4, 5]))).contains("continues after"));
    let mut trailing = gzip(&encode(&[1], &[1]));
    trailing.extend(b"more");
    assert!(refusal(&trailing).contains("some-file"));
}

#[test]
fn damaged_gzip_streams_are_refused() {
    let whole = gzip(&encode(&[1000], &(0..1000_u32).map(|i| (i * i % 251) as u8).collect::<Vec<_>>()));
    assert!(refusal(&whole[..whole.len() / 2]).contains("is cut short within its gzip stream"));
    assert!(refusal(&whole[..whole.len() - 4]).contains("is cut short within its gzip stream"));
    let mut flipped = whole.clone();
    flipped[whole.len() - 6] ^= 1;
    assert!(refusal(&flipped).contains("its gzip stream is damaged"));
    assert!(refusal(&[0x1f, 0x8b, 9, 9, 9, 9]).contains("gzip stream"));
}

#[test]
fn the_claim_of_a_header_alone_allocates_no_memory() {
    let two_gib = encode(&[1 << 31], &[1, 2, 3]);
    assert!(refusal(&two_gib).contains("is truncated: it has 3 of the 2147483648 values"));
    assert!(refusal(&encode(&[u32::MAX, 28, 28], &[])).contains("claims 4294967295 x 28 x 28 values; at most"));
    assert!(refusal(&encode(&[u32::MAX; 3], &[])).contains("claims"));
}

#[test]
fn reading_an_endless_stream_stops_one_value_after_the_claim() {
    struct Endless<'a>(&'a std::cell::Cell<u64>);
    impl Read for Endless<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            buffer.fill(0);
            self.0.set(self.0.get() + buffer.len() as u64);
            Ok(buffer.len())
        }
    }
    let taken = std::cell::Cell::new(0);
    let header = encode(&[10, 10], &[]);
    let error = parse_idx(header.chain(Endless(&taken)), "endless").unwrap_err().to_string();
    assert!(error.contains("continues after the 10 x 10 values"));
    assert!(taken.get() <= 101, "{}", taken.get());

    // 64 MiB of zeros in 64 KiB of gzip.
    let bomb = gzip(&encode(&[4, 4], &vec![0; 64 << 20]));
    assert!(refusal(&bomb).contains("continues after the 4 x 4 values"));
}

proptest! {
    #[test]
    fn any_array_reads_back_as_written(shape in proptest::collection::vec(0..7_u32, 1..4), seed: u8) {
        let count = shape.iter().product::<u32>();
        let values: Vec<u8> = (0..count).map(|i| (i as u8).wrapping_mul(seed)).collect();
        let expected = IdxArray { shape: shape.iter().map(|&size| size as usize).collect(), kind: IdxKind::U8, values: values.clone() };
        prop_assert_eq!(&parse_idx(&encode(&shape, &values)[..], "raw").unwrap(), &expected);
        prop_assert_eq!(&parse_idx(&gzip(&encode(&shape, &values))[..], "gzip").unwrap(), &expected);
        prop_assert_eq!(&idx_from_bytes(encode(&shape, &values), "bytes").unwrap(), &expected);
    }

    #[test]
    fn arbitrary_bytes_never_panic_or_yield_more_values_than_bytes(
        start in prop::sample::select(vec![vec![], vec![0, 0, 8, 1, 0, 0, 0], vec![0, 0, 8, 2, 0], vec![0x1f, 0x8b, 8, 0]]),
        rest in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        let bytes = [start, rest].concat();
        if let Ok(array) = parse_idx(&bytes[..], "fuzz") {
            prop_assert_eq!(array.values.len(), array.shape.iter().product::<usize>());
            prop_assert!(array.values.len() < bytes.len());
        }
    }
}
