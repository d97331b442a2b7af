//! Sharing an operation among threads.
//!
//! Rayon's threads sleep as soon as they have nothing to do, and waking one takes about as long as a product of the
//! walkthrough's step. The helpers here look out for the next part for about as long as a step takes before they sleep. A part
//! that no helper has begun is taken back by the thread that has handed it out, so nobody waits for a sleeper.

use std::any::Any;
use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread::{self, Thread};
use std::{hint, ptr};

/// How often a thread looks for what it waits for before it lets others have its processor between two looks. Where processors
/// are short, what it waits for may need this one.
const LOOKS_BEFORE_YIELD: u32 = 1_000;

/// How often a helper looks for a part before it sleeps.
const LOOKS_BEFORE_SLEEP: u32 = 2_000;

/// Threads that an operation may use, as many as `RAYON_NUM_THREADS` says or the machine has.
pub(super) fn count() -> usize {
    rayon::current_num_threads()
}

/// Does both, at the same time if a helper is free.
pub(super) fn join<A, B: Send>(first: impl FnOnce() -> A, second: impl FnOnce() -> B + Send) -> (A, B) {
    let Some(helper) = helpers().iter().find(|helper| helper.claim()) else {
        return (first(), second());
    };
    let part = Part { work: UnsafeCell::new(Some(second)), result: UnsafeCell::new(None) };
    // SAFETY: `part` stays where it is until the helper is done with it or has given it back.
    unsafe { helper.hand((&raw const part).cast(), part.runner()) };
    let first = catch_unwind(AssertUnwindSafe(first));
    if helper.take_back() {
        part.run();
    } else {
        helper.wait();
    }
    let second = part.result.into_inner();
    match (first, second) {
        (Ok(first), Some(Ok(second))) => (first, second),
        (Err(panic), _) | (_, Some(Err(panic))) => resume_unwind(panic),
        (_, None) => unreachable!("a part that was handed out is done"),
    }
}

/// One thread less than may be used: the one that hands out a part works too.
fn helpers() -> &'static [Helper] {
    static HELPERS: OnceLock<Vec<Helper>> = OnceLock::new();
    HELPERS.get_or_init(|| (1..count()).map_while(|_| Helper::start()).collect())
}

/// Work to be done once, by whichever thread gets it.
struct Part<F, B> {
    work: UnsafeCell<Option<F>>,
    result: UnsafeCell<Option<Result<B, Box<dyn Any + Send>>>>,
}

impl<F: FnOnce() -> B, B> Part<F, B> {
    /// Runs a part of this kind that a pointer points to.
    fn runner(&self) -> Runner {
        run::<F, B>
    }

    fn run(&self) {
        // SAFETY: only the thread that has the part runs it, which the helper's state decides.
        let (work, result) = unsafe { (&mut *self.work.get(), &mut *self.result.get()) };
        *result = work.take().map(|work| catch_unwind(AssertUnwindSafe(work)));
    }
}

/// # Safety
/// `part` points to a `Part<F, B>` that this thread has.
unsafe fn run<F: FnOnce() -> B, B>(part: *const ()) {
    // SAFETY: as the caller promises.
    unsafe { (*part.cast::<Part<F, B>>()).run() };
}

const IDLE: u8 = 0;
/// A thread has the helper to itself, and prepares a part for it.
const CLAIMED: u8 = 1;
const HANDED: u8 = 2;
const RUNNING: u8 = 3;
const DONE: u8 = 4;

/// Runs the part that it is given.
type Runner = unsafe fn(*const ());

struct Helper {
    place: &'static Place,
    thread: Thread,
}

/// Where a part is handed over.
struct Place {
    state: AtomicU8,
    asleep: AtomicBool,
    part: UnsafeCell<(*const (), Runner)>,
}

// SAFETY: `part` is written by the thread that has claimed the place and read by the helper after it was handed over.
unsafe impl Sync for Place {}

