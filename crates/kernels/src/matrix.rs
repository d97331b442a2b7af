//! Matrix products by gemm, shared among threads.

use std::marker::PhantomData;
use std::mem::MaybeUninit;

use gemm::Parallelism;

use crate::autotune::should_parallelize;
use crate::join::{join, threads};

/// Multiplications that make another thread worth its while: a few times the cost of handing them over.
const MULTIPLICATIONS_PER_THREAD: usize = 1 << 20;

/// Columns are split at whole vectors.
const VECTOR: usize = 16;

/// Up to this many entries of a product, gemm may choose another order of summation.
const MAX_SMALL_PRODUCT: usize = 16 * 16;

/// Terms that gemm sums in one call. Longer sums are cut by us, so that the cuts don't depend on the
/// product's size.
const MAX_TERMS: usize = 512;

/// A matrix in a slice, or the transpose of one.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a> {
    /// Entry `(row, column)` is at `row * row_stride + column * column_stride`, which is within the slice.
    entries: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// A row-major matrix of `[rows, columns]`.
    ///
    /// # Panics
    /// If it doesn't have as many entries.
    pub fn new(entries: &'a [f32], [rows, columns]: [usize; 2]) -> Self {
        assert_eq!(Some(entries.len()), rows.checked_mul(columns), "entries of a {rows} x {columns} matrix");
        Self { entries, rows, columns, row_stride: columns, column_stride: 1 }
    }

    /// Number of rows.
    pub fn rows(self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(self) -> usize {
        self.columns
    }

    /// The transpose; nothing is moved.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    /// The product `self other`, row-major. The order of summation doesn't depend on the number of threads.
    ///
    /// # Panics
    /// If `self` doesn't have as many columns as `other` has rows.
    pub fn times(self, other: Matrix) -> Vec<f32> {
        let multiplications = self.rows * self.columns * other.columns;
        let max_parts = (multiplications / MULTIPLICATIONS_PER_THREAD).min(threads());
        let parts = if max_parts > 1 && should_parallelize(multiplications) { max_parts } else { 1 };
        product_in_parts(self, other, parts)
    }

    fn columns_from(self, start: usize, columns: usize) -> Self {
        Self { entries: &self.entries[start * self.column_stride..], columns, ..self }
    }

    fn rows_from(self, start: usize, rows: usize) -> Self {
        Self { entries: &self.entries[start * self.row_stride..], rows, ..self }
    }

    fn is_within_slice(self) -> bool {
        let last = |count: usize, stride: usize| count.saturating_sub(1) * stride;
        let is_empty = self.rows == 0 || self.columns == 0;
        is_empty || last(self.rows, self.row_stride) + last(self.columns, self.column_stride) < self.entries.len()
    }
}

/// A row-major matrix to be written, or some rows or columns of one.
struct Output<'a> {
    /// Entry `(row, column)` is at `row * row_stride + column`, and nobody else has access to it.
    start: *mut f32,
    rows: usize,
    columns: usize,
    row_stride: usize,
    entries: PhantomData<&'a mut [MaybeUninit<f32>]>,
}

// SAFETY: it stands for a `&mut [MaybeUninit<f32>]` with gaps.
unsafe impl Send for Output<'_> {}

impl<'a> Output<'a> {
    fn new(entries: &'a mut [MaybeUninit<f32>], [rows, columns]: [usize; 2]) -> Self {
        assert_eq!(entries.len(), rows * columns, "entries of a {rows} x {columns} matrix");
        Self { start: entries.as_mut_ptr().cast(), rows, columns, row_stride: columns, entries: PhantomData }
    }

    fn split_at_column(self, middle: usize) -> (Self, Self) {
        let right = self.columns.checked_sub(middle).expect("a column of the matrix");
        (Self { columns: middle, ..self }, Self { start: self.start.wrapping_add(middle), columns: right, ..self })
    }

    fn split_at_row(self, middle: usize) -> (Self, Self) {
        let below = self.rows.checked_sub(middle).expect("a row of the matrix");
        (
            Self { rows: middle, ..self },
            Self { start: self.start.wrapping_add(middle * self.row_stride), rows: below, ..self },
        )
    }
}

