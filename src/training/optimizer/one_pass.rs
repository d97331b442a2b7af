//! An optimizer's elementwise arithmetic in one pass over memory.
//!
//! As tensor operations, an update of momentum or Adam reads and writes every array several times, and at the
//! walkthrough's size takes longer than the backward pass. A device with kernel fusion makes one kernel of them by
//! itself; in the host's memory this does it.

use std::array::from_fn;

use burn::tensor::{DType, Tensor, TensorData};
use pulp::{Arch, Simd, WithSimd};

use crate::backend::is_host;

/// Entries that one thread takes at a time: far more than it costs to wake another one.
const CHUNK: usize = 1 << 18;

/// What happens to one entry: the optimizer's `N` moments and the gradient become the new moments and the difference
/// that the weight is reduced by.
pub(super) trait Elementwise<const N: usize>: Copy + Send + Sync {
    fn apply<S: Simd>(self, simd: S, moments: [S::f32s; N], gradient: S::f32s) -> ([S::f32s; N], S::f32s);
}

/// Whether [`one_pass`] can take `tensor`.
pub(super) fn fits<const D: usize>(tensor: &Tensor<D>) -> bool {
    tensor.dtype() == DType::F32 && is_host(&tensor.device())
}

/// The new moments and the difference, each in the storage of what it replaces. All tensors have the same shape and
/// [fit](fits).
pub(super) fn one_pass<const D: usize, const N: usize>(
    step: impl Elementwise<N>,
    moments: [Tensor<D>; N],
    gradient: Tensor<D>,
) -> ([Tensor<D>; N], Tensor<D>) {
    let device = gradient.device();
    let (mut moments, mut gradient) = (moments.map(Tensor::into_data), gradient.into_data());
    Pass { step, moments: moments.each_mut().map(entries), gradient: entries(&mut gradient) }.run();
    (moments.map(|data| Tensor::from_data(data, &device)), Tensor::from_data(gradient, &device))
}

/// None if the data is not what [`fits`] asks for.
fn entries(data: &mut TensorData) -> &mut [f32] {
    data.as_mut_slice().unwrap_or_default()
}

struct Pass<'a, T, const N: usize> {
    step: T,
    moments: [&'a mut [f32]; N],
    gradient: &'a mut [f32],
}

impl<T: Elementwise<N>, const N: usize> Pass<'_, T, N> {
    fn run(self) {
        if self.gradient.len() <= CHUNK {
            return Arch::new().dispatch(self);
        }
        let middle = (self.gradient.len() / 2).next_multiple_of(16);
        let (left_gradient, right_gradient) = self.gradient.split_at_mut(middle);
        let mut right_moments: [&mut [f32]; N] = from_fn(|_| Default::default());
        let mut rights = right_moments.iter_mut();
        let left_moments = self.moments.map(|moment| {
            let (left, right) = moment.split_at_mut(middle);
            if let Some(place) = rights.next() {
                *place = right;
            }
            left
        });
        let left = Pass { step: self.step, moments: left_moments, gradient: left_gradient };
        let right = Pass { step: self.step, moments: right_moments, gradient: right_gradient };
        rayon::join(|| left.run(), || right.run());
    }
}

impl<T: Elementwise<N>, const N: usize> WithSimd for Pass<'_, T, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (gradients, last_gradients) = S::as_mut_simd_f32s(self.gradient);
        let mut moments = self.moments.map(S::as_mut_simd_f32s);
        for (index, gradient) in gradients.iter_mut().enumerate() {
            let (new, difference) = self.step.apply(simd, from_fn(|moment| moments[moment].0[index]), *gradient);
            *gradient = difference;
            for (moment, new) in moments.iter_mut().zip(new) {
                moment.0[index] = new;
            }
        }
        let last = from_fn(|moment| simd.partial_load_f32s(moments[moment].1));
        let (new, differences) = self.step.apply(simd, last, simd.partial_load_f32s(last_gradients));
        simd.partial_store_f32s(last_gradients, differences);
        for (moment, new) in moments.iter_mut().zip(new) {
            simd.partial_store_f32s(moment.1, new);
        }
    }
}
