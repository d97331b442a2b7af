//! Takes a measurement in this process.

use std::time::Instant;

use super::measurement::{Measurement, Phases, ProductsAlone};
use super::memory::peak_memory_bytes;
use super::products::{Products, step_operations};
use super::spread::Spread;
use crate::backend::{self, OpenDevice};
use crate::config::RunConfig;
use crate::data::{self, SplitIndices};
use crate::error::{Error, Result};
use crate::training::{PhaseSeconds, StepTimer, with_step_timer};

/// Warm-up steps, unless they take longer than [`MAX_WARM_UP_SECONDS`] together.
const WARM_UP_STEPS: usize = 20;

/// The first steps differ from each other, and a backend compiles kernels for each new operation.
const MIN_WARM_UP_STEPS: usize = 3;

const MAX_WARM_UP_SECONDS: f64 = 10.0;

/// Number of steps in which a clock must have shown some time.
const MAX_UNTIMED: usize = 1 << 12;

/// How thoroughly to measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// How often each value is measured, at least once.
    pub repeats: usize,
    /// Approximate duration of each repeat in seconds.
    pub seconds: f64,
}

/// Measures the steps of `config`, a [`workload`](super::workload). Whole steps, steps in phases
/// and the products alone take turns, so that a disturbance of the machine affects all three.
///
/// # Errors
/// If the backend cannot be opened, the device fails, or the loss is NaN or infinite.
pub fn measure(config: &RunConfig, effort: &Effort) -> Result<Measurement> {
    let opening = Instant::now();
    let opened = backend::open(config.backend.parse()?)?;
    let opening_seconds = opening.elapsed().as_secs_f64();
    let data = data::load(config, &mut |_| ())?;
    let batch = config.training.batch_size;
    let rows = data.train.len() - data.train.len() % batch;
    let split = SplitIndices { train: (0..rows).collect(), valid: Vec::new() };
    let sizes = config.model.layer_sizes(data.train.dimension(), data.classes());
    let (times, memory) = with_step_timer(config, &data, &split, &opened.device, |timer| {
        let products = Products::new(&sizes, batch, &opened.device);
        let times = Times::measure(timer, &products, effort)?;
        Ok((times, opened.device.memory_pool_usage().map(|usage| usage.bytes_reserved)))
    })?;
    let measurement = times.measurement(&opened, rows, batch, step_operations(&sizes, batch));
    Ok(Measurement {
        warm_up_seconds: opening_seconds + measurement.warm_up_seconds,
        peak_memory_bytes: peak_memory_bytes(),
        device_memory_bytes: memory,
        ..measurement
    })
}

/// Seconds of a step in each repeat.
struct Times {
    warm_up_seconds: f64,
    steps_per_repeat: usize,
    whole: Vec<f64>,
    phases: Vec<PhaseSeconds>,
    products: Vec<f64>,
}

impl Times {
    fn measure(timer: &mut StepTimer, products: &Products, effort: &Effort) -> Result<Self> {
        let warm_up_seconds = warm_up(|| timer.time(1))?;
        let whole = count_for(effort.seconds, |count| timer.time(count))?;
        warm_up(|| Ok(timer.time_phases(1)?.total()))?;
        let in_phases = count_for(effort.seconds, |count| Ok(timer.time_phases(count)?.total()))?;
        warm_up(|| products.compute(1))?;
        let alone = count_for(effort.seconds, |count| products.compute(count))?;
        let mut times = Self {
            warm_up_seconds,
            steps_per_repeat: whole,
            whole: Vec::new(),
            phases: Vec::new(),
            products: Vec::new(),
        };
        for _ in 0..effort.repeats {
            times.whole.push(timer.time(whole)? / whole as f64);
            times.phases.push(timer.time_phases(in_phases)?.divided_by(in_phases));
            times.products.push(products.compute(alone)? / alone as f64);
        }
        Ok(times)
    }

