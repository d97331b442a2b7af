//! Slides 2 and 3: the forward pass and the loss.

use super::super::{Operation, Phase, Quantity};
use super::Steps;
use crate::gradcheck::{LayerPass, Twice};

impl Steps<'_> {
    pub(super) fn forward(&self) -> Vec<Quantity> {
        let mut steps = Vec::new();
        for (layer, pass) in self.iteration.layers.iter().enumerate() {
            steps.push(self.z(layer, pass));
            if layer < self.last {
                steps.extend(pass.normalized.as_ref().map(|normalized| self.normalized(layer, normalized)));
                steps.push(self.activations(layer, pass));
            }
        }
        steps.push(self.outputs());
        steps.push(self.loss());
        steps
    }

    fn z(&self, layer: usize, pass: &LayerPass) -> Quantity {
        let [input, weight, bias] = ["activations", "weights", "biases"].map(|name| format!("{name}[{layer}]"));
        let code = match layer == self.last {
            true => "Z_out = np.dot(A, self.weights[-1]) + self.biases[-1]",
            false => "Z = np.dot(A, self.weights[i]) + self.biases[i]",
        };
        let meaning = match layer == self.last {
            true if self.naming.number_loss.is_none() => "the logits, a score for each class".to_string(),
            _ => format!("the weighted inputs of {}", self.layer_name(layer)),
        };
        let formula = format!("Z_values[{layer}] = {input} · {weight} + {bias}");
        Quantity::new(format!("Z_values[{layer}]"), meaning, (2, Phase::Forward), &pass.z)
            .axes("row", self.outputs_of(layer))
            .at_layer(layer)
            .computed(code, formula, Operation::Linear { input, weight, bias })
    }

    fn normalized(&self, layer: usize, normalized: &Twice) -> Quantity {
        let [z, scale, shift] = ["Z_values", "gamma", "beta"].map(|name| format!("{name}[{layer}]"));
        let formula = format!("Z_normalized[{layer}] = {scale} · ({z} - mean) / √(variance + epsilon) + {shift}");
        let operation = Operation::Normalize { z, scale, shift, epsilon: self.naming.epsilon };
        Quantity::new(
            format!("Z_normalized[{layer}]"),
            "each column with mean 0 and variance 1, scaled and shifted",
            (14, Phase::Forward),
            normalized,
        )
        .axes("row", "neuron")
        .at_layer(layer)
        .computed("Z = self.batch_normalize(Z)", formula, operation)
    }

    fn activations(&self, layer: usize, pass: &LayerPass) -> Quantity {
        let (next, activation) = (layer + 1, self.naming.activation);
        let z = self.activated(layer, pass);
        let mask = self.iteration.layers[next].mask.as_ref().map(|_| format!("mask[{next}]"));
        let formula = match &mask {
            Some(mask) => format!("activations[{next}] = {activation}({z}) · {mask}"),
            None => format!("activations[{next}] = {activation}({z})"),
        };
        let meaning = format!("what {} passes on", self.layer_name(layer));
        Quantity::new(format!("activations[{next}]"), meaning, (2, Phase::Forward), &self.iteration.layers[next].input)
            .axes("row", "neuron")
            .at_layer(layer)
            .computed("A = self.relu(Z)", formula, Operation::Activate { z, activation, mask })
    }

    fn outputs(&self) -> Quantity {
        let (z, name) = (format!("Z_values[{}]", self.last), format!("activations[{}]", self.last + 1));
        let quantity = |meaning: &str| {
            Quantity::new(name.clone(), meaning, (2, Phase::Forward), &self.iteration.outputs)
                .axes("row", self.naming.output)
                .at_layer(self.last)
        };
        match self.naming.number_loss {
            Some(_) => {
                let formula = format!("{name} = {z}: numbers need no softmax");
                quantity("the predicted numbers, standardised").computed(
                    "A_out = Z_out",
                    formula,
                    Operation::Copy { z },
                )
            }
            None => {
                let formula = format!("{name} = softmax({z})");
                let code = "A_out = self.softmax(Z_out)";
                quantity("the probabilities of the classes").computed(code, formula, Operation::Softmax { z })
            }
        }
    }

    fn loss(&self) -> Quantity {
        let outputs = format!("activations[{}]", self.last + 1);
        let labels = "y_true".to_string();
        let quantity = |meaning: String| {
            Quantity::new("loss".to_string(), meaning, (3, Phase::Loss), &self.iteration.loss).axes("", "")
        };
        match self.naming.number_loss {
            Some(loss) => {
                let formula = format!("loss = mean of {} of y_true - {outputs}", loss.kind);
                let operation = Operation::NumberLoss { predicted: outputs, truth: labels, loss };
                quantity(format!("{} over all predicted numbers", loss.kind)).computed("", formula, operation)
            }
            None => {
                let formula = format!("loss = -Σ y_true · ln {outputs} / rows");
                let code = "ce_loss = -np.sum(y_true * np.log(y_pred)) / y_true.shape[0]";
                let operation = Operation::CrossEntropy { probabilities: outputs, labels };
                quantity("the cross-entropy, mean over the rows".to_string()).computed(code, formula, operation)
            }
        }
    }
}
