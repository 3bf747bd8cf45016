//! One block of a row, in the nearest cache: greatest value, sum, exponentials, scaling.
//!
//! # The sum
//!
//! Of a block's values, number i goes to sum i mod 64 (f32; f64: 32), in order. Each such sum is an
//! unevaluated pair high + low. `high` starts at an offset that no term passes, so that each
//! addition's error is three operations away (Dekker's Fast2Sum); errors add up in `low`:
//!
//! ```text
//! next = high + t;   low += t - (next - high);   high = next
//! ```
//!
//! The 64 sums are added in f64 (for f64 with their errors), halves to halves. So a sum is as good as
//! one of f64, and its bits depend neither on the processor nor on threads.

use fearless_simd::{Level, dispatch};

use crate::native::double_double::{DoubleDouble, two_sum};
use crate::native::exp::{Hardware, Lanes, Real, Shift, Software, exp, has_fused};

/// Vectors side by side.
const SIDE: usize = 4;
/// Bytes of a vector.
const VECTOR: usize = 64;

/// Values of a block: 16 KiB of them.
pub const fn values<T>() -> usize {
    (16 << 10) / size_of::<T>()
}

/// Values of a vector.
const fn lanes<T>() -> usize {
    VECTOR / size_of::<T>()
}

/// Above the sum of a lane: a block has at most 64 terms a lane, each at most 1.
const OFFSET: f64 = 128.0;

/// The greatest of the values that are no NaN; -infinity of none.
pub fn maximum<T: Real>(level: Level, x: &[T]) -> T {
    #[inline(always)]
    fn greatest<T: Real>(x: &[T]) -> T {
        let mut lanes = [T::NEG_INFINITY; 32];
        let (chunks, rest) = x.as_chunks::<32>();
        for chunk in chunks {
            for j in 0..32 {
                lanes[j] = if chunk[j] > lanes[j] {
                    chunk[j]
                } else {
                    lanes[j]
                };
            }
        }
        for (m, x) in lanes.iter_mut().zip(rest) {
            *m = if *x > *m { *x } else { *m };
        }
        let mut greatest = T::NEG_INFINITY;
        for m in lanes {
            greatest = if m > greatest { m } else { greatest };
        }
        greatest
    }
    dispatch!(level, _simd => greatest(x))
}

/// `$run::<T, L>(token, ...)` with the vectors of the level.
macro_rules! with_lanes {
    ($level:expr, $run:ident::<$t:ident $(, $flag:tt)*>($($argument:expr),*)) => {
        match has_fused($level) {
            true => dispatch!($level, simd => {
                $run::<$t, Hardware<$t, _> $(, $flag)*>(simd, $($argument),*)
            }),
            false => $run::<$t, Software<$t> $(, $flag)*>((), $($argument),*),
        }
    };
}

/// What a loop finds out of a block besides its exponentials.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Find {
    /// Their sum. The greatest value is known.
    Sum,
    /// Their sum, and the greatest value: in one loop, so that memory and arithmetic wait for each
    /// other once.
    SumAndGreatest,
}

/// The lanes' sums.
struct Sums<L> {
    high: [L; SIDE],
    low: [L; SIDE],
    greatest: [L; SIDE],
}

impl<L: Copy> Sums<L> {
    #[inline(always)]
    fn new<T: Real>(token: L::Token) -> Self
    where
        L: Lanes<T>,
    {
        Self {
            high: [L::splat(token, T::from_f64(OFFSET)); SIDE],
            low: [L::splat(token, T::from_f64(0.0)); SIDE],
            greatest: [L::splat(token, T::NEG_INFINITY); SIDE],
        }
    }

    #[inline(always)]
    fn add<T: Real>(&mut self, terms: [L; SIDE])
    where
        L: Lanes<T>,
    {
        let mut next = self.high;
        for i in 0..SIDE {
            next[i] = next[i].add(terms[i]);
        }
        for i in 0..SIDE {
            let error = terms[i].sub(next[i].sub(self.high[i]));
            self.low[i] = self.low[i].add(error);
        }
        self.high = next;
    }

