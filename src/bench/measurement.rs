use serde::{Deserialize, Serialize};

use super::Spread;
use crate::training::PhaseSeconds;

/// The speed of a training's steps on one backend at one batch size. A [`Spread`] is over the repeats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// The device obtained, as its driver names it.
    pub device: String,
    /// A GPU interface emulated on the CPU.
    pub software: bool,
    /// Whether it compiles kernels while it runs. Such a device works while the host prepares what comes next.
    pub compiles_kernels: bool,
    /// Threads that a CPU backend may use.
    pub threads: usize,
    /// Rows that the steps go over, again and again; every batch is full.
    pub rows: usize,
    /// Opening the device and the first steps, in which kernels are compiled and tuned.
    pub warm_up_seconds: f64,
    /// Steps of one repeat.
    pub steps_per_repeat: usize,
    /// Seconds of a whole step, the mean of a repeat's steps.
    pub step_seconds: Spread,
    /// Rows of whole steps per second.
    pub samples_per_second: Spread,
    /// Seconds of each phase of a step, with the device waited for after each; where that is asynchronous, they add up to more
    /// than a whole step.
    pub phase_seconds: Phases,
    /// Floating-point operations of a step's matrix products.
    pub operations_per_step: u64,
    /// These by the time of a whole step: 10^9 floating-point operations per second, by the median.
    pub gigaflops_per_second: f64,
    /// The same products on the same device with nothing between them.
    pub products_alone: ProductsAlone,
    /// The most main memory that the process held, where the system says it.
    pub peak_memory_bytes: Option<u64>,
    /// What the device's allocator holds at the end, where Burn says it.
    pub device_memory_bytes: Option<u64>,
    /// Whether something else has probably used the processors meanwhile: the repeats differ widely, or a step took less time
    /// than its products.
    pub disturbed: bool,
}

/// The phases of a step, each in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Phases {
    /// The batch from the loader.
    pub data: Spread,
    /// The network and the loss.
    pub forward: Spread,
    /// The gradients.
    pub backward: Spread,
    /// Clipping, the schedule and the optimizer.
    pub optimizer: Spread,
    /// Loss and accuracy, summed up on the device.
    pub metrics: Spread,
}

impl Phases {
    /// Of the repeats' means.
    pub(super) fn of(repeats: &[PhaseSeconds]) -> Self {
        let spread = |phase: fn(&PhaseSeconds) -> f64| Spread::of(repeats.iter().map(phase).collect());
        Self {
            data: spread(|phases| phases.data),
            forward: spread(|phases| phases.forward),
            backward: spread(|phases| phases.backward),
            optimizer: spread(|phases| phases.optimizer),
            metrics: spread(|phases| phases.metrics),
        }
    }

    /// In the order of a step.
    pub fn in_order(&self) -> [(&'static str, Spread); 5] {
        [
            ("data", self.data),
            ("forward", self.forward),
            ("backward", self.backward),
            ("optimizer", self.optimizer),
            ("metrics", self.metrics),
        ]
    }
}

/// A step's matrix products without the rest of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ProductsAlone {
    /// Seconds of one step's products.
    pub seconds: Spread,
    /// 10^9 floating-point operations per second, by the median.
    pub gigaflops_per_second: f64,
    /// Their time as a fraction of a whole step's: the median over the repeats.
    pub share_of_step: f64,
}
