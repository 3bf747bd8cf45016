//! LANES entries side by side.

use fearless_simd::Level;

use super::LANES;
use super::facts::Known;
use super::near::Fused;
use super::order::{Adder, reduce};
use super::packed::Packed;
use super::passes::{DEPTH, Drawn, Operands, Sums};
use super::sum::Order;
use super::ways::{Adds, Loops, Question, STAGES, Way, Ways};
use super::words::{Positions, Step};
use crate::chop::Rounder;
use crate::rounding::Rounding;

/// N entries: LANES, one row of the one operand against LANES columns of the other; or 1, two
/// vectors that are padded with zeros.
pub(super) struct Tile<'a, const N: usize> {
    pub a: &'a Packed,
    pub b: &'a Packed,
    pub depth: usize,
    /// What the accumulators begin with.
    pub start: Option<&'a [f64; N]>,
    /// Of the entries; of the terms, if it is one entry.
    pub positions: Positions,
}

/// Where a tile's random words are, for each step.
struct Random {
    product: Drawn,
    term: Drawn,
    part: Drawn,
}

/// All that tiles share.
pub(super) struct Tiles {
    ways: Ways,
    product: Option<Rounder>,
    sum: Rounder,
    order: Order,
    level: Level,
}

impl Tiles {
    pub fn new(product: Option<&Rounder>, sum: &Rounder, order: Order) -> Self {
        Self {
            ways: Ways::new(product, sum),
            product: product.copied(),
            sum: *sum,
            order,
            level: crate::instructions::level(),
        }
    }

    /// The sums, by the first way that serves; none where one entry at a time is called for.
    pub fn sums<const N: usize>(&self, tile: &Tile<'_, N>) -> Option<[f64; N]>
    where
        for<'x> TileAdder<'x, f32, f32, N>: Adder<Sum = [f32; N]>,
        for<'x> TileAdder<'x, f32, f64, N>: Adder<Sum = [f64; N]>,
        for<'x> TileAdder<'x, f64, f64, N>: Adder<Sum = [f64; N]>,
    {
        (0..STAGES).find_map(|stage| self.sums_by(stage, tile))
    }

    /// The sums by one way, if that one serves.
    pub fn sums_by<const N: usize>(&self, stage: usize, tile: &Tile<'_, N>) -> Option<[f64; N]>
    where
        for<'x> TileAdder<'x, f32, f32, N>: Adder<Sum = [f32; N]>,
        for<'x> TileAdder<'x, f32, f64, N>: Adder<Sum = [f64; N]>,
        for<'x> TileAdder<'x, f64, f64, N>: Adder<Sum = [f64; N]>,
    {
        let random = |rounder: &Rounder| rounder.rounding().is_stochastic();
        let random = random(&self.sum) || self.product.as_ref().is_some_and(random);
        if random && !tile.positions.one_key(tile.depth) {
            return None;
        }
        let negative = |start: &[f64; N]| start.iter().any(|x| x.to_bits() == (-0.0f64).to_bits());
        let question = Question {
            a: tile.a.facts,
            b: tile.b.facts,
            start: tile.start.map(|start| Known::facts(start)),
            narrow: tile.a.narrow().is_some() && tile.b.narrow().is_some(),
            depth: tile.depth,
            fused: N == LANES,
            signless_zeros: !tile.start.is_some_and(negative) && self.order != Order::Pairwise,
        };
        let way = self.ways.way(stage, &question)?;
        let random = Random {
            product: self.drawn(self.product.as_ref(), Step::Product, tile.positions),
            term: self.drawn(Some(&self.sum), Step::Term, tile.positions),
            part: self.drawn(Some(&self.sum), Step::Part, tile.positions),
        };
        let (order, depth) = (self.order, tile.depth);
        match way {
            Way::Narrow(loops, fused) => {
                let operands = operands::<_, N>(tile.a.narrow()?, tile.b.narrow()?);
                let start = tile.start.map(|start| start.map(|x| x as f32));
                let mut adder = self.adder(loops, fused, operands, &random);
                let sums = reduce(order, &mut adder, start.as_ref(), depth);
                (!adder.failed).then(|| sums.map(f64::from))
            }
            Way::Mixed(loops) => {
                let operands = operands::<_, N>(tile.a.narrow()?, tile.b.narrow()?);
                let mut adder = self.adder(loops, None, operands, &random);
                let sums = reduce(order, &mut adder, tile.start, depth);
                (!adder.failed).then_some(sums)
            }
            Way::Wide(loops) => {
                let operands = operands::<_, N>(tile.a.wide(), tile.b.wide());
                let mut adder = self.adder(loops, None, operands, &random);
                let sums = reduce(order, &mut adder, tile.start, depth);
                (!adder.failed).then_some(sums)
            }
        }
    }

    fn drawn(&self, rounder: Option<&Rounder>, step: Step, positions: Positions) -> Drawn {
        Drawn::new(rounder.unwrap_or(&self.sum), step, &positions)
    }

    fn adder<'a, F: Copy + Default, S, const N: usize>(
        &self,
        loops: Loops<'a, F, S>,
        fused: Option<Box<dyn Fused>>,
        operands: Operands<'a, F>,
        random: &'a Random,
    ) -> TileAdder<'a, F, S, N> {
        // What changes no term that is added to it, zeros' signs included.
        let down = self.sum.rounding() == Rounding::TowardNegative;
        let negative_zero = self.sum.format().has_negative_zero();
        TileAdder {
            loops,
            fused,
            operands,
            random,
            terms: [[F::default(); LANES]; DEPTH],
            ready: (0, 0),
            level: self.level,
            neutral: if negative_zero && !down { -0.0 } else { 0.0 },
            failed: false,
        }
    }
}

