//! Repeated `kill -9` at random instants.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::broken_run::{Broken, PHASES, Whole};
use crate::random::Random;
use crate::report;
use crate::support::Program;

/// Default number of kills.
const ROUNDS: usize = 200;

/// Runs that are killed at the same time, each in a directory of its own.
const WORKERS: usize = 3;

/// Two trainings: one with every kind of state, and one that early stopping ends.
const SETTINGS: [&str; 2] = [
    "--hidden 16 --epochs 6 --dropout 0.2 --batch-norm --set schedule.patience=1 --set schedule.threshold=0.5",
    "--backend ndarray --hidden 12 --epochs 40 --optimizer adam --set early_stopping.patience=1 --set early_stopping.min_delta=0.05",
];

#[test]
fn random_kills_lose_nothing_and_change_nothing() {
    let rounds = number("BURN_MLP_FAULT_ROUNDS").map_or(ROUNDS, |rounds| rounds as usize);
    let seed = number("BURN_MLP_FAULT_SEED").unwrap_or_else(|| u64::from(std::process::id()) + clock());
    report(&format!("{rounds} rounds of kill -9 with BURN_MLP_FAULT_SEED={seed}"));
    let wholes = SETTINGS.map(Whole::train);
    let left = AtomicUsize::new(rounds);
    let work = |random| work(random, &left, &wholes);
    let work = &work;
    let phases: Vec<Phases> = std::thread::scope(|scope| {
        let randoms = (0..WORKERS as u64).map(|worker| Random(seed ^ worker << 32));
        let workers: Vec<_> = randoms.map(|random| scope.spawn(move || work(random))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| panic!("with seed {seed}"))).collect()
    });
    let count = |phase: &str| phases.iter().filter_map(|phases| phases.get(phase)).sum::<usize>();
    PHASES.iter().for_each(|phase| report(&format!("{:>6} killed {phase}", count(phase))));
    report(&format!("{:>6} ended before the kill", count("ended")));
    if rounds >= ROUNDS {
        assert!(PHASES.iter().all(|phase| count(phase) > 0), "not every phase was hit");
    }
}

/// Kills by phase.
type Phases = BTreeMap<&'static str, usize>;

/// Kills one run after another while rounds are left. All runs are completed.
fn work(mut random: Random, left: &AtomicUsize, wholes: &[Whole; 2]) -> Phases {
    let program = Program::new();
    let mut phases = Phases::new();
    let take = || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
    for number in 0.. {
        let whole = &wholes[random.below(2)];
        let mut run = Broken::new(&program, whole, number);
        // Some runs never get the time to come far.
        let maximum = if random.below(3) == 0 { whole.time / 4 } else { whole.time };
        loop {
            if !take() {
                run.end();
                return phases;
            }
            let phase = run.kill_once(&mut random, maximum);
            *phases.entry(phase).or_default() += 1;
            if phase == "ended" {
                // Nothing was killed, so this round does not count.
                left.fetch_add(1, Ordering::Relaxed);
                break;
            }
        }
        run.end();
    }
    phases
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")))
}

fn clock() -> u64 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()
}
