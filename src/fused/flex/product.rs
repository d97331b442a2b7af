use burn::tensor::Tensor;
use burn_mlp_kernels::Matrix;

use super::Array;
use crate::fused::Factor;

/// The matrix product of two factors.
pub(crate) fn product(left: Factor, right: Factor) -> Option<Tensor<2>> {
    let (left_array, right_array) = (array(left)?, array(right)?);
    let (left, right) = (matrix(left, &left_array), matrix(right, &right_array));
    Some(Array::from_entries(left.times(right), [left.rows(), right.columns()]).into_tensor())
}

fn array(factor: Factor) -> Option<Array> {
    match factor {
        Factor::Plain(matrix) | Factor::Transposed(matrix) => Array::from_tensor(matrix.clone()),
    }
}

fn matrix<'a>(factor: Factor, array: &'a Array) -> Matrix<'a> {
    match factor {
        Factor::Plain(_) => array.matrix(),
        Factor::Transposed(_) => array.matrix().transposed(),
    }
}
