use super::files::Identity;
use super::*;
use crate::data::{Features, ImageShape, mnist_directory_for_tests};
use burn_mlp_infer::sha256_hex;

fn load_set(set: &'static FileSet, directory: &Path) -> Result<Dataset> {
    Mnist { set, location: Location::Directory(directory.to_path_buf()) }.load(&mut |_| {})
}

fn load(directory: &Path) -> Result<Dataset> {
    load_set(&MNIST, directory)
}

#[test]
fn the_error_for_a_directory_without_the_files_names_them() {
    let directory = tempfile::tempdir().unwrap();
    let error = load(directory.path()).unwrap_err().to_string();
    assert!(
        error
            .contains("does not contain train-images-idx3-ubyte; put train-images-idx3-ubyte, train-labels-idx1-ubyte")
    );
    assert!(error.contains("name it with data.dir"));
    let absent = load(&directory.path().join("absent")).unwrap_err().to_string();
    assert!(absent.starts_with("data.dir: ") && absent.contains("absent does not exist"), "{absent}");
}

#[test]
fn a_file_other_than_the_original_is_refused_by_name() {
    for folder in ["", "raw", "MNIST/raw"] {
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path().join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        MNIST.files.iter().for_each(|file| std::fs::write(folder.join(file.name), b"something else").unwrap());
        let error = load(directory.path()).unwrap_err().to_string();
        assert!(error.contains("-ubyte is not the original "), "{error}");
        assert!(error.contains("or use `idx:DIR`"), "{error}");
    }
}

#[test]
fn a_configured_directory_takes_precedence_over_the_cache() {
    let config =
        |dir: &str| DataConfig { source: "mnist".into(), dir: dir.into(), offline: true, ..DataConfig::default() };
    let set = Mnist::from_config(&config("somewhere")).unwrap();
    assert!(matches!(set.location, Location::Directory(path) if path == Path::new("somewhere")));
    // Without a cache directory in the environment, the error names the setting.
    match Mnist::from_config(&config("")) {
        Ok(Mnist { location: Location::Cache(cache), .. }) => assert!(cache.directory().ends_with("burn-mlp/mnist")),
        other => assert!(other.unwrap_err().to_string().starts_with("data.dir: ")),
    }
}

// Expected values are from Python on the same files.
#[test]
fn the_original_files_are_read() {
    let Some(directory) = mnist_directory_for_tests() else { return };
    let data = load(&directory).unwrap();
    let test = data.test.unwrap();
    assert_eq!((data.train.len(), test.len(), data.train.dimension()), (60_000, 10_000, 784));
    assert_eq!((data.class_names.len(), data.image_shape), (10, Some(ImageShape::grey(28, 28))));
    assert_eq!(data.train.labels()[..10], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    assert_eq!(test.labels()[..10], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    let Features::Bytes { values, maximum: 255 } = data.train.features() else { panic!("MNIST is bytes to 255") };
    assert_eq!(values.iter().map(|&pixel| u64::from(pixel)).sum::<u64>(), 1_567_298_545);
    let Features::Bytes { values, .. } = test.features() else { panic!("MNIST is bytes") };
    assert_eq!(values.iter().map(|&pixel| u64::from(pixel)).sum::<u64>(), 264_923_200);
}

#[test]
fn the_cache_equals_the_directory() {
    let Some(directory) = mnist_directory_for_tests() else { return };
    let cache = tempfile::tempdir().unwrap();
    for file in MNIST.files {
        let path = file.find(std::slice::from_ref(&directory)).unwrap();
        std::fs::write(cache.path().join(file.name), file.read(&path).unwrap()).unwrap();
    }
    let cached = Mnist { set: &MNIST, location: Location::Cache(MnistCache::new(cache.path(), true)) }
        .load(&mut |_| {})
        .unwrap();
    assert_eq!(cached.hash(), load(&directory).unwrap().hash());
}

#[test]
fn mirrors_are_a_comma_separated_list_of_urls() {
    assert_eq!(mirrors(&MNIST, "http://a/b, https://c/").unwrap(), ["http://a/b/", "https://c/"]);
    for list in ["", "http://a,", "ftp://a", "file:///etc", "a.example/mnist"] {
        let error = mirrors(&MNIST, list).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(
            error.to_string().starts_with("BURN_MLP_MNIST_MIRROR: expected a comma-separated list of URLs"),
            "{error}"
        );
    }
}

/// Encodes an IDX file of unsigned bytes.
fn idx(shape: &[u32], values: &[u8]) -> Vec<u8> {
    let sizes = shape.iter().flat_map(|size| size.to_be_bytes());
    [0, 0, 8, shape.len() as u8].into_iter().chain(sizes).chain(values.iter().copied()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const NAMES: [&str; 4] = ["train-images", "train-labels", "test-images", "test-labels"];

/// Two training images and a test image of 2 x 3 pixels, with labels from 1.
fn contents() -> [Vec<u8>; 4] {
    [
        idx(&[2, 2, 3], &[1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]),
        idx(&[2], &[2, 1]),
        idx(&[1, 2, 3], &[21, 22, 23, 24, 25, 26]),
        idx(&[1], &[2]),
    ]
}

/// Creates a small set whose files are recognised by `identity` of their compressed bytes.
fn small_set(is_transposed: bool, identity: impl Fn(&'static str) -> Identity) -> &'static FileSet {
    let mut files = MNIST.files;
    for ((file, name), bytes) in files.iter_mut().zip(NAMES).zip(contents()) {
        let sha256 = sha256_hex(&gzip(&bytes));
        *file = MnistFile { name, bytes: bytes.len() as u64, identity: identity(String::leak(sha256)) };
    }
    Box::leak(Box::new(FileSet {
        name: "small",
        files,
        mirrors: &[],
        mirror_variable: "NONE",
        torchvision: "SMALL",
        class_names: &["X", "Y"],
        first_label: 1,
        is_transposed,
    }))
}

fn write(directory: &Path, compressed: bool) {
    for (name, bytes) in NAMES.iter().zip(contents()) {
        let ending = if compressed { ".gz" } else { "" };
        let bytes = if compressed { gzip(&bytes) } else { bytes };
        std::fs::write(directory.join(format!("{name}{ending}")), bytes).unwrap();
    }
}

#[test]
fn labels_start_at_zero_and_classes_have_names() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), false);
    let data = load_set(small_set(false, |_| Identity::Length), directory.path()).unwrap();
    assert_eq!((data.train.labels(), data.test.unwrap().labels()), (&[1, 0][..], &[1][..]));
    assert_eq!((data.class_names, data.image_shape), (vec!["X".into(), "Y".into()], Some(ImageShape::grey(2, 3))));
}

#[test]
fn transposed_images_are_put_upright() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), false);
    let data = load_set(small_set(true, |_| Identity::Length), directory.path()).unwrap();
    let Features::Bytes { values, .. } = data.train.features() else { panic!("images are bytes") };
    // numpy: array([[1, 2, 3], [4, 5, 6]]).T.ravel(), and so on.
    assert_eq!(values, &[1, 4, 2, 5, 3, 6, 11, 14, 12, 15, 13, 16]);
    assert_eq!(data.image_shape, Some(ImageShape::grey(3, 2)));
}

