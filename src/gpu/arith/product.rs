//! Products of matrices, sums of products, sums: every product and every sum rounded.

mod at_sites;
mod rules;

use self::rules::Rules;
pub use self::rules::SHADERS;
use crate::Rounder;
use crate::arith::slices::{Matrix, MatrixMut, Order, ShapeError, SliceError, SumOfProducts};
use crate::gpu::launch::DISPATCH;
use crate::gpu::{Gpu, GpuError};

/// Terms of a sum in one dispatch at most: Mesa's llvmpipe stops the loops of an invocation after 65,535
/// turns in all, and a tree takes up to three a term.
const TERMS: usize = 1 << 14;
/// Products of one dispatch at most, so that none takes seconds.
const WORK: u64 = 1 << 30;
/// The same where the GPU is the processor itself.
const SOFTWARE_WORK: u64 = 1 << 16;

impl Gpu {
    /// C = A B, the bits of [`SumOfProducts::gemm`].
    ///
    /// One invocation an entry, whatever the accumulator. One submission and one read-back where A and C fit in a chunk each
    /// ([`Gpu::with_chunk`]); else their rows go in parts. B goes as a whole.
    ///
    /// ```
    /// use roundoff::arith::slices::{Matrix, MatrixMut, SumOfProducts};
    /// use roundoff::gpu::Gpu;
    /// use roundoff::{Format, Rounder};
    /// let (a, b) = ([1.0, 2.0, 3.0, 4.0], [0.5, 0.0, 0.0, 0.25]);
    /// let (a, b) = (Matrix::new(&a, 2, 2)?, Matrix::new(&b, 2, 2)?);
    /// let mut c = [0f32; 4];
    /// let sum = SumOfProducts::new(Rounder::new(Format::OCP_E4M3));
    /// match Gpu::new() {
    ///     Ok(gpu) => gpu.gemm(&sum, a, b, MatrixMut::new(&mut c, 2, 2)?)?,
    ///     Err(_) => sum.gemm(a, b, MatrixMut::new(&mut c, 2, 2)?)?,
    /// }
    /// assert_eq!(c, [0.5, 0.5, 1.5, 1.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`GpuError::Slice`] if shapes do not fit, [`GpuError::Word32`] for formats and roundings that
    /// 32-bit words do not serve, [`GpuError::Unsupported`] for aligned accumulators of blocks of more
    /// than 16,384 terms or whose sums have more than 63 digits, [`GpuError::TooLarge`] if B, or one row of A or C, is more than a binding holds; or what went
    /// wrong on the GPU.
    pub fn gemm(
        &self,
        sum: &SumOfProducts,
        a: Matrix<'_, f32>,
        b: Matrix<'_, f32>,
        c: MatrixMut<'_, f32>,
    ) -> Result<(), GpuError> {
        self.gemm_by(&Rules::new(sum)?, a, b, c)
    }

    /// C = A B by rules of its own.
    fn gemm_by(
        &self,
        rules: &Rules,
        a: Matrix<'_, f32>,
        b: Matrix<'_, f32>,
        mut c: MatrixMut<'_, f32>,
    ) -> Result<(), GpuError> {
        let shape = |error| GpuError::Slice(SliceError::Shape(error));
        if a.columns() != b.rows() {
            return Err(shape(ShapeError::Inner {
                a_rows: a.rows(),
                a_columns: a.columns(),
                b_rows: b.rows(),
                b_columns: b.columns(),
            }));
        }
        let (rows, columns) = c.shape();
        if (rows, columns) != (a.rows(), b.columns()) {
            return Err(shape(ShapeError::Output {
                rows: a.rows(),
                columns: b.columns(),
                c_rows: rows,
                c_columns: columns,
            }));
        }
        let depth = a.columns();
        let terms = rules.terms(TERMS);
        let kept = if depth > terms { rules.state() } else { 0 };
        let parts = self.parts(rows, columns, depth, kept)?;
        if rows == 0 || columns == 0 {
            return Ok(());
        }
        let work = (rows as u64)
            .saturating_mul(columns as u64)
            .saturating_mul(depth as u64);
        let pipeline = rules.pipeline(self, work)?;
        let b = self.upload(&words(&b, 0, depth))?;
        let state = self.storage(4 * (kept * columns * parts.dispatch.min(rows)) as u64)?;
        for first in (0..rows).step_by(parts.submission) {
            let last = rows.min(first.saturating_add(parts.submission));
            let a = self.upload(&words(&a, first, last - first))?;
            let entries = (last - first) * columns;
            let results = self.storage(4 * entries as u64)?;
            let mut encoder = self.encoder()?;
            for begin_row in (first..last).step_by(parts.dispatch) {
                let end_row = last.min(begin_row.saturating_add(parts.dispatch));
                for begin in (0..depth.max(1)).step_by(terms) {
                    let end = depth.min(begin + terms);
                    let mut call = [begin_row * columns, first, columns, depth, begin, end]
                        .map(|n| n as u32)
                        .to_vec();
                    call.extend(rules.words(depth));
                    self.dispatch(
                        &mut encoder,
                        &pipeline,
                        &call,
                        &[
                            results.as_entire_buffer_binding(),
                            a.as_entire_buffer_binding(),
                            b.as_entire_buffer_binding(),
                            state.as_entire_buffer_binding(),
                        ],
                        ((end_row - begin_row) * columns) as u32,
                    )?;
                }
            }
            let got = self.read_after(encoder, &results, entries)?;
            for (i, row) in got.chunks(columns).enumerate() {
                for (y, word) in c.row_mut(first + i).iter_mut().zip(row) {
                    *y = f32::from_bits(*word);
                }
            }
        }
        Ok(())
    }

