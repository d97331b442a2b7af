use burn::tensor::Tensor;
use gemm::Parallelism;

use super::Array;
use crate::kernels::{Factor, threads};

/// Multiplications that are worth a thread: a few times what it costs to hand them to it.
const MULTIPLICATIONS_OF_A_THREAD: usize = 1 << 20;

/// Columns are split at whole vectors.
const VECTOR: usize = 16;

/// The product of two tensors, or of their transposes.
pub(in crate::kernels) fn product(left: Factor, right: Factor) -> Option<Tensor<2>> {
    let array = |factor| match factor {
        Factor::Plain(matrix) | Factor::Transposed(matrix) => Array::of(Tensor::clone(matrix)),
    };
    let (left_array, right_array) = (array(left)?, array(right)?);
    let as_factor = |factor, array| match factor {
        Factor::Plain(_) => Matrix::of(array),
        Factor::Transposed(_) => Matrix::of(array).transposed(),
    };
    let (left, right) = (as_factor(left, &left_array), as_factor(right, &right_array));
    Some(Array::from_entries(left.times(right), [left.rows, right.columns]).tensor())
}

/// A matrix in a slice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix<'a> {
    entries: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// Row after row.
    pub fn of(array: &'a Array) -> Self {
        let (entries, [rows, columns]) = (array.entries(), array.size());
        assert_eq!(entries.len(), rows * columns, "a matrix of {rows} x {columns}");
        Self { entries, rows, columns, row_stride: columns, column_stride: 1 }
    }

    pub fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    /// The product with `other`, row after row. A sum's order does not depend on the number of threads.
    pub fn times(self, other: Matrix) -> Vec<f32> {
        assert_eq!(self.columns, other.rows, "factors that fit each other");
        let mut product = Vec::with_capacity(self.rows * other.columns);
        let place = Place { start: product.as_mut_ptr(), row_stride: other.columns };
        // SAFETY: there is room for each entry of the product, and `write_product` writes each of them.
        unsafe {
            let parts = self.rows * self.columns * other.columns / MULTIPLICATIONS_OF_A_THREAD;
            write_product(self, other, place, parts.clamp(1, threads::count()));
            product.set_len(self.rows * other.columns);
        }
        product
    }

    fn columns_from(self, start: usize, columns: usize) -> Self {
        Self { entries: &self.entries[start * self.column_stride..], columns, ..self }
    }

    fn rows_from(self, start: usize, rows: usize) -> Self {
        Self { entries: &self.entries[start * self.row_stride..], rows, ..self }
    }
}

/// Where a product's entries go, row after row.
#[derive(Clone, Copy)]
struct Place {
    start: *mut f32,
    row_stride: usize,
}

// SAFETY: threads write to different entries.
unsafe impl Send for Place {}
// SAFETY: as above.
unsafe impl Sync for Place {}

/// # Safety
/// At `place` is room for `left.rows` rows of `right.columns` entries, which nobody else touches. The entries of both matrices
/// lie within their slices.
unsafe fn write_product(left: Matrix, right: Matrix, place: Place, parts: usize) {
    let (rows, inner, columns) = (left.rows, left.columns, right.columns);
    if parts > 1 {
        let (first, second) = (parts / 2, parts - parts / 2);
        // SAFETY: the halves are parts of the same matrices and of the same place, which do not overlap.
        unsafe {
            if columns >= rows {
                let middle = (columns * first / parts).next_multiple_of(VECTOR).min(columns);
                let below = Place { start: place.start.add(middle), ..place };
                threads::join(
                    || write_product(left, right.columns_from(0, middle), place, first),
                    || write_product(left, right.columns_from(middle, columns - middle), below, second),
                );
            } else {
                let middle = rows * first / parts;
                let below = Place { start: place.start.add(middle * place.row_stride), ..place };
                threads::join(
                    || write_product(left.rows_from(0, middle), right, place, first),
                    || write_product(left.rows_from(middle, rows - middle), right, below, second),
                );
            }
        }
        return;
    }
    // SAFETY: as the caller promises. gemm reads none of the entries at `place`.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            inner,
            place.start,
            1,
            place.row_stride as isize,
            false,
            left.entries.as_ptr(),
            left.column_stride as isize,
            left.row_stride as isize,
            right.entries.as_ptr(),
            right.column_stride as isize,
            right.row_stride as isize,
            0.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}
