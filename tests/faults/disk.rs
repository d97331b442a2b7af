//! Full, limited, read-only and removed disks.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::report;
use crate::support::{Output, Program};

/// The allocation unit of the file system.
const PAGE: u64 = 4096;

const SETTINGS: [&str; 6] = ["--epochs", "6", "--hidden", "32", "--dropout", "0.2"];

/// A small disk mounted in the program's directory and unmounted on drop.
struct SmallDisk {
    path: PathBuf,
}

impl SmallDisk {
    /// Returns `None` if this user may not mount. The test then runs again in a namespace where
    /// mounting is allowed; without one, it reports that it was skipped.
    fn mount(program: &Program, name: &str) -> Option<Self> {
        let path = program.path(name);
        fs::create_dir(&path).unwrap();
        let mounted = mount(&["-t", "tmpfs", "-o", "size=4m", "tmpfs", path.to_str().unwrap()]);
        if !mounted {
            run_this_test_in_a_namespace();
        }
        mounted.then(|| Self { path })
    }

    fn remount(&self, how: &str) {
        assert!(mount(&["-o", &format!("remount,bind,{how}"), self.path.to_str().unwrap()]));
    }

    /// Fills the disk except for `bytes`.
    fn fill(&self, bytes: u64) -> PathBuf {
        let file = self.path.join("ballast");
        assert!(fs::write(&file, vec![0; 5 << 20]).is_err(), "the disk is too large");
        let capacity = fs::metadata(&file).unwrap().len();
        fs::File::options().write(true).open(&file).unwrap().set_len(capacity - bytes).unwrap();
        file
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.path).status();
    }
}

/// Runs this thread's test again in a process with its own mount namespace.
fn run_this_test_in_a_namespace() {
    let unshare = || {
        let mut command = Command::new("unshare");
        command.arg("-rm");
        command
    };
    let is_inside = std::env::var_os("BURN_MLP_FAULT_NAMESPACE").is_some();
    if is_inside || !unshare().arg("true").status().is_ok_and(|status| status.success()) {
        return report(
            "SKIPPED: neither mount nor unshare -rm is permitted here, so full and read-only disks were not tested",
        );
    }
    let test = std::thread::current().name().unwrap().to_string();
    let mut again = unshare();
    again.arg(std::env::current_exe().unwrap()).args(["--exact", &test]).env("BURN_MLP_FAULT_NAMESPACE", "1");
    let output = again.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    report(&format!("{test} ran in its own namespace"));
}

fn mount(arguments: &[&str]) -> bool {
    let output = Command::new("mount").args(arguments).output();
    output.is_ok_and(|output| output.status.success())
}

fn train(program: &Program, out: &str, name: &str) -> Output {
    program.run(&[&SETTINGS[..], &["--out", out, "--name", name]].concat())
}

fn resume(program: &Program, out: &str, name: &str) -> Output {
    program.run(&["--out", out, "--resume", name])
}

/// Asserts that the run in `out` equals an undisturbed one.
fn assert_whole(program: &Program, out: &str, name: &str) {
    if !program.path("whole").exists() {
        train(program, "whole", "run").succeeds();
    }
    for file in ["model.safetensors", "evaluation.json", "predictions/test.csv", "predictions/valid.csv"] {
        let (whole, ours) = (program.read(&format!("whole/run/{file}")), program.read(&format!("{out}/{name}/{file}")));
        assert!(whole == ours, "{file} differs");
    }
    assert_eq!(program.metrics_in("whole", "run"), program.metrics_in(out, name));
}

/// Asserts that the output is one sentence that names what could not be written, and why.
#[track_caller]
fn assert_sentence(output: &Output, reason: &str) {
    assert!(!output.stderr.contains(".tmp-") && !output.stderr.contains(".burn-mlp-new-"), "{}", output.stderr);
    assert_eq!(output.stderr.lines().count(), 1, "{}", output.stderr);
    assert!(output.stderr.starts_with("error: cannot "), "{}", output.stderr);
    assert!(output.stderr.contains(reason), "{}", output.stderr);
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("tmp") || name.starts_with(".burn"))
        .collect();
    names.sort();
    names
}

