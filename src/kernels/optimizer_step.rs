//! An optimizer's elementwise arithmetic in one pass over memory.
//!
//! As tensor operations, an update of momentum or Adam reads and writes every array several times, and at the
//! walkthrough's size takes longer than the backward pass. A device with kernel fusion makes one kernel of them by
//! itself; in the host's memory this does it.

use std::array::from_fn;

use burn::tensor::{DType, Tensor};
use pulp::{Arch, Simd, WithSimd};

use super::entries::Entries;
use super::sharing::is_faster_shared;
use super::threads;
use crate::backend::is_host;

/// Entries that one thread takes at a time: far more than it costs to wake another one.
const CHUNK: usize = 1 << 15;

/// What happens to one entry: the optimizer's `N` moments, the gradient and the weight become the new moments and the new
/// weight.
pub(crate) trait Update<const N: usize>: Copy + Send + Sync {
    fn apply<S: Simd>(
        self,
        simd: S,
        moments: [S::f32s; N],
        gradient: S::f32s,
        weight: S::f32s,
    ) -> ([S::f32s; N], S::f32s);
}

/// Whether [`update`] can take `tensor`.
pub(crate) fn fits<const D: usize>(tensor: &Tensor<D>) -> bool {
    tensor.dtype() == DType::F32 && is_host(&tensor.device())
}

/// The new moments, each in the storage of the old one, and the new weights, in that of the gradient. All tensors have the same
/// shape and [fit](fits).
pub(crate) fn update<const D: usize, const N: usize>(
    step: impl Update<N>,
    moments: [Tensor<D>; N],
    gradient: Tensor<D>,
    weights: Tensor<D>,
) -> ([Tensor<D>; N], Tensor<D>) {
    let (mut moments, mut gradient) = (moments.map(Entries::of), Entries::of(gradient));
    let weights = Entries::of(weights);
    let pass = Pass {
        step,
        moments: moments.each_mut().map(Entries::get_mut),
        gradient: gradient.get_mut(),
        weights: weights.get(),
    };
    let entries = pass.gradient.len();
    match entries > CHUNK && is_faster_shared(entries) {
        true => pass.share(),
        false => pass.run(),
    }
    (moments.map(Entries::tensor), gradient.tensor())
}

struct Pass<'a, T, const N: usize> {
    step: T,
    moments: [&'a mut [f32]; N],
    /// Takes the new weights.
    gradient: &'a mut [f32],
    weights: &'a [f32],
}

impl<T: Update<N>, const N: usize> Pass<'_, T, N> {
    fn run(self) {
        Arch::new().dispatch(self);
    }

    /// In parts, which threads share.
    fn share(self) {
        if self.gradient.len() <= CHUNK {
            return self.run();
        }
        let middle = (self.gradient.len() / 2).next_multiple_of(16);
        let (left_gradient, right_gradient) = self.gradient.split_at_mut(middle);
        let (left_weights, right_weights) = self.weights.split_at(middle);
        let mut right_moments: [&mut [f32]; N] = from_fn(|_| Default::default());
        let mut rights = right_moments.iter_mut();
        let left_moments = self.moments.map(|moment| {
            let (left, right) = moment.split_at_mut(middle);
            if let Some(place) = rights.next() {
                *place = right;
            }
            left
        });
        let step = self.step;
        let left = Pass { step, moments: left_moments, gradient: left_gradient, weights: left_weights };
        let right = Pass { step, moments: right_moments, gradient: right_gradient, weights: right_weights };
        threads::join(|| left.share(), || right.share());
    }
}

impl<T: Update<N>, const N: usize> WithSimd for Pass<'_, T, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (gradients, last_gradients) = S::as_mut_simd_f32s(self.gradient);
        let (weights, last_weights) = S::as_simd_f32s(self.weights);
        let mut moments = self.moments.map(S::as_mut_simd_f32s);
        for (index, (gradient, weight)) in gradients.iter_mut().zip(weights).enumerate() {
            let old = from_fn(|moment| moments[moment].0[index]);
            let (new, weight) = self.step.apply(simd, old, *gradient, *weight);
            *gradient = weight;
            for (moment, new) in moments.iter_mut().zip(new) {
                moment.0[index] = new;
            }
        }
        let old = from_fn(|moment| simd.partial_load_f32s(moments[moment].1));
        let gradient = simd.partial_load_f32s(last_gradients);
        let (new, weight) = self.step.apply(simd, old, gradient, simd.partial_load_f32s(last_weights));
        simd.partial_store_f32s(last_gradients, weight);
        for (moment, new) in moments.iter_mut().zip(new) {
            simd.partial_store_f32s(moment.1, new);
        }
    }
}
