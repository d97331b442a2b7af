//! A linear layer for one row, by the widest vectors of the processor at hand.

use pulp::Simd;

/// Entries of the widest vector that any processor has.
const LANES: usize = 16;

/// Inputs that are compared with 0 at once.
const CHUNK: usize = 16;

/// A linear layer, its outputs filled up with zeros to whole vectors.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RowLayer {
    outputs: usize,
    /// `[inputs, outputs filled up]`, row after row.
    weight: Vec<f32>,
    /// `[outputs filled up]`.
    bias: Vec<f32>,
}

impl RowLayer {
    /// Of a weight `[inputs, outputs]` and a bias `[outputs]`.
    pub fn new(weight: &[f32], bias: &[f32]) -> Self {
        let outputs = bias.len();
        let filled = |row: &[f32]| {
            let mut row = row.to_vec();
            row.resize(outputs.next_multiple_of(LANES), 0.0);
            row
        };
        Self { outputs, weight: weight.chunks_exact(outputs.max(1)).flat_map(filled).collect(), bias: filled(bias) }
    }

    /// `[inputs]` to `[outputs]`.
    #[inline(always)]
    pub fn forward<S: Simd>(&self, simd: S, input: &[f32]) -> Vec<f32> {
        let inputs = nonzero(input);
        let mut sums = self.bias.clone();
        let (weights, _) = S::as_simd_f32s(&self.weight);
        let (vectors, _) = S::as_mut_simd_f32s(&mut sums);
        let columns = Columns { simd, weights, stride: vectors.len(), inputs: &inputs };
        // As many sums as fit into registers stay there while all inputs go by.
        let (eights, rest) = vectors.as_chunks_mut::<8>();
        let (fours, ones) = rest.as_chunks_mut::<4>();
        let mut at = 0;
        for sums in eights {
            at = columns.add(at, sums);
        }
        for sums in fours {
            at = columns.add(at, sums);
        }
        for sum in ones.as_chunks_mut::<1>().0 {
            at = columns.add(at, sum);
        }
        sums.truncate(self.outputs);
        sums
    }
}

/// What goes into the sums, in vectors.
struct Columns<'a, S: Simd> {
    simd: S,
    /// `[all inputs, stride]`.
    weights: &'a [S::f32s],
    stride: usize,
    /// Which inputs, and their values.
    inputs: &'a [(u32, f32)],
}

impl<S: Simd> Columns<'_, S> {
    /// Adds the products of the inputs with `N` columns of weights from `at` on, and returns where those end.
    #[inline(always)]
    fn add<const N: usize>(&self, at: usize, sums: &mut [S::f32s; N]) -> usize {
        let mut kept = *sums;
        for &(index, value) in self.inputs {
            let Some(weights) = self.weights[index as usize * self.stride + at..].first_chunk::<N>() else { break };
            let value = self.simd.splat_f32s(value);
            for (sum, weight) in kept.iter_mut().zip(weights) {
                *sum = self.simd.mul_add_e_f32s(value, *weight, *sum);
            }
        }
        *sums = kept;
        at + N
    }
}

/// The values other than 0, and their places.
#[inline(always)]
fn nonzero(values: &[f32]) -> Vec<(u32, f32)> {
    let mut found = Vec::with_capacity(values.len());
    let (chunks, rest) = values.as_chunks::<CHUNK>();
    for (chunk, start) in chunks.iter().zip((0..).step_by(CHUNK)) {
        // One comparison of vectors, and a branch for each value that is found: there are few.
        let mut bits = 0_u32;
        for (place, value) in chunk.iter().enumerate() {
            bits |= u32::from(*value != 0.0) << place;
        }
        while bits != 0 {
            let place = bits.trailing_zeros();
            found.push((start + place, chunk[place as usize]));
            bits &= bits - 1;
        }
    }
    let start = (chunks.len() * CHUNK) as u32;
    found.extend((start..).zip(rest.iter().copied()).filter(|(_, value)| *value != 0.0));
    found
}

#[cfg(test)]
mod tests {
    use pulp::{Arch, WithSimd};

    use super::*;

    struct Forward<'a>(&'a RowLayer, &'a [f32]);

    impl WithSimd for Forward<'_> {
        type Output = Vec<f32>;

        fn with_simd<S: Simd>(self, simd: S) -> Vec<f32> {
            self.0.forward(simd, self.1)
        }
    }

    #[test]
    fn sums_of_any_number_of_outputs_are_the_products_and_the_bias() {
        for outputs in [1, 3, 16, 17, 64, 80, 128, 200, 333] {
            let inputs = 37;
            // Whole numbers, so that no order of the sum rounds.
            let weight: Vec<f32> = (0..inputs * outputs).map(|index| (index * 31 % 13) as f32 - 6.0).collect();
            let bias: Vec<f32> = (0..outputs).map(|index| (index % 5) as f32).collect();
            let row: Vec<f32> =
                (0..inputs).map(|index| if (5..30).contains(&index) { 0.0 } else { index as f32 }).collect();
            let layer = RowLayer::new(&weight, &bias);
            let product =
                |output: usize| (0..inputs).map(|input| row[input] * weight[input * outputs + output]).sum::<f32>();
            let expected: Vec<f32> = (0..outputs).map(|output| bias[output] + product(output)).collect();
            assert_eq!(Arch::new().dispatch(Forward(&layer, &row)), expected);
            assert_eq!(Forward(&layer, &row).with_simd(pulp::Scalar::new()), expected);
            assert_eq!(Arch::new().dispatch(Forward(&layer, &vec![0.0; inputs])), bias);
        }
    }

    #[test]
    fn values_other_than_zero_are_found_with_their_places() {
        let mut values = vec![0.0; 50];
        assert_eq!(nonzero(&values), []);
        (values[0], values[15], values[16], values[49]) = (1.0, -2.0, 3.0, 4.0);
        assert_eq!(nonzero(&values), [(0, 1.0), (15, -2.0), (16, 3.0), (49, 4.0)]);
    }
}
