//! `--resume`: after an interrupt, a kill or the end of a run.

use std::fs;

use super::support::{Program, digits_run, write_two_class_images};

#[test]
fn an_interrupted_run_exits_with_130_and_resumes_to_the_uninterrupted_result() {
    let program = Program::new();
    let settings = ["--epochs", "6", "--dropout", "0.2", "--data", "synthetic", "--set", "synthetic.rows=20000"];
    program.run(&[&settings[..], &["--name", "whole"]].concat()).succeeds();
    for signal in ["INT", "TERM", "KILL"] {
        let name = format!("stopped-{signal}");
        let code = program.stop_after_epoch(2, signal, &[&settings[..], &["--name", &name]].concat());
        assert_eq!(code, if signal == "KILL" { None } else { Some(130) }, "{signal}");
        let status = if signal == "KILL" { "killed" } else { "interrupted" };
        program.run(&["inspect", &name]).succeeds().says(status);
        program.run(&["--resume", &name]).succeeds();
        let file = |run: &str, file: &str| program.read(&format!("artifacts/{run}/{file}"));
        assert_eq!(file("whole", "model.safetensors"), file(&name, "model.safetensors"), "{signal}");
        assert_eq!(program.metrics("whole"), program.metrics(&name), "{signal}");
    }
}

#[test]
fn a_run_killed_repeatedly_ends_like_an_uninterrupted_one() {
    let program = Program::new();
    let settings =
        ["--data", "synthetic", "--epochs", "6", "--dropout", "0.3", "--batch-norm", "--set", "schedule.patience=1"];
    for backend in ["flex", "ndarray"] {
        let whole = format!("whole-{backend}");
        program.run(&[&settings[..], &["--backend", backend, "--name", &whole]].concat()).succeeds();
        let killed = format!("killed-{backend}");
        let mut running = program.start(&[&settings[..], &["--backend", backend, "--name", &killed]].concat());
        program.wait_for_epoch(&killed, 1);
        for round in 0..8 {
            running.kill().unwrap();
            running.wait().unwrap();
            program.run(&["inspect", &killed]).succeeds();
            running = program.start(&["--resume", &killed]);
            std::thread::sleep(std::time::Duration::from_millis(40 + 90 * round));
        }
        running.wait().unwrap();
        program.run(&["--resume", &killed]).succeeds();
        for file in ["model.safetensors", "evaluation.json", "predictions/test.csv"] {
            let read = |run: &str| program.read(&format!("artifacts/{run}/{file}"));
            assert_eq!(read(&whole), read(&killed), "{backend} {file}");
        }
        assert_eq!(program.metrics(&whole), program.metrics(&killed), "{backend}");
    }
}

#[test]
fn a_second_process_cannot_resume_a_running_run() {
    let program = Program::new();
    let mut running = program.start(&["--data", "synthetic", "--epochs", "1000", "--name", "busy"]);
    program.wait_for_epoch("busy", 1);
    program.run(&["--resume", "busy"]).fails_with(1).complains("busy");
    running.kill().unwrap();
    running.wait().unwrap();
    program.run(&["runs"]).succeeds().says("killed");
}

#[test]
fn resuming_a_complete_run_trains_nothing() {
    let program = Program::new();
    digits_run(&program, "done", &["--epochs", "2"]);
    let output = program.run(&["--resume", "done"]).succeeds();
    output.says("nothing to train: all 2 epochs are done; raise --epochs to train more");
    assert!(!output.stdout.contains("train loss"), "{}", output.stdout);
}

/// Settings with which a run on the digits stops early, after its second epoch.
const STOPS_SOON: [&str; 4] = ["--set", "early_stopping.patience=1", "--set", "early_stopping.min_delta=0.9"];
const WITHOUT_STOPPING: [&str; 2] = ["--set", "early_stopping.enabled=false"];

#[test]
fn resuming_a_run_that_stopped_early_says_how_to_go_on() {
    let program = Program::new();
    digits_run(&program, "stopped", &[&STOPS_SOON[..], &["--epochs", "4"]].concat());
    // All its epochs are done, and early stopping would have ended it too.
    digits_run(&program, "finished", &[&STOPS_SOON[..], &["--epochs", "2"]].concat());
    for resume in [&["--resume", "stopped"][..], &["--resume", "finished", "--epochs", "4"]] {
        let config = program.read(&format!("artifacts/{}/config.toml", resume[1]));
        program.run(resume).succeeds().says(
            "nothing to train: early stopping has ended this run after 1 epoch without improvement; to go on to epoch \
             4, add --set early_stopping.enabled=false, or a larger early_stopping.patience",
        );
        assert_eq!(program.read(&format!("artifacts/{}/config.toml", resume[1])), config);
    }
}