/// The amount of free space decides where the run stops: at creating its directory, at an epoch's
/// checkpoint, model or metrics, or at the evaluation.
#[test]
fn a_full_disk_is_one_sentence_and_with_space_again_the_run_completes() {
    let program = Program::new();
    let Some(disk) = SmallDisk::mount(&program, "disk") else { return };
    let mut stopped_at = Vec::new();
    for pages in 0.. {
        let name = format!("run-{pages}");
        let ballast = disk.fill(pages * PAGE);
        let output = train(&program, "disk", &name);
        if output.code() == Some(0) {
            break;
        }
        let output = output.fails_with(1);
        assert_sentence(&output, "No space left on device");
        assert!(output.stderr.contains(&format!("cannot write disk/{name}/")), "{}", output.stderr);
        stopped_at.push(output.stderr.rsplit_once(": No space").unwrap().0.rsplit('/').next().unwrap().to_string());
        let directory = disk.path.join(&name);
        if directory.exists() {
            let record = program.run(&["inspect", &name, "--out", "disk"]).succeeds();
            // The report comes last, when the run is already recorded as finished.
            let finished = output.stderr.contains("/report.html") && record.stdout.contains("finished");
            let stopped = record.stdout.contains("failed") || record.stdout.contains("killed");
            assert!(stopped || finished, "{}", record.stdout);
            assert_eq!(names(&directory), [""; 0], "a half-written file remains");
            fs::remove_file(ballast).unwrap();
            resume(&program, "disk", &name).succeeds();
        } else {
            assert_eq!(names(&disk.path), [""; 0]);
            fs::remove_file(ballast).unwrap();
            train(&program, "disk", &name).succeeds();
        }
        assert_whole(&program, "disk", &name);
        fs::remove_dir_all(directory).unwrap();
    }
    for file in ["config.toml", "run.json", "epoch-000001", "epoch-000003", "evaluation.json"] {
        assert!(stopped_at.iter().any(|at| at == file), "never stopped at {file}, only at {stopped_at:?}");
    }
}

#[test]
fn folds_side_by_side_on_a_full_disk_end_in_one_sentence_and_complete_with_space_again() {
    let program = Program::new();
    let Some(disk) = SmallDisk::mount(&program, "disk") else { return };
    let folds = ["--folds", "3", "--jobs", "2"];
    program.run(&[&SETTINGS[..], &folds, &["--out", "whole", "--name", "cv"]].concat()).succeeds();
    for pages in [8, 30, 60] {
        let name = format!("cv-{pages}");
        let ballast = disk.fill(pages * PAGE);
        let output = program.run(&[&SETTINGS[..], &folds, &["--out", "disk", "--name", &name]].concat()).fails_with(1);
        assert_sentence(&output, "No space left on device");
        fs::remove_file(ballast).unwrap();
        program.run(&["--out", "disk", "--resume", &name, "--jobs", "2"]).succeeds();
        for file in ["evaluation.json", "predictions/out-of-fold.csv", "fold-2/model.safetensors"] {
            let same = program.read(&format!("whole/cv/{file}")) == program.read(&format!("disk/{name}/{file}"));
            assert!(same, "{file} differs after {pages} pages");
        }
        fs::remove_dir_all(disk.path.join(&name)).unwrap();
    }
}

#[test]
fn a_file_size_limit_is_one_sentence_and_not_a_fatal_signal() {
    let program = Program::new();
    // In blocks of 1,024 bytes: optimizer state and weights take about ten, run.json two.
    for (blocks, name) in [(1, "record"), (5, "weights"), (20, "evaluation")] {
        let arguments = [&SETTINGS[..], &["--out", "limited", "--name", name]].concat();
        let output = program.run_limited(&format!("ulimit -f {blocks}"), &arguments).fails_with(1);
        assert_sentence(&output, "File too large");
        match program.path("limited").join(name).exists() {
            true => resume(&program, "limited", name).succeeds(),
            false => train(&program, "limited", name).succeeds(),
        };
        assert_whole(&program, "limited", name);
    }
}

