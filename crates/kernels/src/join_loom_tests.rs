//! Loom runs each model in every interleaving of its threads with at most [`MAX_PREEMPTIONS`] preemptions, and checks
//! that a thread reading a cell has seen the write before it.
//!
//! ```sh
//! RUSTFLAGS="--cfg loom" cargo test -p burn-mlp-kernels --release --lib loom
//! ```

use loom::model::Builder;
use loom::sync::Arc;
use loom::sync::atomic::AtomicBool;

use super::*;

const MAX_PREEMPTIONS: usize = 3;

/// Explores what `callers` threads do with one worker at a time: each runs `call`.
fn explore(callers: usize, call: fn(&Worker)) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(MAX_PREEMPTIONS);
    builder.check(move || {
        let slot: &'static Slot = Box::leak(Box::new(Slot::new()));
        let ends = Arc::new(AtomicBool::new(false));
        let thread = loom::thread::spawn({
            let ends = ends.clone();
            move || slot.work(|| !ends.load(Ordering::Acquire))
        });
        let worker = Arc::new(Worker { slot, thread: thread.thread().clone() });
        let others: Vec<_> = (1..callers)
            .map(|_| {
                let worker = worker.clone();
                loom::thread::spawn(move || call(&worker))
            })
            .collect();
        call(&worker);
        others.into_iter().for_each(|other| other.join().unwrap());
        ends.store(true, Ordering::Release);
        worker.thread.unpark();
        thread.join().unwrap();
    });
}

/// As [`join`], with one worker.
fn join_with<A, B: Send>(worker: &Worker, first: impl FnOnce() -> A, second: impl FnOnce() -> B + Send) -> (A, B) {
    match worker.claim() {
        Some(claim) => claim.join(first, second),
        None => (first(), second()),
    }
}

/// A cell that loom watches, and a way to share it between the two tasks of a join.
struct Watched(UnsafeCell<u32>);

// SAFETY: loom fails the model if two threads use the cell at once.
unsafe impl Sync for Watched {}

impl Watched {
    fn add(&self, number: u32) {
        // SAFETY: as above.
        self.0.with_mut(|cell| unsafe { *cell += number });
    }

    fn get(&self) -> u32 {
        // SAFETY: as above.
        self.0.with(|cell| unsafe { *cell })
    }
}

/// Both tasks are done once, and their writes are seen afterwards.
fn join_once(worker: &Worker) {
    let cells = [1, 2].map(|number| Watched(UnsafeCell::new(number)));
    let results = join_with(
        worker,
        || {
            cells[0].add(10);
            "first"
        },
        || {
            cells[1].add(20);
            "second"
        },
    );
    assert_eq!(results, ("first", "second"));
    assert_eq!(cells.each_ref().map(Watched::get), [11, 22]);
}

#[test]
fn loom_a_task_is_done_once_by_the_worker_or_taken_back() {
    explore(1, join_once);
}

#[test]
fn loom_a_worker_that_is_falling_asleep_gets_the_next_task() {
    explore(1, |worker| {
        join_once(worker);
        join_once(worker);
    });
}

/// The caller waits for what only the worker can do.
#[test]
fn loom_a_sleeping_worker_is_woken() {
    explore(1, |worker| {
        join_once(worker);
        let is_done = AtomicBool::new(false);
        let wait = || {
            while !is_done.load(Ordering::Acquire) {
                yield_now();
            }
        };
        join_with(worker, wait, || is_done.store(true, Ordering::Release));
    });
}

#[test]
fn loom_two_threads_share_a_worker() {
    explore(2, join_once);
}

/// A panic that doesn't print.
fn fail(message: &'static str) {
    resume_unwind(Box::new(message));
}

#[test]
fn loom_a_panic_in_the_first_task_waits_for_the_second() {
    explore(1, |worker| {
        let cell = Watched(UnsafeCell::new(1));
        let joined = catch_unwind(AssertUnwindSafe(|| join_with(worker, || fail("first"), || cell.add(1))));
        assert_eq!(joined.unwrap_err().downcast_ref(), Some(&"first"));
        assert_eq!(cell.get(), 2);
    });
}

#[test]
fn loom_a_panic_in_the_second_task_reaches_the_caller_and_the_worker_goes_on() {
    explore(1, |worker| {
        let joined = catch_unwind(AssertUnwindSafe(|| join_with(worker, || (), || fail("second"))));
        assert_eq!(joined.unwrap_err().downcast_ref(), Some(&"second"));
        join_once(worker);
    });
}