    /// The lanes' sums in f64. `high` without its offset is a multiple of 2^-16 (f64: 2^-45) and
    /// below 256 for four lanes, so that f32 and f64 hold it exactly.
    #[inline(always)]
    fn total<T: Real, const GREATEST: bool>(self, token: L::Token) -> (DoubleDouble, T)
    where
        L: Lanes<T>,
    {
        let offset = L::splat(token, T::from_f64(OFFSET));
        let [h0, h1, h2, h3] = self.high;
        let [l0, l1, l2, l3] = self.low;
        let high = (h0.sub(offset).add(h1.sub(offset))).add(h2.sub(offset).add(h3.sub(offset)));
        let low = (l0.add(l1)).add(l2.add(l3));
        let mut halves = [[T::from_f64(0.0); VECTOR / 4]; 2];
        let lanes = lanes::<T>();
        high.store(&mut halves[0][..lanes]);
        low.store(&mut halves[1][..lanes]);
        let mut sums = [[0.0; VECTOR / 4]; 2];
        for i in 0..VECTOR / 4 {
            sums[0][i] = halves[0][i].to_f64();
            sums[1][i] = halves[1][i].to_f64();
        }
        // Lanes that are not used are zero.
        let mut half = VECTOR / 4;
        while half > 1 {
            half /= 2;
            for i in 0..half {
                let sum = two_sum(sums[0][i], sums[0][i + half]);
                sums[0][i] = sum.high;
                sums[1][i] += sums[1][i + half] + sum.low;
            }
        }
        let mut most = T::NEG_INFINITY;
        if GREATEST {
            let [g0, g1, g2, g3] = self.greatest;
            let mut greatest = [T::NEG_INFINITY; VECTOR / 4];
            let greatest_of_four = (g0.at_least(g1)).at_least(g2.at_least(g3));
            greatest_of_four.store(&mut greatest[..lanes]);
            for g in greatest {
                most = if g > most { g } else { most };
            }
        }
        (two_sum(sums[0][0], sums[1][0]), most)
    }
}

#[inline(always)]
fn load<T: Real, L: Lanes<T>>(token: L::Token, x: &[T]) -> [L; SIDE] {
    let lanes = lanes::<T>();
    let mut vectors = [L::load(token, &x[..lanes]); SIDE];
    for (i, vector) in vectors.iter_mut().enumerate() {
        *vector = L::load(token, &x[i * lanes..(i + 1) * lanes]);
    }
    vectors
}

#[inline(always)]
fn store<T: Real, L: Lanes<T>>(vectors: [L; SIDE], y: &mut [T]) {
    let lanes = lanes::<T>();
    for (i, vector) in vectors.iter().enumerate() {
        vector.store(&mut y[i * lanes..(i + 1) * lanes]);
    }
}

/// The last values, filled up with some that add nothing.
#[inline(always)]
fn filled<T: Real>(rest: &[T]) -> [T; SIDE * VECTOR / 4] {
    let mut full = [T::NEG_INFINITY; SIDE * VECTOR / 4];
    full[..rest.len()].copy_from_slice(rest);
    full
}

/// 2^octaves for octaves <= 1.
pub fn power(level: Level, octaves: DoubleDouble) -> f64 {
    #[inline(always)]
    fn run<T: Real, L: Lanes<T>>(token: L::Token, shift: &Shift<T>) -> f64 {
        let zero = L::splat(token, T::from_f64(0.0));
        let mut result = [T::from_f64(0.0); VECTOR / 4];
        let [power] = exp::<T, L, 1>(token, [zero], &shift.splat::<L>(token));
        power.store(&mut result[..lanes::<T>()]);
        result[0].to_f64()
    }
    type T = f64;
    match octaves.high {
        0.0 => 1.0,
        high if high < -2000.0 => 0.0,
        _ => {
            let shift = Shift::<T>::new(-octaves);
            with_lanes!(level, run::<T>(&shift))
        }
    }
}

/// The sum of e^(x - s), and the greatest value, -infinity if not to be found. A NaN is in the sum,
/// whatever the greatest value is then.
pub fn sum<T: Real>(level: Level, find: Find, x: &[T], shift: &Shift<T>) -> (DoubleDouble, T) {
    #[inline(always)]
    fn run<T: Real, L: Lanes<T>, const GREATEST: bool>(
        token: L::Token,
        x: &[T],
        shift: &Shift<T>,
    ) -> (DoubleDouble, T) {
        let shift = shift.splat::<L>(token);
        let mut sums = Sums::<L>::new(token);
        let chunks = x.chunks_exact(SIDE * lanes::<T>());
        let rest = chunks.remainder();
        for x in chunks {
            step::<T, L, true, GREATEST>(token, x, &shift, &mut sums);
        }
        if !rest.is_empty() {
            step::<T, L, true, GREATEST>(token, &filled(rest), &shift, &mut sums);
        }
        sums.total::<T, GREATEST>(token)
    }
    match find {
        Find::Sum => with_lanes!(level, run::<T, false>(x, shift)),
        Find::SumAndGreatest => with_lanes!(level, run::<T, true>(x, shift)),
    }
}