fn product_in_parts(left: Matrix, right: Matrix, parts: usize) -> Vec<f32> {
    let size = left.rows * right.columns;
    let mut product = Vec::with_capacity(size);
    let output = Output::new(&mut product.spare_capacity_mut()[..size], [left.rows, right.columns]);
    write_product(left, right, output, parts);
    // SAFETY: `write_product` has written each entry.
    unsafe { product.set_len(size) };
    product
}

/// Writes each entry of `output`, by up to `parts` threads.
fn write_product(left: Matrix, right: Matrix, output: Output, parts: usize) {
    let (rows, columns) = (output.rows, output.columns);
    let (first, second) = (parts / 2, parts - parts / 2);
    let by_columns = columns >= rows;
    let middle = match by_columns {
        true => (columns * first / parts).next_multiple_of(VECTOR).min(columns),
        false => rows * first / parts,
    };
    if parts < 2 || !can_be_split(rows, columns, middle) {
        write_part(left, right, output);
    } else if by_columns {
        let (before, after) = output.split_at_column(middle);
        join(
            || write_product(left, right.columns_from(0, middle), before, first),
            || write_product(left, right.columns_from(middle, columns - middle), after, second),
        );
    } else {
        let (above, below) = output.split_at_row(middle);
        join(
            || write_product(left.rows_from(0, middle), right, above, first),
            || write_product(left.rows_from(middle, rows - middle), right, below, second),
        );
    }
}

/// Whether gemm computes the two parts, which meet at `middle` of the longer side, as it computes the whole:
/// it has special cases for a single row or column and for few entries.
fn can_be_split(rows: usize, columns: usize, middle: usize) -> bool {
    let shorter = middle.min(rows.max(columns) - middle);
    shorter > 1 && shorter * rows.min(columns) > MAX_SMALL_PRODUCT
}

fn write_part(left: Matrix, right: Matrix, output: Output) {
    let (rows, inner, columns) = (left.rows, left.columns, right.columns);
    assert_eq!([rows, inner, columns], [output.rows, right.rows, output.columns], "factors that fit each other");
    assert!(left.is_within_slice() && right.is_within_slice(), "matrices within their slices");
    let terms = inner.div_ceil(inner.div_ceil(MAX_TERMS).max(1)).max(1);
    for first in (0..inner.max(1)).step_by(terms) {
        // SAFETY: the factors are within their slices, and `output` is ours to write. gemm reads it only from
        // the second call on, when the first has written it.
        unsafe {
            gemm::gemm(
                rows,
                columns,
                terms.min(inner - first),
                output.start,
                1,
                output.row_stride as isize,
                first > 0,
                left.entries.as_ptr().wrapping_add(first * left.column_stride),
                left.column_stride as isize,
                left.row_stride as isize,
                right.entries.as_ptr().wrapping_add(first * right.row_stride),
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

    /// The bits of a product of plain matrices or of the transposes of stored ones.
    fn bits_in_parts(parts: usize, [rows, inner, columns]: [usize; 3], transposed: [bool; 2]) -> Vec<u32> {
        let stored = [entries(rows * inner), entries(inner * columns)];
        let matrix = |entries, rows, columns, transposed| match transposed {
            true => Matrix::new(entries, [columns, rows]).transposed(),
            false => Matrix::new(entries, [rows, columns]),
        };
        let left = matrix(&stored[0], rows, inner, transposed[0]);
        let right = matrix(&stored[1], inner, columns, transposed[1]);
        product_in_parts(left, right, parts).into_iter().map(f32::to_bits).collect()
    }

    proptest! {
        #[test]
        fn a_product_has_the_same_bits_in_any_number_of_parts(
            sizes in [1_usize..300, 1_usize..1_500, 1_usize..300], transposed: [bool; 2], parts in 2_usize..9
        ) {
            prop_assert!(bits_in_parts(parts, sizes, transposed) == bits_in_parts(1, sizes, transposed));
        }
    }
}
