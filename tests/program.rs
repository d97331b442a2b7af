//! The program through its command line.

mod support;

use std::fs;

use support::{Program, digits_run};

#[test]
fn with_nothing_said_it_trains_on_the_digits_and_leaves_a_complete_run() {
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
fn what_is_not_a_terminal_gets_plain_lines_and_nothing_else() {
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
fn what_may_be_wrong_is_a_warning_on_standard_error_and_in_the_log() {
    let program = Program::new();
    let told = "warning: a horizontal flip makes other signs, or none, of digits";
    let flips = ["--augment", "flip", "--epochs", "1"];
    let output = program.run(&[&flips[..], &["--name", "run"]].concat()).succeeds().complains(told);
    assert!(!output.stdout.contains("flip makes"), "{}", output.stdout);
    assert!(fs::read_to_string(program.path("artifacts/run/log.txt")).unwrap().contains(told));
    let quiet = program.run(&[&flips[..], &["--quiet"]].concat()).succeeds();
    assert_eq!(quiet.stderr, "");
    let turned = program.run(&["--augment", "rotation", "--epochs", "1"]).succeeds();
    assert_eq!(turned.stderr, "");
}

#[test]
fn an_interrupted_run_exits_130_and_resumes_to_the_uninterrupted_result() {
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
        assert_eq!(program.figures("whole"), program.figures(&name), "{signal}");
    }
}

#[test]
fn a_second_process_on_a_run_is_refused() {
    let program = Program::new();
    let mut running = program.start(&["--data", "synthetic", "--epochs", "1000", "--name", "busy"]);
    program.wait_for_epoch("busy", 1);
    program.run(&["--resume", "busy"]).fails_with(1).complains("busy");
    running.kill().unwrap();
    running.wait().unwrap();
    program.run(&["runs"]).succeeds().says("killed");
}

#[test]
fn a_loss_that_is_not_finite_fails_the_run_and_keeps_the_last_good_state() {
    let program = Program::new();
    program.run(&["--lr", "1e9", "--name", "diverged"]).fails_with(1).complains("loss of epoch 1");
    program.run(&["inspect", "diverged"]).succeeds().says("failed").says("no epoch is done yet");
    program.run(&["runs"]).succeeds().says("failed");
}

#[test]
fn evaluate_gives_the_figures_that_training_saved_on_any_backend() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "3"]);
    let saved = program.read("artifacts/run/evaluation.json");
    let evaluated = program.run(&["evaluate", "run"]).succeeds();
    evaluated.says("precision").says("weighted mean").says("once loaded, saved in artifacts/run");
    assert_eq!(program.read("artifacts/run/evaluation.json"), saved);
    let json = program.run(&["evaluate", "run", "--split", "train", "--backend", "ndarray", "--json"]).succeeds();
    let report: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(report["samples"], 1150);
    assert!(program.path("artifacts/run/predictions/train.csv").is_file());
}

#[test]
fn inspect_and_runs_give_json() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "2"]);
    let inspected: serde_json::Value =
        serde_json::from_str(&program.run(&["inspect", "run", "--json"]).succeeds().stdout).unwrap();
    assert_eq!(inspected["record"]["status"], "finished");
    assert_eq!(inspected["history"].as_array().unwrap().len(), 2);
    assert_eq!(inspected["layers"][0]["parameters"], 65 * 128);
    let runs: serde_json::Value = serde_json::from_str(&program.run(&["runs", "--json"]).succeeds().stdout).unwrap();
    assert_eq!(runs[0]["record"]["name"], "run");
}

#[test]
fn several_seeds_give_a_run_each_with_mean_and_deviation() {
    let program = Program::new();
    let output = program.run(&["--epochs", "1", "--seeds", "0,1,2", "--name", "study"]).succeeds();
    output.says("mean and standard deviation of 3 seeds").says("±");
    for seed in 0..3 {
        assert!(program.path(&format!("artifacts/study-seed{seed}/model.safetensors")).is_file());
    }
}

#[test]
fn each_seeds_log_is_what_was_printed_for_it() {
    let program = Program::new();
    let output = program.run(&["--epochs", "1", "--seeds", "0,1", "--name", "study"]).succeeds();
    let log = |seed: u64| String::from_utf8(program.read(&format!("artifacts/study-seed{seed}/log.txt"))).unwrap();
    assert!(log(0).starts_with("seed 0\n") && log(1).starts_with("seed 1\n"), "{}{}", log(0), log(1));
    let (runs, _) = output.stdout.split_once("mean and").unwrap();
    assert_eq!(log(0) + &log(1), runs);
}

