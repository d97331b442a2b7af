//! A dense layer and its gradients in `f64`, alone or shared by members.

use ndarray::{Array2, Axis};

use super::parameters::Parameters;

/// What each member that shares a layer has of its own.
#[derive(Debug, Clone)]
pub(super) struct Factors {
    /// Scales of the inputs `[members, inputs]`.
    pub input: Array2<f64>,
    /// Scales of the outputs `[members, outputs]`.
    pub output: Array2<f64>,
    /// `[members, outputs]`
    pub bias: Array2<f64>,
}

impl Parameters {
    /// `x W + b` `[batch, outputs]` of `input` `[batch, inputs]`; of members `s * ((r * x) W + b) + c`, where the rows of each
    /// member follow each other.
    pub fn linear(&self, input: &Array2<f64>) -> Array2<f64> {
        let shared = self.shared(input);
        match &self.factors {
            Some(factors) => {
                let rows = shared.nrows();
                shared * of_rows(&factors.output, rows) + of_rows(&factors.bias, rows)
            }
            None => shared,
        }
    }

    /// Takes the `dz` of the layer's result `[batch, outputs]` to that of its input `[batch, inputs]`, and to the sums over the
    /// rows of the parameters' gradients.
    pub fn backpropagate(&self, input: &Array2<f64>, dz: &Array2<f64>) -> (Array2<f64>, Self) {
        let rows = dz.nrows();
        let scaled = self.scaled(input);
        let dshared = match &self.factors {
            Some(factors) => dz * &of_rows(&factors.output, rows),
            None => dz.clone(),
        };
        let dscaled = dshared.dot(&self.weight.t()); // [batch, inputs]
        let factors = self.factors.as_ref().map(|factors| Factors {
            input: by_member(&(&dscaled * input), factors),
            output: by_member(&(dz * &self.shared(input)), factors),
            bias: by_member(dz, factors),
        });
        let dinput = match &self.factors {
            Some(factors) => dscaled * of_rows(&factors.input, rows),
            None => dscaled,
        };
        let (weight, bias) = (scaled.t().dot(&dshared), dshared.sum_axis(Axis(0)));
        (dinput, Self { embedding: None, weight, bias, factors, norm: None })
    }

    fn shared(&self, input: &Array2<f64>) -> Array2<f64> {
        self.scaled(input).dot(&self.weight) + &self.bias
    }

    fn scaled(&self, input: &Array2<f64>) -> Array2<f64> {
        match &self.factors {
            Some(factors) => input * &of_rows(&factors.input, input.nrows()),
            None => input.clone(),
        }
    }
}

/// Repeats what each member has `[members, columns]` for its rows `[rows, columns]`.
fn of_rows(own: &Array2<f64>, rows: usize) -> Array2<f64> {
    let batch = rows / own.nrows();
    Array2::from_shape_fn((rows, own.ncols()), |(row, column)| own[(row / batch, column)])
}

/// Sums rows `[rows, columns]` by member `[members, columns]`.
fn by_member(rows: &Array2<f64>, factors: &Factors) -> Array2<f64> {
    let members = factors.input.nrows();
    let batch = rows.nrows() / members;
    let mut sums = Array2::zeros((members, rows.ncols()));
    for (index, row) in rows.outer_iter().enumerate() {
        let mut sum = sums.row_mut(index / batch);
        sum += &row;
    }
    sums
}
