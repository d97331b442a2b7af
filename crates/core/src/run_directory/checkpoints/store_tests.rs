use proptest::prelude::*;
use serde::Deserialize;
use tempfile::TempDir;

use super::*;
use crate::run_directory::RunRecord;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct State {
    learning_rate: f64,
    bad_epochs: usize,
    best: Option<f64>,
}

fn state(bad_epochs: usize) -> State {
    State { learning_rate: 0.5, bad_epochs, best: None }
}

fn new_run() -> (TempDir, RunDirectory) {
    let out = tempfile::tempdir().unwrap();
    let (run, _) = RunDirectory::create(out.path(), Some("run"), "run", "", &mut RunRecord::new("")).unwrap();
    run.create_checkpoint_directory().unwrap();
    (out, run)
}

fn save(run: &RunDirectory, epoch: usize, keep: &[usize]) {
    let model = format!("model {epoch}");
    run.save_checkpoint(epoch, &[("model", model.as_bytes()), ("optimizer", b"momenta")], &state(epoch), keep).unwrap();
}

fn file(run: &RunDirectory, epoch: usize, name: &str) -> PathBuf {
    run.path().join(format!("checkpoint/epoch-{epoch:06}/{name}"))
}

#[test]
fn a_saved_checkpoint_reads_back() {
    let (_out, run) = new_run();
    assert!(run.newest_checkpoint().unwrap().is_none());
    save(&run, 12, &[]);
    let checkpoint = run.newest_checkpoint().unwrap().unwrap();
    assert_eq!(checkpoint.epoch(), 12);
    assert_eq!(checkpoint.part("model").unwrap(), b"model 12");
    assert_eq!(checkpoint.part("optimizer").unwrap(), b"momenta");
    assert_eq!(checkpoint.state::<State>().unwrap(), state(12));
    assert!(checkpoint.part("scheduler").unwrap_err().to_string().contains("not in the checkpoint"));
    assert!(checkpoint.state::<Vec<u8>>().unwrap_err().to_string().contains("state.json"));
}

#[test]
fn saving_removes_all_but_the_new_and_the_kept_checkpoints() {
    let (_out, run) = new_run();
    for epoch in 1..=5 {
        save(&run, epoch, &[2, epoch - 1]);
    }
    assert_eq!(run.checkpoint_epochs().unwrap(), [2, 4, 5]);
    assert_eq!(run.checkpoint(2).unwrap().part("model").unwrap(), b"model 2");
    let missing = run.checkpoint(3).unwrap_err().to_string();
    assert!(missing.contains("those of epochs [2, 4, 5]"), "{missing}");
}

#[test]
fn repeating_an_epoch_replaces_its_checkpoint() {
    let (_out, run) = new_run();
    save(&run, 3, &[]);
    run.save_checkpoint(3, &[("model", b"again")], &state(0), &[]).unwrap();
    assert_eq!(run.newest_checkpoint().unwrap().unwrap().part("model").unwrap(), b"again");
    assert_eq!(fs::read_dir(run.path().join("checkpoint")).unwrap().count(), 1);
}

#[test]
fn a_damaged_checkpoint_is_rejected_with_a_reason_and_the_one_before_it_is_used() {
    let (_out, run) = new_run();
    save(&run, 1, &[]);
    save(&run, 2, &[1]);
    save(&run, 3, &[1, 2]);
    fs::remove_file(file(&run, 3, "manifest.json")).unwrap();
    fs::write(file(&run, 2, "model"), b"model 9").unwrap();
    let checkpoint = run.newest_checkpoint().unwrap().unwrap();
    assert_eq!(checkpoint.epoch(), 1);
    let reasons: Vec<String> = checkpoint.rejected().iter().map(Error::to_string).collect();
    assert!(reasons[0].contains("manifest.json is missing"), "{reasons:?}");
    assert!(reasons[1].contains("its SHA-256 differs") && reasons[1].contains("the one before it"), "{reasons:?}");
}

#[test]
fn a_checkpoint_under_another_epochs_name_is_rejected() {
    let (_out, run) = new_run();
    save(&run, 1, &[]);
    fs::rename(run.path().join("checkpoint/epoch-000001"), run.path().join("checkpoint/epoch-000002")).unwrap();
    assert!(run.newest_checkpoint().unwrap().is_none());
    assert!(run.checkpoint(2).unwrap_err().to_string().contains("it belongs to epoch 1"));
}

#[test]
fn a_half_written_checkpoint_is_ignored_and_removed_by_the_next_save() {
    let (_out, run) = new_run();
    save(&run, 1, &[]);
    let half = run.path().join("checkpoint/.tmp-abc123");
    fs::create_dir(&half).unwrap();
    fs::write(half.join("model"), b"mod").unwrap();
    assert_eq!(run.newest_checkpoint().unwrap().unwrap().epoch(), 1);
    save(&run, 2, &[1]);
    assert!(!half.exists());
}

