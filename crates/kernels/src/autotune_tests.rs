use super::*;

/// Operations of a trial, the one that decides included.
const TRIAL: usize = 2 * WINDOWS * (SETTLING + WINDOW) + 1;
/// Operations of a trial that are done the other way.
const OTHER_WAY: usize = WINDOWS * (SETTLING + WINDOW);

/// A training run on a clock of its own.
struct Training {
    trials: Trials,
    now: Instant,
}

impl Training {
    fn new() -> Self {
        Self { trials: Trials::NEW, now: Instant::now() }
    }

    /// Counts the shared operations among the next `operations`. One takes `microseconds[0]` alone and
    /// `microseconds[1]` shared; `pause` returns the microseconds after each.
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
fn the_faster_way_is_kept_except_in_trials() {
    let mut training = Training::new();
    training.shared(WARM_UP + TRIAL, [20, 10], |_| 0);
    assert_eq!(training.shared(2 * MIN_INTERVAL, [20, 10], |_| 0), 2 * MIN_INTERVAL);
    assert_eq!(training.shared(TRIAL, [20, 10], |_| 0), TRIAL - OTHER_WAY);
    let mut training = Training::new();
    training.shared(WARM_UP + TRIAL, [10, 20], |_| 0);
    assert_eq!(training.shared(MIN_INTERVAL, [10, 20], |_| 0), 0);
    assert_eq!(training.shared(TRIAL, [10, 20], |_| 0), OTHER_WAY);
}

#[test]
fn trials_become_rarer_while_they_find_the_same() {
    let mut training = Training::new();
    let intervals = [2 * MIN_INTERVAL, 4 * MIN_INTERVAL, 8 * MIN_INTERVAL, MAX_INTERVAL, MAX_INTERVAL];
    let operations = WARM_UP + intervals.map(|interval| interval + TRIAL).iter().sum::<usize>();
    training.shared(operations, [20, 10], |_| 0);
    assert_eq!(training.shared(TRIAL, [20, 10], |_| 0), TRIAL - OTHER_WAY);
}

#[test]
fn the_way_changes_when_the_other_becomes_faster() {
    let mut training = Training::new();
    training.shared(WARM_UP + TRIAL + MIN_INTERVAL, [10, 20], |_| 0);
    training.shared(TRIAL, [20, 10], |_| 0);
    assert_eq!(training.shared(MIN_INTERVAL, [20, 10], |_| 0), MIN_INTERVAL);
}

#[test]
fn slow_first_steps_decide_nothing() {
    let mut training = Training::new();
    let slow_at_first = |operation| if operation < WARM_UP { 500 } else { 0 };
    training.shared(WARM_UP + TRIAL, [15, 10], slow_at_first);
    assert_eq!(training.shared(MIN_INTERVAL, [15, 10], |_| 0), MIN_INTERVAL);
}

#[test]
fn an_interruption_of_each_way_decides_nothing() {
    let mut training = Training::new();
    let interrupted = |operation| if operation % 211 == 100 { 1_000_000 } else { 0 };
    training.shared(WARM_UP + TRIAL, [20, 10], interrupted);
    assert_eq!(training.shared(MIN_INTERVAL, [20, 10], |_| 0), MIN_INTERVAL);
}

#[test]
fn large_products_are_always_shared_if_there_are_threads() {
    assert_eq!(should_parallelize(LARGE), threads() > 1);
}
