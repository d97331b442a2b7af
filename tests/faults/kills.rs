//! `kill -9` at random instants, again and again.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::run_files::{Progress, check_whole, has_half_written, tree};
use crate::support::{Output, Program};
use crate::tell;

/// Rounds where nothing else is asked for.
const ROUNDS: usize = 200;

/// Runs that are broken at the same time, each in a directory of its own.
const WORKERS: usize = 3;

/// Between two looks at a run's files.
const LOOK: Duration = Duration::from_micros(200);

/// Two trainings: all that has a state of its own, and one that early stopping ends.
const SETTINGS: [&str; 2] = [
    "--hidden 16 --epochs 6 --dropout 0.2 --batch-norm --set schedule.patience=1 --set schedule.threshold=0.5",
    "--backend ndarray --hidden 12 --epochs 40 --optimizer adam --set early_stopping.patience=1 --set early_stopping.min_delta=0.05",
];

/// Where a run stood when it was killed, as its files tell.
const PHASES: [&str; 9] = [
    "before its directory",
    "making its directory",
    "before the first epoch was saved",
    "between two checkpoints",
    "writing a checkpoint",
    "writing another file",
    "resuming",
    "evaluating",
    "ending",
];

#[test]
fn random_kills_lose_nothing_and_change_nothing() {
    let rounds = number("BURN_MLP_FAULT_ROUNDS").map_or(ROUNDS, |rounds| rounds as usize);
    let seed = number("BURN_MLP_FAULT_SEED").unwrap_or_else(|| u64::from(std::process::id()) + clock());
    tell(&format!("{rounds} rounds of kill -9 with BURN_MLP_FAULT_SEED={seed}"));
    let wholes = SETTINGS.map(Whole::train);
    let left = AtomicUsize::new(rounds);
    let phases: Vec<Phases> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS as u64)
            .map(|worker| {
                scope.spawn((|left, wholes| move || work(Random(seed ^ worker << 32), left, wholes))(&left, &wholes))
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| panic!("with seed {seed}"))).collect()
    });
    let count = |phase: &str| phases.iter().filter_map(|phases| phases.get(phase)).sum::<usize>();
    PHASES.iter().for_each(|phase| tell(&format!("{:>6} killed {phase}", count(phase))));
    tell(&format!("{:>6} ended before the kill", count("ended")));
    if rounds >= ROUNDS {
        assert!(PHASES.iter().all(|phase| count(phase) > 0), "not every phase was hit");
    }
}

/// Kills by phase.
type Phases = BTreeMap<&'static str, usize>;

/// Breaks one run after the other while rounds are left; the last one is brought to its end too.
fn work(mut random: Random, left: &AtomicUsize, wholes: &[Whole; 2]) -> Phases {
    let program = Program::new();
    let mut phases = Phases::new();
    let take = || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
    for number in 0.. {
        let whole = &wholes[random.below(2)];
        let mut run = Broken { program: &program, whole, name: format!("run-{number}"), progress: Progress::default() };
        // Some runs are never given the time to get far.
        let longest = if random.below(3) == 0 { whole.time / 4 } else { whole.time };
        loop {
            if !take() {
                run.end();
                return phases;
            }
            let phase = run.kill_once(&mut random, longest);
            *phases.entry(phase).or_default() += 1;
            if phase == "ended" {
                // Nothing was killed, so this was no round.
                left.fetch_add(1, Ordering::Relaxed);
                break;
            }
        }
        run.end();
    }
    phases
}

/// A run that nothing happened to.
struct Whole {
    program: Program,
    settings: Vec<&'static str>,
    epochs: usize,
    time: Duration,
}

impl Whole {
    fn train(settings: &'static str) -> Self {
        let (program, settings) = (Program::new(), settings.split(' ').collect::<Vec<_>>());
        let start = Instant::now();
        program.run(&[&settings[..], &["--name", "whole"]].concat()).succeeds();
        Self { epochs: program.figures("whole").len(), time: start.elapsed(), program, settings }
    }
}

/// A run that is killed now and then.
struct Broken<'a> {
    program: &'a Program,
    whole: &'a Whole,
    name: String,
    progress: Progress,
}

