//! One step of an optimizer, in one pass over memory.
//!
//! As tensor operations, a step of momentum or Adam reads and writes every array several times, and at the
//! walkthrough's size takes longer than the backward pass.

use std::array::from_fn;
use std::ops::{Add, Mul, Sub};

use pulp::{Arch, Simd, WithSimd};

use crate::autotune::should_parallelize;
use crate::join::join;
use crate::lanes::Lanes;

/// Entries that one thread takes at a time: worth far more than waking another thread costs.
const CHUNK: usize = 1 << 15;

/// Stochastic gradient descent with momentum (Polyak 1964) as in PyTorch: `v <- mu v + g; w <- w - lr v`.
/// Nesterov's form: `w <- w - lr (g + mu v)`.
#[derive(Debug, Clone, Copy)]
pub struct Momentum {
    /// `mu`
    pub momentum: f32,
    /// Whether to use Nesterov's form.
    pub nesterov: bool,
    /// The share of the weight that is added to its gradient.
    pub l2: f32,
    /// `lr`
    pub rate: f32,
}

impl Momentum {
    /// The new velocity and the new weights. `V` is a vector of the processor, or a whole tensor of a device
    /// without kernels.
    #[inline(always)]
    pub fn step<V>(self, velocity: Option<V>, gradient: V, weights: V) -> (V, V)
    where
        V: Clone + Add<Output = V> + Sub<Output = V> + Mul<f32, Output = V>,
    {
        let gradient = match self.l2 > 0.0 {
            true => weights.clone() * self.l2 + gradient,
            false => gradient,
        };
        let velocity = match velocity {
            Some(velocity) => gradient.clone() + velocity * self.momentum,
            None => gradient.clone(),
        };
        let direction = match self.nesterov {
            true => velocity.clone() * self.momentum + gradient,
            false => velocity.clone(),
        };
        (velocity, weights - direction * self.rate)
    }

    /// Takes a step over slices: `velocity` becomes the new one, and `gradient` the new weights.
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn update(self, velocity: &mut [f32], gradient: &mut [f32], weights: &[f32]) {
        Pass::new(self, [velocity], gradient, weights).run();
    }
}

/// One step of Adam (Kingma, Ba 2014, arXiv 1412.6980), or of AdamW by its [`Decay`].
#[derive(Debug, Clone, Copy)]
pub struct Adam {
    /// Decay of the running mean of the gradient.
    pub beta1: f32,
    /// Decay of the running mean of its square.
    pub beta2: f32,
    /// Keeps the division from one by 0.
    pub epsilon: f32,
    /// What happens to the weights themselves.
    pub decay: Decay,
    /// Learning rate.
    pub rate: f32,
    /// This step's number, from 1.
    pub time: usize,
}

/// How an optimizer shrinks the weights.
#[derive(Debug, Clone, Copy)]
pub enum Decay {
    /// Adds this share of the weight to its gradient: L2 regularisation.
    Coupled(f32),
    /// Multiplies the weight by this: Loshchilov, Hutter 2017 (arXiv 1711.05101).
    Decoupled(f32),
}

impl Adam {
    /// Takes a step over slices: `mean` and `square`, of the gradient, become the new ones, and `gradient` the
    /// new weights. The bias correction is that of the last paragraph of the paper's section 2.
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn update(self, mean: &mut [f32], square: &mut [f32], gradient: &mut [f32], weights: &[f32]) {
        let correction1 = 1.0 - self.beta1.powi(self.time as i32);
        let correction2 = (1.0 - self.beta2.powi(self.time as i32)).sqrt();
        let step = AdamStep { scale: correction2 / correction1, epsilon: self.epsilon * correction2, adam: self };
        Pass::new(step, [mean, square], gradient, weights).run();
    }
}

/// What happens to each entry: the `N` moments, the gradient and the weight become the new moments and the new
/// weight.
trait Rule<const N: usize>: Copy + Send + Sync {
    fn apply<S: Simd>(self, moments: [Lanes<S>; N], gradient: Lanes<S>, weight: Lanes<S>) -> ([Lanes<S>; N], Lanes<S>);
}

impl Rule<1> for Momentum {
    #[inline(always)]
    fn apply<S: Simd>(
        self,
        [velocity]: [Lanes<S>; 1],
        gradient: Lanes<S>,
        weight: Lanes<S>,
    ) -> ([Lanes<S>; 1], Lanes<S>) {
        let (velocity, weight) = self.step(Some(velocity), gradient, weight);
        ([velocity], weight)
    }
}