#[test]
fn seeds_start_nothing_where_a_later_runs_name_is_taken() {
    let program = Program::new();
    digits_run(&program, "study-seed1", &["--epochs", "1"]);
    program.run(&["--seeds", "0,1", "--name", "study"]).fails_with(1).complains("study-seed1");
    assert!(!program.path("artifacts/study-seed0").exists());
}

#[test]
fn a_single_seed_has_no_deviation() {
    let output = Program::new().run(&["--epochs", "1", "--seeds", "3"]).succeeds();
    output.says("1 seed\n").says("finished after 1 epoch in");
    assert!(!output.stdout.contains('±'), "{}", output.stdout);
}

#[test]
fn batch_norm_is_on_by_itself_and_takes_a_value_in_both_spellings() {
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
fn the_network_line_names_what_the_network_is_made_of_and_verbose_the_changed_settings() {
    let program = Program::new();
    let settings = ["--epochs", "1", "--hidden", "20", "--batch-norm", "--dropout", "0.5", "-v"];
    let output = program.run(&settings).succeeds();
    output.says("network  64-20-10, relu, batch-norm, dropout 0.5, he-normal, 1,550 parameters");
    output.says("setting  model.batch_norm = true").says("setting  training.epochs = 1");
}

#[test]
fn without_a_test_part_the_tables_are_those_of_the_validation_part() {
    let program = Program::new();
    write_idx(&program.path("data"));
    let output = program.run(&["--data", "idx:data", "--epochs", "2", "--set", "split.valid=0.5"]).succeeds();
    output.says("valid    accuracy").says("true \\ predicted").says("weighted mean");
    assert!(!output.stdout.contains("test     accuracy"), "{}", output.stdout);
}

/// A training set of 40 images of two classes, and no test set.
fn write_idx(directory: &std::path::Path) {
    fs::create_dir_all(directory).unwrap();
    let labels: Vec<u8> = (0..40).map(|row| row % 2).collect();
    let pixels: Vec<u8> = labels.iter().flat_map(|label| [255 * label, 128, 0, 255 - 255 * label]).collect();
    let images = [&[0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 2], pixels.as_slice()].concat();
    fs::write(directory.join("train-images-idx3-ubyte"), images).unwrap();
    let labels = [&[0, 0, 8, 1, 0, 0, 0, 40], labels.as_slice()].concat();
    fs::write(directory.join("train-labels-idx1-ubyte"), labels).unwrap();
}

#[test]
fn a_model_that_is_not_the_best_epochs_is_told() {
    let program = Program::new();
    let told = |restore_best: &str| {
        // Without patience the last epoch is the one that was no improvement.
        let setting = format!("early_stopping.restore_best={restore_best}");
        let settings = ["--epochs", "200", "--set", "early_stopping.patience=1", "--set", &setting];
        let output = program.run(&settings).succeeds();
        output.says("stopped early").stdout.contains("on the validation part; the model is that of the last epoch")
    };
    assert!(told("false"));
    assert!(!told("true"));
}

#[test]
fn a_run_that_has_nothing_left_to_train_says_so() {
    let program = Program::new();
    digits_run(&program, "done", &["--epochs", "2"]);
    let output = program.run(&["--resume", "done"]).succeeds();
    output.says("nothing to train: all 2 epochs are done; ask for more with --epochs");
    assert!(!output.stdout.contains("train loss"), "{}", output.stdout);
    let stops_soon = [
        "--epochs",
        "50",
        "--lr",
        "1e-9",
        "--set",
        "early_stopping.patience=1",
        "--set",
        "early_stopping.min_delta=0.5",
    ];
    digits_run(&program, "stopped", &stops_soon);
    let output = program.run(&["--resume", "stopped"]).succeeds();
    output.says("nothing to train: early stopping has ended this run");
}

#[test]
fn a_damaged_run_is_listed_with_its_problem_below_the_table() {
    let program = Program::new();
    digits_run(&program, "good", &["--epochs", "1"]);
    digits_run(&program, "spoiled", &["--epochs", "1"]);
    fs::write(program.path("artifacts/spoiled/run.json"), "{").unwrap();
    let output = program.run(&["runs"]).succeeds();
    let widest = output.stdout.lines().take(3).map(|line| line.chars().count()).max().unwrap();
    assert!(widest < 140, "{}", output.stdout);
    let damaged = output.stdout.lines().find(|line| line.contains("spoiled")).unwrap();
    assert!(damaged.contains("damaged"), "{damaged}");
    assert!(output.stdout.lines().last().unwrap().contains("run.json is damaged"), "{}", output.stdout);
}

#[test]
fn inspect_shows_what_can_be_read_of_a_damaged_run() {
    for file in ["metrics.csv", "evaluation.json", "model.safetensors", "config.toml"] {
        let program = Program::new();
        digits_run(&program, "run", &["--epochs", "1"]);
        for damage in ["spoiled", "missing"] {
            match damage {
                "spoiled" => fs::write(program.path("artifacts/run").join(file), "{").unwrap(),
                _ => fs::remove_file(program.path("artifacts/run").join(file)).unwrap(),
            }
            let output = program.run(&["inspect", "run"]).succeeds();
            assert_eq!(output.says("finished").stdout.matches(file).count(), 1, "{damage}: {}", output.stdout);
            assert!(!output.stdout.contains("no epoch is done yet"), "{}", output.stdout);
            let json = program.run(&["inspect", "run", "--json"]).succeeds().stdout;
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert!(json["problems"][0].as_str().unwrap().contains(file), "{json}");
        }
    }
    let program = Program::new();
    digits_run(&program, "whole", &["--epochs", "1"]);
    let json = program.run(&["inspect", "whole", "--json"]).succeeds().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["problems"], serde_json::json!([]));
    assert_eq!(json["settings"], serde_json::json!(["training.epochs = 1"]));
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_a_failure() {
    let program = Program::new();
    program.run_into("/dev/full", &["runs", "--json"]).fails_with(1).complains("standard output");
}

#[test]
fn the_printed_configuration_is_read_back_as_it_is() {
    let program = Program::new();
    let printed = program.run(&["config", "--config", "mnist", "--lr", "0.05"]).succeeds().stdout;
    assert!(printed.contains("learning_rate = 0.05"), "{printed}");
    fs::write(program.path("printed.toml"), &printed).unwrap();
    assert_eq!(program.run(&["config", "--config", "printed.toml"]).succeeds().stdout, printed);
}

#[test]
fn completions_are_scripts() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        Program::new().run(&["completions", shell]).succeeds().says("burn-mlp");
    }
}

