//! Products of matrices and vectors: shapes, tiles, threads.

use super::aligned;
use super::kulisch;
use super::matrix::{Matrix, MatrixMut};
use super::order::reduce;
use super::packed::{Packed, SliceHost};
use super::single::{Rules, Single};
use super::sum::{Accumulator, SumOfProducts};
use super::tile::{Tile, Tiles};
use super::words::{Positions, Step, word};
use super::{LANES, ShapeError, SliceError};
use crate::arith::exact::Exactly;
use crate::chop::{Rounder, Threads};
use crate::format::Format;

/// Rows of the result that a thread does at a time, where there are enough for all threads.
const ROWS: usize = 8;

/// Products below which threads cost more than they save.
const PARALLEL_PRODUCTS: usize = 1 << 17;

impl SumOfProducts {
    /// x . y, the sum of the products of their elements.
    ///
    /// ```
    /// use roundoff::arith::slices::SumOfProducts;
    /// use roundoff::{Format, Rounder};
    /// let half = SumOfProducts::new(Rounder::new(Format::BINARY16));
    /// assert_eq!(half.dot(&[1.0, 2048.0, 1.0], &[1.0, 1.0, 1.0])?, 2048.0);
    /// # Ok::<(), roundoff::arith::slices::SliceError>(())
    /// ```
    ///
    /// # Errors
    /// [`SliceError`] if they are not as long, or the result's format does not fit in T.
    pub fn dot<T: SliceHost>(&self, x: &[T], y: &[T]) -> Result<T, SliceError> {
        same_length(x, y)?;
        let mut result = [T::from_f64(0.0)];
        self.gemm(
            Matrix::row(x),
            Matrix::column(y),
            MatrixMut::row(&mut result),
        )?;
        Ok(result[0])
    }

    /// y = y + a x.
    ///
    /// # Errors
    /// As [`SumOfProducts::dot`].
    pub fn axpy<T: SliceHost>(&self, a: T, x: &[T], y: &mut [T]) -> Result<(), SliceError> {
        same_length(x, y)?;
        self.gemm_add(Matrix::row(&[a]), Matrix::row(x), MatrixMut::row(y))
    }

    /// y = A x.
    ///
    /// # Errors
    /// [`SliceError`] if shapes do not fit, or the result's format does not fit in T.
    pub fn gemv<T: SliceHost>(
        &self,
        a: Matrix<'_, T>,
        x: &[T],
        y: &mut [T],
    ) -> Result<(), SliceError> {
        self.gemm(a, Matrix::column(x), MatrixMut::column(y))
    }

    /// C = A B.
    ///
    /// ```
    /// use roundoff::arith::slices::{Matrix, MatrixMut, SumOfProducts};
    /// use roundoff::{Format, Rounder};
    /// let (a, b) = ([1.0, 2.0, 3.0, 4.0], [0.5, 0.0, 0.0, 0.25]);
    /// let mut c = [0.0; 4];
    /// SumOfProducts::new(Rounder::new(Format::OCP_E4M3)).gemm(
    ///     Matrix::new(&a, 2, 2)?,
    ///     Matrix::new(&b, 2, 2)?,
    ///     MatrixMut::new(&mut c, 2, 2)?,
    /// )?;
    /// assert_eq!(c, [0.5, 0.5, 1.5, 1.0]);
    /// # Ok::<(), roundoff::arith::slices::SliceError>(())
    /// ```
    ///
    /// # Errors
    /// As [`SumOfProducts::gemv`].
    pub fn gemm<T: SliceHost>(
        &self,
        a: Matrix<'_, T>,
        b: Matrix<'_, T>,
        c: MatrixMut<'_, T>,
    ) -> Result<(), SliceError> {
        self.multiply(a, b, c, false)
    }

    /// C = C + A B: the accumulators begin with C, rounded as they are; a pairwise sum is added to
    /// it.
    ///
    /// # Errors
    /// As [`SumOfProducts::gemv`].
    pub fn gemm_add<T: SliceHost>(
        &self,
        a: Matrix<'_, T>,
        b: Matrix<'_, T>,
        c: MatrixMut<'_, T>,
    ) -> Result<(), SliceError> {
        self.multiply(a, b, c, true)
    }

