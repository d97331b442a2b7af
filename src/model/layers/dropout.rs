use std::cell::Cell;

use burn::module::{Flag, Module, Param};
use burn::nn::{self, DropoutConfig};
use burn::tensor::Tensor;

use crate::data::random::dropout_seed;
use crate::fused;

/// Dropout in its inverted form, so that evaluation needs no rescaling: Hinton et al. 2012 (arXiv 1207.0580).
///
/// It acts on an autodiff device, and passes its input on unchanged on any other. Burn's generator decides which entries it
/// drops; on flex in a [`DropoutStep`], that step does.
#[derive(Module, Debug)]
pub struct Dropout {
    /// Probability that an entry is dropped, at least 0 and below 1.
    pub prob: f64,
    /// The layer's number in its network, by which its masks differ from those of other layers.
    pub layer: usize,
    /// Whether it acts at all; cleared when the module is frozen.
    pub training: Param<Flag>,
}

impl Dropout {
    /// Drops entries with probability `prob`, as number `layer` of its network.
    pub fn new(prob: f64, layer: usize) -> Self {
        let nn::Dropout { prob, training } = DropoutConfig::new(prob).init();
        Self { prob, layer, training }
    }

    /// Drops entries of `input` at random; the shape stays.
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        if self.prob == 0.0 || !self.training.is_enabled() {
            return input;
        }
        let seed = STEP.get().map(|step| step.seed_of(self.layer));
        fused::dropout(&input, self.prob, seed).unwrap_or_else(|| self.burn().forward(input))
    }

    fn burn(&self) -> nn::Dropout {
        nn::Dropout { prob: self.prob, training: self.training.clone() }
    }
}

thread_local! {
    /// The step that this thread takes.
    static STEP: Cell<Option<DropoutStep>> = const { Cell::new(None) };
}

/// A training step as the origin of dropout masks on flex. They are the same whenever the step is taken, whatever else the
/// process trains: Burn's generator belongs to the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DropoutStep {
    /// The run's seed.
    pub seed: u64,
    /// Counted from 1.
    pub epoch: usize,
    /// The batch's index in its epoch.
    pub step: usize,
}

impl DropoutStep {
    /// Does `work`, in which each [`Dropout`] on flex has one mask of this step, however often it is used. The backward pass
    /// may follow later.
    pub fn run<R>(self, work: impl FnOnce() -> R) -> R {
        let _outer = Outer(STEP.replace(Some(self)));
        work()
    }

    fn seed_of(self, layer: usize) -> u64 {
        dropout_seed(self.seed, self.epoch, self.step, layer as u64)
    }
}

/// Returns the thread to the step around this one, also after a panic.
struct Outer(Option<DropoutStep>);

impl Drop for Outer {
    fn drop(&mut self) {
        STEP.set(self.0);
    }
}
