//! What happens to the gradients between the backward pass and the optimizer.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

use crate::config::TrainingConfig;
use crate::model::Mlp;

/// Gradient clipping over all parameters together. Burn's own clips each parameter by itself, which PyTorch's
/// `clip_grad_norm_` and the literature (Pascanu et al. 2013, arXiv 1211.5063, algorithm 1) do not mean.
#[derive(Debug, Clone, Copy)]
pub(super) enum Clipping {
    Off,
    /// Rescales the gradients so that their common L2 norm is at most this.
    Norm(f64),
    /// Limits each entry to +-this.
    Value(f64),
}

impl Clipping {
    pub fn new(config: &TrainingConfig) -> Self {
        if config.clip_norm > 0.0 {
            Self::Norm(config.clip_norm)
        } else if config.clip_value > 0.0 {
            Self::Value(config.clip_value)
        } else {
            Self::Off
        }
    }

    pub fn apply(self, model: &Mlp, gradients: GradientsParams) -> GradientsParams {
        match self {
            Self::Off => gradients,
            Self::Value(limit) => rewrite(model, gradients, Change::Clamp(limit)),
            Self::Norm(limit) => {
                let mut norm = SquaredNorm { gradients: &gradients, sum: None };
                model.visit(&mut norm);
                match norm.sum {
                    // PyTorch's small constant, against a division by zero.
                    Some(sum) => {
                        let scale = sum.sqrt().add_scalar(1e-6).recip().mul_scalar(limit).clamp_max(1.0); // [1]
                        rewrite(model, gradients, Change::Scale(&scale))
                    }
                    None => gradients,
                }
            }
        }
    }
}

/// Sums the squares of all gradients on the device.
struct SquaredNorm<'a> {
    gradients: &'a GradientsParams,
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for SquaredNorm<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            // Columns first: flex sums more than four million entries at once in an order that its threads decide.
            let square = gradient.square().sum_dim(0).sum(); // [1]
            self.sum = Some(match self.sum.take() {
                Some(sum) => sum + square,
                None => square,
            });
        }
    }
}

/// Steps between two shifts. Within them a momentum of 0.9 shrinks an entry to a fifth, one of 0.3 by eight orders of
/// magnitude; with less momentum an entry is exactly 0 after a few steps.
const SHIFT_INTERVAL: usize = 16;

/// Far below what can change a weight, far above the subnormal numbers (1e-38); its square, in Adam's second moment, is 0.
const SHIFT: f64 = 1e-28;

/// Keeps an optimizer's moments from decaying into subnormal numbers, with which processors compute up to a hundred
/// times slower. An entry whose gradient stays 0, as for a pixel that is nearly always black, gets a tiny gradient now
/// and then, which no weight notices.
pub(super) fn keep_moments_normal(step: usize, model: &Mlp, gradients: GradientsParams) -> GradientsParams {
    match step % SHIFT_INTERVAL {
        0 => rewrite(model, gradients, Change::Shift(SHIFT)),
        _ => gradients,
    }
}

enum Change<'a> {
    Scale(&'a Tensor<1>),
    Clamp(f64),
    Shift(f64),
}

struct Rewriter<'a> {
    change: Change<'a>,
    gradients: GradientsParams,
}

fn rewrite(model: &Mlp, gradients: GradientsParams, change: Change) -> GradientsParams {
    let mut rewriter = Rewriter { change, gradients };
    model.visit(&mut rewriter);
    rewriter.gradients
}

impl ModuleVisitor for Rewriter<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(param.id) {
            let gradient = match &self.change {
                Change::Scale(scale) => gradient * (*scale).clone().unsqueeze(),
                Change::Clamp(limit) => gradient.clamp(-*limit, *limit),
                Change::Shift(shift) => gradient.add_scalar(*shift),
            };
            self.gradients.register::<D>(param.id, gradient);
        }
    }
}
