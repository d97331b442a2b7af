//! Slide 5: the backward pass.

use super::super::{Operation, Phase, Quantity};
use super::names::Names;
use super::{SMALLEST_GRADIENT, Steps, gradient_floor};
use crate::gradcheck::{LayerPass, ParameterUpdate, Twice};

impl Steps<'_> {
    pub(super) fn backward(&self) -> Vec<Quantity> {
        let mut steps = Vec::new();
        for (layer, pass) in self.iteration.layers.iter().enumerate().rev() {
            steps.push(self.dz(layer, pass));
            steps.extend(pass.parameters.iter().map(|parameter| self.gradient(layer, pass, parameter)));
            steps.extend(pass.da.as_ref().map(|da| self.da(layer, da)));
        }
        steps.into_iter().map(|step| step.with_floor(SMALLEST_GRADIENT)).collect()
    }

    fn dz(&self, layer: usize, pass: &LayerPass) -> Quantity {
        let quantity = Quantity::new(
            format!("dZ[{layer}]"),
            format!("the error of {}", self.layer_name(layer)),
            (5, Phase::Backward),
            &pass.dz,
        );
        let quantity = quantity.axes("row", self.outputs_of(layer)).at_layer(layer);
        if layer == self.last {
            let (outputs, labels) = (format!("activations[{}]", layer + 1), "y_true".to_string());
            let formula = match self.naming.number_loss {
                Some(loss) => format!("dZ[{layer}] = derivative of {} at {outputs}", loss.kind),
                None => format!("dZ[{layer}] = {outputs} - y_true"),
            };
            let operation = Operation::OutputError { outputs, labels, loss: self.naming.number_loss };
            return quantity.computed("dZ = self.activations[-1] - y_true", formula, operation);
        }
        let (da, z) = (format!("dA[{}]", layer + 1), self.activated(layer, pass));
        let mask = self.iteration.layers[layer + 1].mask.as_ref().map(|_| format!("mask[{}]", layer + 1));
        let factor = mask.as_ref().map(|mask| format!(" · {mask}")).unwrap_or_default();
        let activation = self.naming.activation;
        let product = format!("{da}{factor} · {activation}'({z})");
        let normalized = pass.normalized.is_some();
        let formula = match normalized {
            true => format!("dZ[{layer}] = {product}, back through batch normalisation"),
            false => format!("dZ[{layer}] = {product}"),
        };
        let operation = Operation::HiddenError { da, z, activation, mask, normalized };
        quantity.computed("dZ = dA * self.relu_derivative(self.Z_values[l-1])", formula, operation)
    }

    fn da(&self, layer: usize, da: &Twice) -> Quantity {
        let (dz, weight) = (format!("dZ[{layer}]"), format!("weights[{layer}]"));
        let formula = format!("dA[{layer}] = {dz} · {weight}.T");
        let meaning = format!("the error of what {} has passed on", self.layer_name(layer - 1));
        Quantity::new(format!("dA[{layer}]"), meaning, (5, Phase::Backward), da)
            .axes("row", "neuron")
            .at_layer(layer)
            .computed("dA = np.dot(dZ, self.weights[l].T)", formula, Operation::ActivationError { dz, weight })
    }

    fn gradient(&self, layer: usize, pass: &LayerPass, parameter: &ParameterUpdate) -> Quantity {
        let names = Names::of(parameter.name, layer);
        let meaning = format!("the gradient of the loss with respect to {}", names.weight);
        let name = names.gradient.clone();
        let quantity =
            self.of_parameter(name.clone(), meaning, (5, Phase::Backward), layer, parameter.name, &parameter.gradient);
        let (input, dz) = (format!("activations[{layer}]"), format!("dZ[{layer}]"));
        match parameter.name {
            "weight" => {
                let formula = format!("{name} = 1/m · {input}.T · {dz}");
                let code = "dW[l] = (1/m) * np.dot(self.activations[l].T, dZ)";
                quantity.computed(code, formula, Operation::WeightGradient { input, dz })
            }
            "bias" => {
                let formula = format!("{name} = 1/m · column sums of {dz}");
                let code = "db[l] = (1/m) * np.sum(dZ, axis=0, keepdims=True)";
                let quantity = quantity.computed(code, formula, Operation::BiasGradient { dz });
                // Batch normalisation takes the bias away again: the gradient is 0 up to rounding.
                if pass.normalized.is_some() { quantity.with_floor(gradient_floor(pass)) } else { quantity }
            }
            _ => quantity.computed(
                "",
                format!("{name}: the slides have none; by the chain rule"),
                Operation::OtherGradient { dz },
            ),
        }
    }
}
