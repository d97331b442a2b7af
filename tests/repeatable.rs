//! A run repeated, on other numbers of threads, from its own configuration, or in parts, has the
//! same bytes.

mod support;

use std::fs;
use std::time::Duration;

use support::{Program, digits_run};

/// The files of a run that describe the model and its evaluation, without times.
const FILES: [&str; 4] = ["model.safetensors", "evaluation.json", "predictions/test.csv", "predictions/valid.csv"];

/// Layers large enough for matrix products on several threads, with more features than are summed
/// at once.
const WIDE: [&str; 14] = [
    "--data",
    "synthetic",
    "--set",
    "synthetic.rows=2000",
    "--set",
    "synthetic.features=784",
    "--hidden",
    "256,600",
    "--set",
    "training.batch_size=48",
    "--epochs",
    "3",
    "--l2",
    "0.001",
];

/// Settings that use all of a checkpoint's state within a few epochs: warm-up, plateau reductions
/// with cooldown, early stopping, dropout of input and hidden layers, batch norm, a best epoch
/// before the last one.
const EVERYTHING: &[&str] = &[
    "--data",
    "synthetic",
    "--set",
    "synthetic.rows=3000",
    "--set",
    "synthetic.features=60",
    "--epochs",
    "60",
    "--hidden",
    "40,30",
    "--batch-norm",
    "--dropout",
    "0.1,0.3,0.2",
    "--set",
    "schedule.warmup_epochs=3",
    "--set",
    "schedule.patience=2",
    "--set",
    "schedule.cooldown=1",
    "--set",
    "schedule.threshold=0.02",
    "--set",
    "early_stopping.patience=5",
];

#[track_caller]
fn assert_same(program: &Program, one: &str, other: &str) {
    for file in FILES {
        let read = |run: &str| program.read(&format!("artifacts/{run}/{file}"));
        assert!(read(one) == read(other), "{file} of {one} and {other} differ");
    }
    assert_eq!(program.metrics(one), program.metrics(other), "metrics.csv of {one} and {other}");
}

fn record(program: &Program, run: &str) -> serde_json::Value {
    serde_json::from_slice(&program.read(&format!("artifacts/{run}/run.json"))).unwrap()
}

#[test]
fn equal_seeds_give_equal_bytes_and_other_seeds_do_not() {
    for backend in ["flex", "ndarray"] {
        let program = Program::new();
        for (name, seed) in [("a", "1"), ("b", "1"), ("c", "2")] {
            digits_run(&program, name, &["--backend", backend, "--epochs", "2", "--dropout", "0.3", "--seed", seed]);
        }
        assert_same(&program, "a", "b");
        for file in FILES {
            let read = |run: &str| program.read(&format!("artifacts/{run}/{file}"));
            assert!(read("a") != read("c"), "{file} does not depend on the seed");
        }
        assert_ne!(program.metrics("a"), program.metrics("c"));
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    for backend in ["flex", "ndarray"] {
        let program = Program::new();
        for optimizer in [["--optimizer", "sgd"], ["--optimizer", "adam"]] {
            let name = |threads: &str| format!("{}-{threads}", optimizer[1]);
            for threads in ["1", "2", "3", "4"] {
                let name = name(threads);
                let regularized = ["--batch-norm", "--dropout", "0.2"];
                let settings = ["--name", &name, "--backend", backend, optimizer[0], optimizer[1]];
                let arguments = [&settings[..], &regularized, &WIDE].concat();
                // flex uses rayon's threads; the second variable is for ndarray's matrix products.
                let variables = [("RAYON_NUM_THREADS", threads), ("MATMUL_NUM_THREADS", threads)];
                program.run_with(&variables, &arguments).succeeds();
            }
            for threads in ["2", "3", "4"] {
                assert_same(&program, &name("1"), &name(threads));
            }
        }
    }
}

#[test]
fn a_runs_own_configuration_reproduces_it_from_any_directory() {
    let program = Program::new();
    program.run(&[EVERYTHING, &["--seed", "7", "--name", "first"]].concat()).succeeds();
    fs::create_dir(program.path("elsewhere")).unwrap();
    let arguments =
        ["train", "--config", "../artifacts/first/config.toml", "--out", "../artifacts", "--name", "second"];
    program.run_in("elsewhere", &arguments).succeeds();
    assert_same(&program, "first", "second");
    assert_eq!(program.read("artifacts/first/config.toml"), program.read("artifacts/second/config.toml"));
}

#[test]
fn a_run_resumed_for_more_epochs_equals_one_that_had_them_from_the_start() {
    for backend in ["flex", "ndarray"] {
        let program = Program::new();
        let settings = ["--backend", backend, "--dropout", "0.2", "--batch-norm", "--set", "schedule.patience=1"];
        digits_run(&program, "whole", &[&settings[..], &["--epochs", "5"]].concat());
        digits_run(&program, "parts", &[&settings[..], &["--epochs", "2"]].concat());
        program.run(&["--resume", "parts", "--epochs", "5"]).succeeds().says("resuming after epoch 2");
        assert_same(&program, "whole", "parts");
    }
}

/// Trains `name` with `settings`, stopped by each signal after its delay, and resumes it each time.
fn train_with_stops(program: &Program, name: &str, settings: &[&str], stops: &[(&str, u64)]) {
    let mut running = program.start(&[settings, &["--name", name]].concat());
    program.wait_for_epoch(name, 1);
    for (signal, milliseconds) in stops {
        std::thread::sleep(Duration::from_millis(*milliseconds));
        program.signal(&mut running, signal);
        running.wait().unwrap();
        running = program.start(&["--resume", name]);
    }
    running.wait().unwrap();
    program.run(&["--resume", name]).succeeds();
}

/// Pairs each signal with a random delay of up to `maximum` milliseconds, different in every run of
/// the test.
fn at_random<'a>(signals: &[&'a str], maximum: u64) -> Vec<(&'a str, u64)> {
    let delay = || u64::from(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().subsec_micros()) % maximum;
    signals
        .iter()
        .map(|signal| {
            std::thread::sleep(Duration::from_micros(377));
            (*signal, delay())
        })
        .collect()
}

