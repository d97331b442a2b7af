//! A new run: the files it leaves and what it prints.

use std::fs;

use super::support::{Program, write_two_class_images};

#[test]
fn without_options_it_trains_on_the_digits_and_writes_a_complete_run() {
    let program = Program::new();
    let output = program.run(&["--epochs", "3"]).succeeds();
    output.says("network  64-128-64-10").says("saved in artifacts/digits-flex-001");
    for file in [
        "run.json",
        "config.toml",
        "metrics.csv",
        "model.safetensors",
        "evaluation.json",
        "log.txt",
        "predictions/test.csv",
        "predictions/valid.csv",
        "checkpoint/epoch-000003/manifest.json",
    ] {
        assert!(program.path("artifacts/digits-flex-001").join(file).is_file(), "{file}");
    }
    program.run(&["--epochs", "1"]).succeeds().says("saved in artifacts/digits-flex-002");
}

#[test]
fn without_a_terminal_it_prints_plain_lines_and_logs_them() {
    let program = Program::new();
    let output = program.run(&["--epochs", "2"]).succeeds();
    assert!(output.stderr.is_empty(), "{}", output.stderr);
    assert!(!output.stdout.contains('\u{1b}') && !output.stdout.contains('\r'), "{}", output.stdout);
    let log = fs::read_to_string(program.path("artifacts/digits-flex-001/log.txt")).unwrap();
    assert_eq!(log, output.stdout, "the log is what was printed");
}

#[test]
fn quiet_prints_nothing() {
    let output = Program::new().run(&["--epochs", "1", "--quiet"]).succeeds();
    assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("", ""));
}

#[test]
fn warnings_go_to_standard_error_and_to_the_log() {
    let program = Program::new();
    let warning = "warning: these classes look like digits or letters";
    let flips = ["--augment", "flip", "--epochs", "1"];
    let output = program.run(&[&flips[..], &["--name", "run"]].concat()).succeeds().complains(warning);
    assert!(!output.stdout.contains("look like digits"), "{}", output.stdout);
    assert!(fs::read_to_string(program.path("artifacts/run/log.txt")).unwrap().contains(warning));
    let quiet = program.run(&[&flips[..], &["--quiet"]].concat()).succeeds();
    assert_eq!(quiet.stderr, "");
    let turned = program.run(&["--augment", "rotation", "--epochs", "1"]).succeeds();
    assert_eq!(turned.stderr, "");
}

#[test]
fn the_network_is_described_and_verbose_prints_the_changed_settings() {
    let program = Program::new();
    let settings = ["--epochs", "1", "--hidden", "20", "--batch-norm", "--dropout", "0.5", "-v"];
    let output = program.run(&settings).succeeds();
    output.says("network  64-20-10, relu, batch-norm, dropout 0.5, he-normal, 1,550 parameters");
    output.says("setting  model.batch_norm = true").says("setting  training.epochs = 1");
}

#[test]
fn batch_norm_takes_an_optional_value() {
    let cases: [(&[&str], &str); 4] = [
        (&["--batch-norm"], "batch_norm = true"),
        (&["--batch-norm", "--lr", "0.1"], "batch_norm = true"),
        (&["--batch-norm", "false"], "batch_norm = false"),
        (&["--batch-norm=false"], "batch_norm = false"),
    ];
    for (arguments, line) in cases {
        Program::new().run(&[&["config"], arguments].concat()).succeeds().says(line);
    }
}

#[test]
fn without_a_test_set_the_tables_show_the_validation_rows() {
    let program = Program::new();
    write_two_class_images(&program.path("data"));
    let output = program.run(&["--data", "idx:data", "--epochs", "2", "--set", "split.valid=0.5"]).succeeds();
    output.says("valid    accuracy").says("true \\ predicted").says("weighted mean");
    assert!(!output.stdout.contains("test     accuracy"), "{}", output.stdout);
}

#[test]
fn it_says_when_the_model_is_not_from_the_best_epoch() {
    let program = Program::new();
    let says_last_epoch = |restore_best: &str| {
        // With a patience of 1, the last epoch is the one without improvement.
        let setting = format!("early_stopping.restore_best={restore_best}");
        let settings = ["--epochs", "200", "--set", "early_stopping.patience=1", "--set", &setting];
        let output = program.run(&settings).succeeds();
        output.says("stopped early").stdout.contains("validation accuracy; the model is that of the last epoch")
    };
    assert!(says_last_epoch("false"));
    assert!(!says_last_epoch("true"));
}

#[test]
fn a_loss_that_is_not_finite_fails_the_run() {
    let program = Program::new();
    program.run(&["--lr", "1e9", "--name", "diverged"]).fails_with(1).complains("loss of epoch 1");
    program.run(&["inspect", "diverged"]).succeeds().says("failed").says("no epoch has finished yet");
    program.run(&["runs"]).succeeds().says("failed");
}
