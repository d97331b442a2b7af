//! What members that share a network's weights have of their own.

use crate::weights::Unit;
use crate::{LinearWeights, NormWeights};

/// What each member that shares a linear layer has of its own: member `m` computes `s_m * (W (r_m * x) + b) + c_m`
/// (Gorishniy et al. 2024, arXiv 2410.24210).
#[derive(Debug, Clone, PartialEq)]
pub struct FactorWeights {
    /// Number of members.
    pub members: usize,
    /// `r` `[members, inputs]`, row-major.
    pub input: Vec<f32>,
    /// `s` `[members, outputs]`.
    pub output: Vec<f32>,
    /// `c` `[members, outputs]`.
    pub bias: Vec<f32>,
}

impl FactorWeights {
    /// Takes `norm` in, as [`LinearWeights::fold`] does.
    pub fn fold(&mut self, norm: &NormWeights) {
        let units: Vec<Unit> = norm.units().collect();
        let own = self.output.iter_mut().zip(&mut self.bias);
        for ((scale, bias), unit) in own.zip(units.iter().cycle()) {
            *scale = (f64::from(*scale) * unit.factor) as f32;
            *bias = unit.of(*bias);
        }
    }
}

impl LinearWeights {
    /// The layer of one of the members that share it. Computed in f64 and rounded once.
    pub(crate) fn of_member(&self, factors: &FactorWeights, member: usize) -> Self {
        let Self { inputs, outputs, .. } = *self;
        let input = &factors.input[member * inputs..][..inputs];
        let output = &factors.output[member * outputs..][..outputs];
        let biases = &factors.bias[member * outputs..][..outputs];
        let row = |(row, &scale): (&[f32], &f32)| {
            let weights = row.iter().zip(input);
            weights.map(|(&weight, &own)| (f64::from(scale) * f64::from(weight) * f64::from(own)) as f32).collect()
        };
        let weight = self.weight.chunks_exact(inputs.max(1)).zip(output).flat_map(|unit| -> Vec<f32> { row(unit) });
        let bias = self.bias.iter().zip(output).zip(biases);
        let bias = bias.map(|((&bias, &scale), &own)| (f64::from(bias) * f64::from(scale) + f64::from(own)) as f32);
        Self { inputs, outputs, weight: weight.collect(), bias: bias.collect() }
    }
}
