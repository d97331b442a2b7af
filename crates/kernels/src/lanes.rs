use std::ops::{Add, Div, Mul, Sub};

use pulp::Simd;

/// A vector of the processor.
#[derive(Clone, Copy)]
pub struct Lanes<S: Simd> {
    pub simd: S,
    pub entries: S::f32s,
}

impl<S: Simd> Lanes<S> {
    #[inline(always)]
    pub fn sqrt(self) -> Self {
        Self { entries: self.simd.sqrt_f32s(self.entries), ..self }
    }
}

macro_rules! lanes_operators {
    ($($operator:ident $function:ident $simd:ident),+ $(,)?) => { $(
        impl<S: Simd> $operator for Lanes<S> {
            type Output = Self;

            #[inline(always)]
            fn $function(self, other: Self) -> Self {
                Self { entries: self.simd.$simd(self.entries, other.entries), ..self }
            }
        }

        impl<S: Simd> $operator<f32> for Lanes<S> {
            type Output = Self;

            #[inline(always)]
            fn $function(self, other: f32) -> Self {
                Self { entries: self.simd.$simd(self.entries, self.simd.splat_f32s(other)), ..self }
            }
        }
    )+ };
}

lanes_operators!(Add add add_f32s, Sub sub sub_f32s, Mul mul mul_f32s, Div div div_f32s);
