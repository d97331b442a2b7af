//! The walkthrough's closed form of the gradients (slides 4 and 5), in `f64`.

use ndarray::{Array2, Axis};

use super::activation::derivative;
use super::factors::Factors;
use super::network::{Forward, Masks, Network, Normalized, Rows};
use super::parameters::{Embedding, Norm, Parameters};

/// What the backward pass computes.
pub(super) struct Backward {
    /// Slide 5's `dA` of each layer's input `[batch, inputs]`, after dropout's mask; the features' is left out, so the
    /// entry of layer `l` is at `l - 1`.
    pub da: Vec<Array2<f64>>,
    /// Slide 5's `dZ` of each layer `[batch, outputs]`: the number of rows times the gradient by `Z`.
    pub dz: Vec<Array2<f64>>,
    /// The gradients of each layer's parameters.
    pub gradients: Vec<Parameters>,
}

impl Network {
    /// Computes the gradient of every parameter: slide 5's `compute_gradients`, with dropout masks,
    /// batch normalisation and the L2 term (slide 14).
    pub fn backpropagate(&self, rows: &Rows, masks: &Masks, forward: &Forward) -> Vec<Parameters> {
        self.backward(rows, masks, forward).gradients
    }

    /// As [`backpropagate`](Self::backpropagate), with everything on the way.
    pub fn backward(&self, rows: &Rows, masks: &Masks, forward: &Forward) -> Backward {
        let m = rows.labels.nrows() as f64;
        let mut dz = self.output_error(rows, forward); // [batch, outputs]
        let mut norm = None;
        let mut backward = Backward { da: Vec::new(), dz: Vec::new(), gradients: Vec::new() };
        for layer in (0..self.layers.len()).rev() {
            let parameters = &self.layers[layer];
            let (da, sums) = parameters.backpropagate(&forward.inputs[layer], &dz); // da [batch, inputs]
            let Parameters { weight, bias, factors, .. } = sums;
            backward.gradients.push(Parameters {
                embedding: self.embedding_gradient(layer, rows, &masks[layer], &(&da / m)),
                weight: weight / m + self.l2 * &parameters.weight,
                bias: bias / m,
                factors: factors.map(|sums| Factors {
                    input: sums.input / m,
                    output: sums.output / m,
                    bias: sums.bias / m,
                }),
                norm: norm.take(),
            });
            backward.dz.push(dz.clone());
            if layer > 0 {
                dz = &da * &masks[layer] * forward.z[layer - 1].mapv(|z| derivative(self.activation, z));
                backward.da.push(da);
                if let (Some(of), Some(normalized)) = (&self.layers[layer - 1].norm, &forward.normalized[layer - 1]) {
                    (dz, norm) = normalized.backpropagate(of, dz);
                }
            }
        }
        backward.da.reverse();
        backward.dz.reverse();
        backward.gradients.reverse();
        backward
    }

    /// The `dZ` of the output layer `[batch, outputs]`: slide 5's `activations[-1] - y_true`, or the loss's derivative.
    fn output_error(&self, rows: &Rows, forward: &Forward) -> Array2<f64> {
        match self.number_loss {
            Some(loss) => {
                let targets = rows.labels.ncols() as f64;
                (&rows.labels - &forward.outputs).mapv(|error| loss.derivative(error) / targets)
            }
            None => &forward.outputs - &rows.labels,
        }
    }

    fn embedding_gradient(&self, layer: usize, rows: &Rows, mask: &Array2<f64>, da: &Array2<f64>) -> Option<Embedding> {
        let embedding = self.layers[layer].embedding.as_ref()?;
        let mut gradient = embedding.backpropagate(&rows.features, &(da * mask));
        gradient.vectors += &(self.embedding_l2 * &embedding.vectors);
        Some(gradient)
    }
}

impl Normalized {
    /// Takes the `dZ` of batch normalisation's output `[batch, outputs]` to that of its input, and to the gradients
    /// of scale and shift (Ioffe, Szegedy 2015, section 3, simplified).
    fn backpropagate(&self, norm: &Norm, dy: Array2<f64>) -> (Array2<f64>, Option<Norm>) {
        let batch = dy.nrows() as f64;
        let mean = Norm { scale: (&dy * &self.values).sum_axis(Axis(0)) / batch, shift: dy.sum_axis(Axis(0)) / batch };
        let centered = dy - &mean.shift - &self.values * &mean.scale;
        (centered * &(&norm.scale / &self.standard_deviation), Some(mean))
    }
}
