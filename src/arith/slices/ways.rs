//! Which loops serve which operands. Every way gives the same bits; they differ in what they ask
//! of the operands and in their speed.
//!
//! | products in | sums in | holds where |
//! |---|---|---|
//! | f32 | f32, one loop | nearest-even, p <= 11 |
//! | f32 | f32 | nearest, p <= 11; or sums that f32 holds exactly |
//! | f32, f64 | f64 | nearest, p <= 25; or sums that f64 holds exactly |
//! | f32, f64 | f64, to odd | the digits that the mode looks at are 53 at most |
//! | f64, to odd | f64, to odd, by the definition | the same; any value, NaN and infinities too |
//!
//! The first four answer only while sums stay in the format's range. What none of them answers is
//! done one entry at a time.

mod fused;
mod loops;
mod target;

use super::facts::Facts;
use super::near::{Fused, Native, Split};
use super::passes::{Host, Products, ProductsBy, SumsBy};
use crate::chop::Rounder;
use crate::format::Format;
use loops::{DefinedWays, ProductWays, SumWays, products32, products64, sums32, sums64};
use target::Target;

pub(super) use loops::Adds;

/// All the loops for a pair of rounders.
pub(super) struct Ways {
    product: Option<Target>,
    sum: Target,
    products32: ProductWays<f32>,
    products64: ProductWays<f64>,
    sums32: SumWays<f32, f32>,
    mixed: SumWays<f32, f64>,
    mixed_odd: SumWays<f32, f64>,
    sums64: SumWays<f64, f64>,
    sums64_odd: SumWays<f64, f64>,
    defined: DefinedWays,
}

/// A way that serves: its loops and the greatest magnitude up to which its sums are right.
pub(super) enum Way<'a> {
    Narrow(Loops<'a, f32, f32>, Option<Box<dyn Fused>>),
    Mixed(Loops<'a, f32, f64>),
    Wide(Loops<'a, f64, f64>),
}

/// Products in F, sums in S.
pub(super) struct Loops<'a, F, S> {
    pub products: &'a dyn Products<F>,
    pub sums: &'a dyn Adds<F, S>,
    pub limit: S,
}

const PRODUCT_HOST: ProductsBy<Host, false> = ProductsBy(Host);
const SUM_HOST: SumsBy<Host, false> = SumsBy(Host);

/// How many ways there are to try.
pub(super) const STAGES: usize = 4;

/// What is asked: facts of the operands, whether both are there as f32, how many terms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    pub a: Facts,
    pub b: Facts,
    pub start: Option<Facts>,
    pub narrow: bool,
    pub depth: usize,
    /// Is it a product of matrices, which has a loop of its own to nearest-even?
    pub fused: bool,
    /// May products that are -0 be 0? No, where a sum of zeros alone shows its sign.
    pub signless_zeros: bool,
}

impl Ways {
    pub fn new(product: Option<&Rounder>, sum: &Rounder) -> Self {
        Self {
            product: product.map(Target::new),
            sum: Target::new(sum),
            products32: product.map_or(ProductWays::NONE, products32),
            products64: product.map_or(ProductWays::NONE, products64),
            sums32: sums32::<f32, false>(sum),
            mixed: sums64::<f32, false>(sum),
            mixed_odd: sums64::<f32, true>(sum),
            sums64: sums64::<f64, false>(sum),
            sums64_odd: sums64::<f64, true>(sum),
            defined: DefinedWays::new(product, sum),
        }
    }

