//! An iteration, computed one way, and how two of them become one result.

use ndarray::Array2;

use super::results::{Iteration, LayerPass, ParameterUpdate, Twice};
use crate::gradcheck::parameters::{EMBEDDING, Parameters};

/// One iteration, computed one way.
pub(super) struct Computed {
    /// The input of each layer, after dropout.
    pub inputs: Vec<Array2<f64>>,
    pub z: Vec<Array2<f64>>,
    /// One for each hidden layer.
    pub normalized: Vec<Option<Array2<f64>>>,
    pub outputs: Array2<f64>,
    pub loss: f64,
    /// One for each layer after the first.
    pub da: Vec<Array2<f64>>,
    pub dz: Vec<Array2<f64>>,
    pub update: Update,
}

/// What happens to all parameters.
pub(super) struct Update {
    pub before: Vec<Parameters>,
    pub gradients: Vec<Parameters>,
    pub velocity_before: Vec<Parameters>,
    pub velocity: Vec<Parameters>,
    pub after: Vec<Parameters>,
    /// The L2 coefficients of weight matrices and of embeddings.
    pub l2: (f64, f64),
}

impl Computed {
    /// Puts the same iteration, computed by Burn, beside this one.
    pub fn beside(self, burn: &Self, rows: Vec<usize>, labels: Array2<f64>, masks: Vec<Array2<f64>>) -> Iteration {
        let twice = |closed_form: &Array2<f64>, burn: &Array2<f64>| Twice {
            closed_form: closed_form.clone(),
            burn: burn.clone(),
        };
        let layer = |(layer, mask): (usize, Array2<f64>)| LayerPass {
            input: twice(&self.inputs[layer], &burn.inputs[layer]),
            mask: mask.iter().any(|&factor| factor != 1.0).then_some(mask),
            z: twice(&self.z[layer], &burn.z[layer]),
            normalized: self
                .normalized
                .get(layer)
                .and_then(Option::as_ref)
                .and_then(|exact| burn.normalized[layer].as_ref().map(|computed| twice(exact, computed))),
            da: layer.checked_sub(1).map(|before| twice(&self.da[before], &burn.da[before])),
            dz: twice(&self.dz[layer], &burn.dz[layer]),
            parameters: self.update.beside(&burn.update, layer),
        };
        let number = |value: f64| Array2::from_elem((1, 1), value);
        Iteration {
            rows,
            labels,
            layers: masks.into_iter().enumerate().map(layer).collect(),
            outputs: twice(&self.outputs, &burn.outputs),
            loss: twice(&number(self.loss), &number(burn.loss)),
        }
    }
}

impl Update {
    fn beside(&self, burn: &Self, layer: usize) -> Vec<ParameterUpdate> {
        let names: Vec<_> = self.before[layer].tensors().map(|(name, _)| name).collect();
        let twice = |of: fn(&Self) -> &Vec<Parameters>, name: &str| Twice {
            closed_form: of(self)[layer].matrix(name),
            burn: of(burn)[layer].matrix(name),
        };
        let parameter = |name: &'static str| ParameterUpdate {
            name,
            l2: l2_of(name, self.l2),
            before: twice(|it| &it.before, name),
            gradient: twice(|it| &it.gradients, name),
            velocity_before: twice(|it| &it.velocity_before, name),
            velocity: twice(|it| &it.velocity, name),
            after: twice(|it| &it.after, name),
        };
        names.into_iter().map(parameter).collect()
    }
}

/// The L2 coefficient of a tensor of a layer: that of weight matrices, of embeddings, or 0.
pub(super) fn l2_of(name: &str, (weights, embeddings): (f64, f64)) -> f64 {
    match name {
        "weight" => weights,
        EMBEDDING => embeddings,
        _ => 0.0,
    }
}
