//! TensorBoard's event files from the command line. `tests/exports/check_tensorboard.py` reads them
//! with TensorBoard.

mod support;

use std::fs;

use burn_mlp::export::tensorboard::{Recorded, recorded};
use burn_mlp::run_directory::{EpochRow, RunDirectory};
use support::{Program, digits_run};

fn rows(program: &Program, run: &str) -> Vec<EpochRow> {
    RunDirectory::open(&program.path(&format!("artifacts/{run}"))).unwrap().read_metrics().unwrap()
}

fn scalars(program: &Program, run: &str) -> Recorded {
    recorded(&program.path(&format!("artifacts/{run}/tensorboard"))).unwrap()
}

fn files(program: &Program, run: &str) -> usize {
    fs::read_dir(program.path(&format!("artifacts/{run}/tensorboard"))).unwrap().count()
}

/// Asserts that the event files hold each epoch of metrics.csv once, and nothing else.
#[track_caller]
fn assert_complete(program: &Program, run: &str) {
    let (rows, scalars) = (rows(program, run), scalars(program, run));
    assert_eq!(scalars.keys().copied().collect::<Vec<_>>(), (1..=rows.len() as i64).collect::<Vec<_>>());
    for (row, found) in rows.iter().zip(scalars.values()) {
        let mut expected = vec![
            ("accuracy/train", row.train_accuracy.unwrap()),
            ("accuracy/valid", row.valid_accuracy.unwrap()),
            ("learning_rate", row.learning_rate),
            ("loss/train", row.train_loss),
            ("loss/valid", row.valid_loss.unwrap()),
            ("samples_per_second", row.samples_per_second.unwrap()),
            ("seconds", row.seconds),
        ];
        if row.l2_term > 0.0 {
            expected.insert(2, ("l2", row.l2_term));
        }
        let expected: Vec<_> = expected.into_iter().map(|(tag, value)| (tag.to_string(), value as f32)).collect();
        assert_eq!(found.clone().into_iter().collect::<Vec<_>>(), expected, "epoch {}", row.epoch);
    }
}

#[test]
fn event_files_are_written_on_request_and_change_nothing_else() {
    let program = Program::new();
    digits_run(&program, "with", &["--epochs", "3", "--l2", "0.001", "--tensorboard"]);
    digits_run(&program, "without", &["--epochs", "3", "--l2", "0.001"]);
    assert_complete(&program, "with");
    assert!(scalars(&program, "with").values().all(|epoch| epoch.contains_key("l2")));
    assert!(!program.path("artifacts/without/tensorboard").exists());
    for file in ["config.toml", "model.safetensors", "evaluation.json"] {
        let read = |run: &str| program.read(&format!("artifacts/{run}/{file}"));
        assert!(read("with") == read("without"), "{file} differs");
    }
    let hash = |run: &str| {
        let record: serde_json::Value =
            serde_json::from_slice(&program.read(&format!("artifacts/{run}/run.json"))).unwrap();
        (record["config_hash"].to_string(), record["identity_hash"].to_string())
    };
    assert_eq!(hash("with"), hash("without"));
}

#[test]
fn each_seed_has_event_files() {
    let program = Program::new();
    program.run(&["--epochs", "2", "--seeds", "0,1", "--name", "study", "--tensorboard"]).succeeds();
    for run in ["study-seed0", "study-seed1"] {
        assert_complete(&program, run);
    }
}

#[test]
fn a_resumed_run_has_each_epoch_once_with_or_without_earlier_event_files() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "2", "--tensorboard"]);
    program.run(&["--resume", "run", "--epochs", "4", "--tensorboard"]).succeeds();
    assert_complete(&program, "run");
    assert_eq!(files(&program, "run"), 2);
    program.run(&["--resume", "run", "--epochs", "5"]).succeeds();
    assert_eq!(scalars(&program, "run").len(), 4);
    program.run(&["--resume", "run", "--epochs", "6", "--tensorboard"]).succeeds();
    assert_complete(&program, "run");
    // Nothing to train and nothing to add.
    program.run(&["--resume", "run", "--tensorboard"]).succeeds().says("nothing to train");
    assert_eq!(files(&program, "run"), 3);
    fs::remove_dir_all(program.path("artifacts/run/tensorboard")).unwrap();
    program.run(&["--resume", "run", "--tensorboard"]).succeeds().says("nothing to train");
    assert_complete(&program, "run");
}

#[test]
fn resuming_completes_the_event_files_of_a_stopped_or_killed_run() {
    let program = Program::new();
    let long = ["--data", "synthetic", "--epochs", "1000", "--set", "early_stopping.enabled=false", "--tensorboard"];
    for signal in ["INT", "KILL"] {
        program.stop_after_epoch(3, signal, &[&long[..], &["--name", signal]].concat());
        let recorded = scalars(&program, signal).len();
        let done = support::newest_checkpoint(&program.path(&format!("artifacts/{signal}/checkpoint")));
        // The epoch whose checkpoint was just saved may be missing.
        assert!(recorded <= done + 1 && recorded + 2 >= done, "{recorded} of {done} epochs after {signal}");
        if signal == "INT" {
            assert_complete(&program, signal);
        }
        let epochs = (done + 3).to_string();
        program.run(&["--resume", signal, "--epochs", &epochs, "--tensorboard"]).succeeds();
        assert_complete(&program, signal);
    }
}

#[test]
fn an_interrupted_run_names_the_command_that_resumes_with_event_files() {
    let program = Program::new();
    let long = ["--data", "synthetic", "--epochs", "1000", "--set", "early_stopping.enabled=false"];
    let mut running = program.start_captured(&[&long[..], &["--name", "run", "--tensorboard"]].concat());
    program.wait_for_epoch("run", 1);
    program.signal(&mut running, "INT");
    let output = support::Output::of(running).fails_with(130);
    assert!(output.stderr.trim_end().ends_with("burn-mlp --resume artifacts/run --tensorboard"), "{}", output.stderr);
}

#[test]
fn unwritable_event_files_are_reported_once_and_stop_nothing() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "1"]);
    fs::write(program.path("artifacts/run/tensorboard"), b"mine").unwrap();
    let output = program.run(&["--resume", "run", "--epochs", "4", "--tensorboard"]).succeeds();
    let warning = "TensorBoard's files lack epochs: artifacts/run/tensorboard is not a directory; move it away;";
    assert_eq!(output.stderr.matches(warning).count(), 1, "{}", output.stderr);
    assert_eq!(rows(&program, "run").len(), 4);
    assert_eq!(program.read("artifacts/run/tensorboard"), b"mine");
    fs::remove_file(program.path("artifacts/run/tensorboard")).unwrap();
    program.run(&["--resume", "run", "--epochs", "5", "--tensorboard"]).succeeds();
    assert_complete(&program, "run");
}
