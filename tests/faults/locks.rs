//! Several processes and one run.

use std::process::{Child, Command};

use crate::support::{Output, Program, newest_checkpoint};

const LONG: [&str; 6] = ["--data", "synthetic", "--epochs", "1000", "--set", "early_stopping.enabled=false"];

fn signal(process: &Child, signal: &str) {
    assert!(Command::new("kill").args(["-s", signal, &process.id().to_string()]).status().unwrap().success());
}

#[test]
fn a_second_process_is_refused_until_the_first_has_ended() {
    let program = Program::new();
    let mut first = program.start(&[&LONG[..], &["--name", "run"]].concat());
    program.wait_for_epoch("run", 1);
    for stopped in [false, true] {
        if stopped {
            signal(&first, "STOP");
        }
        let before = program.read("artifacts/run/config.toml");
        let refused = program.run(&["--resume", "run", "--epochs", "2000"]).fails_with(1);
        refused.complains("another process is using this run; wait for it, stop it, or start a new run");
        program.run(&["evaluate", "run"]).fails_with(1).complains("another process is using this run");
        assert_eq!(program.read("artifacts/run/config.toml"), before);
        program.run(&["inspect", "run"]).succeeds().says("running");
    }
    first.kill().unwrap();
    first.wait().unwrap();
    program.run(&["inspect", "run"]).succeeds().says("killed");
    let epochs = newest_checkpoint(&program.path("artifacts/run/checkpoint")) + 3;
    program.run(&["--resume", "run", "--epochs", &epochs.to_string()]).succeeds().says("finished after");
}

#[test]
fn of_several_processes_that_create_one_run_a_single_one_succeeds() {
    for _ in 0..5 {
        let program = Program::new();
        let start = || program.start_captured(&["--epochs", "1", "--name", "run"]);
        let started = [start(), start(), start()];
        let outputs = started.map(Output::of);
        let (created, refused): (Vec<_>, Vec<_>) = outputs.into_iter().partition(|output| output.code() == Some(0));
        assert_eq!(created.len(), 1);
        for output in refused {
            output.fails_with(1).complains("run already exists and is not overwritten");
        }
        program.run(&["inspect", "run"]).succeeds().says("finished");
    }
}

#[test]
fn of_several_processes_that_resume_one_run_a_single_one_succeeds() {
    let program = Program::new();
    program.run(&[&LONG[..2], &["--epochs", "1", "--name", "run"]].concat()).succeeds();
    let start = || program.start_captured(&["--resume", "run", "--epochs", "60"]);
    let started = [start(), start(), start()];
    let outputs = started.map(Output::of);
    let (resumed, refused): (Vec<_>, Vec<_>) = outputs.into_iter().partition(|output| output.code() == Some(0));
    assert_eq!(resumed.len(), 1);
    for output in refused {
        output.fails_with(1).complains("another process is using this run");
    }
}

#[test]
fn several_processes_without_a_name_get_a_run_each() {
    let program = Program::new();
    let start = || program.start_captured(&["--epochs", "1"]);
    let started = [start(), start(), start(), start()];
    for output in started.map(Output::of) {
        output.succeeds();
    }
    let listed = program.run(&["runs"]).succeeds();
    for number in 1..=4 {
        listed.says(&format!("digits-flex-00{number}  finished"));
    }
}
