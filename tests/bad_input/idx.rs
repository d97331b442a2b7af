//! IDX files.

use std::fs;

use super::idx_files::{gzip, idx, images, labels, write_set};
use super::run_limited;
use super::support::Program;

const TRAIN: [&str; 4] = ["--data", "idx:set", "--epochs", "1"];

/// Asserts that training on these files fails and leaves no run behind.
#[track_caller]
fn refuses(images: &[u8], labels: &[u8], code: i32, words: &[&str]) {
    let program = Program::new();
    write_set(&program.path("set"), images, labels);
    run_limited(&program, &TRAIN).fails_with(code, words);
    let runs = fs::read_dir(program.path("artifacts")).map_or(0, |entries| entries.count());
    assert_eq!(runs, 0);
}

#[test]
fn an_error_names_the_damaged_file() {
    let (good, right) = (images(40), labels(40, &[0, 1]));
    refuses(b"PK\x03\x04", &right, 1, &["train-images is not an IDX file: it starts with 50 4b 03 04"]);
    refuses(b"", &right, 1, &["train-images is truncated", "download it again"]);
    refuses(&good[..good.len() - 1], &right, 1, &["train-images is truncated: it has 159 of the 40 x 2 x 2 values"]);
    refuses(&[&good[..], b"x"].concat(), &right, 1, &["train-images continues after the 40 x 2 x 2 values"]);
    refuses(&idx(&[4, 2, 2, 1], &[0; 16]), &right, 1, &["train-images has rank 4"]);
    refuses(&good, &good, 1, &["train-labels has rank 3; labels have rank 1"]);
    refuses(&good, &labels(39, &[0, 1]), 1, &["train-images has 40 rows, but", "train-labels has 39 labels"]);
    let packed = gzip(&good);
    refuses(&packed[..packed.len() / 2], &right, 1, &["train-images is cut short within its gzip stream"]);
    let mut flipped = packed.clone();
    flipped[packed.len() - 6] ^= 1;
    refuses(&flipped, &right, 1, &["train-images: its gzip stream is damaged", "fetch it again"]);
}

#[test]
fn a_header_with_a_false_size_uses_no_memory() {
    let right = labels(40, &[0, 1]);
    refuses(&idx(&[u32::MAX, 28, 28], &[]), &right, 1, &["claims 4294967295 x 28 x 28 values"]);
    refuses(&idx(&[u32::MAX; 3], &[]), &right, 1, &["claims 4294967295 x 4294967295 x 4294967295 values"]);
    refuses(
        &idx(&[1 << 29, 2, 2], &[1; 100]),
        &right,
        1,
        &["is truncated: it has 100 of the 536870912 x 2 x 2 values"],
    );
    // A gigabyte of zeros in a megabyte.
    let bomb = gzip(&idx(&[2, 2, 2], &vec![0; 1 << 30]));
    refuses(&bomb, &right, 1, &["continues after the 2 x 2 x 2 values"]);
    refuses(&images(40), &gzip(&idx(&[40], &vec![0; 1 << 28])), 1, &["train-labels continues after the 40 values"]);
}

#[test]
fn too_few_rows_or_classes_are_refused() {
    refuses(&images(0), &labels(0, &[0]), 1, &["the training set has no rows"]);
    refuses(&images(40), &labels(40, &[3]), 1, &["every training label is 3; a classifier needs at least two classes"]);
    refuses(&images(2), &labels(2, &[0, 1]), 2, &["split.valid", "leaves no row to validate"]);
    refuses(&idx(&[40, 0, 2], &[]), &labels(40, &[0, 1]), 1, &["rows of 0 x 2 values are empty"]);
    let program = Program::new();
    write_set(&program.path("set"), &images(2), &labels(2, &[0, 1]));
    run_limited(&program, &[&TRAIN[..], &["--set", "split.valid=0.99"]].concat())
        .fails_with(2, &["split.valid: 0.99 of 2 rows leaves no row to validate"]);
}

#[test]
fn few_rows_train_with_any_batch_size() {
    let program = Program::new();
    write_set(&program.path("set"), &images(12), &labels(12, &[0, 1, 2]));
    run_limited(&program, &[&TRAIN[..], &["--batch-size", "1000000"]].concat()).succeeds();
    run_limited(&program, &[&TRAIN[..], &["--batch-size", "1", "--batch-norm"]].concat()).succeeds();
    // Classes of one row and of none.
    write_set(&program.path("set"), &images(11), &labels(11, &[0, 1, 2, 3, 4, 9]));
    let stderr = run_limited(&program, &TRAIN).succeeds().stderr;
    assert!(stderr.contains("warning: 4 of the 10 classes have no training rows (5, 6, 7, 8)"), "{stderr}");
}

#[test]
fn missing_labels_are_a_warning() {
    let program = Program::new();
    write_set(&program.path("set"), &images(60), &labels(60, &[0, 5, 200]));
    let stderr = run_limited(&program, &TRAIN).succeeds().stderr;
    assert!(stderr.contains("198 of the 201 classes have no training rows (1, 2, 3, 4, 6, ...)"), "{stderr}");
    write_set(&program.path("set"), &images(60), &labels(60, &[0, 1, 2]));
    let stderr = run_limited(&program, &TRAIN).succeeds().stderr;
    assert!(!stderr.contains("no training rows"), "{stderr}");
}

#[test]
fn a_test_set_of_another_shape_is_refused() {
    let program = Program::new();
    let directory = program.path("set");
    write_set(&directory, &images(40), &labels(40, &[0, 1]));
    fs::write(directory.join("t10k-images"), idx(&[3, 4, 1], &[0; 12])).unwrap();
    fs::write(directory.join("t10k-labels"), labels(3, &[0, 1])).unwrap();
    run_limited(&program, &TRAIN)
        .fails_with(1, &["idx:", "test rows of shape [4, 1] differ from training rows of [2, 2]"]);
    fs::write(directory.join("t10k-images"), images(0)).unwrap();
    fs::write(directory.join("t10k-labels"), labels(0, &[0])).unwrap();
    run_limited(&program, &TRAIN).fails_with(1, &["the test set has no rows"]);
}

#[test]
#[cfg(unix)]
fn directories_pipes_and_broken_links_are_not_read() {
    let program = Program::new();
    let directory = program.path("set");
    fs::create_dir_all(directory.join("train-images")).unwrap();
    std::os::unix::fs::symlink("train-labels", directory.join("train-labels")).unwrap();
    std::os::unix::fs::symlink("nowhere", directory.join("t10k-labels")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(directory.join("t10k-images")).status().unwrap();
    assert!(made.success());
    run_limited(&program, &TRAIN).fails_with(1, &["contains no IDX files"]);
}
