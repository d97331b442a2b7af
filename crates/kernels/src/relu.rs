//! The rectifier, `max(x, 0)`. NaN passes through it, so that it shows up in the loss.

use pulp::{Arch, Simd, WithSimd};

/// Rectifies each entry in place.
pub fn forward(entries: &mut [f32]) {
    Arch::new().dispatch(Forward { entries });
}

/// Converts the gradient with respect to the output into the one with respect to the input, in
/// place. The derivative is 0 where the output
/// is 0 or NaN.
///
/// # Panics
/// If the slices differ in length.
pub fn backward(gradient: &mut [f32], output: &[f32]) {
    assert_eq!(gradient.len(), output.len(), "an output for each entry of the gradient");
    Arch::new().dispatch(Backward { gradient, output });
}

struct Forward<'a> {
    entries: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for entry in self.entries {
            *entry = if *entry < 0.0 { 0.0 } else { *entry };
        }
    }
}

struct Backward<'a> {
    gradient: &'a mut [f32],
    output: &'a [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for (gradient, output) in self.gradient.iter_mut().zip(self.output) {
            *gradient = if *output > 0.0 { *gradient } else { 0.0 };
        }
    }
}
