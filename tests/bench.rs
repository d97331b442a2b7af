//! `burn-mlp bench`: its output, not its speed.

mod support;

use serde_json::Value;
use support::{Output, Program};

/// Variables of Vulkan's and OpenGL's loaders that hide all drivers from wgpu.
const NO_DRIVERS: [(&str, &str); 3] = [
    ("VK_ICD_FILENAMES", "/nonexistent.json"),
    ("VK_DRIVER_FILES", "/nonexistent.json"),
    ("__EGL_VENDOR_LIBRARY_FILENAMES", "/nonexistent.json"),
];

/// A tiny network and few rows.
const TINY: [&str; 10] =
    ["bench", "--features", "6", "--classes", "3", "--hidden", "5,4", "--rows=50", "--seconds=0.002", "--repeats=3"];

fn bench(more: &[&str]) -> Output {
    Program::new().run(&[&TINY, more].concat())
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", output.stdout))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

/// Asserts that a spread is valid and returns its median.
fn median(spread: &Value) -> f64 {
    let [least, median, most] = ["least", "median", "most"].map(|name| number(&spread[name]));
    assert!(0.0 < least && least <= median && median <= most, "{spread}");
    median
}

#[test]
fn every_backend_and_batch_size_has_all_values() {
    let result = json(&bench(&["--backends", "flex,ndarray", "--batch-sizes", "8,60", "--json"]).succeeds());
    assert_eq!(result["layer_sizes"], serde_json::json!([6, 5, 4, 3]));
    assert_eq!((&result["parameters"], &result["repeats"]), (&(35 + 24 + 15).into(), &3.into()));
    assert_eq!((&result["model"]["activation"], &result["optimizer"]["name"]), (&"relu".into(), &"sgd".into()));
    let rows = result["results"].as_array().unwrap();
    let named: Vec<_> = rows.iter().map(|row| (row["backend"].as_str().unwrap(), number(&row["batch_size"]))).collect();
    assert_eq!(named, [("flex", 8.0), ("flex", 60.0), ("ndarray", 8.0), ("ndarray", 60.0)]);
    for (row, (_, batch)) in rows.iter().zip(named) {
        assert_eq!(row["outcome"], "ran");
        assert!(row["device"].as_str().is_some_and(|device| !device.is_empty()));
        for phase in ["data", "forward", "backward", "optimizer", "metrics"] {
            median(&row["phase_seconds"][phase]);
        }
        let (step, alone) = (median(&row["step_seconds"]), &row["products_alone"]);
        let products = median(&alone["seconds"]);
        // By hand: 2 * (6 * 5 * 2 + 5 * 4 * 3 + 4 * 3 * 3) for each row of the batch.
        let operations = 312.0 * batch;
        assert_eq!(number(&row["operations_per_step"]), operations);
        assert_close(&row["gigaflops_per_second"], operations / step / 1e9);
        assert_close(&alone["gigaflops_per_second"], operations / products / 1e9);
        let (step, products) = (&row["step_seconds"], &alone["seconds"]);
        let share = number(&alone["share_of_step"]);
        assert!(share >= number(&products["least"]) / number(&step["most"]) - 1e-9, "{row}");
        assert!(share <= number(&products["most"]) / number(&step["least"]) + 1e-9, "{row}");
        assert!(median(&row["samples_per_second"]) > 0.0 && number(&row["warm_up_seconds"]) > 0.0);
        assert!(number(&row["steps_per_repeat"]) >= 1.0 && number(&row["threads"]) >= 1.0);
        assert!(row["disturbed"].is_boolean(), "{row}");
        // Every batch is full: 48 of 50 rows are 6 batches of 8, and a batch of 60 needs 60.
        assert_eq!(number(&row["rows"]), if batch == 8.0 { 48.0 } else { 60.0 });
        assert_eq!(row["peak_memory_bytes"].is_number(), cfg!(target_os = "linux"), "{row}");
    }
}

fn assert_close(value: &Value, expected: f64) {
    assert!((number(value) - expected).abs() <= 1e-9 * expected, "{value} is not {expected}");
}

#[test]
fn the_user_sees_two_tables() {
    let output = bench(&["--batch-size", "10", "--batch-norm", "--dropout", "0.2", "--optimizer", "adam"]).succeeds();
    output.says("6-5-4-3").says("batch-norm").says("adam at 0.01").says("3 repeats of 0.002 s");
    output.says("products alone").says("time of a step, by phase");
    let lines: Vec<&str> = output.stdout.lines().filter(|line| line.starts_with(" flex ")).collect();
    let numbers = |line: &str| line.matches(char::is_whitespace).count();
    assert!(lines.len() == 2 && lines.iter().all(|line| numbers(line) > 10), "{}", output.stdout);
    assert!(!output.stdout.contains("Phases are timed with a wait"), "flex is not asynchronous");
}

#[test]
fn options_reach_the_measuring_process() {
    let result = json(&bench(&["--batch-sizes", "5", "--threads", "1", "--json"]).succeeds());
    assert_eq!(result["results"][0]["threads"], 1);
    let result = json(&bench(&["--batch-sizes", "5", "--config", "mnist", "--set", "training.clip_norm=1", "--json"]));
    assert_eq!(result["results"][0]["outcome"], "ran", "a preset's source gives way to synthetic rows");
    let preset = [
        "bench",
        "--config",
        "mnist-augmented",
        "--hidden",
        "4",
        "--rows=50",
        "--batch-size=5",
        "--repeats=1",
        "--seconds=0.01",
    ];
    Program::new().run(&preset).succeeds().says("whole batches; without augmentation, which is for images");
    // The weight decay of the first step overflows.
    let endless = ["bench", "--rows=50", "--hidden", "", "--lr", "1e30", "--l2", "1e10", "--batch-sizes", "25,50"];
    let output = Program::new().run(&endless).fails_with(1);
    output.says("flex     batches of 25 and 50: failed: training failed: the loss is").says("a lower --lr may help");
}

#[test]
fn a_batch_size_is_measured_wherever_it_was_set() {
    let sizes = |more: &[&str]| {
        let result = json(&bench(&[more, &["--json"]].concat()).succeeds());
        result["results"].as_array().unwrap().iter().map(|row| number(&row["batch_size"])).collect::<Vec<_>>()
    };
    assert_eq!(sizes(&["--set", "training.batch_size=7"]), [7.0]);
    assert_eq!(sizes(&["--batch-size", "32"]), [32.0]);
    assert_eq!(sizes(&[]), [32.0, 512.0]);
}

#[test]
fn the_device_names_the_number_of_threads() {
    let result = json(&bench(&["--batch-size", "8", "--threads", "1", "--json"]).succeeds());
    let device = result["results"][0]["device"].as_str().unwrap().to_string();
    assert!(device.ends_with(", 1 thread"), "{device}");
}

#[test]
fn a_missing_backend_or_driver_is_a_row_with_the_reason() {
    let program = Program::new();
    let arguments = [&TINY[..], &["--batch-sizes", "7", "--backends"]].concat();
    let output = program.run_with(&NO_DRIVERS, &[&arguments[..], &["cuda,flex,wgpu,flex:7"]].concat()).succeeds();
    output.says("wgpu     batches of 7: failed: ").says("flex:7   batches of 7: failed: there is only device 0");
    if cfg!(not(feature = "cuda")) {
        output
            .says("cuda     batches of 7: failed: not compiled in; build with: cargo build --release --features cuda");
    }
    assert!(output.stdout.contains("\n flex "), "{}", output.stdout);
    let none = program.run_with(&NO_DRIVERS, &[&arguments[..], &["wgpu,flex:7", "--json"]].concat()).fails_with(1);
    let none = json(&none);
    assert_eq!((&none["results"][1]["outcome"], &none["results"][1]["batch_size"]), (&"failed".into(), &7.into()));
    assert!(none["results"][1]["reason"].as_str().unwrap().starts_with("there is only device 0"), "{none}");
}

#[test]
fn wgpu_phases_are_measured_with_a_wait_after_each() {
    let program = Program::new();
    if !program.has_wgpu() {
        return;
    }
    let arguments = ["--backend", "wgpu", "--batch-sizes", "10"];
    let output = program.run(&[&TINY, &arguments[..]].concat()).succeeds();
    output.says("Phases are timed with a wait").says("\n wgpu ");
}

#[test]
fn an_impossible_bench_is_refused_in_one_sentence() {
    for (arguments, complaint) in [
        (&["--batch-sizes", "0"][..], "'--batch-sizes <N,...>': \"0\" is not a whole number from 1 to 1000000"),
        (&["--batch-sizes", "32,"], "expected a list as in 32,512"),
        (&["--batch-sizes", "32,32"], "32 is given twice"),
        (&["--batch-sizes", "32", "--batch-size", "32"], "cannot be used with"),
        (&["--batch-sizes", "1000000", "--features", "10000"], "--batch-sizes: 1000000 rows"),
        (&["--backends", "flux"], "did you mean flex?"),
        (&["--backends", "flex,flex"], "flex is given twice"),
        (&["--backends", "flex", "--backend", "flex"], "cannot be used with"),
        (&["--seconds", "0"], "not a number above 0 and at most 3600"),
        (&["--seconds", "inf"], "--seconds"),
        (&["--repeats", "0"], "--repeats"),
        (&["--threads", "0"], "--threads"),
        (&["--features", "0"], "synthetic.features"),
        (&["--classes", "1"], "synthetic.classes"),
        (&["--hidden", "0"], "model.hidden[0]"),
        (&["--hidden", "65536,65536"], "model.hidden: makes a network of"),
        (&["--data", "mnist"], "--data applies to training"),
        (&["--epochs", "3"], "--epochs applies to training"),
        (&["--offline"], "--offline applies to training"),
        (&["--set", "data.source=digits"], "data.source applies to training"),
    ] {
        let output = Program::new().run(&[&["bench"], arguments].concat()).fails_with(2).complains(complaint);
        assert_eq!((output.stdout.as_str(), output.stderr.lines().count()), ("", 1), "{arguments:?}");
    }
}

#[test]
fn the_help_shows_only_options_that_apply() {
    let help = Program::new().run(&["bench", "--help"]).succeeds();
    help.says("--batch-norm").says("--optimizer").says("--batch-sizes");
    for option in ["--data-dir", "--init-from", "--epochs", "--measure"] {
        assert!(!help.stdout.contains(option), "{option}");
    }
}
