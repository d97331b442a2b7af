use std::thread;

use super::*;

#[test]
fn both_are_done_exactly_once() {
    for number in 0..20_000_u64 {
        assert_eq!(join(|| number, || number * 2), (number, number * 2));
    }
}

#[test]
fn joins_nest_and_run_from_several_threads_at_once() {
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
        assert!(sums.into_iter().all(|sum| sum.join().unwrap() == 49_995_000));
    });
}

#[test]
fn a_panic_in_either_reaches_the_caller_and_the_workers_go_on() {
    for _ in 0..100 {
        let first = catch_unwind(|| join(|| panic!("first"), || 1));
        let second = catch_unwind(|| join(|| 1, || -> i32 { panic!("second") }));
        assert_eq!(first.unwrap_err().downcast_ref(), Some(&"first"));
        assert_eq!(second.unwrap_err().downcast_ref(), Some(&"second"));
        assert_eq!(join(|| 1, || 2), (1, 2));
    }
}

#[test]
fn a_sleeping_worker_delays_nobody() {
    thread::sleep(std::time::Duration::from_millis(50));
    assert_eq!(join(|| 1, || 2), (1, 2));
}

#[test]
fn a_thread_that_works_alone_leaves_the_others_as_they_are() {
    let all = threads();
    thread::scope(|scope| {
        scope.spawn(|| {
            work_alone();
            assert_eq!((threads(), rayon::join(threads, threads)), (1, (1, 1)));
            // Once more changes nothing.
            work_alone();
            assert_eq!(threads(), 1);
        });
    });
    assert_eq!(threads(), all);
}
