//! A network's forward pass for one row, without tensors.
//!
//! As tensor operations, a row of a small network takes longer to start than to carry out, and every weight is read for it.
//! Here the row's values of 0, most of an image of a digit, are passed over together with their weights.

use burn::tensor::Tensor;
use pulp::{Arch, Simd, WithSimd};

use super::row_layer::RowLayer;
use crate::backend::reasons;
use crate::config::Activation;
use crate::model::Mlp;
use crate::model::layers::{BatchNorm, Linear};

/// A network on the processor, with batch normalisation folded into the layers before it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RowNetwork {
    activation: Activation,
    hidden: Vec<RowLayer>,
    output: RowLayer,
}

impl RowNetwork {
    /// That of `mlp`, as in evaluation.
    ///
    /// # Errors
    /// A sentence, if a tensor cannot be read from its device.
    pub fn of(mlp: &Mlp, activation: Activation) -> Result<Self, String> {
        let hidden = mlp.blocks.iter().map(|block| layer(&block.linear, block.norm.as_ref()));
        Ok(Self { activation, hidden: hidden.collect::<Result<_, _>>()?, output: layer(&mlp.output, None)? })
    }

    /// Class probabilities `[n, classes]` of normalised rows `[n, d]`; nothing if a sum of a row is no finite number, of
    /// which tensors may make something else.
    pub fn probabilities(&self, rows: &[f32], d: usize) -> Option<Vec<f32>> {
        let arch = Arch::new();
        let mut rows = rows.chunks_exact(d).map(|row| arch.dispatch(Pass { network: self, row }));
        let mut all = rows.next().unwrap_or_default()?;
        for row in rows {
            all.extend(row?);
        }
        Some(all)
    }

    #[inline(always)]
    fn activate(&self, values: &mut [f32]) {
        match self.activation {
            Activation::Relu => values.iter_mut().for_each(|value| *value = value.max(0.0)),
            other => values.iter_mut().for_each(|value| *value = other.value(f64::from(*value)) as f32),
        }
    }
}

/// A row on its way; all that it calls is inlined into code for the processor at hand.
struct Pass<'a> {
    network: &'a RowNetwork,
    row: &'a [f32],
}

impl WithSimd for Pass<'_> {
    /// Class probabilities `[classes]`, if all sums are finite.
    type Output = Option<Vec<f32>>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Option<Vec<f32>> {
        let Self { network, row } = self;
        let mut hidden: Option<Vec<f32>> = None;
        for layer in &network.hidden {
            let mut values = finite(layer.forward(simd, hidden.as_deref().unwrap_or(row)))?;
            network.activate(&mut values);
            hidden = Some(values);
        }
        let mut values = finite(network.output.forward(simd, hidden.as_deref().unwrap_or(row)))?;
        softmax(&mut values);
        Some(values)
    }
}

/// `linear`, then `norm`: with `s = scale / sqrt(variance + epsilon)`, the weights `s W` and the biases
/// `s (b - mean) + shift`.
fn layer(linear: &Linear, norm: Option<&BatchNorm>) -> Result<RowLayer, String> {
    let mut weight = entries(linear.weight.val())?; // [inputs, outputs]
    let [_, outputs] = linear.weight.dims();
    let mut bias = entries(linear.bias.val())?;
    let Some(norm) = norm else { return Ok(RowLayer::new(&weight, &bias)) };
    let [scale, shift] = [entries(norm.gamma.val())?, entries(norm.beta.val())?];
    let [mean, variance] = [entries(norm.running_mean.value_sync())?, entries(norm.running_var.value_sync())?];
    let factor = |unit: usize| f64::from(scale[unit]) / (f64::from(variance[unit]) + norm.epsilon).sqrt();
    let factors: Vec<f64> = (0..outputs).map(factor).collect();
    for weights in weight.chunks_exact_mut(outputs) {
        let scaled = weights.iter_mut().zip(&factors);
        scaled.for_each(|(weight, factor)| *weight = (f64::from(*weight) * factor) as f32);
    }
    for (unit, bias) in bias.iter_mut().enumerate() {
        let centered = f64::from(*bias) - f64::from(mean[unit]);
        *bias = (centered * factors[unit] + f64::from(shift[unit])) as f32;
    }
    Ok(RowLayer::new(&weight, &bias))
}

/// `values`, if none is infinite or NaN: a rectifier would hide it.
#[inline(always)]
fn finite(values: Vec<f32>) -> Option<Vec<f32>> {
    // Without a branch for each value, so that they are compared as vectors.
    let is_finite = values.iter().fold(true, |all, value| all & value.is_finite());
    is_finite.then_some(values)
}

