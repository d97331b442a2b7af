use gemm::Parallelism;

/// Products of fewer multiplications than this are computed by one thread: waking another costs more than it gains.
const SHARED_MULTIPLICATIONS: usize = 1 << 24;

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
    pub fn new(entries: &'a [f32], [rows, columns]: [usize; 2]) -> Self {
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
        let (rows, inner, columns) = (self.rows, self.columns, other.columns);
        let parallelism = match rows * inner * columns >= SHARED_MULTIPLICATIONS {
            true => Parallelism::Rayon(0),
            false => Parallelism::None,
        };
        let mut product = Vec::with_capacity(rows * columns);
        // SAFETY: `new` has checked that the strides stay within the entries, and swapping them does not change that. gemm
        // writes each of the `rows * columns` entries that there is room for, and reads none of them before.
        unsafe {
            gemm::gemm(
                rows,
                columns,
                inner,
                product.as_mut_ptr(),
                1,
                columns as isize,
                false,
                self.entries.as_ptr(),
                self.column_stride as isize,
                self.row_stride as isize,
                other.entries.as_ptr(),
                other.column_stride as isize,
                other.row_stride as isize,
                0.0,
                1.0,
                false,
                false,
                false,
                parallelism,
            );
            product.set_len(rows * columns);
        }
        product
    }
}
