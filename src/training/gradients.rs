//! Changes to the gradients between the backward pass and the optimizer: clipping, and a shift
//! against subnormal moments.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

use crate::config::TrainingConfig;

/// Clips by the global norm, like PyTorch's `clip_grad_norm_` (Pascanu et al. 2013, arXiv
/// 1211.5063, algorithm 1), or by value. Burn's built-in clipping is per parameter.
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

    pub fn apply<M: Module>(self, model: &M, gradients: GradientsParams) -> GradientsParams {
        match self {
            Self::Off => gradients,
            Self::Value(limit) => rewrite(model, gradients, Change::Clamp(limit)),
            Self::Norm(limit) => {
                let mut norm = SquaredNorm { gradients: &gradients, sum: None };
                model.visit(&mut norm);
                match norm.sum {
                    // PyTorch adds the same constant, against a division by zero.
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
            // Columns first: flex sums more than four million entries at once in an order that
            // depends on its threads.
            let square = gradient.square().sum_dim(0).sum(); // [1]
            self.sum = Some(match self.sum.take() {
                Some(sum) => sum + square,
                None => square,
            });
        }
    }
}

/// Steps between two shifts. In this time a momentum of 0.9 shrinks an entry to a fifth, and one of
/// 0.3 by eight orders of magnitude; with less momentum an entry is exactly 0 after a few steps.
const SHIFT_INTERVAL: usize = 16;

/// Far too small to change a weight, and far above the subnormal numbers (1e-38). Its square, in
/// Adam's second moment, is 0.
const SHIFT: f64 = 1e-28;

/// Keeps an optimizer's moments from decaying into subnormal numbers, which slow processors down by
/// a factor of up to a hundred. An entry whose gradient stays 0, such as that of a pixel that is
/// nearly always black, now and then gets a gradient too small to change any weight.
pub(super) fn keep_moments_normal<M: Module>(step: usize, model: &M, gradients: GradientsParams) -> GradientsParams {
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

fn rewrite<M: Module>(model: &M, gradients: GradientsParams, change: Change) -> GradientsParams {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::{host, one_generator_user, open};
    use crate::config::RunConfig;
    use crate::model::Mlp;

    /// Simulates the velocity of a weight whose gradient is 0 after the first step, in 32-bit
    /// floats as on a device.
    fn velocities(momentum: f32, gradient_of: impl Fn(usize) -> f32) -> Vec<f32> {
        let next = |velocity: &mut f32, step| {
            *velocity = momentum * *velocity + gradient_of(step);
            Some(*velocity)
        };
        (0..2_000).scan(1.0, next).collect()
    }

    #[test]
    fn moments_stay_normal_while_gradients_are_0_and_move_no_weight() {
        let _only = one_generator_user();
        let device = open(host()).unwrap().device;
        let model = Mlp::new(&RunConfig::default().model, 3, 2, 0, &device.clone().autodiff()).unwrap();
        let weight = &model.output.weight;
        let gradient_of = |step| {
            let mut gradients = GradientsParams::new();
            gradients.register(weight.id, Tensor::<2>::zeros(weight.dims(), &device));
            let kept = keep_moments_normal(step, &model, gradients).remove::<2>(weight.id);
            kept.unwrap().into_data().iter::<f32>().next().unwrap()
        };
        for momentum in [0.9, 0.5, 0.3] {
            assert!(velocities(momentum, |_| 0.0).iter().any(|velocity| velocity.is_subnormal()), "without the shift");
            let kept = velocities(momentum, gradient_of);
            assert!(kept.iter().all(|velocity| velocity.is_normal()), "momentum {momentum}");
            let settled = kept[1_900..].iter().fold(0.0, |largest: f32, velocity| largest.max(*velocity));
            assert_eq!(1e-6_f32 - settled, 1e-6, "a weight, even one as small as 1e-6");
        }
    }
}
