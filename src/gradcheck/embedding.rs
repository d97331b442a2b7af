//! Vectors of categories instead of their codes, in `f64`.

use ndarray::{Array2, ArrayView2, Axis, concatenate, s};

use super::parameters::Embedding;

impl Embedding {
    /// `[batch, features]` to `[batch, numbers + columns * size]`: the numbers, then the vector of each code.
    pub fn forward(&self, features: &Array2<f64>) -> Array2<f64> {
        let (numbers, codes) = self.split(features);
        let vectors = codes.axis_iter(Axis(1)).map(|codes| {
            let codes: Vec<usize> = codes.iter().map(|&code| code as usize).collect();
            self.vectors.select(Axis(0), &codes) // [batch, size]
        });
        vectors.fold(numbers.to_owned(), |row, vectors| beside(&row, &vectors))
    }

    /// Computes the gradient of the vectors from that of the forward pass's result: the sum over the rows and columns
    /// with their code.
    pub fn backpropagate(&self, features: &Array2<f64>, gradient: &Array2<f64>) -> Self {
        let (numbers, codes) = self.split(features);
        let size = self.vectors.ncols();
        let mut vectors = Array2::zeros(self.vectors.raw_dim());
        for (column, codes) in codes.axis_iter(Axis(1)).enumerate() {
            let first = numbers.ncols() + column * size;
            let parts = gradient.slice(s![.., first..first + size]);
            for (&code, part) in codes.iter().zip(parts.rows()) {
                let mut vector = vectors.row_mut(code as usize);
                vector += &part;
            }
        }
        Self { vectors, columns: self.columns }
    }

    fn split<'a>(&self, features: &'a Array2<f64>) -> (ArrayView2<'a, f64>, ArrayView2<'a, f64>) {
        features.view().split_at(Axis(1), features.ncols() - self.columns)
    }
}

fn beside(left: &Array2<f64>, right: &Array2<f64>) -> Array2<f64> {
    concatenate(Axis(1), &[left.view(), right.view()])
        .unwrap_or_else(|error| unreachable!("both have a row for each of the batch: {error}"))
}