    /// The way number `stage`, if it may serve: the first is the fastest, the last the surest.
    pub fn way(&self, stage: usize, question: &Question) -> Option<Way<'_>> {
        let exact = question.a.times(question.b);
        let products = self.product_facts(exact);
        let terms = question.start.map_or(products, |start| products.and(start));
        match stage {
            0 => self.narrow(exact, terms, question),
            1 => self.wide(exact, terms, question, false),
            2 => self.wide(exact, terms, question, true),
            _ => self.defined(exact, terms),
        }
    }

    /// Facts of the rounded products.
    fn product_facts(&self, exact: Facts) -> Facts {
        let Some(target) = &self.product else {
            return exact;
        };
        let rounded = exact.rounded(target.precision(), target.step());
        Facts {
            top: rounded.top.min(target.format.emax().max(rounded.least)),
            ..rounded
        }
    }

    /// The loop over products in F, where F's own product is exact or what is wanted.
    fn products<'a, F>(
        &'a self,
        ways: &'a ProductWays<F>,
        exact: Facts,
        host: Format,
        [digits, least, greatest]: [i32; 3],
    ) -> Option<&'a dyn Products<F>>
    where
        ProductsBy<Host, false>: Products<F>,
    {
        if self
            .product
            .as_ref()
            .is_some_and(|target| target.is_native(host))
        {
            return Some(&PRODUCT_HOST);
        }
        if !exact.finite || !exact.fit(digits as u32, least, greatest) {
            return None;
        }
        let Some(target) = &self.product else {
            return Some(&PRODUCT_HOST);
        };
        if target.has(exact) {
            return Some(&PRODUCT_HOST);
        }
        let bounded = target.is_gradual() && exact.top < target.format.emax();
        let normal = exact.least >= target.format.emin();
        let normal = ways.normal.as_ref().filter(|_| bounded && normal);
        let bounded = ways.bounded.as_ref().filter(|_| bounded);
        normal.or(bounded).or(ways.any.as_ref()).map(|way| &**way)
    }

    fn narrow(&self, exact: Facts, terms: Facts, question: &Question) -> Option<Way<'_>> {
        if !question.narrow {
            return None;
        }
        let products = self.products(&self.products32, exact, Format::BINARY32, [24, -149, 125])?;
        let sum = &self.sum;
        if sum.is_native(Format::BINARY32) && terms.digits <= 24 {
            let loops = Loops {
                products,
                sums: &SUM_HOST as &dyn Adds<f32, f32>,
                limit: f32::MAX,
            };
            let fused = self.fused(exact, terms, question, Native, f32::MAX);
            return Some(Way::Narrow(loops, fused));
        }
        let lattice = terms.finite && terms.low >= sum.step();
        if lattice && let Some(sums) = &self.sums32.lattice {
            let precision = sum.precision();
            let twice = sum.is_nearest() && precision <= 11 && terms.digits <= precision;
            let limit = match twice {
                true => sum.format.greatest(),
                false => exact_limit(sum, terms, 23, 126, question.depth)?,
            };
            let limit = limit.min(f64::from(f32::MAX)) as f32;
            let fused = match twice {
                true => self.fused(exact, terms, question, Split::new(precision), limit),
                false => None,
            };
            let loops = Loops {
                products,
                sums: &**sums,
                limit,
            };
            return Some(Way::Narrow(loops, fused));
        }
        None
    }

    fn wide(
        &self,
        exact: Facts,
        terms: Facts,
        question: &Question,
        to_odd: bool,
    ) -> Option<Way<'_>> {
        let sum = &self.sum;
        if sum.format.emax() > 1000 && !sum.is_native(Format::BINARY64) {
            return None;
        }
        let native = sum.is_native(Format::BINARY64);
        let precision = sum.precision();
        let twice = sum.is_nearest() && precision <= 25 && terms.digits <= precision;
        let limit = match () {
            () if !terms.finite || terms.top > 1000 => return None,
            () if native || twice => sum.format.greatest(),
            () if to_odd && sum.odd_will_do() => sum.format.greatest(),
            () if to_odd => return None,
            () => exact_limit(sum, terms, 52, 1000, question.depth)?,
        };
        let to_odd = to_odd && !native && !twice;
        let lattice = terms.low >= sum.step();
        let narrow = question
            .narrow
            .then(|| self.products(&self.products32, exact, Format::BINARY32, [24, -149, 125]))
            .flatten();
        if let Some(products) = narrow {
            let ways = if to_odd { &self.mixed_odd } else { &self.mixed };
            let sums: &dyn Adds<f32, f64> = match native {
                true => &SUM_HOST,
                false => ways.serve(lattice)?,
            };
            return Some(Way::Mixed(Loops {
                products,
                sums,
                limit,
            }));
        }
        let ways = if to_odd {
            &self.sums64_odd
        } else {
            &self.sums64
        };
        let sums: &dyn Adds<f64, f64> = match native {
            true => &SUM_HOST,
            false => ways.serve(lattice)?,
        };
        let products =
            self.products(&self.products64, exact, Format::BINARY64, [53, -1074, 1021])?;
        Some(Way::Wide(Loops {
            products,
            sums,
            limit,
        }))
    }

    fn defined(&self, exact: Facts, terms: Facts) -> Option<Way<'_>> {
        let sum = &self.sum;
        let products = exact.fit(53, -1074, 1021)
            || self.product.as_ref().is_some_and(Target::odd_will_do)
                && exact.fit(u32::MAX, -1074, 1021);
        let exact_sums = terms.top.max(sum.format.emax()) + 2 - terms.low <= 53;
        let in_range = terms.top <= 1000 && sum.format.emax() <= 1000;
        (products && in_range && (exact_sums || sum.odd_will_do())).then(|| {
            Way::Wide(Loops {
                products: &*self.defined.product,
                sums: &*self.defined.sum,
                limit: f64::from_bits(u64::MAX),
            })
        })
    }
}

/// The greatest magnitude up to which a host of `digits` + 1 digits holds sums exactly, if it may be
/// expected to do: terms of random signs grow with the root of their number.
fn exact_limit(
    sum: &Target,
    terms: Facts,
    digits: i32,
    greatest: i32,
    depth: usize,
) -> Option<f64> {
    let exponent = (terms.low + digits).min(greatest);
    let expected = terms.top + 2 + depth.max(1).ilog2() as i32 / 2;
    let enough = expected.min(sum.format.emax() + 1) <= exponent && terms.top < exponent;
    enough.then(|| {
        let limit = crate::format::scaled(1, exponent.clamp(-1022, 1023));
        limit.min(sum.format.greatest())
    })
}
