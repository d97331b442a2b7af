//! Trains the runs of a group on threads, several at a time.

use std::collections::VecDeque;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use burn_mlp_kernels::join;

use super::group::Runs;
use crate::backend::catch_failure;
use crate::error::{Error, Result};
use crate::pipeline::{Completed, PipelineObserver};
use crate::run_directory::{GroupRun, RunDirectory, Status};
use crate::training::StopSignal;

/// As much as the first thread of a process usually has.
const STACK_BYTES: usize = 8 << 20;

/// A run that waits for a thread.
pub(super) struct Job {
    /// The run's place in the group.
    pub index: usize,
    pub planned: GroupRun,
    pub observer: Box<dyn PipelineObserver + Send>,
}

/// Trains `jobs`, at most `threads` at a time, until all have ended or `stop` is requested. Each thread computes alone. Calls
/// `ended` on this thread, with the place of each run and how it ended. A failed run does not stop the others.
///
/// # Errors
/// If no thread can be started.
pub(super) fn train(
    runs: &Runs,
    jobs: Vec<Job>,
    threads: usize,
    stop: &StopSignal,
    mut ended: impl FnMut(usize, Result<Completed>),
) -> Result<()> {
    let threads = threads.min(jobs.len());
    let waiting = Mutex::new(VecDeque::from(jobs));
    thread::scope(|scope| {
        let (sender, received) = channel();
        for number in 0..threads {
            let sender = sender.clone();
            let thread = thread::Builder::new().name("job".to_string()).stack_size(STACK_BYTES);
            let started = thread.spawn_scoped(scope, || work(runs, &waiting, stop, sender));
            match started {
                Ok(_) => {}
                // The others do its work.
                Err(_) if number > 0 => break,
                Err(error) => return Err(Error::Training(format!("no thread can be started: {error}"))),
            }
        }
        drop(sender);
        received.into_iter().for_each(|(index, completed)| ended(index, completed));
        Ok(())
    })
}

/// Trains one run after the other.
fn work(runs: &Runs, waiting: &Mutex<VecDeque<Job>>, stop: &StopSignal, ended: Sender<(usize, Result<Completed>)>) {
    join::work_alone();
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    while !stop.is_requested() {
        let Some(Job { index, planned, mut observer }) = next() else { return };
        let completed = catch_failure(|| runs.train(&planned, stop, observer.as_mut()));
        let completed = completed.unwrap_or_else(|message| Err(record_panic(runs, &planned, &message)));
        // Fails only if the observer of the group panicked, which ends the group.
        let _ = ended.send((index, completed));
    }
}

/// Records that a run's thread panicked, where the run itself could not.
fn record_panic(runs: &Runs, planned: &GroupRun, message: &str) -> Error {
    let error = Error::Training(format!("the thread of {} panicked: {message}", planned.name));
    let record = || {
        let run = RunDirectory::open(&runs.group.path().join(&planned.name))?;
        let mut record = run.read_record()?;
        (record.status, record.reason) = (Status::Failed, Some(error.to_string()));
        run.write_record(&mut record)
    };
    // The panic matters more than a disk that refuses this.
    let _ = record();
    error
}
