//! The entries of a product: LANES side by side where they may be, else one by one.

use super::spread::{among_threads, collect, each_chunk, rows_at_a_time};
use crate::arith::exact::Exactly;
use crate::arith::slices::matrix::{Matrix, MatrixMut};
use crate::arith::slices::order::reduce;
use crate::arith::slices::packed::{Packed, SliceHost};
use crate::arith::slices::single::{Rules, Single};
use crate::arith::slices::sum::{Accumulator, Order, SumOfProducts};
use crate::arith::slices::tile::{Tile, Tiles};
use crate::arith::slices::words::{Positions, Step, word};
use crate::arith::slices::{LANES, aligned, kulisch};
use crate::chop::{Rounder, Threads};

/// Products below which threads cost more than they save.
const PARALLEL_PRODUCTS: usize = 1 << 17;

/// A product of matrices under way.
pub(super) struct Product<'a, T> {
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
    pub fn new(sum: &SumOfProducts, a: Matrix<'a, T>, b: Matrix<'a, T>, add: bool) -> Self {
        let rounder = sum.accumulator.rounder();
        let order = match sum.accumulator {
            Accumulator::Rounded { order, .. } => order,
            _ => Order::Sequential,
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

    pub fn into(self, c: MatrixMut<'_, T>, threads: Threads) {
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
