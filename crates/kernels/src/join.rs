//! Fork and join for tasks of a few microseconds.
//!
//! Rayon's threads sleep as soon as they have nothing to do, and waking one takes about as long as a matrix
//! product of the walkthrough's step. The workers here look for the next task for about as long as a step
//! takes before they sleep. A task that its worker hasn't begun is taken back by the thread that handed it
//! over, so nobody waits for a sleeping worker.
//!
//! Each worker has one `Slot` for a task. Its state decides who may touch the task:
//!
//! ```text
//!            claim                hand                begin              finish
//! IDLE ----------------> CLAIMED ------> HANDED -------------> RUNNING --------> DONE
//!  ^ \                      ^              |                                      |
//!  |  `-> ASLEEP -----------'              | take back                       wait |
//!  `---------------------------------------+--------------------------------------'
//! ```

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;
use std::sync::OnceLock;

use crate::sync::{AtomicU8, Ordering, Thread, UnsafeCell, park, relax, spawn, yield_now};

/// Number of polls before a waiting thread starts to yield. Where processors are
/// scarce, the thread that we wait for may need this one.
const LOOKS_BEFORE_YIELD: u32 = 1_000;

/// Number of polls before an idle worker sleeps.
const LOOKS_BEFORE_SLEEP: u32 = if cfg!(loom) { 1 } else { 2_000 };

/// Threads that an operation of this thread may use: as many as `RAYON_NUM_THREADS` says or the machine has, or 1 after
/// [`work_alone`].
pub fn threads() -> usize {
    rayon::current_num_threads()
}

/// Makes this thread do all its operations, and those that it hands to rayon, without other threads from here on. Several
/// such threads do not disturb each other.
pub fn work_alone() {
    // Fails in one of rayon's own threads, whose operations are shared as before, with the same results.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
}

/// Does both, at the same time if a worker is free.
///
/// # Panics
/// If one of them panics, after the other has ended.
pub fn join<A, B: Send>(first: impl FnOnce() -> A, second: impl FnOnce() -> B + Send) -> (A, B) {
    match workers().iter().find_map(Worker::claim) {
        Some(claim) => claim.join(first, second),
        None => (first(), second()),
    }
}

/// One less than [`threads`]: the thread that hands out a task works too.
fn workers() -> &'static [Worker] {
    static WORKERS: OnceLock<Vec<Worker>> = OnceLock::new();
    WORKERS.get_or_init(|| (1..threads()).map_while(|_| Worker::start()).collect())
}

/// A worker has nothing to do and looks for a task.
const IDLE: u8 = 0;
/// It sleeps until it is unparked.
const ASLEEP: u8 = 1;
/// A thread has the slot to itself and prepares a task.
const CLAIMED: u8 = 2;
const HANDED: u8 = 3;
const RUNNING: u8 = 4;
const DONE: u8 = 5;

/// Where a task is handed over.
struct Slot {
    state: AtomicU8,
    task: UnsafeCell<TaskPointer>,
}

// SAFETY: `task` is written by the thread that has claimed the slot, and read by the worker after the task was
// handed over.
unsafe impl Sync for Slot {}
// SAFETY: the pointer in `task` is used by one thread at a time, as above.
unsafe impl Send for Slot {}

impl Slot {
    fn new() -> Self {
        let nothing = TaskPointer { task: ptr::null(), run: |_| () };
        Self { state: AtomicU8::new(IDLE), task: UnsafeCell::new(nothing) }
    }

    fn change(&self, from: u8, to: u8) -> bool {
        self.state.compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// A worker's life: `goes_on` is asked between tasks.
    fn work(&self, goes_on: impl Fn() -> bool) {
        let mut looks = 0;
        while goes_on() {
            if self.state.load(Ordering::Relaxed) == HANDED && self.change(HANDED, RUNNING) {
                // SAFETY: the task was written before it was handed over, and stays until this is done.
                self.task.with(|task| unsafe { ((*task).run)((*task).task) });
                self.state.store(DONE, Ordering::Release);
                looks = 0;
            } else if looks < LOOKS_BEFORE_SLEEP {
                looks += 1;
                pause(looks);
            } else if self.change(IDLE, ASLEEP) {
                while self.state.load(Ordering::Relaxed) == ASLEEP && goes_on() {
                    park();
                }
                looks = 0;
            } else {
                // Claimed: the task is about to come.
                pause(looks);
            }
        }
    }
}

/// A thread that waits for tasks, for as long as the process lives.
struct Worker {
    slot: &'static Slot,
    thread: Thread,
}

impl Worker {
    /// `None` if the system doesn't give us a thread.
    fn start() -> Option<Self> {
        let slot: &'static Slot = Box::leak(Box::new(Slot::new()));
        let thread = spawn(|| slot.work(|| true))?;
        Some(Self { slot, thread })
    }