    fn multiply<T: SliceHost>(
        &self,
        a: Matrix<'_, T>,
        b: Matrix<'_, T>,
        c: MatrixMut<'_, T>,
        add: bool,
    ) -> Result<(), SliceError> {
        if a.columns() != b.rows() {
            return Err(SliceError::Shape(ShapeError::Inner {
                a_rows: a.rows(),
                a_columns: a.columns(),
                b_rows: b.rows(),
                b_columns: b.columns(),
            }));
        }
        if (c.rows, c.columns) != (a.rows(), b.columns()) {
            return Err(SliceError::Shape(ShapeError::Output {
                rows: a.rows(),
                columns: b.columns(),
                c_rows: c.rows,
                c_columns: c.columns,
            }));
        }
        let stored = self.output.unwrap_or(*self.accumulator.rounder());
        holds::<T>(stored.format())?;
        if c.rows > 0 && c.columns > 0 {
            Product::new(self, a, b, add).into(c, self.threads);
        }
        Ok(())
    }
}

pub(super) fn same_length<T>(x: &[T], y: &[T]) -> Result<(), ShapeError> {
    match x.len() == y.len() {
        true => Ok(()),
        false => Err(ShapeError::Lengths {
            x: x.len(),
            y: y.len(),
        }),
    }
}

/// Does a host hold every value of a format?
pub(super) fn holds<T: SliceHost>(format: &Format) -> Result<(), SliceError> {
    let carrier = T::CARRIER.carrier();
    let (precision, emax) = (i32::from(carrier.precision), i32::from(carrier.emax));
    let digits = format.precision() as i32;
    // The host's own lowest step is 2^(2 - emax - precision).
    let fits = digits <= precision
        && format.emax() <= emax
        && format.emin() - digits + 1 >= 2 - emax - precision;
    match fits {
        true => Ok(()),
        false => Err(SliceError::Host {
            format: format.to_string(),
            host: if precision == 24 { "f32" } else { "f64" },
        }),
    }
}

/// A product of matrices under way.
struct Product<'a, T> {
    a: Matrix<'a, T>,
    b: Matrix<'a, T>,
    add: bool,
    depth: usize,
    accumulator: Accumulator,
    tiles: Tiles,
    rules: Rules,
    output: Option<(Rounder, Exactly)>,
    /// Columns of the result, for positions.
    columns: usize,
}

impl<'a, T: SliceHost> Product<'a, T> {
    fn new(sum: &SumOfProducts, a: Matrix<'a, T>, b: Matrix<'a, T>, add: bool) -> Self {
        let rounder = sum.accumulator.rounder();
        let order = match sum.accumulator {
            Accumulator::Rounded { order, .. } => order,
            _ => super::Order::Sequential,
        };
        Self {
            a,
            b,
            add,
            depth: a.columns(),
            accumulator: sum.accumulator,
            tiles: Tiles::new(sum.product.as_ref(), rounder, order),
            rules: Rules::new(sum.product.as_ref(), rounder),
            output: sum.output.map(|output| (output, Exactly::new(&output))),
            columns: b.columns(),
        }
    }

    fn into(self, c: MatrixMut<'_, T>, threads: Threads) {
        let work = c.rows.saturating_mul(c.columns).saturating_mul(self.depth);
        let parallel = threads == Threads::Auto && work >= PARALLEL_PRODUCTS;
        among_threads(parallel, || {
            if c.rows == 1 && c.columns == 1 {
                self.one(&mut c.values[0]);
            } else if c.columns < LANES && c.rows > c.columns {
                self.by_columns(c, parallel);
            } else {
                self.by_rows(c, parallel);
            }
        });
    }

    /// A single entry.
    fn one(&self, c: &mut T) {
        let start = self.add.then(|| [self.rules.start(c.to_f64(), 0)]);
        let sum = self.one_sum(start.as_ref());
        *c = T::from_f64(self.finish(sum, 0));
    }

