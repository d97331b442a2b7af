//! Run directories with files that are damaged, swapped, or written by another version.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::run_limited;
use super::support::Program;

/// A finished run named `whole`.
fn trained() -> Program {
    let program = Program::new();
    run_limited(&program, &["--name", "whole", "--epochs", "3", "--hidden", "8"]).succeeds();
    program
}

/// Relative paths of a run's files.
fn files(run: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut directories = vec![run.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => directories.push(path),
                false => found.push(path.strip_prefix(run).unwrap().to_path_buf()),
            }
        }
    }
    found.retain(|path| !path.ends_with(".lock") && !path.ends_with("log.txt"));
    found.sort();
    found
}

/// Makes `artifacts/run` a copy of `artifacts/whole`.
fn fresh_copy(program: &Program) -> PathBuf {
    let (whole, copy) = (program.path("artifacts/whole"), program.path("artifacts/run"));
    let _ = fs::remove_dir_all(&copy);
    for file in files(&whole) {
        fs::create_dir_all(copy.join(&file).parent().unwrap()).unwrap();
        fs::copy(whole.join(&file), copy.join(&file)).unwrap();
    }
    copy
}

/// Asserts that every command succeeds or fails cleanly on the run, and that no evaluation differs
/// from `truth`.
fn assert_safe(program: &Program, truth: &Value, damage: &str) {
    for arguments in [&["inspect", "run"][..], &["runs"], &["evaluate", "run", "--json"]] {
        let output = run_limited(program, arguments);
        output.succeeds_or_fails_cleanly();
        if arguments[0] == "evaluate" && output.code == Some(0) {
            let report: Value = serde_json::from_str(&output.stdout).unwrap();
            assert_eq!(&report, truth, "{damage}");
        }
    }
    run_limited(program, &["--resume", "run", "--epochs", "4"]).succeeds_or_fails_cleanly();
}

#[test]
fn damage_to_any_file_never_changes_an_evaluation() {
    let program = trained();
    let truth = run_limited(&program, &["evaluate", "whole", "--json"]).succeeds().stdout;
    let truth: Value = serde_json::from_str(&truth).unwrap();
    for file in files(&program.path("artifacts/whole")) {
        let bytes = fs::read(program.path("artifacts/whole").join(&file)).unwrap();
        let mut damaged = vec![Vec::new(), bytes[..bytes.len() / 2].to_vec(), [&bytes[..], b"\0"].concat()];
        damaged.extend((0..2).map(|part| {
            let mut flipped = bytes.clone();
            let position = (bytes.len() * (2 * part + 1) / 4 + 13 * part) % bytes.len();
            flipped[position] ^= 1 << part;
            flipped
        }));
        for (number, bytes) in damaged.into_iter().enumerate() {
            fs::write(fresh_copy(&program).join(&file), bytes).unwrap();
            assert_safe(&program, &truth, &format!("{} damaged in way {number}", file.display()));
        }
        let path = fresh_copy(&program).join(&file);
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_safe(&program, &truth, &format!("{} is a directory", file.display()));
        #[cfg(unix)]
        for target in [Path::new("nowhere"), Path::new(file.file_name().unwrap())] {
            let path = fresh_copy(&program).join(&file);
            fs::remove_file(&path).unwrap();
            std::os::unix::fs::symlink(target, &path).unwrap();
            assert_safe(&program, &truth, &format!("{} leads {}", file.display(), target.display()));
        }
    }
}

#[test]
fn a_damaged_record_or_configuration_is_an_error_with_a_way_out() {
    let program = trained();
    for (file, bytes, words) in [
        ("run.json", "{", "run.json is damaged"),
        ("run.json", "", "run.json is damaged"),
        ("run.json", "[]", "run.json is damaged"),
        ("config.toml", "seed = ", "config.toml is damaged (its text: line 1, column 8"),
        ("config.toml", "seed = -1", "config.toml is damaged"),
        ("config.toml", "seed = 5", "config.toml does not have the settings that the run was trained with"),
        ("config.toml", "\u{0}", "config.toml is damaged"),
    ] {
        fs::write(fresh_copy(&program).join(file), bytes).unwrap();
        run_limited(&program, &["evaluate", "run"]).fails_with(1, &[words, "restore it from a copy"]);
        run_limited(&program, &["--resume", "run"]).fails_with(1, &[words]);
    }
    fs::write(fresh_copy(&program).join("config.toml"), b"seed = \xff").unwrap();
    run_limited(&program, &["evaluate", "run"]).fails_with(1, &["config.toml is damaged"]);
}