    fn measurement(self, opened: &OpenDevice, rows: usize, batch: usize, operations: u64) -> Measurement {
        let shares = self.products.iter().zip(&self.whole).map(|(products, step)| products / step).collect();
        let samples_per_second = self.whole.iter().map(|seconds| batch as f64 / seconds).collect();
        let (step, products) = (Spread::of(self.whole), Spread::of(self.products));
        let (samples_per_second, share_of_step) = (Spread::of(samples_per_second), Spread::of(shares).median);
        let gigaflops = |seconds: f64| operations as f64 / seconds / 1e9;
        Measurement {
            device: opened.name.clone(),
            software: opened.software,
            compiles_kernels: opened.backend.compiles_kernels(),
            threads: rayon::current_num_threads(),
            rows,
            warm_up_seconds: self.warm_up_seconds,
            steps_per_repeat: self.steps_per_repeat,
            step_seconds: step,
            samples_per_second,
            phase_seconds: Phases::of(&self.phases),
            operations_per_step: operations,
            gigaflops_per_second: gigaflops(step.median),
            products_alone: ProductsAlone {
                seconds: products,
                gigaflops_per_second: gigaflops(products.median),
                share_of_step,
            },
            peak_memory_bytes: None,
            device_memory_bytes: None,
            disturbed: samples_per_second.is_wide() || share_of_step > 1.0,
        }
    }
}

/// Repeats `work`, which returns its seconds, until the device has seen all of it. Returns the
/// total seconds.
fn warm_up(mut work: impl FnMut() -> Result<f64>) -> Result<f64> {
    let mut seconds = 0.0;
    for step in 0..WARM_UP_STEPS {
        if step >= MIN_WARM_UP_STEPS && seconds >= MAX_WARM_UP_SECONDS {
            break;
        }
        seconds += work()?;
    }
    Ok(seconds)
}

/// Returns how often to repeat `work` to take about `seconds`. `work(count)` returns the seconds of
/// `count` repeats.
fn count_for(seconds: f64, mut work: impl FnMut(usize) -> Result<f64>) -> Result<usize> {
    let mut count = 1;
    loop {
        let taken = work(count)?;
        if taken >= seconds / 4.0 {
            return Ok(((seconds / taken * count as f64).ceil() as usize).max(1));
        }
        if taken == 0.0 && count >= MAX_UNTIMED {
            return Err(Error::Training(format!("no time passed in {count} steps: this machine's clock stands still")));
        }
        count *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_steps_are_taken_to_fill_the_time() {
        let steps_of = |step: f64, seconds: f64| count_for(seconds, |count| Ok(step * count as f64)).unwrap();
        assert_eq!(steps_of(0.001, 0.5), 500);
        assert_eq!(steps_of(3.0, 0.5), 1);
    }

    #[test]
    fn a_clock_that_stands_still_is_an_error() {
        assert!(count_for(0.5, |_| Ok(0.0)).unwrap_err().to_string().contains("clock stands still"));
    }

    #[test]
    fn a_disturbed_measurement_is_marked() {
        let opened = backend::open(backend::host()).unwrap();
        let disturbed = |whole: [f64; 4], products: [f64; 4]| {
            let (whole, products) = (whole.to_vec(), products.to_vec());
            let times =
                Times { warm_up_seconds: 0.0, steps_per_repeat: 1, whole, phases: vec![Default::default()], products };
            times.measurement(&opened, 32, 32, 1).disturbed
        };
        assert!(!disturbed([2.0, 2.1, 2.0, 2.2], [1.0, 1.1, 1.0, 1.1]), "calm");
        assert!(disturbed([2.0, 2.0, 4.0, 4.0], [1.0; 4]), "repeats differ widely");
        assert!(disturbed([2.0; 4], [2.1; 4]), "steps take less time than their products");
    }

    #[test]
    fn a_warm_up_of_slow_steps_ends_early() {
        assert_eq!(warm_up(|| Ok(0.25)).unwrap(), 0.25 * WARM_UP_STEPS as f64);
        assert_eq!(warm_up(|| Ok(60.0)).unwrap(), 180.0);
    }
}
