//! The walkthrough's closed form of the gradients (slides 4 and 5), in `f64`.

use ndarray::{Array2, Axis};

use super::activation::derivative;
use super::network::{Forward, Masks, Network, Normalized, Rows};
use super::parameters::{Embedding, Norm, Parameters};

impl Network {
    /// Computes the gradient of every parameter: slide 5's `compute_gradients`, with dropout masks,
    /// batch normalisation and the L2 term (slide 14).
    pub fn backpropagate(&self, rows: &Rows, masks: &Masks, forward: &Forward) -> Vec<Parameters> {
        let mut dz = match self.number_loss {
            Some(loss) => {
                let values = rows.labels.len() as f64;
                (&rows.labels - &forward.outputs).mapv(|error| loss.derivative(error) / values) // [batch, targets]
            }
            None => (&forward.outputs - &rows.labels) / rows.labels.nrows() as f64, // [batch, classes]
        };
        let mut norm = None;
        let mut gradients = Vec::new();
        for layer in (0..self.layers.len()).rev() {
            let Parameters { weight, .. } = &self.layers[layer];
            gradients.push(Parameters {
                embedding: self.embedding_gradient(layer, rows, &masks[layer], &dz),
                weight: forward.inputs[layer].t().dot(&dz) + self.l2 * weight,
                bias: dz.sum_axis(Axis(0)),
                norm: norm.take(),
            });
            if layer > 0 {
                let da = dz.dot(&weight.t()) * &masks[layer]; // [batch, inputs]
                dz = da * forward.z[layer - 1].mapv(|z| derivative(self.activation, z));
                if let (Some(of), Some(normalized)) = (&self.layers[layer - 1].norm, &forward.normalized[layer - 1]) {
                    (dz, norm) = normalized.backpropagate(of, dz);
                }
            }
        }
        gradients.reverse();
        gradients
    }

    fn embedding_gradient(&self, layer: usize, rows: &Rows, mask: &Array2<f64>, dz: &Array2<f64>) -> Option<Embedding> {
        let Parameters { embedding, weight, .. } = &self.layers[layer];
        let embedding = embedding.as_ref()?;
        let mut gradient = embedding.backpropagate(&rows.features, &(dz.dot(&weight.t()) * mask));
        gradient.vectors += &(self.embedding_l2 * &embedding.vectors);
        Some(gradient)
    }
}

impl Normalized {
    /// Takes the gradient of batch normalisation's output `[batch, outputs]` to that of its input,
    /// and to those of scale and shift (Ioffe, Szegedy 2015, section 3, simplified).
    fn backpropagate(&self, norm: &Norm, dy: Array2<f64>) -> (Array2<f64>, Option<Norm>) {
        let batch = dy.nrows() as f64;
        let gradient = Norm { scale: (&dy * &self.values).sum_axis(Axis(0)), shift: dy.sum_axis(Axis(0)) };
        let centered = dy - &gradient.shift / batch - &self.values * &(&gradient.scale / batch);
        (centered * &(&norm.scale / &self.standard_deviation), Some(gradient))
    }
}
