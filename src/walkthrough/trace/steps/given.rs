//! What an iteration starts from.

use ndarray::Array2;

use super::super::{Phase, Quantity};
use super::names::Names;
use super::{Steps, exact, gradient_floor, largest_weight};
use crate::gradcheck::{LayerPass, ParameterUpdate};

impl Steps<'_> {
    /// The batch, the weights, the velocities and dropout's masks.
    pub(super) fn given(&self) -> Vec<Quantity> {
        let layers = &self.iteration.layers;
        let batch = Quantity::new(
            "activations[0]".into(),
            "the batch X, a row for each sample",
            (2, Phase::Given),
            &layers[0].input,
        )
        .axes("row", self.naming.feature)
        .at_layer(0);
        let batch = Quantity { code: "self.activations = [X]", formula: "activations[0] = X".into(), ..batch };
        let meaning = match self.naming.number_loss {
            Some(_) => "the true numbers, standardised",
            None => "the true classes, one-hot",
        };
        let labels = exact(&self.iteration.labels);
        let labels =
            Quantity::new("y_true".into(), meaning, (3, Phase::Given), &labels).axes("row", self.naming.output);
        let mut given = vec![batch, labels];
        for (layer, pass) in layers.iter().enumerate() {
            for parameter in &pass.parameters {
                given.extend(self.given_parameter(layer, pass, parameter));
            }
            given.extend(pass.mask.as_ref().map(|mask| self.mask(layer, mask)));
        }
        given
    }

    fn given_parameter(&self, layer: usize, pass: &LayerPass, parameter: &ParameterUpdate) -> [Quantity; 2] {
        let names = Names::of(parameter.name, layer);
        let meaning = format!("the {} of {}", names.words, self.layer_name(layer));
        let code = match parameter.name {
            "weight" => "w = np.random.randn(layer_sizes[i], layer_sizes[i+1]) * 0.01",
            "bias" => "b = np.zeros((1, layer_sizes[i+1]))",
            _ => "",
        };
        let weight = self.of_parameter(
            names.weight.clone(),
            meaning,
            (1, Phase::Given),
            layer,
            parameter.name,
            &parameter.before,
        );
        let velocity = self.of_parameter(
            names.velocity_before(),
            format!("the velocity of the {} before this iteration", names.words),
            (6, Phase::Given),
            layer,
            parameter.name,
            &parameter.velocity_before,
        );
        let start = "self.velocity_w = [np.zeros_like(w) for w in network.weights]";
        [
            Quantity { code, ..weight }.with_floor(largest_weight(pass)),
            Quantity { code: start, ..velocity }.with_floor(gradient_floor(pass) * self.naming.rate),
        ]
    }

    fn mask(&self, layer: usize, mask: &Array2<f64>) -> Quantity {
        let meaning = "dropout's factors: 0, or 1 / (1 - dropout_rate)";
        let mask = Quantity::new(format!("mask[{layer}]"), meaning, (14, Phase::Given), &exact(mask));
        let mask = mask.axes("row", self.inputs_of(layer)).at_layer(layer);
        Quantity { code: "mask = np.random.binomial(1, 1-self.dropout_rate, A.shape)", ..mask }
    }
}
