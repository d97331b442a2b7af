//! A run that is killed repeatedly, and what must hold after each kill.

use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::random::Random;
use crate::run_files::{Progress, check_whole, has_half_written, tree};
use crate::support::{Output, Program};

/// Time between two checks of a run's files.
const CHECK_INTERVAL: Duration = Duration::from_micros(200);

/// The phases of a run in which it was killed, judging by its files.
pub const PHASES: [&str; 9] = [
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

/// An undisturbed run.
pub struct Whole {
    program: Program,
    settings: Vec<&'static str>,
    epochs: usize,
    pub time: Duration,
}

impl Whole {
    pub fn train(settings: &'static str) -> Self {
        let (program, settings) = (Program::new(), settings.split(' ').collect::<Vec<_>>());
        let start = Instant::now();
        program.run(&[&settings[..], &["--name", "whole"]].concat()).succeeds();
        Self { epochs: program.metrics("whole").len(), time: start.elapsed(), program, settings }
    }
}

/// A run that is killed repeatedly.
pub struct Broken<'a> {
    program: &'a Program,
    whole: &'a Whole,
    name: String,
    progress: Progress,
}

impl<'a> Broken<'a> {
    pub fn new(program: &'a Program, whole: &'a Whole, number: usize) -> Self {
        Self { program, whole, name: format!("run-{number}"), progress: Progress::default() }
    }

    fn path(&self) -> PathBuf {
        self.program.path(&format!("artifacts/{}", self.name))
    }

    /// Starts or resumes the run, kills it, and returns the phase that it was in.
    pub fn kill_once(&mut self, random: &mut Random, maximum: Duration) -> &'static str {
        let is_new = !self.path().exists();
        let name = [if is_new { "--name" } else { "--resume" }, &self.name];
        let settings = if is_new { &self.whole.settings[..] } else { &[] };
        let mut running = self.program.start(&[settings, &name].concat());
        let start = Instant::now();
        let moment = random.duration(maximum);
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
            sleep(CHECK_INTERVAL);
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

    /// Whether the run's files show the sign to kill it.
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

    /// Asserts that nothing is damaged, nothing saved is lost, and the program reports what there
    /// is.
    fn check(&mut self, phase: &str) {
        let record = self.look();
        if !self.path().exists() {
            assert_eq!(self.progress, Progress::default(), "{} is gone", self.name);
            assert!(record.is_none());
            return;
        }
        let record = record.unwrap_or_else(|| panic!("{} exists and was not found", self.name));
        assert!(record["status"] == "killed" || record["status"] == "finished" || record["status"] == "stopped-early");
        assert!(phase != "ended" || record["status"] != "killed", "{record}");
        let now = check_whole(&self.path());
        assert!(
            now.checkpoint >= self.progress.checkpoint && now.rows >= self.progress.rows,
            "{now:?} {:?}",
            self.progress
        );
        // The table has the epochs of the last sync.
        assert!(now.rows <= now.checkpoint, "{now:?}");
        if now.rows > 0 {
            assert_eq!(self.program.metrics(&self.name), self.whole.program.metrics("whole")[..now.rows]);
        }
        self.progress = now;
    }

    /// Checks the output of `inspect` and `runs` at this moment. Returns the run's record, if there
    /// is one.
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

    /// Lets the run finish and asserts that it equals the undisturbed run.
    pub fn end(&mut self) {
        let is_new = !self.path().exists();
        let name = [if is_new { "--name" } else { "--resume" }, &self.name];
        let settings = if is_new { &self.whole.settings[..] } else { &[] };
        self.program.run(&[settings, &name].concat()).succeeds();
        self.check("ended");
        let whole = self.whole.program.path("artifacts/whole");
        assert_eq!(tree(&whole), tree(&self.path()), "{}: the files differ", self.name);
        for file in ["model.safetensors", "evaluation.json", "predictions/test.csv", "predictions/valid.csv"] {
            let (whole, ours) = (whole.join(file), self.path().join(file));
            assert!(std::fs::read(whole).unwrap() == std::fs::read(ours).unwrap(), "{}: {file} differs", self.name);
        }
        assert_eq!(self.whole.program.metrics("whole"), self.program.metrics(&self.name));
        assert!(
            !has_half_written(&self.program.path("artifacts"), ".burn-mlp-new-"),
            "the directory of a dead process remains"
        );
    }
}

/// Signs in a run's files to kill it at.
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

    /// Maximum delay from the sign to the kill, about as long as that phase.
    fn delay(self) -> Duration {
        Duration::from_millis(if matches!(self, Self::Start) { 30 } else { 2 })
    }
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error} in {}", output.stdout))
}
