//! A linear layer for one row. Written for the compiler's vectoriser.

use crate::LinearWeights;

/// Outputs that are summed at once: few enough that their sums stay in registers while all inputs go by.
const BLOCK: usize = 32;

/// Inputs that are compared with 0 at once.
const CHUNK: usize = 16;

/// A linear layer, its outputs padded with zeros to whole blocks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layer {
    inputs: usize,
    outputs: usize,
    /// `[blocks of outputs, inputs, BLOCK]`.
    weight: Vec<f32>,
    /// `[blocks of outputs, BLOCK]`.
    bias: Vec<f32>,
}

impl Layer {
    pub fn new(linear: &LinearWeights) -> Self {
        let LinearWeights { inputs, outputs, weight: rows, bias } = linear;
        let padded = outputs.next_multiple_of(BLOCK);
        let mut weight = vec![0.0; padded * inputs];
        for (output, row) in rows.chunks_exact((*inputs).max(1)).enumerate() {
            let (block, lane) = (output / BLOCK, output % BLOCK);
            let column = weight[block * inputs * BLOCK..].iter_mut().skip(lane).step_by(BLOCK);
            column.zip(row).for_each(|(entry, value)| *entry = *value);
        }
        let mut bias = bias.clone();
        bias.resize(padded, 0.0);
        Self { inputs: *inputs, outputs: *outputs, weight, bias }
    }

    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Computes `output` `[outputs]` of `input` `[inputs]`.
    #[inline(always)]
    pub fn forward(&self, input: &[f32], output: &mut Vec<f32>) {
        let inputs = nonzero(input);
        output.clear();
        output.extend_from_slice(&self.bias);
        let weights = self.weight.chunks_exact((self.inputs * BLOCK).max(1));
        for (sums, weights) in output.as_chunks_mut().0.iter_mut().zip(weights) {
            *sums = add_products(*sums, weights.as_chunks().0, &inputs);
        }
        output.truncate(self.outputs);
    }
}

/// Adds the products of the inputs with their `weights` to `sums`.
#[inline(always)]
fn add_products(mut sums: [f32; BLOCK], weights: &[[f32; BLOCK]], inputs: &[(u32, f32)]) -> [f32; BLOCK] {
    for &(index, value) in inputs {
        let Some(weights) = weights.get(index as usize) else { break };
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += value * weight;
        }
    }
    sums
}

/// Finds the values other than 0 and their indices.
#[inline(always)]
fn nonzero(values: &[f32]) -> Vec<(u32, f32)> {
    let mut found = Vec::with_capacity(values.len());
    let (chunks, rest) = values.as_chunks::<CHUNK>();
    for (chunk, start) in chunks.iter().zip((0..).step_by(CHUNK)) {
        // One comparison of vectors, and a branch for each value that is found: there are few.
        let mut bits = 0_u32;
        for (lane, value) in chunk.iter().enumerate() {
            bits |= u32::from(*value != 0.0) << lane;
        }
        while bits != 0 {
            let lane = bits.trailing_zeros();
            found.push((start + lane, chunk[lane as usize]));
            bits &= bits - 1;
        }
    }
    let start = (chunks.len() * CHUNK) as u32;
    found.extend((start..).zip(rest.iter().copied()).filter(|(_, value)| *value != 0.0));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_outputs_is_summed() {
        for outputs in [1, 3, 16, 17, 64, 80, 128, 200, 333] {
            let inputs = 37;
            // Whole numbers, so that no order of the sum rounds.
            let weight: Vec<f32> = (0..inputs * outputs).map(|index| (index * 31 % 13) as f32 - 6.0).collect();
            let bias: Vec<f32> = (0..outputs).map(|index| (index % 5) as f32).collect();
            let row: Vec<f32> =
                (0..inputs).map(|index| if (5..30).contains(&index) { 0.0 } else { index as f32 }).collect();
            let product =
                |output: usize| (0..inputs).map(|input| row[input] * weight[output * inputs + input]).sum::<f32>();
            let expected: Vec<f32> = (0..outputs).map(|output| bias[output] + product(output)).collect();
            let layer = Layer::new(&LinearWeights { inputs, outputs, weight: weight.clone(), bias: bias.clone() });
            let mut found = Vec::new();
            layer.forward(&row, &mut found);
            assert_eq!(found, expected);
            layer.forward(&vec![0.0; inputs], &mut found);
            assert_eq!(found, bias);
        }
    }

    #[test]
    fn values_other_than_zero_are_found_with_their_indices() {
        let mut values = vec![0.0; 50];
        assert_eq!(nonzero(&values), []);
        (values[0], values[15], values[16], values[49]) = (1.0, -2.0, 3.0, 4.0);
        assert_eq!(nonzero(&values), [(0, 1.0), (15, -2.0), (16, 3.0), (49, 4.0)]);
    }
}