#[test]
fn a_failed_save_keeps_earlier_checkpoints() {
    let (_out, run) = new_run();
    save(&run, 1, &[]);
    for name in ["../model", "", ".hidden", "state.json", "manifest.json"] {
        assert!(run.save_checkpoint(2, &[(name, b"")], &state(0), &[]).is_err(), "{name}");
    }
    assert!(run.save_checkpoint(2, &[("model", b""), ("model", b"")], &state(0), &[]).is_err());
    let not_json = std::collections::BTreeMap::from([((1, 2), 3)]);
    assert!(run.save_checkpoint(2, &[], &not_json, &[]).unwrap_err().to_string().contains("state cannot be written"));
    assert_eq!(run.checkpoint_epochs().unwrap(), [1]);
    run.checkpoint(1).unwrap();
}

#[test]
fn keeping_some_checkpoints_removes_older_and_newer_ones() {
    let (_out, run) = new_run();
    for epoch in 1..=4 {
        save(&run, epoch, &[1, 2, 3]);
    }
    run.keep_checkpoints(&[3, 2]).unwrap();
    assert_eq!(run.checkpoint_epochs().unwrap(), [2, 3]);
}

#[test]
fn only_directories_with_an_exact_name_are_removed() {
    let (_out, run) = new_run();
    save(&run, 1, &[]);
    let others = ["epoch-1", "epoch-0000002", "epoch-000002.old", "epoch-00000x", "mine", "epoch-+00002"];
    for name in others {
        fs::create_dir(run.path().join("checkpoint").join(name)).unwrap();
    }
    fs::write(run.path().join("checkpoint/epoch-000003"), b"a file").unwrap();
    save(&run, 5, &[]);
    assert_eq!(run.checkpoint_epochs().unwrap(), [5]);
    for name in others.iter().chain(&["epoch-000003"]) {
        assert!(run.path().join("checkpoint").join(name).exists(), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_removed_through_a_symbolic_link() {
    use std::os::unix::fs::symlink;
    let (_out, run) = new_run();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("precious"), b"").unwrap();
    save(&run, 1, &[]);
    symlink(elsewhere.path(), run.path().join("checkpoint/epoch-000007")).unwrap();
    symlink(elsewhere.path(), file(&run, 1, "link")).unwrap();
    save(&run, 2, &[]);
    run.keep_checkpoints(&[0]).unwrap();
    assert!(elsewhere.path().join("precious").exists());

    fs::remove_dir_all(run.path().join("checkpoint")).unwrap();
    fs::create_dir(elsewhere.path().join("epoch-000001")).unwrap();
    symlink(elsewhere.path(), run.path().join("checkpoint")).unwrap();
    assert!(run.keep_checkpoints(&[0]).unwrap_err().to_string().contains("is not a directory"));
    assert!(run.save_checkpoint(2, &[], &state(0), &[]).is_err());
    assert!(elsewhere.path().join("epoch-000001").exists());
}

#[test]
fn every_float_in_the_state_reads_back_exactly() {
    let (_out, run) = new_run();
    let mut number = 1.0_f64;
    let numbers: Vec<f64> = std::iter::repeat_with(|| {
        number = (number * 1.7320508).fract() + 0.1;
        number * number
    })
    .take(10_000)
    .collect();
    run.save_checkpoint(1, &[], &numbers, &[]).unwrap();
    assert_eq!(run.checkpoint(1).unwrap().state::<Vec<f64>>().unwrap(), numbers);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_file_reads_back_exactly(model: Vec<u8>, optimizer: Vec<u8>, epoch in 0_usize..10_000_000) {
        let (_out, run) = new_run();
        run.save_checkpoint(epoch, &[("model", &model), ("optimizer", &optimizer)], &state(1), &[]).unwrap();
        let checkpoint = run.newest_checkpoint().unwrap().unwrap();
        prop_assert_eq!(checkpoint.epoch(), epoch);
        prop_assert_eq!(checkpoint.part("model").unwrap(), &model);
        prop_assert_eq!(checkpoint.part("optimizer").unwrap(), &optimizer);
    }

    #[test]
    fn a_truncated_or_altered_checkpoint_never_passes(
        name in prop::sample::select(vec!["model", "optimizer", "state.json", "manifest.json"]),
        place: prop::sample::Index,
        change in prop::option::of(1_u8..),
    ) {
        let (_out, run) = new_run();
        save(&run, 1, &[]);
        let path = file(&run, 1, name);
        let mut bytes = fs::read(&path).unwrap();
        let place = place.index(bytes.len());
        match change {
            Some(flip) => bytes[place] ^= flip,
            None => bytes.truncate(place),
        }
        fs::write(&path, bytes).unwrap();
        prop_assert!(run.newest_checkpoint().unwrap().is_none());
        let refused = matches!(run.checkpoint(1), Err(Error::Run { .. }));
        prop_assert!(refused);
    }
}

#[test]
fn a_removed_checkpoint_directory_is_an_error_and_stays_removed() {
    let (_out, run) = new_run();
    save(&run, 1, &[]);
    fs::remove_dir_all(run.path().join("checkpoint")).unwrap();
    let error = run.save_checkpoint(2, &[], &state(2), &[1]).unwrap_err().to_string();
    assert!(error.contains("checkpoint was removed during the run"), "{error}");
    assert!(!run.path().join("checkpoint").exists());
}