#[test]
fn an_unwritable_log_is_reported_at_the_end_and_stops_nothing() {
    let program = Program::new();
    let running = program.start_captured(&[
        "--epochs",
        "60",
        "--set",
        "early_stopping.enabled=false",
        "--out",
        "out",
        "--name",
        "run",
    ]);
    program.wait_for_epoch_in("out", "run", 1);
    let log = program.path("out/run/log.txt");
    fs::remove_file(&log).unwrap();
    fs::create_dir(&log).unwrap();
    let output = Output::of(running).fails_with(1);
    assert_eq!(output.stderr, "error: out/run/log.txt is not a plain file; remove it\n");
    program.run(&["inspect", "run", "--out", "out"]).succeeds().says("finished");
}

#[test]
fn a_read_only_disk_is_one_sentence_and_its_runs_can_be_read() {
    let program = Program::new();
    let Some(disk) = SmallDisk::mount(&program, "disk") else { return };
    train(&program, "disk", "run").succeeds();
    disk.remount("ro");
    for output in [
        train(&program, "disk", "other").fails_with(1),
        program.run(&["--out", "disk", "--resume", "run", "--epochs", "8"]).fails_with(1),
        program.run(&["evaluate", "run", "--out", "disk"]).fails_with(1),
    ] {
        assert_sentence(&output, "Read-only file system");
    }
    program.run(&["inspect", "run", "--out", "disk"]).succeeds().says("finished");
    program.run(&["runs", "--out", "disk"]).succeeds().says("finished");
    disk.remount("rw");
    assert_whole(&program, "disk", "run");
}

#[test]
fn a_directory_without_permission_is_one_sentence() {
    let program = Program::new();
    let out = program.path("out");
    fs::create_dir(&out).unwrap();
    if fs::metadata(&out).unwrap().uid() == 0 {
        return report("SKIPPED: permissions do not apply to root; the read-only disk is tested instead");
    }
    fs::set_permissions(&out, fs::Permissions::from_mode(0o555)).unwrap();
    assert_sentence(&train(&program, "out", "run").fails_with(1), "Permission denied");
    fs::set_permissions(&out, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn an_out_that_is_a_file_is_one_sentence() {
    let program = Program::new();
    fs::write(program.path("out"), b"mine").unwrap();
    let output = train(&program, "out", "run").fails_with(1);
    assert_eq!(output.stderr, "error: out is not a directory; choose the directory for runs with --out\n");
    assert_eq!(program.read("out"), b"mine");
}

#[test]
fn a_directory_removed_during_the_run_is_one_sentence_and_is_not_recreated() {
    for removed in ["artifacts/run", "artifacts/run/checkpoint", "artifacts"] {
        let program = Program::new();
        // Epochs are long, so the directory is gone before the next one is saved.
        let long = ["--data", "synthetic", "--set", "synthetic.rows=20000", "--epochs", "1000"];
        let running =
            program.start_captured(&[&long[..], &["--set", "early_stopping.enabled=false", "--name", "run"]].concat());
        program.wait_for_epoch("run", 2);
        // The run may write another file meanwhile.
        while program.path(removed).exists() {
            let _ = fs::remove_dir_all(program.path(removed));
        }
        let output = Output::of(running).fails_with(1);
        assert_eq!(output.stderr.lines().count(), 1, "{}", output.stderr);
        assert!(output.stderr.contains("artifacts/run"), "{}", output.stderr);
        assert!(!program.path(removed).exists(), "{removed}");
        if removed == "artifacts/run/checkpoint" {
            program.run(&["inspect", "run"]).succeeds().says("failed");
        }
    }
}