#[test]
fn huge_files_in_a_run_use_no_memory() {
    let program = trained();
    for file in files(&program.path("artifacts/whole")) {
        let path = fresh_copy(&program).join(&file);
        // A sparse file of 100 GB.
        fs::OpenOptions::new().write(true).open(path).unwrap().set_len(100 << 30).unwrap();
        run_limited(&program, &["inspect", "run"]).succeeds_or_fails_cleanly();
        run_limited(&program, &["evaluate", "run"]).succeeds_or_fails_cleanly();
    }
}

/// Edits run.json of a fresh copy.
fn edit_record(program: &Program, change: impl FnOnce(&mut Value)) {
    let path = fresh_copy(program).join("run.json");
    let mut record: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut record);
    fs::write(path, serde_json::to_vec_pretty(&record).unwrap()).unwrap();
}

#[test]
fn a_newer_schema_is_refused_with_the_way_out() {
    let program = trained();
    edit_record(&program, |record| record["schema_version"] = json!(2));
    for arguments in [&["inspect", "run"][..], &["evaluate", "run"], &["--resume", "run"]] {
        let words = "was written by a newer burn-mlp (schema version 2, this one reads up to 1); use that release";
        run_limited(&program, arguments).fails_with(1, &["run.json", words]);
    }
    for version in [json!(-1), json!("1"), json!(null), json!(1.5), json!(u64::MAX)] {
        edit_record(&program, |record| record["schema_version"] = version);
        run_limited(&program, &["inspect", "run"]).fails_with(1, &["run.json is damaged"]);
    }
}

#[test]
fn another_burn_version_is_a_warning_on_resume() {
    let program = trained();
    edit_record(&program, |record| record["burn_version"] = json!("0.21.0"));
    let stderr = run_limited(&program, &["--resume", "run", "--epochs", "4"]).succeeds().stderr;
    assert!(stderr.contains("was trained with Burn 0.21.0 and resumes with Burn"), "{stderr}");
    run_limited(&program, &["evaluate", "run"]).succeeds();
}

#[test]
fn a_run_resumes_only_with_its_own_settings() {
    let program = trained();
    for (option, value, setting) in [
        ("--hidden", "9", "model.hidden"),
        ("--hidden", "", "model.hidden"),
        ("--activation", "tanh", "model.activation"),
        ("--batch-norm", "true", "model.batch_norm"),
        ("--dropout", "0.5", "model.dropout"),
        ("--optimizer", "adam", "optimizer.name"),
        ("--batch-size", "7", "training.batch_size"),
        ("--l2", "0.1", "optimizer.l2"),
    ] {
        run_limited(&program, &["--resume", "whole", option, value]).fails_with(2, &[setting, "the run to resume has"]);
    }
    run_limited(&program, &["--resume", "whole", "--data", "synthetic"])
        .fails_with(1, &["was trained on data that synthetic no longer holds"]);
    run_limited(&program, &["--resume", "whole", "--seed", "1"]).fails_with(2, &["seed", "the run to resume has 0"]);
}

#[test]
fn a_checkpoint_of_another_run_is_an_error_with_a_way_out() {
    let program = trained();
    run_limited(&program, &["--name", "other", "--epochs", "3", "--hidden", "8", "--seed", "1"]).succeeds();
    let run = fresh_copy(&program);
    fs::remove_dir_all(run.join("checkpoint")).unwrap();
    let other = program.path("artifacts/other");
    for file in files(&other).into_iter().filter(|file| file.starts_with("checkpoint")) {
        fs::create_dir_all(run.join(&file).parent().unwrap()).unwrap();
        fs::copy(other.join(&file), run.join(&file)).unwrap();
    }
    let model = fs::read(run.join("model.safetensors")).unwrap();
    let words = "checkpoint holds epoch 3 of another run, with other settings or data; remove it and resume";
    run_limited(&program, &["--resume", "run", "--epochs", "4"]).fails_with(1, &[words]);
    assert_eq!(fs::read(run.join("model.safetensors")).unwrap(), model);
}

#[test]
fn a_checkpoint_of_another_epoch_is_skipped() {
    let program = trained();
    let run = fresh_copy(&program);
    // A checkpoint under the name of a later epoch.
    let _ = fs::remove_dir_all(run.join("checkpoint/epoch-000009"));
    let checkpoints = files(&run).into_iter().filter(|file| file.starts_with("checkpoint/epoch-000003"));
    for file in checkpoints {
        let to = run.join("checkpoint/epoch-000009").join(file.file_name().unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(run.join(&file), to).unwrap();
    }
    let output = run_limited(&program, &["--resume", "run", "--epochs", "4"]).succeeds();
    assert!(output.stderr.contains("it belongs to epoch 3"), "{}", output.stderr);
    assert!(output.stdout.contains("resuming after epoch 3"), "{}", output.stdout);
}
