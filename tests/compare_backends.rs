//! `burn-mlp compare --backends`: the same run on each backend, in a process of its own that may
//! die.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Output, Program};

/// Environment variables with which the loaders of Vulkan and OpenGL find no driver.
const NO_DRIVERS: [(&str, &str); 3] = [
    ("VK_ICD_FILENAMES", "/nonexistent.json"),
    ("VK_DRIVER_FILES", "/nonexistent.json"),
    ("__EGL_VENDOR_LIBRARY_FILENAMES", "/nonexistent.json"),
];

/// More epochs than any test waits for.
const ENDLESS: &str = "1000000";

/// Maximum time that a test waits for a process.
const TIMEOUT: Duration = Duration::from_secs(120);

fn json(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", output.stdout))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

/// A comparison in progress, with its temporary files in a directory of its own.
struct Running {
    program: Program,
    process: Option<Child>,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let program = Program::new();
        fs::create_dir(program.path("temporary")).unwrap();
        let mut command = program.command(&[&["compare", "--backends"], arguments].concat());
        command.env("TMPDIR", program.path("temporary"));
        let process = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn();
        Self { program, process: Some(process.unwrap()) }
    }

    fn process(&mut self) -> &mut Child {
        self.process.as_mut().unwrap()
    }

    /// Waits until the trial in progress has done three epochs.
    fn wait_for_epochs(&self) -> PathBuf {
        let start = Instant::now();
        loop {
            assert!(start.elapsed() < TIMEOUT, "no trial reached its third epoch");
            let mut trials = self.temporary().into_iter();
            let busy = trials.find(|trial| lines(&trial.join("run/metrics.csv")) > 3);
            if let Some(trial) = busy {
                return trial;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn temporary(&self) -> Vec<PathBuf> {
        fs::read_dir(self.program.path("temporary")).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    fn output(&mut self) -> Output {
        Output::of(self.process.take().unwrap())
    }
}

fn lines(file: &Path) -> usize {
    fs::read_to_string(file).unwrap_or_default().lines().count()
}

/// Returns the processes whose command lines contain the directory of a trial.
#[cfg(target_os = "linux")]
fn processes_of(directory: &Path) -> Vec<u32> {
    let is_of = |process: &u32| {
        let line = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(directory.to_str().unwrap())
    };
    let names = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    names.filter(is_of).collect()
}

fn send(signal: &str, process: u32) {
    let sent = std::process::Command::new("kill").args(["-s", signal, &process.to_string()]).status().unwrap();
    assert!(sent.success(), "{process} ended before it could be sent {signal}");
}

#[test]
fn flex_and_ndarray_agree_and_are_timed() {
    let output = Program::new().run(&["compare", "--backends", "flex,ndarray", "--batch-norm", "--json"]).succeeds();
    let comparison = json(&output);
    assert_eq!(comparison["reference"], "flex");
    let [flex, ndarray] = [&comparison["backends"][0], &comparison["backends"][1]];
    assert_eq!((&flex["backend"], &flex["outcome"]), (&"flex".into(), &"ran".into()));
    assert_eq!(flex["agreement"]["verdict"]["word"], "reference");
    assert_eq!(ndarray["agreement"]["verdict"]["word"], "agrees");
    let agreement = &ndarray["agreement"];
    assert!(
        number(&agreement["gradients"]) > 0.0,
        "two backends that round the same way are probably the same one: {agreement}"
    );
    assert!(number(&agreement["losses"][2]) < 1e-3 && number(&agreement["weights"]) < 1.0, "{agreement}");
    for backend in [flex, ndarray] {
        assert!(number(&backend["exact_error"]) < 1e-5, "{backend}");
        let speed = &backend["speed"];
        assert_eq!(speed["repeats"], 10);
        let [least, median, most] = ["least", "median", "most"].map(|name| number(&speed["samples_per_second"][name]));
        assert!(0.0 < least && least <= median && median <= most, "{speed}");
        assert!(number(&speed["warm_up_seconds"]) > 0.0, "{speed}");
        assert!(!backend["device"].as_str().unwrap().is_empty());
    }
    assert!(comparison["advice"][0].as_str().unwrap().starts_with("flex and ndarray agree"), "{comparison}");
}

#[test]
fn the_output_is_two_tables_and_advice() {
    let arguments = ["compare", "--backends", "ndarray,flex", "--epochs", "3", "--target-accuracy", "0.999"];
    let output = Program::new().run(&arguments).succeeds();
    for words in ["agreement with ndarray", "reference", "agrees", "at most", "1e-3", "speed over the 2 epochs"] {
        output.says(words);
    }
    output.says("to 99.9 %").says("not reached (").says("ndarray and flex agree.").says("Choose ");
    // Columns are aligned with their headings.
    let table: Vec<&str> = output.stdout.lines().skip_while(|line| !line.contains("gradients")).take(3).collect();
    let end = |line: &str, word: &str| line.find(word).unwrap_or_else(|| panic!("{word} in {line}"));
    assert_eq!(end(table[0], "verdict"), end(table[1], "reference"), "{table:#?}");
    assert_eq!(end(table[0], "verdict"), end(table[2], "agrees"), "{table:#?}");
}

#[test]
fn gradients_are_exact_and_agree_for_any_order_and_size_of_batches() {
    let arguments = ["compare", "--backends", "flex,ndarray", "--epochs", "2", "--json"];
    for settings in [&["--no-shuffle"][..], &["--hidden", ""], &["--batch-size", "5000"], &["--set", "split.valid=0.5"]]
    {
        let comparison = json(&Program::new().run(&[&arguments[..], settings].concat()).succeeds());
        for backend in comparison["backends"].as_array().unwrap() {
            assert!(number(&backend["exact_error"]) < 1e-5, "{settings:?}: {backend}");
            assert_ne!(backend["agreement"]["verdict"]["word"], "differs", "{settings:?}: {backend}");
        }
    }
}

#[test]
fn dropout_is_switched_off_with_a_note() {
    let arguments = ["compare", "--backends", "flex,ndarray", "--epochs", "3", "--dropout", "0.5"];
    Program::new().run(&arguments).succeeds().says("dropout is switched off").says("agrees");
    let comparison = json(&Program::new().run(&[&arguments[..], &["--json"]].concat()).succeeds());
    assert!(comparison["notes"][0].as_str().unwrap().starts_with("dropout is switched off"), "{comparison}");
}

#[test]
fn a_backend_that_is_not_compiled_in_or_has_no_driver_fails_with_the_reason() {
    let program = Program::new();
    let arguments = ["compare", "--backends", "cuda,flex,wgpu,flex:7", "--epochs", "2"];
    let output = program.run_with(&NO_DRIVERS, &arguments).succeeds();
    output.says("agreement with flex").says("there is only device 0").says("Only flex ran");
    if cfg!(not(feature = "cuda")) {
        output.says("cuda     failed: not compiled in; build with: cargo build --release --features cuda (untried; it downloads LLVM from GitHub)");
    }
    output.says("wgpu     failed: ");
    program.run_with(&NO_DRIVERS, &[&arguments[..], &["--strict"]].concat()).fails_with(1);
    let none = ["compare", "--backends", "wgpu,flex:7", "--epochs", "2"];
    program.run_with(&NO_DRIVERS, &none).fails_with(1).says("No backend ran");
}

#[test]
fn strict_succeeds_if_all_agree() {
    Program::new().run(&["compare", "--backends", "flex,ndarray", "--epochs", "2", "--strict"]).succeeds();
}

/// Compiles a Vulkan driver that executes the C code `action` when it is loaded, and returns the
/// manifest for the Vulkan loader.
#[cfg(target_os = "linux")]
fn driver_that(action: &str, program: &Program) -> PathBuf {
    let source = format!("#include <stdlib.h>\n__attribute__((constructor)) static void start(void) {{ {action}; }}\n");
    fs::write(program.path("driver.c"), source).unwrap();
    let library = program.path("libdriver.so");
    let compiled = std::process::Command::new("cc")
        .args(["-shared", "-fPIC", "-o", library.to_str().unwrap(), program.path("driver.c").to_str().unwrap()])
        .status();
    // Rust links with `cc`, so it is installed.
    assert!(compiled.unwrap().success());
    let icd = format!(
        r#"{{"file_format_version": "1.0.0", "ICD": {{"library_path": "{}", "api_version": "1.3.0"}}}}"#,
        library.display()
    );
    fs::write(program.path("driver.json"), icd).unwrap();
    program.path("driver.json")
}

#[test]
#[cfg(target_os = "linux")]
fn a_driver_that_kills_its_process_does_not_affect_the_other_backends() {
    let program = Program::new();
    if !program.has_wgpu() {
        return;
    }
    for (action, death) in
        [("abort()", "SIGABRT"), ("*(volatile int *)8 = 1", "SIGSEGV"), ("_Exit(3)", "exit status: 3")]
    {
        let driver = driver_that(action, &program);
        let variables = ["VK_ICD_FILENAMES", "VK_DRIVER_FILES"].map(|name| (name, driver.to_str().unwrap()));
        let arguments = ["compare", "--backends", "wgpu,flex,ndarray", "--epochs", "2", "--timeout", "100"];
        let output = program.run_with(&variables, &arguments).succeeds();
        output.says("wgpu     failed: its process ").says(death).says("flex and ndarray agree.");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_backend_that_is_killed_reports_the_signal_and_the_others_run() {
    let mut running = Running::start(&["flex,ndarray", "--epochs", "300", "--hidden", "16"]);
    let trial = running.wait_for_epochs();
    let processes = processes_of(&trial);
    assert_eq!(processes.len(), 1, "a trial is one process");
    send("KILL", processes[0]);
    let output = running.output().succeeds();
    output.says("flex     failed: its process was killed by SIGKILL").says("agreement with ndarray");
    output.says("Only ndarray ran");
}

#[test]
#[cfg(target_os = "linux")]
fn a_backend_that_hangs_is_killed_after_the_timeout() {
    let mut running = Running::start(&["flex,ndarray", "--epochs", ENDLESS, "--timeout", "2"]);
    send("STOP", processes_of(&running.wait_for_epochs())[0]);
    let output = running.output().fails_with(1);
    for backend in ["flex    ", "ndarray "] {
        output.says(&format!("{backend} failed: was not finished after 2.00 s and was stopped; raise --timeout"));
    }
    assert!(running.temporary().is_empty(), "temporary files are left: {:?}", running.temporary());
}

#[test]
#[cfg(target_os = "linux")]
fn an_interrupt_ends_the_trial_and_leaves_no_files() {
    for signal in ["INT", "TERM"] {
        let mut running = Running::start(&["flex,ndarray", "--epochs", ENDLESS]);
        let trial = running.wait_for_epochs();
        send(signal, running.process().id());
        running.output().fails_with(130).complains("interrupted: the comparison was not finished");
        assert!(processes_of(&trial).is_empty(), "the trial is still running");
        assert!(running.temporary().is_empty(), "temporary files are left: {:?}", running.temporary());
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_trial_ends_when_the_program_is_killed() {
    let mut running = Running::start(&["flex,ndarray", "--epochs", ENDLESS]);
    let trial = running.wait_for_epochs();
    send("KILL", running.process().id());
    running.process().wait().unwrap();
    let start = Instant::now();
    while !processes_of(&trial).is_empty() {
        assert!(start.elapsed() < TIMEOUT, "the trial is still running");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn wrong_usage_is_reported_before_anything_runs() {
    let program = Program::new();
    for (arguments, complaint) in [
        (&["--backends", "flex,ndaray"][..], "did you mean ndarray?"),
        (&["--backends", "flex"], "give two or more"),
        (&["--backends", "flex,ndarray", "--backend", "flex"], "cannot be used together with --backends"),
        (&["--backends", "flex,ndarray", "--epochs", "1"], "the first epoch is warm-up"),
        (&["--backends", "flex,ndarray", "--target-accuracy", "95"], "not a number from 0 to 1"),
        (&["--backends", "flex,ndarray", "--timeout", "0"], "not a whole number from 1 to 604800"),
        (
            &["--backends", "flex,ndarray", "--timeout", "-3"],
            "'-3' for '--timeout <SECONDS>': not a whole number from 1",
        ),
        (&["--backends", "flex,ndarray", "--lr", "-1"], "optimizer.learning_rate"),
    ] {
        let output = program.run(&[&["compare"], arguments].concat()).fails_with(2).complains(complaint);
        assert_eq!(output.stdout, "", "{arguments:?}");
    }
    let missing = ["compare", "--backends", "flex,ndarray", "--data", "idx:nowhere"];
    program.run(&missing).fails_with(1).complains("nowhere");
}

#[test]
fn a_training_that_fails_is_reported_with_the_reason() {
    let arguments = ["compare", "--backends", "flex,ndarray", "--lr", "1e30"];
    Program::new().run(&arguments).fails_with(1).says("flex     failed: training failed: the training loss of epoch 1");
}

#[test]
fn wgpu_agrees_with_flex_and_names_its_adapter() {
    let program = Program::new();
    if !program.has_wgpu() {
        return;
    }
    // The batch size divides the 1,150 rows, so that fewer shapes need compiled kernels.
    let settings = ["--hidden", "16", "--batch-size", "230", "--epochs", "3", "--json"];
    let comparison = json(&program.run(&[&["compare", "--backends", "flex,wgpu"], &settings[..]].concat()).succeeds());
    let wgpu = &comparison["backends"][1];
    assert_eq!(wgpu["agreement"]["verdict"]["word"], "agrees", "{wgpu}");
    assert!(number(&wgpu["exact_error"]) < 1e-5 && wgpu["device"].as_str().unwrap().len() > 3, "{wgpu}");
    assert!(number(&wgpu["speed"]["device_memory_bytes"]) > 0.0, "{wgpu}");
    let slow = number(&wgpu["speed"]["epoch_seconds"]["median"]);
    assert!(number(&wgpu["speed"]["warm_up_seconds"]) > slow, "the warm-up does not include compiling kernels: {wgpu}");
}

#[test]
fn predicted_numbers_are_compared_by_their_size() {
    let program = Program::new();
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/diabetes.csv");
    fs::copy(table, program.path("diabetes.csv")).unwrap();
    let compare = ["compare", "--backends", "flex,ndarray", "--data", "diabetes.csv", "--epochs", "3"];
    let output = program.run(&compare).succeeds();
    output.says("8 members").says("features to predict progression").says("flex and ndarray agree.");
    output.says("A prediction differs if a number is off by more than 0.001 standard deviations of its target.");
    assert!(!output.stdout.contains("classes") && !output.stdout.contains("to 95 %"), "{}", output.stdout);
    let comparison = json(&program.run(&[&compare[..], &["--json"]].concat()).succeeds());
    assert_eq!((&comparison["is_regression"], &comparison["valid_rows"]), (&Value::Bool(true), &Value::from(71)));
    let other = &comparison["backends"][1];
    assert_eq!(other["agreement"]["verdict"]["word"], "agrees");
    assert_eq!(other["agreement"]["predictions_that_differ"], 0);
    assert!(other["speed"]["seconds_to_target"].is_null());
}
