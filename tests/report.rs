//! When and where the program writes report.html.

mod support;

use std::fs;

use support::{Program, digits_run};

fn report(program: &Program, run: &str) -> String {
    String::from_utf8(program.read(&format!("artifacts/{run}/report.html"))).unwrap()
}

#[test]
fn training_writes_a_report_and_the_command_writes_the_same_bytes_again() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "3"]);
    let written = report(&program, "run");
    assert!(written.contains("Finished after 3 epochs; the best is epoch"), "{}", &written[..200]);
    fs::remove_file(program.path("artifacts/run/report.html")).unwrap();
    program.run(&["report", "run"]).succeeds().says("saved in artifacts/run/report.html");
    assert_eq!(report(&program, "run"), written);
    program
        .run(&["report", "artifacts/run", "--out-file", "elsewhere.html"])
        .succeeds()
        .says("saved in elsewhere.html");
    assert_eq!(program.read("elsewhere.html"), written.as_bytes());
}

#[test]
fn the_report_shows_the_weights_and_the_worst_mistakes() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "1", "--hidden", "16"]);
    let html = report(&program, "run");
    let images = |section: &str| {
        let (_, section) = html.split_once(&format!("<section id=\"{section}\">")).unwrap();
        section.split_once("</section>").unwrap().0.matches("<img ").count()
    };
    let evaluation: serde_json::Value = serde_json::from_slice(&program.read("artifacts/run/evaluation.json")).unwrap();
    assert_eq!(images("mistakes"), evaluation["test"]["worst"].as_array().unwrap().len());
    assert_eq!(images("weights"), 16);
}

#[test]
fn evaluating_another_split_updates_the_report() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "2"]);
    let row = "<th scope=\"row\" class=\"words\">training set</th>";
    assert!(!report(&program, "run").contains(row));
    program.run(&["evaluate", "run", "--split", "train"]).succeeds();
    assert!(report(&program, "run").contains(row));
}

#[test]
fn the_report_of_a_failed_run_gives_the_reason() {
    let program = Program::new();
    program.run(&["--lr", "1e9", "--name", "diverged"]).fails_with(1);
    let html = report(&program, "diverged");
    assert!(html.contains("Failed in its first epoch.") && html.contains("loss of epoch 1"));
}

#[test]
fn an_interrupted_run_has_a_report_and_a_killed_one_gets_it_on_request() {
    let program = Program::new();
    let settings = ["--data", "synthetic", "--epochs", "1000", "--set", "early_stopping.enabled=false"];
    program.stop_after_epoch(2, "INT", &[&settings[..], &["--name", "interrupted"]].concat());
    assert!(report(&program, "interrupted").contains("Interrupted after "));
    program.kill_after_sync(&[&settings[..], &["--name", "killed"]].concat());
    assert!(!program.path("artifacts/killed/report.html").exists());
    program.run(&["report", "killed"]).succeeds();
    assert!(report(&program, "killed").contains("Killed after "));
    program.run(&["evaluate", "killed"]).succeeds();
    assert!(report(&program, "killed").contains("Killed after "));
    assert!(report(&program, "killed").contains("<th scope=\"row\" class=\"words\">test set</th>"));
}

#[test]
fn the_report_of_a_run_in_training_can_only_be_written_to_another_file() {
    let program = Program::new();
    let mut running = program.start(&["--data", "synthetic", "--epochs", "1000", "--name", "busy"]);
    program.wait_for_epoch("busy", 1);
    program.run(&["report", "busy"]).fails_with(1).complains("busy");
    program.run(&["report", "busy", "--out-file", "now.html"]).succeeds();
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(String::from_utf8(program.read("now.html")).unwrap().contains("Running, "));
}

#[test]
fn a_missing_run_is_an_error() {
    let program = Program::new();
    program.run(&["report", "nothing"]).fails_with(1).complains("there is no such run");
}