    fn one_sum(&self, start: Option<&[f64; 1]>) -> f64 {
        if let Accumulator::Rounded { .. } = self.accumulator {
            let padded = |matrix: &Matrix<'_, T>| {
                let mut values = vec![T::from_f64(0.0); self.depth.next_multiple_of(LANES)];
                matrix.copy_row(0, 0, &mut values[..self.depth]);
                T::pack(values).0
            };
            let tile = Tile {
                a: &padded(&self.a),
                b: &padded(&self.b.transposed()),
                depth: self.depth,
                start,
                positions: Positions {
                    first: 0,
                    stride: 1,
                },
            };
            if let Some([sum]) = self.tiles.sums(&tile) {
                return sum;
            }
        }
        self.entry(0, 0, start.map(|start| start[0]))
    }

    /// LANES columns side by side; threads take rows, or the columns of a single row.
    fn by_rows(&self, c: MatrixMut<'_, T>, parallel: bool) {
        let (columns, stride) = (c.columns, c.stride);
        let panel = |number: usize| Packed::panel(&self.b, number * LANES);
        let tile = |i: usize, row: &Packed, number: usize, panel: &Packed, c: &mut [T]| {
            let from = number * LANES;
            let n = (i * columns + from) as u64;
            let width = LANES.min(columns - from);
            self.tile(
                row,
                panel,
                n,
                1,
                c,
                |lane| (lane < width).then_some(lane),
                |lane| (i, from + lane),
            );
        };
        if c.rows == 1 {
            let row = Packed::row(&self.a, 0);
            each_chunk(&mut c.values[..columns], LANES, parallel, |number, part| {
                tile(0, &row, number, &panel(number), part);
            });
            return;
        }
        let panels = collect(columns.div_ceil(LANES), parallel, panel);
        let end = (c.rows - 1) * stride + columns;
        let height = rows_at_a_time(c.rows, parallel);
        // Some rows by one panel after the other: a panel stays in the nearer caches for them all.
        each_chunk(
            &mut c.values[..end],
            stride * height,
            parallel,
            |chunk, part| {
                let first = chunk * height;
                let rows: Vec<Packed> = (first..c.rows.min(first + height))
                    .map(|i| Packed::row(&self.a, i))
                    .collect();
                for (number, panel) in panels.iter().enumerate() {
                    let columns = number * LANES..columns.min((number + 1) * LANES);
                    for (i, row) in rows.iter().enumerate() {
                        let place = i * stride + columns.start..i * stride + columns.end;
                        tile(first + i, row, number, panel, &mut part[place]);
                    }
                }
            },
        );
    }

    /// LANES rows side by side, where there are few columns.
    fn by_columns(&self, c: MatrixMut<'_, T>, parallel: bool) {
        let (rows, columns, stride) = (c.rows, c.columns, c.stride);
        let (a, b) = (self.a.transposed(), self.b.transposed());
        let lines = collect(columns, parallel, |j| Packed::row(&b, j));
        let end = (rows - 1) * stride + columns;
        each_chunk(
            &mut c.values[..end],
            stride * LANES,
            parallel,
            |number, part| {
                let from = number * LANES;
                let height = LANES.min(rows - from);
                let panel = Packed::panel(&a, from);
                for (j, line) in lines.iter().enumerate() {
                    let n = (from * columns + j) as u64;
                    let place = |lane| (lane < height).then_some(lane * stride + j);
                    self.tile(line, &panel, n, columns as u64, part, place, |lane| {
                        (from + lane, j)
                    });
                }
            },
        );
    }

    /// LANES entries: `place` says where in `c` a lane's is, `entry` which one of the result.
    #[expect(clippy::too_many_arguments)]
    fn tile(
        &self,
        a: &Packed,
        b: &Packed,
        n: u64,
        step: u64,
        c: &mut [T],
        place: impl Fn(usize) -> Option<usize>,
        entry: impl Fn(usize) -> (usize, usize),
    ) {
        let number = |lane: usize| n + lane as u64 * step;
        let start = self.add.then(|| -> [f64; LANES] {
            std::array::from_fn(|lane| match place(lane) {
                Some(at) => self.rules.start(c[at].to_f64(), number(lane)),
                None => 0.0,
            })
        });
        let sums = match self.accumulator {
            Accumulator::Rounded { .. } => self.tiles.sums(&Tile {
                a,
                b,
                depth: self.depth,
                start: start.as_ref(),
                positions: Positions {
                    first: n * self.depth as u64,
                    stride: step * self.depth as u64,
                },
            }),
            // A zero sum is +0, but toward negative: there its terms' signs matter.
            Accumulator::Exact { .. }
                if !self.add && self.rules.is_fused() && !self.rules.is_down() =>
            {
                kulisch::fixed_sums(a, b, self.depth).map(|sums| {
                    std::array::from_fn(|lane| {
                        let position = number(lane) * self.depth as u64;
                        self.rules.round_sum(sums[lane], position)
                    })
                })
            }
            _ => None,
        };
        for lane in 0..LANES {
            let Some(at) = place(lane) else { continue };
            let sum = match &sums {
                Some(sums) => sums[lane],
                None => {
                    let (i, j) = entry(lane);
                    self.entry(i, j, start.as_ref().map(|start| start[lane]))
                }
            };
            c[at] = T::from_f64(self.finish(sum, number(lane)));
        }
    }

    /// Entry (i, j) by itself.
    fn entry(&self, i: usize, j: usize, start: Option<f64>) -> f64 {
        let value = |x: Option<T>| x.map_or(0.0, T::to_f64);
        let a = |k: usize| value(self.a.get(i, k));
        let b = |k: usize| value(self.b.get(k, j));
        let n = (i * self.columns + j) as u64;
        let position = n * self.depth as u64;
        let term = |k: usize| self.rules.term(a(k), b(k), position + k as u64);
        match &self.accumulator {
            Accumulator::Rounded { order, .. } => {
                let mut single = Single {
                    rules: &self.rules,
                    a: &a,
                    b: &b,
                    position,
                };
                reduce(*order, &mut single, start.as_ref(), self.depth)
            }
            Accumulator::Exact { .. } => {
                let mut sum = kulisch::Kulisch::new();
                sum.add(start.unwrap_or(0.0));
                for k in 0..self.depth {
                    match term(k) {
                        Some(term) => sum.add(term),
                        None => sum.add_product(a(k), b(k)),
                    }
                }
                self.rules
                    .round_sum(sum.value(self.rules.is_down()), position)
            }
            Accumulator::Aligned(aligned) => {
                let factors = |k: usize| term(k).map_or((a(k), b(k)), |term| (term, 1.0));
                let start = start.unwrap_or(0.0);
                aligned::sum(aligned, &self.rules, factors, start, self.depth, position)
            }
        }
    }

    /// What is stored of a sum.
    fn finish(&self, sum: f64, n: u64) -> f64 {
        let result = match &self.output {
            Some((rounder, exactly)) => exactly.num(sum, word(rounder, Step::Output, n)),
            None => sum,
        };
        // One NaN, on every machine.
        if result.is_nan() { f64::NAN } else { result }
    }
}