impl Broken<'_> {
    fn path(&self) -> PathBuf {
        self.program.path(&format!("artifacts/{}", self.name))
    }

    /// Starts the run, or goes on with it, kills it, and says where that hit it.
    fn kill_once(&mut self, random: &mut Random, longest: Duration) -> &'static str {
        let is_new = !self.path().exists();
        let name = [if is_new { "--name" } else { "--resume" }, &self.name];
        let settings = if is_new { &self.whole.settings[..] } else { &[] };
        let mut running = self.program.start(&[settings, &name].concat());
        let start = Instant::now();
        let moment = random.duration(longest);
        let sign = (random.below(2) == 0).then(|| Sign::ALL[random.below(Sign::ALL.len())]);
        let looks_on = random.below(4) == 0;
        if looks_on {
            sleep(random.duration(moment));
            self.look();
        }
        let ended = loop {
            if running.try_wait().unwrap().is_some() {
                break true;
            }
            if sign.map_or(start.elapsed() >= moment, |sign| self.shows(sign)) {
                break false;
            }
            sleep(LOOK);
        };
        if let Some(sign) = sign {
            sleep(random.duration(sign.delay()));
        }
        running.kill().unwrap();
        let code = running.wait().unwrap().code();
        assert!(code.is_none_or(|code| code == 0), "{}: exit code {code:?}", self.name);
        let before = self.progress;
        let phase = if ended || code.is_some() { "ended" } else { self.phase(is_new, before) };
        self.check(phase);
        phase
    }

    /// Whether the run's files show that it is at a point where a kill is wanted.
    fn shows(&self, sign: Sign) -> bool {
        let path = self.path();
        match sign {
            Sign::Start => true,
            Sign::NewRun => has_half_written(&self.program.path("artifacts"), ".burn-mlp-new-"),
            Sign::Checkpoint => has_half_written(&path.join("checkpoint"), ".tmp-"),
            Sign::File => has_half_written(&path, ".tmp-") || has_half_written(&path.join("predictions"), ".tmp-"),
            Sign::LastEpoch => path.join(format!("checkpoint/epoch-{:06}", self.whole.epochs)).exists(),
            Sign::Evaluation => path.join("evaluation.json").exists(),
        }
    }

    fn phase(&self, is_new: bool, before: Progress) -> &'static str {
        let path = self.path();
        if !path.exists() {
            return if self.shows(Sign::NewRun) { "making its directory" } else { "before its directory" };
        }
        let now = check_whole(&path);
        if self.shows(Sign::Checkpoint) {
            "writing a checkpoint"
        } else if self.shows(Sign::File) {
            "writing another file"
        } else if !is_new && now == before && now.checkpoint < self.whole.epochs {
            "resuming"
        } else if now.checkpoint == 0 {
            "before the first epoch was saved"
        } else if self.shows(Sign::Evaluation) && self.shows(Sign::LastEpoch) {
            "ending"
        } else if self.shows(Sign::LastEpoch) {
            "evaluating"
        } else {
            "between two checkpoints"
        }
    }

    /// Nothing is damaged, nothing that was saved is gone, and the program tells what there is.
    fn check(&mut self, phase: &str) {
        let record = self.look();
        if !self.path().exists() {
            assert_eq!(self.progress, Progress::default(), "{} is gone", self.name);
            assert!(record.is_none());
            return;
        }
        let record = record.unwrap_or_else(|| panic!("{} is there and was not found", self.name));
        assert!(record["status"] == "killed" || record["status"] == "finished" || record["status"] == "stopped-early");
        assert!(phase != "ended" || record["status"] != "killed", "{record}");
        let now = check_whole(&self.path());
        assert!(
            now.checkpoint >= self.progress.checkpoint && now.rows >= self.progress.rows,
            "{now:?} {:?}",
            self.progress
        );
        assert!(now.rows <= now.checkpoint && now.rows + 1 >= now.checkpoint, "{now:?}");
        if now.rows > 0 {
            assert_eq!(self.program.figures(&self.name), self.whole.program.figures("whole")[..now.rows]);
        }
        self.progress = now;
    }

    /// What `inspect` and `runs` say at this moment; the run's record if there is one.
    fn look(&self) -> Option<Value> {
        let runs: Value = json(&self.program.run(&["runs", "--json"]).succeeds());
        for run in runs.as_array().unwrap() {
            assert!(run["problem"].is_null(), "{run}");
        }
        let text = self.program.run(&["inspect", &self.name]);
        let inspected = self.program.run(&["inspect", &self.name, "--json"]);
        if inspected.code() != Some(0) {
            inspected.fails_with(1).complains("there is no such run");
            text.fails_with(1).complains("there is no such run");
            return None;
        }
        // The run may have appeared between the two.
        assert!(matches!(text.code(), Some(0 | 1)), "{}", text.stderr);
        let inspected = json(&inspected);
        assert_eq!(inspected["problems"], serde_json::json!([]), "{}", self.name);
        Some(inspected["record"].clone())
    }

    /// Lets the run come to its end, which is that of a run that nothing happened to.
    fn end(&mut self) {
        let is_new = !self.path().exists();
        let name = [if is_new { "--name" } else { "--resume" }, &self.name];
        let settings = if is_new { &self.whole.settings[..] } else { &[] };
        self.program.run(&[settings, &name].concat()).succeeds();
        self.check("ended");
        let whole = self.whole.program.path("artifacts/whole");
        assert_eq!(tree(&whole), tree(&self.path()), "{}: other files", self.name);
        for file in ["model.safetensors", "evaluation.json", "predictions/test.csv", "predictions/valid.csv"] {
            let (whole, ours) = (whole.join(file), self.path().join(file));
            assert!(std::fs::read(whole).unwrap() == std::fs::read(ours).unwrap(), "{}: another {file}", self.name);
        }
        assert_eq!(self.whole.program.figures("whole"), self.program.figures(&self.name));
        assert!(
            !has_half_written(&self.program.path("artifacts"), ".burn-mlp-new-"),
            "a dead process's directory is left"
        );
    }
}

/// What a run's files show on the way.
#[derive(Clone, Copy)]
enum Sign {
    Start,
    NewRun,
    Checkpoint,
    File,
    LastEpoch,
    Evaluation,
}

impl Sign {
    const ALL: [Self; 6] = [Self::Start, Self::NewRun, Self::Checkpoint, Self::File, Self::LastEpoch, Self::Evaluation];

    /// The longest from the sign to the kill: about as long as what goes on there.
    fn delay(self) -> Duration {
        Duration::from_millis(if matches!(self, Self::Start) { 30 } else { 2 })
    }
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error} in {}", output.stdout))
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}

fn clock() -> u64 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn duration(&mut self, longest: Duration) -> Duration {
        longest.mul_f64((self.next() >> 11) as f64 / (1u64 << 53) as f64)
    }
}
