use burn::module::{Flag, Module, Param};
use burn::nn::{self, DropoutConfig};
use burn::tensor::Tensor;

use crate::fused;

/// Dropout in its inverted form, so that evaluation needs no rescaling: Hinton et al. 2012 (arXiv 1207.0580).
///
/// It acts on an autodiff device, and passes its input on unchanged on any other.
#[derive(Module, Debug)]
pub struct Dropout {
    /// Probability that an entry is dropped, at least 0 and below 1.
    pub prob: f64,
    /// Whether it acts at all; cleared when the module is frozen.
    pub training: Param<Flag>,
}

impl Dropout {
    /// Drops entries with probability `prob`.
    pub fn new(prob: f64) -> Self {
        let nn::Dropout { prob, training } = DropoutConfig::new(prob).init();
        Self { prob, training }
    }

    /// Drops entries of `input` at random; the shape stays. The device's generator decides which.
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        if self.prob == 0.0 || !self.training.is_enabled() {
            return input;
        }
        fused::dropout(&input, self.prob).unwrap_or_else(|| self.burn().forward(input))
    }

    fn burn(&self) -> nn::Dropout {
        nn::Dropout { prob: self.prob, training: self.training.clone() }
    }
}
