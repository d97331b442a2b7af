//! Only the matrix products of a step. A whole step's additional time is the cost of everything
//! else.

use std::cell::RefCell;
use std::time::Instant;

use burn::tensor::{Device, Tensor, TensorData};

use crate::backend::device_error;
use crate::error::Result;
use crate::fused::{self, Factor, Workload};

/// Counts the floating-point operations in the matrix products of a step of `batch` rows: 2 m n k
/// for each product `[m, k] x [k, n]`. Every layer has two products, the forward pass and the
/// gradient of the weights; every layer but the first has a third, the gradient of the inputs.
pub fn step_operations(layer_sizes: &[usize], batch: usize) -> u64 {
    let operations = |(layer, sizes): (usize, &[usize])| {
        let products = if layer == 0 { 2 } else { 3 };
        products * 2 * batch as u64 * sizes[0] as u64 * sizes[1] as u64
    };
    layer_sizes.windows(2).enumerate().map(operations).sum()
}

/// The operands of a layer's products.
struct Layer {
    /// `[batch, inputs]`
    inputs: Tensor<2>,
    /// `[inputs, outputs]`
    weights: Tensor<2>,
    /// Gradient of the outputs `[batch, outputs]`.
    gradient: Tensor<2>,
}

/// The products of a step with their operands on a device.
pub(super) struct Products {
    layers: Vec<Layer>,
    device: Device,
    /// Separate from a step's, since threads may help here and not there, or the reverse.
    workload: RefCell<Workload>,
}

impl Products {
    pub fn new(layer_sizes: &[usize], batch: usize, device: &Device) -> Self {
        let device = device.clone().inner();
        let layer = |sizes: &[usize]| Layer {
            inputs: matrix(batch, sizes[0], &device),
            weights: matrix(sizes[0], sizes[1], &device),
            gradient: matrix(batch, sizes[1], &device),
        };
        Self { layers: layer_sizes.windows(2).map(layer).collect(), device, workload: RefCell::new(Workload::new()) }
    }

    /// Computes the products `count` times and waits for the device at the end. Returns the
    /// seconds.
    ///
    /// # Errors
    /// If the device fails.
    pub fn compute(&self, count: usize) -> Result<f64> {
        self.wait()?;
        let start = Instant::now();
        self.workload.borrow_mut().run(|| (0..count).for_each(|_| self.compute_once()));
        self.wait()?;
        Ok(start.elapsed().as_secs_f64())
    }

    /// Computes the same products as a step, in the same order.
    fn compute_once(&self) {
        for Layer { inputs, weights, .. } in &self.layers {
            product(Factor::Plain(inputs), Factor::Plain(weights)); // [batch, outputs]
        }
        for (index, Layer { inputs, weights, gradient }) in self.layers.iter().enumerate().rev() {
            product(Factor::Transposed(inputs), Factor::Plain(gradient)); // [inputs, outputs]
            if index > 0 {
                product(Factor::Plain(gradient), Factor::Transposed(weights)); // [batch, inputs]
            }
        }
    }

    fn wait(&self) -> Result<()> {
        self.device.sync().map_err(device_error)
    }
}

/// Multiplies two matrices as a layer does, forward or backward.
fn product(left: Factor, right: Factor) -> Tensor<2> {
    fused::product(left, right).unwrap_or_else(|| {
        let [left, right] = [left, right].map(|factor| match factor {
            Factor::Plain(matrix) => matrix.clone(),
            Factor::Transposed(matrix) => matrix.clone().transpose(),
        });
        left.matmul(right)
    })
}

/// Fills a matrix with numbers from -0.5 to 0.5.
fn matrix(rows: usize, columns: usize, device: &Device) -> Tensor<2> {
    let values: Vec<f32> = (0..rows * columns).map(|index| (index * 37 % 101) as f32 / 100.0 - 0.5).collect();
    Tensor::from_data(TensorData::new(values, [rows, columns]), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_the_walkthroughs_network_has_454_400_operations_per_row() {
        // 784 * 128 twice, 128 * 64 and 64 * 10 three times, each a multiplication and an addition.
        assert_eq!(step_operations(&[784, 128, 64, 10], 1), 454_400);
        assert_eq!(step_operations(&[784, 128, 64, 10], 32), 32 * 454_400);
    }

    #[test]
    fn softmax_regression_has_no_input_gradient() {
        assert_eq!(step_operations(&[5, 3], 7), 2 * 2 * 7 * 5 * 3);
    }

    #[test]
    fn the_count_of_a_large_network_does_not_overflow() {
        assert_eq!(step_operations(&[65_536, 65_536], 1_000_000), 4 * 65_536 * 65_536 * 1_000_000);
    }

    #[test]
    fn products_of_any_layers_can_be_computed() {
        let device = crate::backend::open(crate::backend::host()).unwrap().device;
        assert!(Products::new(&[4, 3, 2], 5, &device).compute(3).unwrap() > 0.0);
        assert!(Products::new(&[4, 2], 1, &device).compute(1).unwrap() > 0.0);
    }
}
