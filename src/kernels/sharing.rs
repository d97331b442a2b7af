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

/// Operations before the first trial: those of the first steps, which fetch memory and start threads, say nothing of the later.
const WARM_UP: usize = 256;

/// Fewest operations that are done in the way that was found to be faster, between two trials: after one that changed it.
const KEPT_LEAST: usize = 1_000;

/// Most of them, reached when trial after trial finds the same.
const KEPT_MOST: usize = 8_000;

/// Operations whose time is taken at once: several steps of a training, whole ones if a step has 3, 4, 5 or 6.
const WINDOW: usize = 60;

/// Windows of either way in a trial, in turn. Their median counts, so that neither an interruption nor the end of an epoch does.
const WINDOWS: usize = 3;

/// The operations after a change of the way are not counted: threads may still be asleep, and memory near another processor.
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
    /// Operations until the next trial.
    rest: usize,
    /// What `rest` was after the last trial.
    kept: usize,
    /// Operations of the present trial so far.
    position: usize,
    /// When the present window began.
    began: Option<Instant>,
    /// Of the windows of the kept way and of the other one.
    durations: [[Duration; WINDOWS]; 2],
}

impl Trials {
    const NEW: Self = Self {
        shared: true,
        rest: WARM_UP,
        kept: KEPT_LEAST,
        position: 0,
        began: None,
        durations: [[Duration::ZERO; WINDOWS]; 2],
    };

    fn next_is_shared(&mut self, now: impl FnOnce() -> Instant) -> bool {
        if self.rest > 0 {
            self.rest -= 1;
            return self.shared;
        }
        let (window, operation) = (self.position / (CHANGING + WINDOW), self.position % (CHANGING + WINDOW));
        self.position += 1;
        match operation {
            0 => self.end_window(window, now),
            CHANGING => self.began = Some(now()),
            _ => (),
        }
        match window == 2 * WINDOWS {
            true => self.decide(),
            false => self.shared ^ (window % 2 == 1),
        }
    }

    /// Ends the window before `next`, if there is one.
    fn end_window(&mut self, next: usize, now: impl FnOnce() -> Instant) {
        if let (Some(ended), Some(began)) = (next.checked_sub(1), self.began) {
            self.durations[ended % 2][ended / 2] = now() - began;
        }
    }

    /// Which way is kept from this operation on.
    fn decide(&mut self) -> bool {
        let [kept, other] = self.durations.map(median);
        let changes = other < kept;
        self.shared ^= changes;
        self.kept = if changes { KEPT_LEAST } else { KEPT_MOST.min(2 * self.kept) };
        (self.rest, self.position) = (self.kept, 0);
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

    /// With the operation that decides.
    const TRIAL: usize = 2 * WINDOWS * (CHANGING + WINDOW) + 1;
    /// Of a trial's operations.
    const OTHER_WAY: usize = WINDOWS * (CHANGING + WINDOW);

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
        training.shared(WARM_UP + TRIAL, [20, 10], |_| 0);
        assert_eq!(training.shared(2 * KEPT_LEAST, [20, 10], |_| 0), 2 * KEPT_LEAST);
        assert_eq!(training.shared(TRIAL, [20, 10], |_| 0), TRIAL - OTHER_WAY);
        let mut training = Training::new();
        training.shared(WARM_UP + TRIAL, [10, 20], |_| 0);
        assert_eq!(training.shared(KEPT_LEAST, [10, 20], |_| 0), 0);
        assert_eq!(training.shared(TRIAL, [10, 20], |_| 0), OTHER_WAY);
    }

    #[test]
    fn trials_become_rarer_while_they_find_the_same() {
        let mut training = Training::new();
        let kept = [2 * KEPT_LEAST, 4 * KEPT_LEAST, 8 * KEPT_LEAST, KEPT_MOST, KEPT_MOST];
        training.shared(WARM_UP + kept.map(|kept| kept + TRIAL).iter().sum::<usize>(), [20, 10], |_| 0);
        assert_eq!(training.shared(TRIAL, [20, 10], |_| 0), TRIAL - OTHER_WAY);
    }

    #[test]
    fn what_was_learnt_is_learnt_anew_when_it_changes() {
        let mut training = Training::new();
        training.shared(WARM_UP + TRIAL + KEPT_LEAST, [10, 20], |_| 0);
        training.shared(TRIAL, [20, 10], |_| 0);
        assert_eq!(training.shared(KEPT_LEAST, [20, 10], |_| 0), KEPT_LEAST);
    }

    #[test]
    fn slow_first_steps_decide_nothing() {
        let mut training = Training::new();
        let slow_at_first = |operation| if operation < WARM_UP { 500 } else { 0 };
        training.shared(WARM_UP + TRIAL, [15, 10], slow_at_first);
        assert_eq!(training.shared(KEPT_LEAST, [15, 10], |_| 0), KEPT_LEAST);
    }

    #[test]
    fn one_interruption_of_each_way_decides_nothing() {
        let mut training = Training::new();
        let interrupted = |operation| if operation % 211 == 100 { 1_000_000 } else { 0 };
        training.shared(WARM_UP + TRIAL, [20, 10], interrupted);
        assert_eq!(training.shared(KEPT_LEAST, [20, 10], |_| 0), KEPT_LEAST);
    }

    #[test]
    fn large_products_are_shared_wherever_there_are_threads() {
        assert_eq!(is_faster_shared(LARGE), threads::count() > 1);
    }
}