#[test]
fn backends_lists_every_backend() {
    let output = Program::new().run(&["backends"]).succeeds();
    output.says("works  --backend flex").says("works  --backend ndarray").says("--features cuda");
}

#[test]
fn wrong_input_is_one_sentence_with_the_right_exit_code_and_leaves_nothing() {
    let program = Program::new();
    let cases: [(&[&str], i32, &str); 22] = [
        (&["--lr", "-0.1"], 2, "optimizer.learning_rate"),
        (&["--seed", "-1"], 2, "seed"),
        (&["--l2", "-1"], 2, "optimizer.l2"),
        (&["--hidden", "-5"], 2, "model.hidden"),
        (&["--epochs", "-3"], 2, "training.epochs"),
        (&["--dropout", "-1"], 2, "model.dropout"),
        (&["--batch-norm", "maybe"], 2, "model.batch_norm"),
        (&["--seeds", "1,2,1"], 2, "--seeds: 1 is given twice"),
        (&["--set", "optimizer.momentun=0.9"], 2, "optimizer.momentum"),
        (&["--hidden", "128,0"], 2, "model.hidden[1]"),
        (&["--dropout", "1"], 2, "model.dropout"),
        (&["--lr", "nan"], 2, "learning_rate"),
        (&["--epochs", "0"], 2, "epochs"),
        (&["--epochs", "many"], 2, "epochs"),
        (&["--backend", "cuda"], 2, "not compiled in"),
        (&["--backend", "gpu"], 2, "backend"),
        (&["--data", "minst"], 2, "mnist"),
        (&["--config", "no-such.toml"], 2, "no-such.toml"),
        (&["--name", "a/b"], 2, "a/b"),
        (&["--data", "idx:no-such-directory"], 1, "no-such-directory"),
        (&["--resume", "no-such-run"], 1, "no-such-run"),
        (&["evaluate", "no-such-run"], 1, "no-such-run"),
    ];
    for (arguments, code, words) in cases {
        let output = program.run(arguments).fails_with(code).complains(words);
        assert_eq!(output.stderr.trim_end().lines().count(), 1, "{}", output.stderr);
        assert!(output.stderr.starts_with("error: "), "{}", output.stderr);
        let made = fs::read_dir(program.path("artifacts")).map(|entries| entries.count()).unwrap_or(0);
        assert_eq!(made, 0, "{arguments:?} left something behind");
    }
}

