//! Whether an operation is shared among threads, learnt from how long a training takes with and without.
//!
//! A second processor's help costs the way between the two, for what is handed to it and for the memory that both touch: little
//! where they share a cache, more than the help is worth where they don't, and much where another program is using that
//! processor. Which of these holds can change within seconds. So after every few thousand operations some are done the other
//! way, and the faster way is kept. What counts is the time from operation to operation, since much of the cost shows
//! between them. The results are the same either way.

use std::cell::RefCell;
use std::mem::swap;
use std::time::{Duration, Instant};

use super::threads;

/// From this many multiplications on a product takes so much longer than the way between processors that it is always shared.
const LARGE: usize = 1 << 25;

/// Operations that are done in the way that was found to be faster, between two trials.
const KEPT: usize = 8_000;

/// Operations whose time is taken at once: several steps of a training.
const WINDOW: usize = 64;

/// Windows of either way in a trial. Their median counts, so that neither an interruption nor the end of an epoch does.
const WINDOWS: usize = 3;

/// The first operations of the other way are not counted: threads may still be asleep, and memory near another processor.
const CHANGING: usize = 16;

/// Whether this thread's next operation is to be shared. `size` is its multiplications or entries.
pub(super) fn is_faster_shared(size: usize) -> bool {
    match threads::count() {
        1 => false,
        _ if size >= LARGE => true,
        _ => TRIALS.with_borrow_mut(|trials| trials.next_is_shared(Instant::now)),
    }
}

/// Operations that are learnt of apart from all others of the thread.
#[derive(Debug)]
pub(crate) struct Workload(Trials);

impl Workload {
    pub fn new() -> Self {
        Self(Trials::NEW)
    }

    /// Does `operations` as part of this workload.
    pub fn run<R>(&mut self, operations: impl FnOnce() -> R) -> R {
        TRIALS.with_borrow_mut(|trials| swap(trials, &mut self.0));
        let result = operations();
        TRIALS.with_borrow_mut(|trials| swap(trials, &mut self.0));
        result
    }
}

thread_local! {
    static TRIALS: RefCell<Trials> = const { RefCell::new(Trials::NEW) };
}

/// What is known of a thread's operations.
#[derive(Debug, Clone)]
struct Trials {
    /// The way that is kept.
    shared: bool,
    /// Operations since the last trial.
    position: usize,
    /// When the present window began.
    window: Option<Instant>,
    /// Of the windows of the kept way and of the other one.
    durations: [[Duration; WINDOWS]; 2],
}

impl Trials {
    /// About to have its first trial.
    const NEW: Self = Self { shared: true, position: KEPT, window: None, durations: [[Duration::ZERO; WINDOWS]; 2] };

    fn next_is_shared(&mut self, now: impl FnOnce() -> Instant) -> bool {
        let position = self.position;
        self.position += 1;
        let Some(measured) = position.checked_sub(KEPT) else { return self.shared };
        let (way, operation) = match measured.checked_sub(WINDOWS * WINDOW + CHANGING) {
            Some(operation) => (1, operation),
            None => (0, measured),
        };
        if operation % WINDOW == 0 {
            self.end_window(way, operation / WINDOW, now());
        }
        match (way, operation.cmp(&(WINDOWS * WINDOW)).is_lt()) {
            (1, false) => self.decide(),
            (0, true) => self.shared,
            _ => !self.shared,
        }
    }

    fn end_window(&mut self, way: usize, ended: usize, now: Instant) {
        let began = self.window.replace(now);
        if let (Some(began), Some(window)) = (began, ended.checked_sub(1)) {
            self.durations[way][window] = now - began;
        }
    }

    /// Which way is kept from this operation on.
    fn decide(&mut self) -> bool {
        let [kept, other] = self.durations.map(median);
        self.shared ^= other < kept;
        self.position = 1;
        self.shared
    }
}

fn median(mut durations: [Duration; WINDOWS]) -> Duration {
    durations.sort_unstable();
    durations[WINDOWS / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRIAL: usize = 2 * WINDOWS * WINDOW + CHANGING;

    /// A training whose operations take so many microseconds alone and shared.
    struct Training {
        trials: Trials,
        now: Instant,
    }

    impl Training {
        fn new() -> Self {
            Self { trials: Trials::NEW, now: Instant::now() }
        }

        /// How many of so many operations were shared. `pause` is a number of microseconds after each of them.
        fn shared(&mut self, operations: usize, microseconds: [u64; 2], pause: impl Fn(usize) -> u64) -> usize {
            let mut count = 0;
            for operation in 0..operations {
                let shared = self.trials.next_is_shared(|| self.now);
                count += usize::from(shared);
                self.now += Duration::from_micros(microseconds[usize::from(shared)] + pause(operation));
            }
            count
        }
    }

    #[test]
    fn the_faster_way_is_kept_but_for_the_trials() {
        let mut training = Training::new();
        training.shared(TRIAL, [20, 10], |_| 0);
        assert_eq!(training.shared(KEPT, [20, 10], |_| 0), KEPT);
        assert_eq!(training.shared(TRIAL, [20, 10], |_| 0), WINDOWS * WINDOW);
        let mut training = Training::new();
        training.shared(TRIAL, [10, 20], |_| 0);
        assert_eq!(training.shared(KEPT, [10, 20], |_| 0), 0);
        assert_eq!(training.shared(TRIAL, [10, 20], |_| 0), WINDOWS * WINDOW + CHANGING);
    }

    #[test]
    fn what_was_learnt_is_learnt_anew_when_it_changes() {
        let mut training = Training::new();
        training.shared(TRIAL + KEPT, [10, 20], |_| 0);
        training.shared(TRIAL, [20, 10], |_| 0);
        assert_eq!(training.shared(KEPT, [20, 10], |_| 0), KEPT);
    }

    #[test]
    fn one_interruption_of_each_way_decides_nothing() {
        let mut training = Training::new();
        let interrupted = |operation| if operation % 211 == 100 { 1_000_000 } else { 0 };
        training.shared(TRIAL, [20, 10], interrupted);
        assert_eq!(training.shared(KEPT, [20, 10], |_| 0), KEPT);
    }

    #[test]
    fn large_products_are_shared_wherever_there_are_threads() {
        assert_eq!(is_faster_shared(LARGE), threads::count() > 1);
    }
}