#[test]
#[cfg(unix)]
fn a_run_stopped_or_killed_at_any_instant_and_resumed_equals_an_uninterrupted_one() {
    let signals = ["INT", "KILL", "TERM", "KILL", "INT", "KILL", "TERM"];
    for backend in ["flex", "ndarray"] {
        let program = Program::new();
        let settings = [EVERYTHING, &["--backend", backend]].concat();
        program.run(&[&settings[..], &["--name", "whole"]].concat()).succeeds();
        assert_everything_acted(&program, "whole");
        for round in 0..3 {
            let name = format!("parts-{round}");
            let stops = at_random(&signals, 250);
            eprintln!("{backend}: {stops:?}");
            train_with_stops(&program, &name, &settings, &stops);
            assert_same(&program, "whole", &name);
            for field in ["status", "best_epoch", "epochs_done", "best", "last", "test"] {
                assert_eq!(record(&program, "whole")[field], record(&program, &name)[field], "{field}");
            }
            assert!(!record(&program, &name)["resumed"].as_array().unwrap().is_empty(), "the run was never resumed");
        }
    }
}

/// Asserts that the rate rose and then fell at least twice, the run stopped early, and its best
/// epoch is neither first nor last.
#[track_caller]
fn assert_everything_acted(program: &Program, run: &str) {
    let record = record(program, run);
    assert_eq!(record["status"], "stopped-early", "{record}");
    let (best, done) = (record["best_epoch"].as_u64().unwrap(), record["epochs_done"].as_u64().unwrap());
    assert!(1 < best && best < done, "best epoch {best} of {done}");
    let rates: Vec<f64> = program.metrics(run).iter().map(|row| row[1].parse().unwrap()).collect();
    assert!(rates[0] < rates[1] && rates[1] < rates[2], "no warm-up: {rates:?}");
    let reductions = rates[3..].windows(2).filter(|pair| pair[1] < pair[0]).count();
    assert!(reductions >= 2, "{reductions} reductions: {rates:?}");
}

#[test]
#[cfg(unix)]
fn a_run_stopped_in_its_warm_up_resumes_to_the_uninterrupted_result() {
    let program = Program::new();
    let settings = ["--data", "synthetic", "--epochs", "8", "--set", "early_stopping.enabled=false"];
    let warm_up =
        ["--set", "schedule.warmup_epochs=5", "--set", "schedule.patience=1", "--set", "schedule.threshold=0.9"];
    program.run(&[&settings[..], &warm_up, &["--name", "whole"]].concat()).succeeds();
    program.stop_after_epoch(2, "INT", &[&settings[..], &warm_up, &["--name", "parts"]].concat());
    program.run(&["--resume", "parts"]).succeeds();
    assert_same(&program, "whole", "parts");
}

/// Maximum relative difference on a GPU. Equal kernels give equal numbers, but autotuning may
/// choose other kernels at any start.
const WGPU_TOLERANCE: f64 = 1e-3;