/// A few chunks a thread, so that none waits long for the last.
fn rows_at_a_time(rows: usize, parallel: bool) -> usize {
    #[cfg(feature = "rayon")]
    if parallel {
        return (rows / (4 * rayon::current_num_threads())).clamp(1, ROWS);
    }
    let _ = (rows, parallel);
    ROWS
}

/// Does the work in one of the threads, where others take part: so the caller sleeps and wakes once,
/// not at each step.
fn among_threads(parallel: bool, work: impl FnOnce() + Send) {
    #[cfg(feature = "rayon")]
    if parallel {
        return rayon::scope(|_| work());
    }
    let _ = parallel;
    work();
}

/// Calls `work(number, chunk)` for chunks of `size` values. A thread that is done takes single chunks
/// of the others': of two, one that is held up does not hold up the product.
pub(super) fn each_chunk<T: Send>(
    values: &mut [T],
    size: usize,
    parallel: bool,
    work: impl Fn(usize, &mut [T]) + Sync,
) {
    #[cfg(feature = "rayon")]
    if parallel {
        use rayon::prelude::*;
        let chunks = values.par_chunks_mut(size).enumerate();
        chunks
            .with_max_len(1)
            .for_each(|(number, chunk)| work(number, chunk));
        return;
    }
    let _ = parallel;
    for (number, chunk) in values.chunks_mut(size).enumerate() {
        work(number, chunk);
    }
}

/// `make(0)`, `make(1)`, ...
fn collect<U: Send>(
    count: usize,
    parallel: bool,
    make: impl Fn(usize) -> U + Send + Sync,
) -> Vec<U> {
    #[cfg(feature = "rayon")]
    if parallel {
        use rayon::prelude::*;
        return (0..count).into_par_iter().map(make).collect();
    }
    let _ = parallel;
    (0..count).map(make).collect()
}
