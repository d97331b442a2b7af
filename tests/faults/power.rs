//! Power losses: after a kill, what was not synced is gone, empty or cut short.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::random::Random;
use crate::report;
use crate::run_files::{entries, tree};
use crate::support::Program;

/// Default number of power losses.
const ROUNDS: usize = 6;

/// Epochs of a few milliseconds, for some seconds, so that there are several syncs with many epochs between them.
const SETTINGS: [&str; 12] = [
    "--hidden",
    "256,256",
    "--epochs",
    "100",
    "--set",
    "early_stopping.enabled=false",
    "--set",
    "schedule.patience=2",
    "--lr",
    "0.003",
    "--dropout",
    "0.1",
];

/// The epochs that metrics.csv has: those of the last sync.
fn synced(run: &Path) -> usize {
    fs::read_to_string(run.join("metrics.csv")).unwrap_or_default().lines().count().saturating_sub(1)
}

fn epoch_of(checkpoint: &Path) -> Option<usize> {
    checkpoint.file_name()?.to_str()?.strip_prefix("epoch-")?.parse().ok()
}

/// Makes of a file what a power loss may leave of it: nothing, no bytes, some bytes, or all.
fn damage(file: &Path, random: &mut Random) {
    let length = fs::metadata(file).unwrap().len() as usize;
    match random.below(4) {
        0 => fs::remove_file(file).unwrap(),
        1 => fs::write(file, b"").unwrap(),
        2 => {
            let bytes = fs::read(file).unwrap();
            // The length is known before the blocks are written.
            let kept = random.below(length + 1);
            fs::write(file, [&bytes[..kept], &vec![0; length - kept][..]].concat()).unwrap();
        }
        _ => (),
    }
}

/// Takes from a killed run what a power loss may take: anything of the checkpoints after the last sync.
fn lose_power(run: &Path, random: &mut Random) -> usize {
    let synced = synced(run);
    let is_unsynced = |path: &PathBuf| epoch_of(path).is_some_and(|epoch| epoch > synced);
    for checkpoint in entries(&run.join("checkpoint")).into_iter().filter(is_unsynced) {
        match random.below(3) {
            0 => fs::remove_dir_all(&checkpoint).unwrap(),
            1 => entries(&checkpoint).iter().for_each(|file| damage(file, random)),
            _ => (),
        }
    }
    synced
}

/// Starts or resumes the run and kills it at a random instant. Returns whether it had ended before.
fn kill(program: &Program, arguments: &[&str], moment: Duration) -> bool {
    let mut running = program.start(arguments);
    let start = Instant::now();
    while start.elapsed() < moment {
        if running.try_wait().unwrap().is_some() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    running.kill().unwrap();
    running.wait().unwrap();
    false
}

#[test]
fn a_power_loss_costs_only_what_was_not_synced() {
    let variable = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let rounds = variable("BURN_MLP_POWER_ROUNDS").map_or(ROUNDS, |rounds| rounds as usize);
    let seed = variable("BURN_MLP_FAULT_SEED").unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().unwrap().as_secs());
    report(&format!("{rounds} power losses with BURN_MLP_FAULT_SEED={seed}"));
    let (program, mut random) = (Program::new(), Random(seed));
    let start = Instant::now();
    program.run(&[&SETTINGS[..], &["--name", "whole"]].concat()).succeeds();
    let time = start.elapsed();
    let (mut name, mut number, mut lost) = (String::new(), 0, 0);
    for _ in 0..rounds {
        let arguments = match name.is_empty() {
            true => {
                number += 1;
                name = format!("run-{number}");
                [&SETTINGS[..], &["--name", &name]].concat()
            }
            false => vec!["--resume", &name],
        };
        let run = program.path(&format!("artifacts/{name}"));
        if kill(&program, &arguments, random.duration(time)) || !run.exists() {
            name.clear();
            continue;
        }
        let newest = crate::support::newest_checkpoint(&run.join("checkpoint"));
        let synced = lose_power(&run, &mut random);
        lost += newest - synced.min(newest);
        let output = program.run(&["inspect", &name, "--json"]).succeeds();
        let inspected: Value = serde_json::from_str(&output.stdout).unwrap();
        assert_eq!(inspected["problems"], serde_json::json!([]), "with seed {seed}");
        program.run(&["--resume", &name]).succeeds();
        let record: Value = serde_json::from_slice(&fs::read(run.join("run.json")).unwrap()).unwrap();
        let resumed = record["resumed"].as_array().unwrap().last().map_or(0, |last| last["epoch"].as_u64().unwrap());
        assert!(resumed as usize >= synced, "epoch {synced} was synced, but the run went on after {resumed}");
        let whole = program.path("artifacts/whole");
        assert_eq!(tree(&whole), tree(&run), "with seed {seed}");
        for file in ["model.safetensors", "evaluation.json", "predictions/test.csv", "predictions/valid.csv"] {
            assert!(fs::read(whole.join(file)).unwrap() == fs::read(run.join(file)).unwrap(), "{file}, seed {seed}");
        }
        assert_eq!(program.metrics("whole"), program.metrics(&name), "with seed {seed}");
        name.clear();
    }
    report(&format!("{lost:>6} epochs were not synced"));
}