#[test]
fn a_run_resumed_on_wgpu_equals_an_uninterrupted_one_within_the_tolerance() {
    let program = Program::new();
    if !program.has_wgpu() {
        return;
    }
    // Batches of one shape, since each shape compiles another kernel.
    let settings = ["--backend", "wgpu", "--hidden", "16", "--dropout", "0.2", "--set", "training.batch_size=230"];
    let plateau = ["--set", "schedule.patience=1", "--set", "schedule.threshold=0.5"];
    program.run(&[&settings[..], &plateau, &["--epochs", "4", "--name", "whole"]].concat()).succeeds();
    program.run(&[&settings[..], &plateau, &["--epochs", "2", "--name", "parts"]].concat()).succeeds();
    program.run(&["--resume", "parts", "--epochs", "4"]).succeeds();
    let metrics =
        |run: &str| -> Vec<f64> { program.metrics(run).iter().flatten().map(|value| value.parse().unwrap()).collect() };
    let (whole, parts) = (metrics("whole"), metrics("parts"));
    assert_eq!(whole.len(), parts.len());
    assert_ne!(program.metrics("whole")[3][1], program.metrics("whole")[0][1], "the rate was not reduced");
    for (whole, parts) in whole.iter().zip(&parts) {
        assert!((whole - parts).abs() <= WGPU_TOLERANCE * whole.abs(), "{whole} and {parts}");
    }
}

#[test]
fn the_record_says_what_computed_each_session_of_epochs() {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "1"]);
    let resumed = ["--resume", "run", "--epochs", "2", "--backend", "ndarray"];
    program.run_with(&[("RAYON_NUM_THREADS", "1")], &resumed).succeeds();
    let sessions = record(&program, "run")["sessions"].as_array().unwrap().clone();
    assert_eq!(sessions.len(), 2);
    for (epoch, (session, backend)) in sessions.iter().zip(["flex", "ndarray"]).enumerate() {
        assert_eq!(session["after_epoch"], epoch);
        assert_eq!(session["backend"], backend);
        assert_eq!(session["program"]["burn_version"], "0.22.1");
        assert!(session["program"]["compiler"].as_str().unwrap().starts_with("rustc"), "{session}");
        assert!(session["machine"]["cpu_features"].is_array(), "{session}");
    }
    assert_eq!(sessions[1]["variables"]["RAYON_NUM_THREADS"], "1");
}

/// Every augmentation of 8x8 images, with class weights, label smoothing and max-norm.
const AUGMENTED: &[&str] = &[
    "--augment",
    "flip,rotation,translation,scaling,shear,elastic,noise,cutout",
    "--set",
    "augmentation.elastic_sigma=1.5",
    "--set",
    "augmentation.elastic_alpha=4",
    "--set",
    "training.label_smoothing=0.1",
    "--set",
    "training.max_norm=2",
    "--class-weights",
    "balanced",
];

#[test]
fn augmented_images_are_the_same_on_any_number_of_threads_and_after_a_resume() {
    let program = Program::new();
    let run = |name: &'static str, epochs: &'static str| [&["--name", name, "--epochs", epochs], AUGMENTED].concat();
    program.run(&run("all-threads", "4")).succeeds();
    program.run_limited("taskset -p 1 $$ > taskset.txt", &run("one-thread", "4")).succeeds();
    program.run(&run("resumed", "2")).succeeds();
    program.run(&["--resume", "resumed", "--epochs", "4"]).succeeds();
    assert_same(&program, "all-threads", "one-thread");
    assert_same(&program, "all-threads", "resumed");
    digits_run(&program, "plain", &["--epochs", "4"]);
    assert_ne!(program.metrics("plain"), program.metrics("all-threads"));
}

#[test]
fn the_expand_mode_trains_on_four_rows_per_image() {
    let program = Program::new();
    let expanded = ["--augment", "flip,rotation,noise", "--set", "augmentation.mode=expand", "--epochs", "1"];
    for (name, batch_size) in [("a", "32"), ("b", "32"), ("whole", "4600")] {
        digits_run(&program, name, &[&expanded[..], &["--batch-size", batch_size]].concat());
    }
    assert_same(&program, "a", "b");
    // 1,150 training rows become 4,600, which is one batch and one step of the schedule.
    let record = record(&program, "whole");
    assert_eq!(record["data"]["train_rows"], 1150);
    let epochs = String::from_utf8(program.read("artifacts/whole/metrics.csv")).unwrap();
    assert!(epochs.lines().count() == 2, "{epochs}");
}