#[derive(Clone, Copy)]
struct AdamStep {
    adam: Adam,
    scale: f32,
    epsilon: f32,
}

impl Rule<2> for AdamStep {
    #[inline(always)]
    fn apply<S: Simd>(
        self,
        [mean, square]: [Lanes<S>; 2],
        gradient: Lanes<S>,
        weight: Lanes<S>,
    ) -> ([Lanes<S>; 2], Lanes<S>) {
        let Adam { beta1, beta2, decay, rate, .. } = self.adam;
        let (gradient, weight) = match decay {
            Decay::Coupled(l2) => (weight * l2 + gradient, weight),
            Decay::Decoupled(kept) => (gradient, weight * kept),
        };
        let mean = mean * beta1 + gradient * (1.0 - beta1);
        let square = square * beta2 + gradient * gradient * (1.0 - beta2);
        let direction = mean * self.scale / (square.sqrt() + self.epsilon);
        ([mean, square], weight - direction * rate)
    }
}

/// A rule and the slices that it is applied to.
struct Pass<'a, R, const N: usize> {
    rule: R,
    moments: [&'a mut [f32]; N],
    /// Becomes the new weights.
    gradient: &'a mut [f32],
    weights: &'a [f32],
}

impl<'a, R: Rule<N>, const N: usize> Pass<'a, R, N> {
    fn new(rule: R, moments: [&'a mut [f32]; N], gradient: &'a mut [f32], weights: &'a [f32]) -> Self {
        let entries = weights.len();
        let fit = gradient.len() == entries && moments.iter().all(|moment| moment.len() == entries);
        assert!(fit, "a gradient and moments for each of {entries} weights");
        Self { rule, moments, gradient, weights }
    }

    fn run(self) {
        let entries = self.weights.len();
        match entries > CHUNK && should_parallelize(entries) {
            true => self.share(),
            false => self.compute(),
        }
    }

    fn share(self) {
        if self.weights.len() <= CHUNK {
            return self.compute();
        }
        let (left, right) = self.split();
        join(|| left.share(), || right.share());
    }

    fn split(self) -> (Self, Self) {
        let middle = (self.weights.len() / 2).next_multiple_of(16);
        let (left_gradient, right_gradient) = self.gradient.split_at_mut(middle);
        let (left_weights, right_weights) = self.weights.split_at(middle);
        let mut right_moments: [&mut [f32]; N] = from_fn(|_| Default::default());
        let mut rights = right_moments.iter_mut();
        let left_moments = self.moments.map(|moment| {
            let (left, right) = moment.split_at_mut(middle);
            if let Some(slot) = rights.next() {
                *slot = right;
            }
            left
        });
        let rule = self.rule;
        (
            Self { rule, moments: left_moments, gradient: left_gradient, weights: left_weights },
            Self { rule, moments: right_moments, gradient: right_gradient, weights: right_weights },
        )
    }

    fn compute(self) {
        Arch::new().dispatch(self);
    }
}

impl<R: Rule<N>, const N: usize> WithSimd for Pass<'_, R, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let lanes = |entries| Lanes { simd, entries };
        let (gradients, last_gradients) = S::as_mut_simd_f32s(self.gradient);
        let (weights, last_weights) = S::as_simd_f32s(self.weights);
        let mut moments = self.moments.map(S::as_mut_simd_f32s);
        for (index, (gradient, weight)) in gradients.iter_mut().zip(weights).enumerate() {
            let old = from_fn(|moment| lanes(moments[moment].0[index]));
            let (new, weight) = self.rule.apply(old, lanes(*gradient), lanes(*weight));
            *gradient = weight.entries;
            for (moment, new) in moments.iter_mut().zip(new) {
                moment.0[index] = new.entries;
            }
        }
        let partial = |entries: &[f32]| lanes(simd.partial_load_f32s(entries));
        let old = from_fn(|moment| partial(moments[moment].1));
        let (new, weight) = self.rule.apply(old, partial(last_gradients), partial(last_weights));
        simd.partial_store_f32s(last_gradients, weight.entries);
        for (moment, new) in moments.iter_mut().zip(new) {
            simd.partial_store_f32s(moment.1, new.entries);
        }
    }
}
