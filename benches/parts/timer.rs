//! Repeats a piece of work and prints the median time.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Minimum duration of a sample, far above the clock's resolution.
const SAMPLE: Duration = Duration::from_millis(50);
const SAMPLES: usize = 21;

/// Times the work whose name contains one of the program's arguments, or all work without
/// arguments.
pub struct Timer {
    words: Vec<String>,
}

impl Timer {
    /// Reads the words from the command line. Cargo's own arguments start with `--`.
    pub fn from_arguments() -> Self {
        Self { words: std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect() }
    }

    /// Whether `name` was asked for.
    pub fn wants(&self, name: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| name.contains(word.as_str()))
    }

    /// Times `work`, which handles `units` of something, and prints the result.
    pub fn time<T>(&self, name: &str, (units, unit): (usize, &str), mut work: impl FnMut() -> T) {
        self.time_by(name, (units, unit), |count| {
            let start = Instant::now();
            for _ in 0..count {
                black_box(work());
            }
            start.elapsed()
        });
    }

    /// Like [`time`](Self::time), for work that times itself: `work(count)` returns the duration of
    /// `count` repeats.
    pub fn time_by(&self, name: &str, (units, unit): (usize, &str), mut work: impl FnMut(usize) -> Duration) {
        if !self.wants(name) {
            return;
        }
        let mut count = 1;
        while work(count) < SAMPLE {
            count *= 2;
        }
        let mut seconds: Vec<f64> = (0..SAMPLES).map(|_| work(count).as_secs_f64() / count as f64).collect();
        seconds.sort_by(f64::total_cmp);
        let [lower, median, upper] = [SAMPLES / 4, SAMPLES / 2, 3 * SAMPLES / 4].map(|index| 1e6 * seconds[index]);
        let rate = 1e6 * units as f64 / median;
        println!("{name:<45} {median:>12.2} us (quartiles {lower:.2} to {upper:.2}), {rate:.3e} {unit}/s");
    }
}