#[test]
fn a_name_that_is_taken_is_refused_and_nothing_is_overwritten() {
    let program = Program::new();
    digits_run(&program, "taken", &["--epochs", "1"]);
    let before = program.read("artifacts/taken/model.safetensors");
    program.run(&["--name", "taken", "--seed", "5"]).fails_with(1).complains("taken");
    assert_eq!(program.read("artifacts/taken/model.safetensors"), before);
}

#[test]
fn a_resumed_run_may_not_change_what_it_computes() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "1"]);
    program.run(&["--resume", "run", "--hidden", "10"]).fails_with(2).complains("model.hidden");
}

/// Overwrites four bytes.
fn damage(program: &Program, file: &str, offset: usize) {
    let mut bytes = program.read(file);
    bytes[offset..offset + 4].copy_from_slice(b"ZZZZ");
    fs::write(program.path(file), bytes).unwrap();
}

#[test]
fn a_damaged_model_is_refused_and_resume_writes_it_again() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "2"]);
    let whole = program.read("artifacts/run/model.safetensors");
    damage(&program, "artifacts/run/model.safetensors", whole.len() / 2);
    program.run(&["evaluate", "run"]).fails_with(1).complains("damaged");
    program.run(&["--resume", "run"]).succeeds();
    assert_eq!(program.read("artifacts/run/model.safetensors"), whole);
    program.run(&["evaluate", "run"]).succeeds();
}

#[test]
fn a_damaged_evaluation_is_written_again() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "1"]);
    let whole = program.read("artifacts/run/evaluation.json");
    fs::write(program.path("artifacts/run/evaluation.json"), &whole[..100]).unwrap();
    program.run(&["evaluate", "run", "--split", "valid"]).succeeds();
    program.run(&["evaluate", "run"]).succeeds();
    let entries = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
    assert_eq!(entries(&program.read("artifacts/run/evaluation.json")), entries(&whole));
}

#[test]
fn what_was_said_of_an_earlier_model_goes_with_it() {
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
fn a_changed_configuration_is_noticed() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "1"]);
    let path = program.path("artifacts/run/config.toml");
    let changed = fs::read_to_string(&path).unwrap().replace("learning_rate = 0.01", "learning_rate = 0.5");
    fs::write(&path, changed).unwrap();
    program.run(&["--resume", "run", "--epochs", "2"]).fails_with(1).complains("other settings");
    program.run(&["evaluate", "run"]).fails_with(1).complains("other settings");
}

#[test]
fn a_resume_cannot_ask_for_fewer_epochs_than_are_done() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "3"]);
    program.run(&["--resume", "run", "--epochs", "2"]).fails_with(2).complains("training.epochs");
}

#[test]
fn a_network_that_no_machine_holds_is_refused_at_once() {
    Program::new().run(&["--hidden", "65536,65536"]).fails_with(2).complains("parameters");
}

#[test]
fn a_run_on_a_relative_directory_goes_on_from_anywhere() {
    let program = Program::new();
    let directory = program.path("data");
    fs::create_dir(&directory).unwrap();
    let idx = |shape: &[u32], bytes: Vec<u8>| {
        let mut file = vec![0, 0, 8, shape.len() as u8];
        shape.iter().for_each(|size| file.extend(size.to_be_bytes()));
        file.extend(bytes);
        file
    };
    let images = (0..40u32 * 4).map(|index| (index * 29 % 256) as u8).collect();
    fs::write(directory.join("train-images-idx3-ubyte"), idx(&[40, 2, 2], images)).unwrap();
    let labels = (0..40).map(|index| index % 2).collect();
    fs::write(directory.join("train-labels-idx1-ubyte"), idx(&[40], labels)).unwrap();
    digits_run(&program, "run", &["--data", "idx:data", "--epochs", "1"]);
    fs::create_dir(program.path("elsewhere")).unwrap();
    program.run_in("elsewhere", &["evaluate", "../artifacts/run", "--split", "valid"]).succeeds();
    program.run_in("elsewhere", &["--resume", "../artifacts/run", "--epochs", "2"]).succeeds();
}

#[test]
fn a_run_killed_again_and_again_ends_as_one_that_was_not() {
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
        assert_eq!(program.figures(&whole), program.figures(&killed), "{backend}");
    }
}

#[test]
fn a_resume_that_trains_nothing_changes_nothing_that_is_said_of_the_run() {
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
