use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::data::ImageShape;

/// Creates a directory with IDX files (name, shape) whose values count up modulo 5.
fn directory(files: &[(&str, &[u32])]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, shape) in files {
        let mut bytes = vec![0, 0, 8, shape.len() as u8];
        shape.iter().for_each(|size| bytes.extend(size.to_be_bytes()));
        bytes.extend((0..shape.iter().product::<u32>()).map(|i| (i % 5) as u8));
        if name.ends_with(".gz") {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&bytes).unwrap();
            bytes = encoder.finish().unwrap();
        }
        std::fs::write(directory.path().join(name), bytes).unwrap();
    }
    directory
}

fn load(files: &[(&str, &[u32])]) -> Result<Dataset> {
    IdxDirectory::new(directory(files).path(), &RunConfig::default()).load(&mut |_| {})
}

fn refusal(files: &[(&str, &[u32])]) -> String {
    load(files).unwrap_err().to_string()
}

const TRAIN_IMAGES: (&str, &[u32]) = ("train-images-idx3-ubyte", &[6, 2, 3]);
const TRAIN_LABELS: (&str, &[u32]) = ("train-labels-idx1-ubyte", &[6]);

#[test]
fn four_files_with_the_usual_names_are_a_training_and_a_test_set() {
    let test_images: (&str, &[u32]) = ("t10k-images-idx3-ubyte.gz", &[2, 2, 3]);
    let test_labels: (&str, &[u32]) = ("t10k-labels-idx1-ubyte.gz", &[2]);
    let data = load(&[TRAIN_IMAGES, TRAIN_LABELS, test_images, test_labels]).unwrap();
    assert_eq!(data.image_shape, Some(ImageShape::grey(2, 3)));
    assert_eq!(data.class_names, ["0", "1", "2", "3", "4"]);
    assert_eq!(data.train.labels(), [0, 1, 2, 3, 4, 0]);
    assert_eq!(data.train.sample(1).features[..2], [1.0 / 255.0, 2.0 / 255.0]);
    assert_eq!(data.test.unwrap().len(), 2);
    assert!(data.source.starts_with("idx:"));
}

#[test]
fn names_may_have_a_prefix_and_rows_may_be_features() {
    let data = load(&[("emnist-train-images.gz", &[4, 9]), ("emnist-train-labels.gz", &[4])]).unwrap();
    assert_eq!((data.train.len(), data.train.dimension(), data.image_shape), (4, 9, None));
    assert!(data.test.is_none());
}

#[test]
fn two_files_with_other_names_are_a_training_set() {
    let data = load(&[("pictures", &[3, 2, 2]), ("answers.gz", &[3])]).unwrap();
    assert_eq!((data.train.len(), data.test.is_none()), (3, true));
}

#[test]
fn a_file_with_a_compressed_copy_is_read_once() {
    let raw_and_compressed: &[(&str, &[u32])] =
        &[TRAIN_IMAGES, TRAIN_LABELS, ("train-images-idx3-ubyte.gz", &[1, 1, 1]), ("pictures.gz", &[1, 1, 1])];
    assert_eq!(load(raw_and_compressed).unwrap().train.len(), 6);
}

#[test]
fn a_directory_without_an_unambiguous_pair_is_refused() {
    assert!(refusal(&[]).contains("contains no IDX files"));
    assert!(refusal(&[("pictures", &[3, 2, 2])]).contains("has no labels: no IDX file of rank 1"));
    assert!(refusal(&[("answers", &[3])]).contains("has no images"));
    assert!(
        refusal(&[TRAIN_IMAGES])
            .contains("has no training labels; the name of their file should start with `train-labels`")
    );
    assert!(refusal(&[TRAIN_IMAGES, TRAIN_LABELS, ("test-labels", &[2])]).contains("has no test images"));
    assert!(refusal(&[("t10k-images", &[2, 1, 1]), ("t10k-labels", &[2])]).contains("contains only test files"));
    let two = refusal(&[TRAIN_LABELS, TRAIN_IMAGES, ("train-images-other", &[6, 2, 3])]);
    assert!(
        two.contains("both train-images-idx3-ubyte and train-images-other may be the training images; keep only one")
    );
    assert!(refusal(&[("a", &[3, 2, 2]), ("b", &[3]), ("c", &[3])]).contains("both b and c may be the labels"));
    let absent =
        IdxDirectory::new("no/such/directory", &RunConfig::default()).load(&mut |_| {}).unwrap_err().to_string();
    assert!(absent.starts_with("cannot read the directory no/such/directory"));
}

#[test]
fn sets_that_do_not_fit_are_refused() {
    assert!(refusal(&[TRAIN_IMAGES, ("train-labels", &[5])]).contains("has 6 rows, but"));
    let turned: &[(&str, &[u32])] = &[TRAIN_IMAGES, TRAIN_LABELS, ("t10k-images", &[2, 3, 2]), ("t10k-labels", &[2])];
    assert!(refusal(turned).contains("test rows of shape [3, 2] differ from training rows of [2, 3]"));
}

#[test]
fn a_training_set_with_fewer_than_two_classes_is_refused() {
    assert!(
        refusal(&[("i", &[1, 2, 2]), ("l", &[1])])
            .contains("every training label is 0; a classifier needs at least two classes")
    );
    assert!(refusal(&[("i", &[0, 2, 2]), ("l", &[0])]).contains("the training set has no rows"));
}

#[test]
fn a_class_that_occurs_only_in_the_test_set_counts() {
    let data = load(&[
        ("train-images", &[2, 1, 1]),
        ("train-labels", &[2]),
        ("t10k-images", &[4, 1, 1]),
        ("t10k-labels", &[4]),
    ]);
    assert_eq!(data.unwrap().classes(), 4);
}

/// Writes big-endian 32-bit integers.
fn write_integers(directory: &Path, name: &str, shape: &[u32], values: &[i32]) {
    let mut bytes = vec![0, 0, 0x0c, shape.len() as u8];
    shape.iter().for_each(|size| bytes.extend(size.to_be_bytes()));
    values.iter().for_each(|value| bytes.extend(value.to_be_bytes()));
    std::fs::write(directory.join(name), bytes).unwrap();
}

#[test]
fn numbers_are_divided_by_the_largest_magnitude_of_the_rows_that_train_and_labels_are_names() {
    let directory = tempfile::tempdir().unwrap();
    write_integers(directory.path(), "train-images", &[4, 1, 2], &[3, -8, 1, 2, 5, 6, 7, 4]);
    write_integers(directory.path(), "train-labels", &[4], &[-1, 1000, 1000, -1]);
    write_integers(directory.path(), "test-images", &[1, 1, 2], &[16, 0]);
    write_integers(directory.path(), "test-labels", &[1], &[1000]);
    let mut config = RunConfig::default();
    config.split.valid = 0.0;
    let data = IdxDirectory::new(directory.path(), &config).load(&mut |_| {}).unwrap();
    assert_eq!((data.class_names.join(" "), data.train.labels()), ("-1 1000".to_string(), &[0, 1, 1, 0][..]));
    assert_eq!((data.divisor, data.train.sample(0).features), (Some(8.0), vec![0.375, -1.0]));
    assert_eq!(data.test.unwrap().sample(0).features, [2.0, 0.0]);
    assert!(data.notes[0].contains("is 8, so values are divided by it"), "{:?}", data.notes);
}
