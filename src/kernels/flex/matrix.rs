use burn::tensor::Tensor;
use gemm::Parallelism;

use super::Array;
use crate::kernels::sharing::is_faster_shared;
use crate::kernels::{Factor, threads};

/// Multiplications that are worth a thread: a few times what it costs to hand them to it.
const MULTIPLICATIONS_OF_A_THREAD: usize = 1 << 20;

/// Columns are split at whole vectors.
const VECTOR: usize = 16;

/// Entries of a product up to which gemm may sum them in an order of its own.
const FEW_ENTRIES: usize = 16 * 16;

/// Most terms that gemm sums up at once, whatever the product's size.
const TERMS_AT_ONCE: usize = 512;

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
            self.write_times(other, place);
            product.set_len(self.rows * other.columns);
        }
        product
    }

    /// # Safety
    /// As [`write_product`].
    unsafe fn write_times(self, other: Matrix, place: Place) {
        let multiplications = self.rows * self.columns * other.columns;
        let most = (multiplications / MULTIPLICATIONS_OF_A_THREAD).min(threads::count());
        let parts = if most > 1 && is_faster_shared(multiplications) { most } else { 1 };
        // SAFETY: as the caller promises.
        unsafe { write_product(self, other, place, parts) };
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
    let (rows, columns) = (left.rows, right.columns);
    let (first, second) = (parts / 2, parts - parts / 2);
    let middle = match columns >= rows {
        true => (columns * first / parts).next_multiple_of(VECTOR).min(columns),
        false => rows * first / parts,
    };
    if parts < 2 || !can_be_split(rows, columns, middle) {
        // SAFETY: as the caller promises.
        return unsafe { write_part(left, right, place) };
    }
    // SAFETY: the halves are parts of the same matrices and of the same place, which do not overlap.
    unsafe {
        if columns >= rows {
            let below = Place { start: place.start.add(middle), ..place };
            threads::join(
                || write_product(left, right.columns_from(0, middle), place, first),
                || write_product(left, right.columns_from(middle, columns - middle), below, second),
            );
        } else {
            let below = Place { start: place.start.add(middle * place.row_stride), ..place };
            threads::join(
                || write_product(left.rows_from(0, middle), right, place, first),
                || write_product(left.rows_from(middle, rows - middle), right, below, second),
            );
        }
    }
}

/// Whether gemm computes the two parts, which meet at `middle` of the longer side, as it computes the whole: for a single row or
/// column, and for few entries, it has ways of its own.
fn can_be_split(rows: usize, columns: usize, middle: usize) -> bool {
    let shorter = middle.min(rows.max(columns) - middle);
    shorter > 1 && shorter * rows.min(columns) > FEW_ENTRIES
}

/// # Safety
/// As [`write_product`].
unsafe fn write_part(left: Matrix, right: Matrix, place: Place) {
    let (rows, inner, columns) = (left.rows, left.columns, right.columns);
    let terms = inner.div_ceil(inner.div_ceil(TERMS_AT_ONCE).max(1)).max(1);
    for first in (0..inner.max(1)).step_by(terms) {
        // SAFETY: as the caller promises. gemm reads entries at `place` only where it has written them.
        unsafe {
            gemm::gemm(
                rows,
                columns,
                terms.min(inner - first),
                place.start,
                1,
                place.row_stride as isize,
                first > 0,
                left.entries.as_ptr().add(first * left.column_stride),
                left.column_stride as isize,
                left.row_stride as isize,
                right.entries.as_ptr().add(first * right.row_stride),
                right.column_stride as isize,
                right.row_stride as isize,
                1.0,
                1.0,
                false,
                false,
                false,
                Parallelism::None,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entries(count: usize) -> Vec<f32> {
        (0..count).map(|index| ((index * 2_654_435_761) % 1_000) as f32 / 999.0 - 0.3).collect()
    }

    /// Of the plain matrices or of the transposes of stored ones, in so many parts.
    fn product_in_parts(parts: usize, [rows, inner, columns]: [usize; 3], transposed: [bool; 2]) -> Vec<u32> {
        let stored = [entries(rows * inner), entries(inner * columns)];
        let matrix = |entries, rows, columns, transposed| match transposed {
            true => Matrix { entries, rows: columns, columns: rows, row_stride: rows, column_stride: 1 }.transposed(),
            false => Matrix { entries, rows, columns, row_stride: columns, column_stride: 1 },
        };
        let left = matrix(&stored[0], rows, inner, transposed[0]);
        let right = matrix(&stored[1], inner, columns, transposed[1]);
        let mut product = vec![0.0; rows * columns];
        let place = Place { start: product.as_mut_ptr(), row_stride: columns };
        // SAFETY: `place` is a product's, and the matrices fit their entries.
        unsafe { write_product(left, right, place, parts) };
        product.into_iter().map(f32::to_bits).collect()
    }

    proptest! {
        #[test]
        fn a_product_has_the_same_bits_in_any_number_of_parts(
            sizes in [1_usize..300, 1_usize..1_500, 1_usize..300], transposed: [bool; 2], parts in 2_usize..9
        ) {
            prop_assert!(product_in_parts(parts, sizes, transposed) == product_in_parts(1, sizes, transposed));
        }
    }
}