#[test]
fn a_run_that_stopped_early_goes_on_as_if_it_never_had() {
    let program = Program::new();
    digits_run(&program, "whole", &[&STOPS_SOON[..], &WITHOUT_STOPPING, &["--epochs", "5"]].concat());
    digits_run(&program, "stopped", &[&STOPS_SOON[..], &["--epochs", "4"]].concat());
    program.run(&["inspect", "stopped"]).succeeds().says("stopped-early");
    program.run(&[&["--resume", "stopped", "--epochs", "5"], &WITHOUT_STOPPING[..]].concat()).succeeds();
    for file in ["model.safetensors", "evaluation.json", "predictions/test.csv", "config.toml"] {
        let read = |run: &str| program.read(&format!("artifacts/{run}/{file}"));
        assert_eq!(read("whole"), read("stopped"), "{file}");
    }
    assert_eq!(program.metrics("whole"), program.metrics("stopped"));
    program.run(&["inspect", "stopped"]).succeeds().says("early_stopping.enabled = false").says("after epoch 2");
    // config.toml could not reproduce the run.
    let stops = program.run(&["--resume", "stopped", "--epochs", "6", "--set", "early_stopping.enabled=true"]);
    stops
        .fails_with(2)
        .complains("early_stopping: these settings would have ended the run after epoch 2, but it has 5");
    let patient = ["--set", "early_stopping.enabled=true", "--set", "early_stopping.patience=5"];
    program.run(&[&["--resume", "stopped", "--epochs", "9"], &patient[..]].concat()).succeeds().says("stopped early");
    assert_eq!(program.metrics("stopped").len(), 6);
}

#[test]
fn a_resume_that_trains_nothing_leaves_the_record_unchanged() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "2"]);
    let config = program.read("artifacts/run/config.toml");
    let record = |program: &Program| -> serde_json::Value {
        serde_json::from_slice(&program.read("artifacts/run/run.json")).unwrap()
    };
    let before = record(&program);
    program.run(&["--resume", "run", "--backend", "ndarray"]).succeeds().says("nothing to train");
    assert_eq!(program.read("artifacts/run/config.toml"), config);
    for field in ["backend", "device", "resumed", "status", "epochs_done", "config_hash"] {
        assert_eq!(record(&program)[field], before[field], "{field}");
    }
}

#[test]
fn resuming_removes_the_evaluation_of_the_previous_model() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "1"]);
    program.run(&["evaluate", "run", "--split", "train"]).succeeds();
    program.run(&["--resume", "run", "--epochs", "3"]).succeeds();
    let evaluation: serde_json::Value = serde_json::from_slice(&program.read("artifacts/run/evaluation.json")).unwrap();
    assert!(evaluation["train"].is_null() && !program.path("artifacts/run/predictions/train.csv").exists());
    let record: serde_json::Value = serde_json::from_slice(&program.read("artifacts/run/run.json")).unwrap();
    assert_eq!(record["test"]["accuracy"], evaluation["test"]["accuracy"]);
}

#[test]
fn a_resume_cannot_change_the_network() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "1"]);
    program.run(&["--resume", "run", "--hidden", "10"]).fails_with(2).complains("model.hidden");
}

#[test]
fn a_changed_configuration_is_detected() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "1"]);
    let path = program.path("artifacts/run/config.toml");
    let changed = fs::read_to_string(&path).unwrap().replace("learning_rate = 0.01", "learning_rate = 0.5");
    fs::write(&path, changed).unwrap();
    program.run(&["--resume", "run", "--epochs", "2"]).fails_with(1).complains("does not have the settings");
    program.run(&["evaluate", "run"]).fails_with(1).complains("does not have the settings");
}

#[test]
fn a_resume_cannot_reduce_the_epochs_below_those_done() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "3"]);
    program.run(&["--resume", "run", "--epochs", "2"]).fails_with(2).complains("training.epochs");
}

#[test]
fn a_run_on_a_relative_data_directory_resumes_from_any_directory() {
    let program = Program::new();
    write_two_class_images(&program.path("data"));
    digits_run(&program, "run", &["--data", "idx:data", "--epochs", "1"]);
    fs::create_dir(program.path("elsewhere")).unwrap();
    program.run_in("elsewhere", &["evaluate", "../artifacts/run", "--split", "valid"]).succeeds();
    program.run_in("elsewhere", &["--resume", "../artifacts/run", "--epochs", "2"]).succeeds();
}
