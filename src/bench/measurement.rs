//! One measurement, as the bench's JSON shows it.

use serde::{Deserialize, Serialize};

use super::Spread;
use crate::training::PhaseSeconds;

/// The speed of training steps on one backend at one batch size. Each [`Spread`] is over the
/// repeats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// The device's name, from its driver.
    pub device: String,
    /// Whether a GPU interface is emulated on the CPU.
    pub software: bool,
    /// Whether the backend compiles kernels while it runs. Such a device works while the host
    /// prepares the next operations.
    pub compiles_kernels: bool,
    /// Threads that a CPU backend may use.
    pub threads: usize,
    /// Rows that the steps iterate over. Every batch is full.
    pub rows: usize,
    /// Time to open the device and for the first steps, in which kernels are compiled and tuned.
    pub warm_up_seconds: f64,
    /// Steps in one repeat.
    pub steps_per_repeat: usize,
    /// Seconds of a whole step, averaged within a repeat.
    pub step_seconds: Spread,
    /// Rows per second in whole steps.
    pub samples_per_second: Spread,
    /// Seconds of each phase of a step. The device is waited for after each phase, so on an
    /// asynchronous device the phases add up to more than a whole step.
    pub phase_seconds: Phases,
    /// Floating-point operations in a step's matrix products.
    pub operations_per_step: u64,
    /// [`operations_per_step`](Self::operations_per_step) divided by the median time of a whole
    /// step, in 10^9 per second.
    pub gigaflops_per_second: f64,
    /// The same products on the same device, back to back.
    pub products_alone: ProductsAlone,
    /// Peak main memory of the process in bytes, if the system reports it.
    pub peak_memory_bytes: Option<u64>,
    /// Bytes held by the device's allocator at the end, if Burn reports them.
    pub device_memory_bytes: Option<u64>,
    /// Whether something else probably used the processor meanwhile: the repeats differ widely, or
    /// a step took less time than its products.
    pub disturbed: bool,
}

/// The phases of a step in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Phases {
    /// Taking the batch from the loader.
    pub data: Spread,
    /// The network and the loss.
    pub forward: Spread,
    /// The gradients.
    pub backward: Spread,
    /// Clipping, the schedule and the optimizer.
    pub optimizer: Spread,
    /// Adding loss and accuracy to the sums on the device.
    pub metrics: Spread,
}

impl Phases {
    /// Summarises the repeats.
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

    /// The phases in the order of a step.
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

/// A step's matrix products without the rest of the step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ProductsAlone {
    /// Seconds for one step's products.
    pub seconds: Spread,
    /// Operations divided by the median time, in 10^9 per second.
    pub gigaflops_per_second: f64,
    /// Time of the products divided by that of a whole step; the median over the repeats.
    pub share_of_step: f64,
}
