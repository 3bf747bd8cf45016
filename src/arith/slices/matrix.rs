//! Matrices as views of slices.

use super::ShapeError;

/// A matrix in a slice, row by row (row-major): element (i, j) is at i `stride` + j.
///
/// ```
/// use roundoff::arith::slices::Matrix;
/// let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// let a = Matrix::new(&values, 2, 3)?;
/// assert_eq!(a.get(1, 0), Some(4.0));
/// assert_eq!(a.transposed().get(0, 1), Some(4.0));
/// # Ok::<(), roundoff::arith::slices::ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a, T> {
    values: &'a [T],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a, T: Copy> Matrix<'a, T> {
    /// Rows one after the other.
    ///
    /// # Errors
    /// [`ShapeError`] unless there are rows x columns values.
    pub fn new(values: &'a [T], rows: usize, columns: usize) -> Result<Self, ShapeError> {
        exactly(values.len(), rows, columns)?;
        Self::with_stride(values, rows, columns, columns)
    }

    /// Rows that begin `stride` values apart: a part of a wider matrix.
    ///
    /// # Errors
    /// [`ShapeError`] if rows overlap or the last one ends after the slice.
    pub fn with_stride(
        values: &'a [T],
        rows: usize,
        columns: usize,
        stride: usize,
    ) -> Result<Self, ShapeError> {
        within(values.len(), rows, columns, stride)?;
        Ok(Self {
            values,
            rows,
            columns,
            row_stride: stride,
            column_stride: 1,
        })
    }

    /// A vector as one column.
    pub const fn column(values: &'a [T]) -> Self {
        Self {
            values,
            rows: values.len(),
            columns: 1,
            row_stride: 1,
            column_stride: 1,
        }
    }

    /// A vector as one row.
    pub const fn row(values: &'a [T]) -> Self {
        Self::column(values).transposed()
    }

    /// Rows and columns exchanged; no value moves.
    #[must_use]
    pub const fn transposed(self) -> Self {
        Self {
            values: self.values,
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
        }
    }

    /// How many rows.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns.
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// Element (i, j), counted from 0; none outside.
    pub fn get(&self, i: usize, j: usize) -> Option<T> {
        (i < self.rows && j < self.columns)
            .then(|| self.values[i * self.row_stride + j * self.column_stride])
    }

    /// Row i, from column `from` on, into `target`.
    pub(crate) fn copy_row(&self, i: usize, from: usize, target: &mut [T]) {
        let start = i * self.row_stride + from * self.column_stride;
        if self.column_stride == 1 {
            target.copy_from_slice(&self.values[start..start + target.len()]);
        } else {
            for (j, y) in target.iter_mut().enumerate() {
                *y = self.values[start + j * self.column_stride];
            }
        }
    }
}

/// A matrix to write to, row by row.
#[derive(Debug)]
pub struct MatrixMut<'a, T> {
    pub(super) values: &'a mut [T],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) stride: usize,
}

impl<'a, T> MatrixMut<'a, T> {
    /// Rows and columns.
    #[cfg(feature = "gpu")]
    pub(crate) const fn shape(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// Row i.
    #[cfg(feature = "gpu")]
    pub(crate) fn row_mut(&mut self, i: usize) -> &mut [T] {
        let start = i * self.stride;
        &mut self.values[start..start + self.columns]
    }

    /// Rows one after the other.
    ///
    /// # Errors
    /// [`ShapeError`] unless there are rows x columns values.
    pub fn new(values: &'a mut [T], rows: usize, columns: usize) -> Result<Self, ShapeError> {
        exactly(values.len(), rows, columns)?;
        Self::with_stride(values, rows, columns, columns)
    }

    /// Rows that begin `stride` values apart. What lies between them is left alone.
    ///
    /// # Errors
    /// [`ShapeError`] if rows overlap or the last one ends after the slice.
    pub fn with_stride(
        values: &'a mut [T],
        rows: usize,
        columns: usize,
        stride: usize,
    ) -> Result<Self, ShapeError> {
        within(values.len(), rows, columns, stride)?;
        Ok(Self {
            values,
            rows,
            columns,
            stride,
        })
    }

    /// A vector as one column.
    pub const fn column(values: &'a mut [T]) -> Self {
        Self {
            rows: values.len(),
            columns: 1,
            stride: 1,
            values,
        }
    }

    /// A vector as one row.
    pub const fn row(values: &'a mut [T]) -> Self {
        Self {
            rows: 1,
            columns: values.len(),
            stride: values.len(),
            values,
        }
    }
}

fn exactly(len: usize, rows: usize, columns: usize) -> Result<(), ShapeError> {
    match rows.checked_mul(columns) {
        Some(needed) if needed == len => Ok(()),
        _ => Err(ShapeError::Values { rows, columns, len }),
    }
}

fn within(len: usize, rows: usize, columns: usize, stride: usize) -> Result<(), ShapeError> {
    let end = match rows {
        0 => Some(0),
        _ if columns == 0 => Some(0),
        _ => (rows - 1)
            .checked_mul(stride)
            .and_then(|start| start.checked_add(columns)),
    };
    let overlap = rows > 1 && stride < columns;
    match end {
        Some(end) if end <= len && !overlap => Ok(()),
        _ => Err(ShapeError::Stride {
            rows,
            columns,
            stride,
            len,
        }),
    }
}