#[test]
fn compressed_files_are_verified_by_checksum_and_uncompressed_ones_by_length() {
    let set = small_set(false, Identity::Compressed);
    let (raw, compressed, both) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(raw.path(), false);
    write(compressed.path(), true);
    write(both.path(), false);
    write(both.path(), true);
    let hash = load_set(set, raw.path()).unwrap().hash();
    assert_eq!(load_set(set, compressed.path()).unwrap().hash(), hash);

    std::fs::write(compressed.path().join("train-labels.gz"), gzip(&idx(&[2], &[1, 2]))).unwrap();
    let error = load_set(set, compressed.path()).unwrap_err().to_string();
    assert!(error.contains("train-labels.gz is not the original train-labels: its SHA-256 is not "), "{error}");

    std::fs::write(raw.path().join("train-labels"), idx(&[3], &[2, 1, 1])).unwrap();
    let error = load_set(set, raw.path()).unwrap_err().to_string();
    assert!(error.contains("its uncompressed length is not 10 bytes"), "{error}");
    // If both forms exist, the verifiable one is read.
    std::fs::write(both.path().join("train-labels"), b"something else").unwrap();
    assert_eq!(load_set(set, both.path()).unwrap().hash(), hash);
}

#[test]
fn labels_outside_the_classes_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), false);
    let set = small_set(false, |_| Identity::Length);
    std::fs::write(directory.path().join("train-labels"), idx(&[2], &[0, 1])).unwrap();
    assert!(
        load_set(set, directory.path()).unwrap_err().to_string().contains("contains the label 0, but its labels start")
    );
    std::fs::write(directory.path().join("train-labels"), idx(&[2], &[1, 3])).unwrap();
    assert!(load_set(set, directory.path()).unwrap_err().to_string().contains("label 2 of row 1 of the training set"));
}

#[test]
fn the_error_for_a_set_in_an_archive_says_where_to_get_it() {
    let cache = tempfile::tempdir().unwrap();
    let error = MnistCache::for_set(&EMNIST_LETTERS, cache.path(), false).read(&EMNIST_LETTERS.files, &mut |_| {});
    let error = error.unwrap_err().to_string();
    assert!(
        error.starts_with("emnist-letters cannot be downloaded file by file; put emnist-letters-train-images"),
        "{error}"
    );
    assert!(error.contains("gzip.zip at https://www.nist.gov/") && error.ends_with("name it with data.dir"), "{error}");
}

// From the counts in the papers: 70,000 rows; 124,800 and 20,800 letters.
#[test]
fn the_lengths_of_files_match_their_rows() {
    for set in [&MNIST, &FASHION_MNIST, &KMNIST, &EMNIST_LETTERS] {
        let rows = if set.name == "emnist-letters" { [124_800, 20_800] } else { [60_000, 10_000] };
        let lengths = rows.map(|rows| [16 + 784 * rows, 8 + rows]).concat();
        assert_eq!(set.files.map(|file| file.bytes).to_vec(), lengths, "{}", set.name);
        assert!(set.class_names.is_empty() || set.class_names.len() >= 10);
    }
}
