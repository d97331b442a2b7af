//! Whether an operation is shared among threads, learnt from how long it takes.
//!
//! A second processor's help costs the way between the two: little where they share a cache, more than the help is worth where
//! they don't, and much where another program is using that processor. Which of these holds can change within seconds. So
//! after every [`ROUND`] operations of a size a few are done the other way, and the faster way is kept. The results are the same
//! either way.

use std::cell::RefCell;
use std::time::Instant;

use super::threads;

/// Operations of a size between two decisions.
const ROUND: usize = 1024;

/// Operations in a round that are done the other way, and as many at its end that are compared with them.
const TRIED: usize = 16;

/// The first of a trial are not counted: the other threads may still be asleep.
const WAKING: usize = 4;

/// From this size on a product takes so much longer than the way between processors that it is always shared.
const LARGE: usize = 1 << 25;

/// Kinds of operations, which are learnt apart.
#[derive(Debug, Clone, Copy)]
pub(super) enum Operation {
    /// Its size is the number of multiplications.
    Product,
    /// Its size is the number of entries.
    Update,
}

/// Does `work`, shared if it gets `true`, in the way that was the faster one for operations of about this size.
pub(super) fn share_if_faster<R>(operation: Operation, size: usize, work: impl FnOnce(bool) -> R) -> R {
    if threads::count() == 1 || size >= LARGE {
        return work(threads::count() > 1);
    }
    let place = (operation as usize, size.max(1).ilog2() as usize);
    let turn = CHOICES.with_borrow_mut(|choices| choices[place.0][place.1].next_turn());
    let Some(sample) = turn.sample else { return work(turn.shared) };
    let start = Instant::now();
    let result = work(turn.shared);
    let seconds = start.elapsed().as_secs_f32() / size as f32;
    CHOICES.with_borrow_mut(|choices| choices[place.0][place.1].samples[usize::from(turn.shared)][sample] = seconds);
    result
}

thread_local! {
    /// By operation and the logarithm of the size, for the operations that this thread hands out.
    static CHOICES: RefCell<[[Choice; usize::BITS as usize]; 2]> = const { RefCell::new([[Choice::NEW; usize::BITS as usize]; 2]) };
}

/// How one operation is to be done.
#[derive(Debug, PartialEq)]
struct Turn {
    shared: bool,
    /// Where its duration belongs, if it counts.
    sample: Option<usize>,
}

/// What is known of operations of one kind and size.
#[derive(Debug, Clone, Copy)]
struct Choice {
    shared: bool,
    /// Operations of this round so far.
    done: usize,
    /// Seconds per unit of size, alone and shared.
    samples: [[f32; TRIED - WAKING]; 2],
}

impl Choice {
    const NEW: Self = Self { shared: true, done: 0, samples: [[0.0; TRIED - WAKING]; 2] };

    fn next_turn(&mut self) -> Turn {
        if self.done == ROUND {
            self.decide();
        }
        let done = self.done;
        self.done += 1;
        match done {
            0..TRIED => Turn { shared: !self.shared, sample: done.checked_sub(WAKING) },
            _ => Turn { shared: self.shared, sample: done.checked_sub(ROUND - TRIED + WAKING) },
        }
    }

    fn decide(&mut self) {
        let [alone, shared] = self.samples.map(median);
        self.shared = shared < alone;
        self.done = 0;
    }
}

fn median<const N: usize>(mut samples: [f32; N]) -> f32 {
    samples.sort_unstable_by(f32::total_cmp);
    samples[N / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes rounds of operations that last so long alone and shared. Returns how many were shared in the last one.
    fn shared_in_last_round(choice: &mut Choice, rounds: usize, seconds: [f32; 2]) -> usize {
        let mut shared = 0;
        for _ in 0..rounds {
            shared = 0;
            for _ in 0..ROUND {
                let turn = choice.next_turn();
                shared += usize::from(turn.shared);
                if let Some(sample) = turn.sample {
                    choice.samples[usize::from(turn.shared)][sample] = seconds[usize::from(turn.shared)];
                }
            }
        }
        shared
    }

    #[test]
    fn the_faster_way_is_taken_but_for_the_trials() {
        assert_eq!(shared_in_last_round(&mut Choice::NEW.clone(), 3, [2.0, 1.0]), ROUND - TRIED);
        assert_eq!(shared_in_last_round(&mut Choice::NEW.clone(), 3, [1.0, 2.0]), TRIED);
    }

    #[test]
    fn what_was_learnt_is_learnt_anew_when_it_changes() {
        let mut choice = Choice::NEW;
        assert_eq!(shared_in_last_round(&mut choice, 2, [1.0, 2.0]), TRIED);
        assert_eq!(shared_in_last_round(&mut choice, 2, [2.0, 1.0]), ROUND - TRIED);
    }

    #[test]
    fn a_few_interrupted_operations_decide_nothing() {
        let mut choice = Choice::NEW;
        shared_in_last_round(&mut choice, 1, [2.0, 1.0]);
        choice.samples[1][..5].fill(1_000.0);
        choice.next_turn();
        assert!(choice.shared);
    }

    #[test]
    fn every_operation_is_done_once() {
        let done = (0..3 * ROUND).map(|number| share_if_faster(Operation::Update, 7, |_| number));
        assert!(done.eq(0..3 * ROUND));
    }
}