#[inline(always)]
fn softmax(logits: &mut [f32]) {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    logits.iter_mut().for_each(|logit| *logit = (*logit - largest).exp());
    let sum: f32 = logits.iter().sum();
    logits.iter_mut().for_each(|value| *value /= sum);
}

fn entries<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, String> {
    let data = tensor.try_into_data().map_err(reasons)?;
    data.try_to_vec().map_err(reasons)
}

#[cfg(test)]
mod tests {
    use burn::module::Param;
    use burn::tensor::{Device, TensorData};

    use super::*;
    use crate::config::{ModelConfig, RunConfig};

    const FEATURES: usize = 9;

    fn device() -> Device {
        crate::backend::open(crate::backend::host()).unwrap().device
    }

    /// Rows of which every third value is 0; the last row is all 0.
    fn rows() -> Vec<f32> {
        let value = |index: usize| if index.is_multiple_of(3) { 0.0 } else { (index * 37 % 101) as f32 / 25.0 - 2.0 };
        (0..6 * FEATURES).map(value).chain([0.0; FEATURES]).collect()
    }

    /// Entries around `centre`, none like the other.
    fn spread(count: usize, centre: f32) -> Tensor<1> {
        let values: Vec<f32> = (0..count).map(|index| centre + 0.3 * ((index * 29 % 17) as f32 / 17.0 - 0.5)).collect();
        Tensor::from_data(TensorData::new(values, [count]), &device())
    }

    fn mlp(config: &ModelConfig) -> Mlp {
        let mut mlp = Mlp::new(config, FEATURES, 3, 1, &device()).unwrap();
        for block in &mut mlp.blocks {
            let [_, outputs] = block.linear.weight.dims();
            block.linear.bias = Param::from_tensor(spread(outputs, 0.1));
            if let Some(norm) = &mut block.norm {
                (norm.gamma, norm.beta) =
                    (Param::from_tensor(spread(outputs, 1.2)), Param::from_tensor(spread(outputs, -0.2)));
                norm.running_mean.update(spread(outputs, 0.4));
                norm.running_var.update(spread(outputs, 0.7));
            }
        }
        mlp
    }

    fn assert_alike(config: &ModelConfig) {
        let mlp = mlp(config);
        // First, since it is what makes the running statistics take in their updates.
        let found = RowNetwork::of(&mlp, config.activation).unwrap().probabilities(&rows(), FEATURES).unwrap();
        let tensor = Tensor::from_data(TensorData::new(rows(), [7, FEATURES]), &device());
        let expected: Vec<f32> = mlp.probabilities(tensor).into_data().try_to_vec().unwrap();
        assert_eq!(found.len(), 7 * 3);
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-6, "{found} in place of {expected}: {config:?}");
        }
    }

    #[test]
    fn every_network_gives_what_its_tensors_give() {
        use Activation::{Gelu, LeakyRelu, Relu, Selu, Sigmoid, Silu, Tanh};
        for activation in [Relu, LeakyRelu, Gelu, Selu, Tanh, Sigmoid, Silu] {
            for batch_norm in [false, true] {
                let model = RunConfig::default().model;
                assert_alike(&ModelConfig { hidden: vec![17, 5], activation, batch_norm, ..model });
            }
        }
        assert_alike(&ModelConfig { hidden: Vec::new(), ..RunConfig::default().model });
    }

    #[test]
    fn sums_that_overflow_are_left_to_tensors() {
        for hidden in [vec![17, 5], Vec::new()] {
            let model = ModelConfig { hidden, ..RunConfig::default().model };
            let network = RowNetwork::of(&mlp(&model), model.activation).unwrap();
            let [plain, large] = [rows(), rows().iter().map(|value| value * 3e38).collect()];
            assert!(network.probabilities(&plain, FEATURES).is_some());
            assert_eq!(network.probabilities(&large, FEATURES), None);
            assert_eq!(network.probabilities(&[plain, large].concat(), FEATURES), None);
        }
    }

    #[test]
    fn large_logits_are_no_overflow() {
        let mut logits = [1000.0, 999.0, -1000.0];
        softmax(&mut logits);
        let expected = [1.0 / (1.0 + (-1f32).exp()), 1.0 / (1.0 + 1f32.exp()), 0.0];
        assert!(logits.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6), "{logits:?}");
    }
}
