//! `--jobs N` on backends other than flex: trains the runs of a group in child processes, several at a time.
//!
//! A child trains one fold as the command line does, so that its run is the same as alone. Burn's generator of random
//! numbers belongs to the process, which threads would have to share.

use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use burn_mlp::pipeline::GroupConfigs;
use burn_mlp::run_directory::{GroupRun, RunDirectory, Status};
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};
use tempfile::TempDir;

use crate::cli::process::child_process;

/// Variables that set the number of threads of a child.
const THREADS: [&str; 2] = ["RAYON_NUM_THREADS", "MATMUL_NUM_THREADS"];

/// Time between two looks at the children.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Trains those of `planned` that have not finished, `jobs` at a time, until all have ended or `stop` is requested. Calls
/// `poll` all the while. How a run ended is in its directory.
///
/// # Errors
/// If a child cannot be started.
pub fn train(
    jobs: usize,
    configs: &GroupConfigs,
    group: &RunDirectory,
    planned: &[GroupRun],
    stop: &StopSignal,
    mut poll: impl FnMut(),
) -> Result<()> {
    let unfinished: Vec<&GroupRun> = planned.iter().filter(|run| !has_finished(group, run)).collect();
    let mut waiting = unfinished.into_iter();
    let mut children: Vec<(Child, TempDir)> = Vec::new();
    loop {
        while children.len() < jobs && !stop.is_requested() {
            let Some(run) = waiting.next() else { break };
            children.push(start(group, run, configs, jobs)?);
        }
        if stop.is_requested() {
            // The end of its input asks a child to stop.
            children.iter_mut().for_each(|(child, _)| drop(child.stdin.take()));
        }
        let mut running = Vec::new();
        for (mut child, directory) in children {
            let ended =
                child.try_wait().map_err(|error| Error::Training(format!("cannot wait for a process: {error}")))?;
            if ended.is_none() {
                running.push((child, directory));
            }
        }
        children = running;
        poll();
        if children.is_empty() && (stop.is_requested() || waiting.len() == 0) {
            return Ok(());
        }
        thread::sleep(POLL_INTERVAL);
    }
}

fn has_finished(group: &RunDirectory, run: &GroupRun) -> bool {
    let record = RunDirectory::open(&group.path().join(&run.name)).and_then(|run| run.read_record());
    record.is_ok_and(|record| matches!(record.status, Status::Finished | Status::StoppedEarly))
}

/// Returns a child that trains `run`, with the directory of its configuration.
fn start(group: &RunDirectory, run: &GroupRun, configs: &GroupConfigs, jobs: usize) -> Result<(Child, TempDir)> {
    let path = group.path().join(&run.name);
    let mut command = child_process::program()?;
    let config = match path.exists() {
        true => {
            command.arg("--resume").arg(&path);
            configs.of_started(&RunDirectory::open(&path)?, run)?
        }
        false => {
            command.arg("--out").arg(group.path()).args(["--name", &run.name]);
            configs.of_new(run)
        }
    };
    let directory = child_process::work_directory(&config)?;
    command.args(["--quiet", "--job", "--config"]).arg(directory.path().join(child_process::CONFIG));
    let threads = thread::available_parallelism().map_or(1, |threads| threads.get().div_ceil(jobs));
    for variable in THREADS {
        if std::env::var_os(variable).is_none() {
            command.env(variable, threads.to_string());
        }
    }
    // What a child has to say is in its run's log.
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn();
    let child =
        child.map_err(|error| Error::Training(format!("a process cannot be started for {}: {error}", run.name)))?;
    Ok((child, directory))
}
