//! Decides whether an operation is shared among threads, by timing a training run with and without.
//!
//! Splitting work across two cores only pays if handing it over is cheap: it is when they share a cache, and is
//! not when they don't or when another program is using that core. Which of these holds can change within
//! seconds. So after every few thousand operations some are done the other way, and the faster way is kept. The
//! time from operation to operation counts, since much of the cost shows between them. The results are the same
//! either way.

use std::cell::RefCell;
use std::mem::swap;
use std::time::{Duration, Instant};

use crate::join::threads;

/// From this many multiplications on, a product takes so much longer than the hand-over that it is always
/// shared.
const LARGE: usize = 1 << 25;

/// Operations before the first trial. Those of the first steps fetch memory and start threads, so they say
/// nothing about the later ones.
const WARM_UP: usize = 256;

/// Minimum number of operations between two trials: the number after a trial that changed the way.
const MIN_INTERVAL: usize = 1_000;

/// Maximum number of operations between two trials, reached when trial after trial finds the same.
const MAX_INTERVAL: usize = 8_000;

/// Operations that are timed together: several steps of a training run, whole ones if a step has 3, 4, 5 or 6.
const WINDOW: usize = 60;

/// Windows of each way in a trial, in turn. Their median counts, so that neither an interruption nor the end of
/// an epoch does.
const WINDOWS: usize = 3;

/// Operations after a change of the way that aren't timed: threads may still be asleep, and memory near another
/// core.
const SETTLING: usize = 16;

/// Whether to share this thread's next operation. `size` counts its multiplications or entries.
pub fn should_parallelize(size: usize) -> bool {
    match threads() {
        1 => false,
        _ if size >= LARGE => true,
        _ => TRIALS.with_borrow_mut(|trials| trials.next_is_shared(Instant::now)),
    }
}

/// Operations that are timed apart from all others of the thread.
#[derive(Debug)]
pub struct Workload(Trials);

impl Workload {
    /// A workload that hasn't been timed yet.
    #[expect(clippy::new_without_default, reason = "there is nothing default about it")]
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

/// What is known about a thread's operations.
#[derive(Debug, Clone)]
struct Trials {
    /// The way that is kept.
    shared: bool,
    /// Operations until the next trial.
    remaining: usize,
    /// What `remaining` was after the last trial.
    interval: usize,
    /// Operations of the present trial so far.
    position: usize,
    /// When the present window began.
    began: Option<Instant>,
    /// Durations of the windows of the kept way and of the other one.
    durations: [[Duration; WINDOWS]; 2],
}

impl Trials {
    const NEW: Self = Self {
        shared: true,
        remaining: WARM_UP,
        interval: MIN_INTERVAL,
        position: 0,
        began: None,
        durations: [[Duration::ZERO; WINDOWS]; 2],
    };

    fn next_is_shared(&mut self, now: impl FnOnce() -> Instant) -> bool {
        if self.remaining > 0 {
            self.remaining -= 1;
            return self.shared;
        }
        let (window, operation) = (self.position / (SETTLING + WINDOW), self.position % (SETTLING + WINDOW));
        self.position += 1;
        match operation {
            0 => self.end_window(window, now),
            SETTLING => self.began = Some(now()),
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

    /// The way that is kept from this operation on.
    fn decide(&mut self) -> bool {
        let [kept, other] = self.durations.map(median);
        let changes = other < kept;
        self.shared ^= changes;
        self.interval = if changes { MIN_INTERVAL } else { MAX_INTERVAL.min(2 * self.interval) };
        (self.remaining, self.position) = (self.interval, 0);
        self.shared
    }
}

fn median(mut durations: [Duration; WINDOWS]) -> Duration {
    durations.sort_unstable();
    durations[WINDOWS / 2]
}

#[cfg(test)]
#[path = "autotune_tests.rs"]
mod tests;