impl Helper {
    /// None if the system gives no thread.
    fn start() -> Option<Self> {
        let nothing: Runner = |_| ();
        let place = Place {
            state: AtomicU8::new(IDLE),
            asleep: AtomicBool::new(false),
            part: UnsafeCell::new((ptr::null(), nothing)),
        };
        // Helpers live as long as the process.
        let place: &'static Place = Box::leak(Box::new(place));
        let started = thread::Builder::new().name("kernels".to_string()).spawn(|| help(place)).ok()?;
        Some(Self { place, thread: started.thread().clone() })
    }

    fn claim(&self) -> bool {
        self.place.change(IDLE, CLAIMED)
    }

    /// # Safety
    /// The helper is claimed, and `run(part)` may be called by another thread until it is taken back or waited for.
    unsafe fn hand(&self, part: *const (), run: Runner) {
        // SAFETY: nobody else touches a claimed place.
        unsafe { *self.place.part.get() = (part, run) };
        self.place.state.store(HANDED, Ordering::SeqCst);
        if self.place.asleep.load(Ordering::SeqCst) {
            self.thread.unpark();
        }
    }

    /// Whether the helper had not begun.
    fn take_back(&self) -> bool {
        self.place.change(HANDED, IDLE)
    }

    fn wait(&self) {
        let mut looks: u32 = 0;
        while self.place.state.load(Ordering::Acquire) != DONE {
            looks = looks.saturating_add(1);
            pause(looks);
        }
        self.place.state.store(IDLE, Ordering::Release);
    }
}

impl Place {
    fn change(&self, from: u8, to: u8) -> bool {
        self.state.compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }
}

/// Between two looks.
fn pause(looks: u32) {
    match looks < LOOKS_BEFORE_YIELD {
        true => hint::spin_loop(),
        false => thread::yield_now(),
    }
}

/// A helper's life.
fn help(place: &Place) {
    let mut looks = 0;
    loop {
        if place.state.load(Ordering::Relaxed) == HANDED && place.change(HANDED, RUNNING) {
            // SAFETY: the part was written before it was handed over, and is there until this is done.
            unsafe {
                let (part, run) = *place.part.get();
                run(part);
            }
            place.state.store(DONE, Ordering::Release);
            looks = 0;
        } else if looks < LOOKS_BEFORE_SLEEP {
            looks += 1;
            pause(looks);
        } else {
            place.asleep.store(true, Ordering::SeqCst);
            if place.state.load(Ordering::SeqCst) != HANDED {
                thread::park();
            }
            place.asleep.store(false, Ordering::SeqCst);
            looks = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_done_once_whoever_does_them() {
        for number in 0..20_000_u64 {
            assert_eq!(join(|| number, || number * 2), (number, number * 2));
        }
    }

    #[test]
    fn parts_have_parts() {
        fn sum(numbers: &[u64]) -> u64 {
            match numbers.len() {
                0..=10 => numbers.iter().sum(),
                length => {
                    let (left, right) = numbers.split_at(length / 2);
                    let (left, right) = join(|| sum(left), || sum(right));
                    left + right
                }
            }
        }
        let numbers: Vec<u64> = (0..10_000).collect();
        thread::scope(|scope| {
            let sums: Vec<_> = (0..8).map(|_| scope.spawn(|| sum(&numbers))).collect();
            assert!(sums.into_iter().all(|sum| sum.join().unwrap() == 49_995_000), "from several threads at once");
        });
    }

    #[test]
    fn a_panic_in_either_reaches_the_caller_and_the_helpers_go_on() {
        for _ in 0..100 {
            let first = catch_unwind(|| join(|| panic!("first"), || 1));
            let second = catch_unwind(|| join(|| 1, || -> i32 { panic!("second") }));
            assert_eq!(first.unwrap_err().downcast_ref(), Some(&"first"));
            assert_eq!(second.unwrap_err().downcast_ref(), Some(&"second"));
            assert_eq!(join(|| 1, || 2), (1, 2));
        }
    }

    #[test]
    fn a_sleeping_helper_is_woken_or_done_without() {
        thread::sleep(std::time::Duration::from_millis(50));
        assert_eq!(join(|| 1, || 2), (1, 2));
    }
}
