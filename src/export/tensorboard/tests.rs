use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::event::Event;
use super::event_file::event_files;
use super::framing::{push_record, whole_records};
use super::recorded::{Recorded, read_events};
use super::*;
use crate::run_directory::EpochRow;

/// Three events from tensorboard 2.21.0's own `RecordWriter` and `event_pb2`: the file version and
/// a restart at 1.5 s, and the values 0.1 and 0 of step 3 at 2.25 s.
const FROM_TENSORBOARD: [&str; 3] = [
    "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c",
    "0f000000000000006d532b0909000000000000f83f10033a020801ec8612fc",
    "3700000000000000e7e8ca5909000000000000024010032a2a0a110a0a6c6f73732f747261696e15cdcccc3d0a150a0e61636375726163792f\
     747261696e1500000000cb64b8d7",
];

/// From the same writer: a file version with the writer's name, and a value 1 of the tag `a` with
/// metadata at step 1.
const WITH_MORE_FIELDS: &str = "1d00000000000000602fdf2309000000000000f83f1a0d627261696e2e4576656e743a3252030a01782ce6\
     c9991c00000000000000c8c1951d09000000000000044010012a0f0a0d0a0161150000803f4a0312014132c877ab";

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits: Vec<char> = hexadecimal.chars().collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()).collect()
}

fn row(epoch: usize, train_loss: f64) -> EpochRow {
    EpochRow {
        epoch,
        learning_rate: 0.01,
        train_loss,
        train_accuracy: Some(0.5),
        valid_loss: Some(0.25),
        valid_accuracy: Some(0.75),
        seconds: 2.0,
        samples_per_second: Some(700.0),
        ..EpochRow::default()
    }
}

fn losses(directory: &Path) -> Vec<(i64, f32)> {
    recorded(directory).unwrap().into_iter().map(|(step, scalars)| (step, scalars["loss/train"])).collect()
}

#[test]
fn records_equal_tensorboards_byte_for_byte() {
    let at = |seconds| UNIX_EPOCH + Duration::from_secs_f64(seconds);
    let events = [
        Event::file_version(at(1.5)),
        Event::restart(at(1.5), 3),
        Event::scalars(at(2.25), 3, [("loss/train", 0.1), ("accuracy/train", 0.0)]),
    ];
    for (event, theirs) in events.iter().zip(FROM_TENSORBOARD) {
        let mut ours = Vec::new();
        event.push_to(&mut ours);
        assert_eq!(ours, bytes(theirs), "{event:?}");
    }
}

#[test]
fn unknown_fields_in_other_writers_files_are_skipped() {
    let mut recorded = Recorded::new();
    read_events(&bytes(WITH_MORE_FIELDS), &mut recorded);
    assert_eq!(format!("{recorded:?}"), r#"{1: {"a": 1.0}}"#);
}

#[test]
fn a_file_is_read_up_to_the_first_truncated_or_damaged_record() {
    let mut file = Vec::new();
    for data in [&b"first"[..], b"", b"third"] {
        push_record(&mut file, data);
    }
    let whole = |file: &[u8]| whole_records(file).map(<[u8]>::len).collect::<Vec<_>>();
    let ends = [5 + 16, 5 + 16 + 16, file.len()];
    for length in 0..=file.len() {
        let expected = ends.iter().filter(|&&end| end <= length).count();
        assert_eq!(whole(&file[..length]), [5, 0, 5][..expected], "{length} bytes");
    }
    for position in 0..file.len() {
        let mut damaged = file.clone();
        damaged[position] ^= 0x10;
        let before = ends.iter().filter(|&&end| end <= position).count();
        assert_eq!(whole(&damaged), [5, 0, 5][..before], "byte {position}");
    }
}

#[test]
fn an_epoch_has_scalars_only_for_the_metrics_that_it_has() {
    let directory = tempfile::tempdir().unwrap();
    let bare = EpochRow { valid_loss: None, valid_accuracy: None, ..row(1, 0.5) };
    let with_l2 = EpochRow { l2_term: 0.125, ..row(2, 0.5) };
    write_history(&[bare, with_l2], directory.path(), SystemTime::now()).unwrap();
    let recorded = recorded(directory.path()).unwrap();
    let names = |step: i64| recorded[&step].keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(names(1), "accuracy/train learning_rate loss/train samples_per_second seconds");
    assert_eq!(
        names(2),
        "accuracy/train accuracy/valid l2 learning_rate loss/train loss/valid samples_per_second seconds"
    );
    assert_eq!((recorded[&2]["l2"], recorded[&2]["learning_rate"]), (0.125, 0.01));
}

#[test]
fn a_history_is_written_again_only_where_it_differs() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path().join("tensorboard");
    let ended = UNIX_EPOCH + Duration::from_secs(1000);
    let files = || event_files(&directory).unwrap().len();
    let rows = [row(1, 0.5), row(2, 0.25), row(3, 0.125)];
    write_history(&rows, &directory, ended).unwrap();
    write_history(&rows, &directory, ended).unwrap();
    assert_eq!((losses(&directory), files()), (vec![(1, 0.5), (2, 0.25), (3, 0.125)], 1));
    // Epoch 2 was repeated with another loss, and there is no third.
    write_history(&[row(1, 0.5), row(2, 0.75)], &directory, ended).unwrap();
    assert_eq!((losses(&directory), files()), (vec![(1, 0.5), (2, 0.75)], 2));
    write_history(&[row(1, 0.5)], &directory, ended).unwrap();
    assert_eq!((losses(&directory), files()), (vec![(1, 0.5)], 3));
}

#[test]
fn a_writer_adds_missing_epochs_and_invalidates_dropped_ones() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let open = |earlier: &[EpochRow]| ScalarWriter::open(directory, earlier, SystemTime::now()).unwrap();
    let mut writer = open(&[]);
    writer.append(&row(1, 0.5)).unwrap();
    writer.append(&row(2, 9.0)).unwrap();
    // Killed while writing epoch 2's record, after its checkpoint was saved.
    let file = &event_files(directory).unwrap()[0];
    let whole = fs::read(file).unwrap();
    fs::write(file, &whole[..whole.len() - 3]).unwrap();
    let mut writer = open(&[row(1, 0.5), row(2, 0.25)]);
    writer.append(&row(3, 8.0)).unwrap();
    assert_eq!(losses(directory), [(1, 0.5), (2, 0.25), (3, 8.0)]);
    // The checkpoint of epoch 3 was damaged, so the epoch is repeated.
    let mut writer = open(&[row(1, 0.5), row(2, 0.25)]);
    assert_eq!(losses(directory), [(1, 0.5), (2, 0.25)]);
    writer.append(&row(3, 0.125)).unwrap();
    assert_eq!(losses(directory), [(1, 0.5), (2, 0.25), (3, 0.125)]);
}

#[test]
fn a_file_in_the_way_is_reported_and_a_missing_parent_is_not_created() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tensorboard");
    fs::write(&path, b"mine").unwrap();
    let error = write_history(&[row(1, 0.5)], &path, SystemTime::now()).unwrap_err().to_string();
    assert!(error.contains("is not a directory; move it away"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    let gone = directory.path().join("gone").join("tensorboard");
    assert!(write_history(&[row(1, 0.5)], &gone, SystemTime::now()).is_err());
    assert!(!directory.path().join("gone").exists());
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let (directory, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let link = directory.path().join("tensorboard");
    std::os::unix::fs::symlink(elsewhere.path(), &link).unwrap();
    assert!(write_history(&[row(1, 0.5)], &link, SystemTime::now()).is_err());
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}
