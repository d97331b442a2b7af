//! Runs that end early: by a signal, a NaN loss, or a closed output.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Output, Program};

const LONG: [&str; 6] = ["--data", "synthetic", "--epochs", "8", "--set", "early_stopping.enabled=false"];

fn record(program: &Program, run: &str) -> Value {
    serde_json::from_slice(&program.read(&format!("artifacts/{run}/run.json"))).unwrap()
}

fn log(program: &Program, run: &str) -> String {
    String::from_utf8(program.read(&format!("artifacts/{run}/log.txt"))).unwrap()
}

#[test]
fn a_signal_stops_after_the_batch_and_a_second_one_immediately() {
    let program = Program::new();
    program.run(&[&LONG[..], &["--name", "whole"]].concat()).succeeds();
    for (name, signals) in
        [("int", &["INT"][..]), ("term", &["TERM"]), ("twice", &["INT", "INT"]), ("both", &["TERM", "INT"])]
    {
        let running = program.start_captured(&[&LONG[..], &["--name", name]].concat());
        program.wait_for_epoch(name, 2);
        for signal in signals {
            let _ = Command::new("kill").args(["-s", signal, &running.id().to_string()]).status();
        }
        let output = Output::of(running).fails_with(130);
        assert!(
            output.stderr.starts_with("stopping after this batch; press Ctrl-C again to exit at once\n"),
            "{}",
            output.stderr
        );
        let record = record(&program, name);
        if signals.len() == 1 {
            assert_eq!(record["status"], "interrupted");
            let resume = format!("resume with: burn-mlp --resume artifacts/{name}");
            assert!(output.stderr.trim_end().ends_with(&resume), "{}", output.stderr);
            assert!(log(&program, name).trim_end().ends_with(&resume));
        }
        program.run(&["inspect", name]).succeeds();
        assert_eq!(program.metrics(name), program.metrics("whole")[..program.metrics(name).len()]);
        program.run(&["--resume", name]).succeeds();
        assert_eq!(program.metrics(name), program.metrics("whole"));
        assert_eq!(
            program.read(&format!("artifacts/{name}/model.safetensors")),
            program.read("artifacts/whole/model.safetensors")
        );
    }
}

#[test]
fn a_nan_loss_fails_the_run_with_its_reason_and_the_last_good_state_can_be_resumed() {
    let program = Program::new();
    // At this rate weight decay overshoots, so the weights grow by a factor with each step.
    let growing = ["--lr", "4.2", "--l2", "1", "--schedule", "constant", "--batch-size", "512"];
    let settings = ["--epochs", "40", "--hidden", "16", "--set", "early_stopping.enabled=false"];
    let failed = program.run(&[&settings[..], &growing, &["--name", "run"]].concat()).fails_with(1);
    let sentence = failed.stderr.trim_end().strip_prefix("error: ").unwrap().to_string();
    assert!(sentence.contains("loss of epoch") && sentence.contains("--lr"), "{sentence}");
    assert!(log(&program, "run").ends_with(&format!("error: {sentence}\n")), "{}", log(&program, "run"));
    let record = record(&program, "run");
    assert_eq!(record["status"], "failed");
    assert_eq!(record["reason"], sentence.as_str());
    let done = record["epochs_done"].as_u64().unwrap() as usize;
    assert!(done > 0, "the run failed before its first good state");
    program.run(&["inspect", "run"]).succeeds().says("failed");
    program.run(&["evaluate", "run"]).succeeds();
    // The same epoch fails again, and the state before it remains.
    program.run(&["--resume", "run"]).fails_with(1).complains(&sentence);
    assert_eq!(program.metrics("run").len(), done);
    let last = done.to_string();
    program.run(&["--resume", "run", "--epochs", &last]).succeeds();
    program.run(&["inspect", "run"]).succeeds().says("finished");
}

#[test]
fn a_closed_or_full_output_does_not_end_the_training() {
    let program = Program::new();
    let arguments = ["--epochs", "3", "--hidden", "16"];
    program.run(&[&arguments[..], &["--name", "whole"]].concat()).succeeds();
    let mut running = program
        .command(&[&arguments[..], &["--name", "closed"]].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Like `| head -1`.
    drop(running.stdout.take());
    Output::of(running).succeeds();
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = program.command(&[&arguments[..], &["--name", "full"]].concat());
    // Nothing can be printed, and the exit code reports the lost lines.
    let code = command.stdout(full()).stderr(full()).status().unwrap().code();
    assert_eq!(code, Some(1));
    for name in ["closed", "full"] {
        assert_eq!(record(&program, name)["status"], "finished");
        assert_eq!(
            program.read(&format!("artifacts/{name}/model.safetensors")),
            program.read("artifacts/whole/model.safetensors")
        );
        assert!(log(&program, name).contains("saved in"));
    }
}

#[test]
fn a_signal_ends_a_download_that_is_waiting_for_its_server() {
    let program = Program::new();
    // A proxy that accepts the connection and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", silent.local_addr().unwrap());
    let mut command = program.command(&["--data", "mnist"]);
    command.env("HTTPS_PROXY", &proxy).env("ALL_PROXY", &proxy).env_remove("NO_PROXY").env_remove("no_proxy");
    command.env("XDG_CACHE_HOME", program.path("cache")).env("HOME", program.path("home"));
    let running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _call = silent.accept().unwrap();
    assert!(Command::new("kill").args(["-s", "INT", &running.id().to_string()]).status().unwrap().success());
    // A timeout would end the program with another exit code.
    Output::of(running).fails_with(130).complains("interrupted: the download of train-images-idx3-ubyte.gz");
    assert!(std::fs::read_dir(program.path("artifacts")).unwrap().next().is_none());
}

#[test]
fn an_interrupted_study_of_several_seeds_is_completed_by_one_command() {
    let program = Program::new();
    let study = |name| [&LONG[..], &["--seeds", "0,1,2", "--name", name]].concat();
    let whole = program.run(&study("whole")).succeeds().stdout;
    let running = program.start_captured(&study("parts"));
    program.wait_for_epoch("parts-seed1", 2);
    let _ = Command::new("kill").args(["-s", "INT", &running.id().to_string()]).status();
    let hint = "for all seeds: burn-mlp --resume parts --seeds 0,1,2 --out artifacts";
    Output::of(running).fails_with(130).complains(hint);
    program.run(&["--resume", "parts", "--seeds", "0,1,2", "--lr", "0.5"]).fails_with(2).complains("learning_rate");
    program.run(&["--resume", "nothing", "--seeds", "0,1,2"]).fails_with(1).complains("nothing-seed0");
    let parts = program.run(&["--resume", "parts", "--seeds", "0,1,2"]).succeeds().stdout;
    let summary = |text: &str| text.split_once("mean and").unwrap().1.to_string();
    assert_eq!(summary(&parts), summary(&whole));
    for seed in 0..3 {
        let model = |study: &str| program.read(&format!("artifacts/{study}-seed{seed}/model.safetensors"));
        assert!(model("parts") == model("whole"));
        assert_eq!(program.metrics(&format!("parts-seed{seed}")), program.metrics(&format!("whole-seed{seed}")));
    }
}