fn operands<'a, F, const N: usize>(a: &'a [F], b: &'a [F]) -> Operands<'a, F> {
    match N {
        1 => Operands::Inner(a.as_chunks().0, b.as_chunks().0),
        _ => Operands::Outer(a, b.as_chunks().0),
    }
}

/// Adds terms of N entries, in F the products and in S the sums.
pub(super) struct TileAdder<'a, F, S, const N: usize> {
    loops: Loops<'a, F, S>,
    fused: Option<Box<dyn Fused>>,
    operands: Operands<'a, F>,
    random: &'a Random,
    /// Terms from `ready.0` to `ready.1`.
    terms: [[F; LANES]; DEPTH],
    ready: (usize, usize),
    level: Level,
    neutral: f32,
    /// Has a value left the range of the way?
    failed: bool,
}

impl<'a, F: Copy, S: Copy, const N: usize> TileAdder<'a, F, S, N>
where
    dyn Adds<F, S> + 'a: Sums<F, S, N> + Sums<S, S, N>,
{
    /// Adds terms `from` to `to`, one buffer after the other.
    fn add(&mut self, sum: &mut [S; N], mut from: usize, to: usize) {
        let a_row = self.operands.terms_a_row();
        while from < to {
            if from < self.ready.0 || from >= self.ready.1 {
                let row = from / a_row;
                let end = (row + DEPTH).min(self.operands.count());
                self.failed |= self.loops.products.run(
                    self.level,
                    &self.random.product,
                    row * a_row,
                    self.operands.rows(row, end),
                    &mut self.terms[..end - row],
                );
                self.ready = (row * a_row, end * a_row);
            }
            let end = to.min(self.ready.1);
            let terms = self.terms.as_flattened();
            let terms = &terms[(from - self.ready.0) * N..(end - self.ready.0) * N];
            self.failed |= Sums::<F, S, N>::run(
                self.loops.sums,
                self.level,
                &self.random.term,
                from,
                self.loops.limit,
                terms.as_chunks().0,
                sum,
            );
            from = end;
        }
    }

    fn add_part(&mut self, sum: &mut [S; N], part: &[S; N], k: usize) {
        self.failed |= Sums::<S, S, N>::run(
            self.loops.sums,
            self.level,
            &self.random.part,
            k,
            self.loops.limit,
            std::slice::from_ref(part),
            sum,
        );
    }
}

macro_rules! adders {
    ($($product:ident $sum:ident $lanes:expr, $in_one_loop:expr;)*) => { $(
        impl Adder for TileAdder<'_, $product, $sum, $lanes> {
            type Sum = [$sum; $lanes];

            fn zero(&self) -> Self::Sum {
                [0.0; $lanes]
            }

            fn leaf(&mut self, k: usize) -> Self::Sum {
                let mut sum = [self.neutral.into(); $lanes];
                self.add(&mut sum, k, k + 1);
                sum
            }

            fn terms(&mut self, sum: &mut Self::Sum, from: usize, to: usize) {
                let in_one_loop: fn(&mut Self, &mut Self::Sum, usize, usize) -> bool = $in_one_loop;
                if !in_one_loop(self, sum, from, to) {
                    self.add(sum, from, to);
                }
            }

            fn part(&mut self, sum: &mut Self::Sum, part: &Self::Sum, k: usize) {
                self.add_part(sum, part, k);
            }
        }
    )* };
}
adders! {
    f32 f32 LANES, |adder, sum, from, to| {
        let (Some(fused), Operands::Outer(a, b)) = (&adder.fused, adder.operands) else {
            return false;
        };
        let operands = (&a[from..to], &b[from..to]);
        adder.failed |= fused.run(adder.level, adder.loops.limit, operands, sum);
        true
    };
    f32 f32 1, |_, _, _, _| false;
    f32 f64 LANES, |_, _, _, _| false;
    f32 f64 1, |_, _, _, _| false;
    f64 f64 LANES, |_, _, _, _| false;
    f64 f64 1, |_, _, _, _| false;
}