    fn claim(&self) -> Option<Claim<'_>> {
        let worker = self;
        if self.slot.change(IDLE, CLAIMED) {
            Some(Claim { worker, was_asleep: false })
        } else if self.slot.change(ASLEEP, CLAIMED) {
            Some(Claim { worker, was_asleep: true })
        } else {
            None
        }
    }
}

/// A worker that only this thread may hand a task to.
struct Claim<'a> {
    worker: &'a Worker,
    was_asleep: bool,
}

impl Claim<'_> {
    fn join<A, B: Send>(self, first: impl FnOnce() -> A, second: impl FnOnce() -> B + Send) -> (A, B) {
        let task = Task(UnsafeCell::new(Progress::Ready(second)));
        self.hand(task.pointer());
        // A panic must not leave this function while the worker uses `task`.
        let first = catch_unwind(AssertUnwindSafe(first));
        if self.take_back() {
            task.run();
        } else {
            self.wait();
        }
        match (first, task.result()) {
            (Ok(first), Ok(second)) => (first, second),
            (Err(panic), _) | (_, Err(panic)) => resume_unwind(panic),
        }
    }

    fn hand(&self, pointer: TaskPointer) {
        // SAFETY: nobody else touches the task of a claimed slot.
        self.worker.slot.task.with_mut(|task| unsafe { *task = pointer });
        self.worker.slot.state.store(HANDED, Ordering::Release);
        if self.was_asleep {
            self.worker.thread.unpark();
        }
    }

    /// Whether the worker hadn't begun. Then the task is ours again, and the slot is free.
    fn take_back(&self) -> bool {
        self.worker.slot.change(HANDED, IDLE)
    }

    /// Waits until the worker is done, and frees its slot.
    fn wait(&self) {
        let mut looks: u32 = 0;
        while self.worker.slot.state.load(Ordering::Acquire) != DONE {
            looks = looks.saturating_add(1);
            pause(looks);
        }
        self.worker.slot.state.store(IDLE, Ordering::Release);
    }
}

/// Work to be done once, by the thread that the slot's state gives it to.
struct Task<F, B>(UnsafeCell<Progress<F, B>>);

enum Progress<F, B> {
    Ready(F),
    Running,
    Finished(Result<B, Box<dyn Any + Send>>),
}

/// A task without its type.
#[derive(Clone, Copy)]
struct TaskPointer {
    task: *const (),
    /// Must be called at most once, with `task`, while the task exists and no other thread uses it.
    run: unsafe fn(*const ()),
}

impl<F: FnOnce() -> B, B> Task<F, B> {
    fn pointer(&self) -> TaskPointer {
        TaskPointer { task: ptr::from_ref(self).cast(), run: Self::run_pointer }
    }

    /// # Safety
    /// `task` points to a task of this type, which only this thread uses.
    unsafe fn run_pointer(task: *const ()) {
        // SAFETY: the caller guarantees it.
        unsafe { (*task.cast::<Self>()).run() };
    }

    fn run(&self) {
        self.0.with_mut(|progress| {
            // SAFETY: the slot's state gives the task to one thread at a time.
            let progress = unsafe { &mut *progress };
            if let Progress::Ready(work) = std::mem::replace(progress, Progress::Running) {
                *progress = Progress::Finished(catch_unwind(AssertUnwindSafe(work)));
            }
        });
    }

    fn result(self) -> Result<B, Box<dyn Any + Send>> {
        match self.0.into_inner() {
            Progress::Finished(result) => result,
            Progress::Ready(_) | Progress::Running => unreachable!("the task has been run"),
        }
    }
}

/// Waits a little between two polls.
fn pause(looks: u32) {
    match looks < LOOKS_BEFORE_YIELD {
        true => relax(),
        false => yield_now(),
    }
}

#[cfg(all(test, loom))]
#[path = "join_loom_tests.rs"]
mod loom_tests;
#[cfg(all(test, not(loom)))]
#[path = "join_tests.rs"]
mod tests;