#[inline(always)]
fn step<T: Real, L: Lanes<T>, const SUM: bool, const GREATEST: bool>(
    token: L::Token,
    x: &[T],
    shift: &Shift<L>,
    sums: &mut Sums<L>,
) -> [L; SIDE] {
    let x = load(token, x);
    let terms = exp::<T, L, SIDE>(token, x, shift);
    if SUM {
        sums.add(terms);
    }
    if GREATEST {
        for (greatest, x) in sums.greatest.iter_mut().zip(x) {
            *greatest = x.at_least(*greatest);
        }
    }
    terms
}

/// e^(x - s) into y, of x, or of y itself if there is none; and their sum if `SUM`, and the greatest
/// value if `GREATEST`.
#[inline(always)]
fn write<T: Real, L: Lanes<T>, const SUM: bool, const GREATEST: bool>(
    token: L::Token,
    x: Option<&[T]>,
    y: &mut [T],
    shift: &Shift<T>,
) -> (DoubleDouble, T) {
    let shift = shift.splat::<L>(token);
    let mut sums = Sums::<L>::new(token);
    let group = SIDE * lanes::<T>();
    let whole = y.len() / group * group;
    let (y, y_rest) = y.split_at_mut(whole);
    let mut last = match x {
        Some(x) => {
            let (x, x_rest) = x.split_at(whole);
            for (x, y) in x.chunks_exact(group).zip(y.chunks_exact_mut(group)) {
                store(step::<T, L, SUM, GREATEST>(token, x, &shift, &mut sums), y);
            }
            filled(x_rest)
        }
        None => {
            for y in y.chunks_exact_mut(group) {
                store(step::<T, L, SUM, GREATEST>(token, y, &shift, &mut sums), y);
            }
            filled(y_rest)
        }
    };
    if !y_rest.is_empty() {
        let terms = step::<T, L, SUM, GREATEST>(token, &last, &shift, &mut sums);
        store(terms, &mut last);
        y_rest.copy_from_slice(&last[..y_rest.len()]);
    }
    match SUM {
        true => sums.total::<T, GREATEST>(token),
        false => (DoubleDouble::ZERO, T::NEG_INFINITY),
    }
}

/// e^(x - s) into y. `x`, if there is one, is as long.
pub fn exponentials<T: Real>(level: Level, x: Option<&[T]>, y: &mut [T], shift: &Shift<T>) {
    with_lanes!(level, write::<T, false, false>(x, y, shift));
}

/// The same, and what [`sum`] gives.
pub fn exponentials_and_sum<T: Real>(
    level: Level,
    find: Find,
    x: Option<&[T]>,
    y: &mut [T],
    shift: &Shift<T>,
) -> (DoubleDouble, T) {
    match find {
        Find::Sum => with_lanes!(level, write::<T, true, false>(x, y, shift)),
        Find::SumAndGreatest => with_lanes!(level, write::<T, true, true>(x, y, shift)),
    }
}

/// A number in two parts.
fn parts<T: Real>(x: DoubleDouble) -> (T, T) {
    let high = T::from_f64(x.high);
    (high, T::from_f64((x.high - high.to_f64()) + x.low))
}

/// y times a factor in two parts, rounded once but for the second part's product.
pub fn scale<T: Real>(level: Level, y: &mut [T], factor: DoubleDouble) {
    #[inline(always)]
    fn run<T: Real, L: Lanes<T>>(token: L::Token, y: &mut [T], (high, low): (T, T)) {
        let (high, low) = (L::splat(token, high), L::splat(token, low));
        let lanes = lanes::<T>();
        let whole = y.len() / lanes * lanes;
        let (y, rest) = y.split_at_mut(whole);
        for y in y.chunks_exact_mut(lanes) {
            let x = L::load(token, y);
            x.fused(high, x.mul(low)).store(y);
        }
        if !rest.is_empty() {
            let mut last = filled(rest);
            let x = L::load(token, &last[..lanes]);
            x.fused(high, x.mul(low)).store(&mut last[..lanes]);
            rest.copy_from_slice(&last[..rest.len()]);
        }
    }
    let factor = parts::<T>(factor);
    with_lanes!(level, run::<T>(y, factor));
}

/// x - (point in two parts) into y.
pub fn subtract<T: Real>(level: Level, x: Option<&[T]>, y: &mut [T], point: DoubleDouble) {
    #[inline(always)]
    fn run<T: Real>(x: Option<&[T]>, y: &mut [T], (high, low): (T, T)) {
        match x {
            Some(x) => {
                for (x, y) in x.iter().zip(y) {
                    *y = (*x - high) - low;
                }
            }
            None => {
                for y in y {
                    *y = (*y - high) - low;
                }
            }
        }
    }
    let point = parts::<T>(point);
    dispatch!(level, _simd => run(x, y, point));
}
