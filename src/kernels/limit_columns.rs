use burn::tensor::Tensor;

use super::entries::Entries;
use super::optimizer_step::fits;

/// Keeps a column without entries other than 0 from dividing 0 by 0.
const LEAST_LENGTH: f32 = 1e-12;

/// Scales the columns of `matrix` that are longer than `limit`, in L2 norm, back to it.
pub(crate) fn limit_columns<const D: usize>(matrix: Tensor<D>, limit: f64) -> Tensor<D> {
    if D != 2 || !fits(&matrix) {
        let lengths = matrix.clone().square().sum_dim(0).sqrt(); // [1, columns]
        let scale = lengths.clamp_min(LEAST_LENGTH).recip().mul_scalar(limit).clamp_max(1.0); // [1, columns]
        return matrix * scale;
    }
    let columns = matrix.dims()[1].max(1);
    let mut entries = Entries::of(matrix);
    let mut squares = vec![0.0; columns];
    for row in entries.get().chunks_exact(columns) {
        squares.iter_mut().zip(row).for_each(|(square, entry)| *square += entry * entry);
    }
    let scales: Vec<f32> =
        squares.iter().map(|square: &f32| (limit as f32 / square.sqrt().max(LEAST_LENGTH)).min(1.0)).collect();
    if scales.iter().any(|&scale| scale < 1.0) {
        for row in entries.get_mut().chunks_exact_mut(columns) {
            row.iter_mut().zip(&scales).for_each(|(entry, scale)| *entry *= scale);
        }
    }
    entries.tensor()
}
