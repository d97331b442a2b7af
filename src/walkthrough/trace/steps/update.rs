//! Slide 6: velocities and new weights.

use super::super::{Operation, Phase, Quantity};
use super::names::Names;
use super::{Naming, Steps, gradient_floor, largest_weight};
use crate::gradcheck::{LayerPass, ParameterUpdate, Twice};

impl Steps<'_> {
    pub(super) fn update(&self) -> Vec<Quantity> {
        let layers = self.iteration.layers.iter().enumerate();
        layers
            .flat_map(|(layer, pass)| pass.parameters.iter().flat_map(move |it| self.moved(layer, pass, it)))
            .collect()
    }

    /// The velocity of a parameter and its new value.
    fn moved(&self, layer: usize, pass: &LayerPass, parameter: &ParameterUpdate) -> [Quantity; 2] {
        let Naming { momentum, rate, .. } = *self.naming;
        let names = Names::of(parameter.name, layer);
        let of = |name: String, meaning: String, values: &Twice| {
            self.of_parameter(name, meaning, (6, Phase::Update), layer, parameter.name, values)
        };
        let gradient = match parameter.l2 {
            0.0 => names.gradient.clone(),
            l2 => format!("({} + {l2} · {})", names.gradient, names.weight),
        };
        let formula = format!("{} = {momentum} · {} - {rate} · {gradient}", names.velocity, names.velocity);
        let operation = Operation::Velocity {
            before: names.velocity_before(),
            gradient: names.gradient.clone(),
            weight: names.weight.clone(),
            momentum,
            rate,
            l2: parameter.l2,
        };
        let is_bias = parameter.name == "bias";
        let code = match is_bias {
            true => "self.velocity_b[i] = (self.momentum * self.velocity_b[i] - self.learning_rate * gradients_b[i])",
            false => "self.velocity_w[i] = (self.momentum * self.velocity_w[i] - self.learning_rate * gradients_w[i])",
        };
        let velocity = of(names.velocity.clone(), format!("how far the {} move", names.words), &parameter.velocity)
            .computed(code, formula, operation)
            .with_floor(gradient_floor(pass) * rate);
        let formula = format!("{} = {} + {}", names.weight, names.weight, names.velocity);
        let operation = Operation::Update { weight: names.weight.clone(), velocity: names.velocity.clone() };
        let code = match is_bias {
            true => "network.biases[i] += self.velocity_b[i]",
            false => "network.weights[i] += self.velocity_w[i]",
        };
        let after = of(names.after(), format!("the {} after this iteration", names.words), &parameter.after);
        [velocity, after.computed(code, formula, operation).with_floor(largest_weight(pass))]
    }
}