    /// y = A x, the bits of [`SumOfProducts::gemv`].
    ///
    /// # Errors
    /// As [`Gpu::gemm`].
    pub fn gemv(
        &self,
        sum: &SumOfProducts,
        a: Matrix<'_, f32>,
        x: &[f32],
        y: &mut [f32],
    ) -> Result<(), GpuError> {
        self.gemm(sum, a, Matrix::column(x), MatrixMut::column(y))
    }

    /// x . y, the bits of [`SumOfProducts::dot`]: one invocation, so that the order is kept. Many dot
    /// products at once are a [`Gpu::gemv`] or a [`Gpu::gemm`].
    ///
    /// # Errors
    /// As [`Gpu::gemm`].
    pub fn dot(&self, sum: &SumOfProducts, x: &[f32], y: &[f32]) -> Result<f32, GpuError> {
        if x.len() != y.len() {
            return Err(GpuError::Slice(SliceError::Shape(ShapeError::Lengths {
                x: x.len(),
                y: y.len(),
            })));
        }
        let mut result = [0f32];
        self.gemm(
            sum,
            Matrix::row(x),
            Matrix::column(y),
            MatrixMut::row(&mut result),
        )?;
        Ok(result[0])
    }

    /// The sum of every row, added up by `rounder` in an order: the bits of the fused dot product of
    /// the row and ones, where each term is added with one rounding.
    ///
    /// # Errors
    /// As [`Gpu::gemm`].
    pub fn sums(
        &self,
        rounder: &Rounder,
        order: Order,
        rows: Matrix<'_, f32>,
        result: &mut [f32],
    ) -> Result<(), GpuError> {
        let sum = SumOfProducts::new(*rounder).fused().with_order(order);
        let ones = vec![1f32; rows.columns()];
        self.gemv(&sum, rows, &ones, result)
    }

    /// In how many rows at a time, where each entry keeps so many words between dispatches.
    fn parts(
        &self,
        rows: usize,
        columns: usize,
        depth: usize,
        kept: usize,
    ) -> Result<Parts, GpuError> {
        let limit = self.adapter().largest_binding;
        let fits = |values: u128| match 4 * values <= u128::from(limit) {
            true => Ok(()),
            false => Err(GpuError::TooLarge {
                adapter: self.adapter().name.clone(),
                bytes: u64::try_from(4 * values).unwrap_or(u64::MAX),
                limit,
            }),
        };
        let kept = kept.max(1) as u64;
        fits(columns as u128 * depth as u128)?;
        fits(columns.max(depth) as u128)?;
        fits(u128::from(kept) * columns as u128)?;
        // Entries are numbered in 32 bits.
        if rows as u128 * columns as u128 > u128::from(u32::MAX) {
            fits(u128::from(u64::MAX))?;
        }
        let (columns, depth) = (columns.max(1) as u64, depth.max(1) as u64);
        let together = self.chunk.min(limit) / 4;
        let work = match self.adapter().is_software() {
            true => SOFTWARE_WORK,
            false => WORK,
        };
        let of = |rows: u64| usize::try_from(rows.max(1)).unwrap_or(usize::MAX);
        Ok(Parts {
            submission: of((together / columns).min(together / depth)),
            dispatch: of((DISPATCH / columns)
                .min(work / columns.saturating_mul(depth))
                .min(limit / 4 / kept / columns)),
        })
    }
}

/// Rows that go together.
struct Parts {
    /// Their A and C are in memory at once.
    submission: usize,
    /// They take no seconds.
    dispatch: usize,
}

/// Rows of a matrix one after the other.
fn words(matrix: &Matrix<'_, f32>, first: usize, rows: usize) -> Vec<u32> {
    let mut row = vec![0f32; matrix.columns()];
    let mut words = Vec::with_capacity(rows * row.len());
    for i in first..first + rows {
        matrix.copy_row(i, 0, &mut row);
        words.extend(row.iter().map(|x| x.to_bits()));
    }
    words
}
