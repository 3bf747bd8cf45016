//! Products and sums of `kernels::product` and `kernels::summation`: operands rounded as they come, every
//! operation at its site.

use super::Rules;
use crate::Rounder;
use crate::arith::slices::{Matrix, MatrixMut, Order, ShapeError, SliceError};
use crate::arith::{Binary, Exact, Site, Sites};
use crate::gpu::{Gpu, GpuError, singles};
use crate::kernels::{product, summation};

impl Gpu {
    /// A B, row after row, of any f64s: the bits of [`kernels::product::gemm`](product::gemm), operands
    /// rounded first. With a column for B those of [`gemv`](product::gemv).
    ///
    /// Stochastic sums are served in sequence alone: in other orders the kernel's words depend on when a
    /// sum is made. A kernel counts its roundings from where its arithmetics stand; here it begins at 0.
    ///
    /// ```
    /// use roundoff::arith::Exact;
    /// use roundoff::arith::slices::{Matrix, Order};
    /// use roundoff::gpu::Gpu;
    /// use roundoff::kernels::product;
    /// use roundoff::{Format, Rounder};
    /// let half = Exact::new(&Rounder::new(Format::BINARY16));
    /// let a = Matrix::new(&[0.1, 0.2, 0.3, 0.4], 2, 2)?;
    /// match Gpu::new() {
    ///     Ok(gpu) => assert_eq!(
    ///         gpu.product(&half, Order::Pairwise, a, a)?,
    ///         product::gemm(&half, Order::Pairwise, a, a)?,
    ///     ),
    ///     Err(reason) => println!("{reason}"),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Gpu::gemm`]; [`GpuError::Unsupported`] for operands that no f32 holds once they are rounded,
    /// and stochastic sums in another order.
    pub fn product<S: Sites<Arith = Exact>>(
        &self,
        at: &S,
        order: Order,
        a: Matrix<'_, f64>,
        b: Matrix<'_, f64>,
    ) -> Result<Vec<f64>, GpuError> {
        let of = |site: Site| at.at(site).rounder();
        let rules = Rules::of_kernel(
            Some(&of(product::PRODUCT)),
            &of(product::ACCUMULATION),
            order,
            &of(product::OUTPUT),
        )?;
        let input = of(product::INPUT);
        // The kernel takes B's columns first.
        let columns = self.operands(&input, b.transposed(), 0)?;
        let rows = self.operands(&input, a, columns.len() as u64)?;
        let shape = |error| GpuError::Slice(SliceError::Shape(error));
        let rows = Matrix::new(&rows, a.rows(), a.columns()).map_err(shape)?;
        let columns = Matrix::new(&columns, b.columns(), b.rows()).map_err(shape)?;
        self.entries(&rules, rows, columns.transposed())
    }

    /// The sum of every row, of any f64s: the bits of
    /// [`Summation::Ordered`](summation::Summation::Ordered) for one row after the other.
    ///
    /// # Errors
    /// As [`Gpu::product`].
    pub fn sums_at_sites<S: Sites<Arith = Exact>>(
        &self,
        at: &S,
        order: Order,
        rows: Matrix<'_, f64>,
    ) -> Result<Vec<f64>, GpuError> {
        let of = |site: Site| at.at(site).rounder();
        // A term times 1, exact, is added with one rounding.
        let rules = Rules::of_kernel(
            None,
            &of(summation::ACCUMULATION),
            order,
            &of(summation::OUTPUT),
        )?;
        let terms = self.operands(&of(summation::INPUT), rows, 0)?;
        let terms = Matrix::new(&terms, rows.rows(), rows.columns())
            .map_err(|error| GpuError::Slice(SliceError::Shape(error)))?;
        let ones = vec![1f32; rows.columns()];
        self.entries(&rules, terms, Matrix::column(&ones))
    }

    fn entries(
        &self,
        rules: &Rules,
        a: Matrix<'_, f32>,
        b: Matrix<'_, f32>,
    ) -> Result<Vec<f64>, GpuError> {
        let (rows, columns) = (a.rows(), b.columns());
        let mut c = vec![0f32; rows.saturating_mul(columns)];
        let room = MatrixMut::new(&mut c, rows, columns)
            .map_err(|error| GpuError::Slice(SliceError::Shape(error)))?;
        self.gemm_by(rules, a, b, room)?;
        Ok(c.into_iter().map(f64::from).collect())
    }

    /// A matrix row after row, rounded, its first entry with the random word at `index`.
    fn operands(
        &self,
        input: &Rounder,
        matrix: Matrix<'_, f64>,
        index: u64,
    ) -> Result<Vec<f32>, GpuError> {
        let (rows, columns) = (matrix.rows(), matrix.columns());
        let mut values = vec![0f64; rows * columns];
        for (i, row) in values.chunks_mut(columns.max(1)).enumerate() {
            matrix.copy_row(i, 0, row);
        }
        self.round_slice_at(input, &mut values, index)?;
        singles(&values)
    }

    /// y + a x: the bits of [`axpy`](product::axpy).
    ///
    /// # Errors
    /// As [`Gpu::product`].
    pub fn axpy_at_sites<S: Sites<Arith = Exact>>(
        &self,
        at: &S,
        a: f64,
        x: &[f64],
        y: &[f64],
    ) -> Result<Vec<f64>, GpuError> {
        same_length(x, y)?;
        let of = |site: Site| at.at(site).rounder();
        // The kernel takes a, then x and y in turn.
        let turns = x.iter().zip(y).flat_map(|(x, y)| [*x, *y]);
        let all: Vec<f64> = std::iter::once(a).chain(turns).collect();
        let all = self.operands(&of(product::INPUT), Matrix::row(&all), 0)?;
        let each =
            |from: usize| -> Vec<f32> { all.iter().skip(from).step_by(2).copied().collect() };
        let (x, y) = (each(1), each(2));
        let a = vec![all[0]; x.len()];
        let mut out = vec![0f32; x.len()];
        self.binary(Binary::Multiply, &of(product::PRODUCT), &a, &x, &mut out)?;
        let products = out.clone();
        let accumulation = of(product::ACCUMULATION);
        self.binary(Binary::Add, &accumulation, &y, &products, &mut out)?;
        self.round_slice(&of(product::OUTPUT), &mut out)?;
        Ok(out.into_iter().map(f64::from).collect())
    }
}

fn same_length(x: &[f64], y: &[f64]) -> Result<(), GpuError> {
    match x.len() == y.len() {
        true => Ok(()),
        false => Err(GpuError::Slice(SliceError::Shape(ShapeError::Lengths {
            x: x.len(),
            y: y.len(),
        }))),
    }
}
