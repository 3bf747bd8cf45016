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

use super::LANES;
use super::facts::Facts;
use super::near::{Fused, Magic, Native, Near, Split};
use super::passes::{Defined, Gradual, Host, Lattice, Products, ProductsBy, Sums, SumsBy};
use crate::arith::odd::digits;
use crate::chop::Rounder;
use crate::chop::fast::{ends, lane32, lane64, mode};
use crate::format::{Format, Overflow, Subnormals};
use crate::plan::{host32, host64};
use crate::rounding::{Rounding, Saturation, Variant};

/// Sums of terms in F and of sums, of many entries and of one.
pub(super) trait Adds<F, S>:
    Sums<F, S, LANES> + Sums<S, S, LANES> + Sums<F, S, 1> + Sums<S, S, 1>
{
}
impl<F, S, T> Adds<F, S> for T where
    T: Sums<F, S, LANES> + Sums<S, S, LANES> + Sums<F, S, 1> + Sums<S, S, 1>
{
}

type Product<F> = Option<Box<dyn Products<F>>>;

/// Loops over products in one host.
struct ProductWays<F> {
    /// Results that are normal and in range.
    normal: Product<F>,
    /// Results in range.
    bounded: Product<F>,
    /// Any results: those past the range are seen.
    any: Product<F>,
}

impl<F> ProductWays<F> {
    const NONE: Self = Self {
        normal: None,
        bounded: None,
        any: None,
    };
}

/// Loops over sums in S of terms in F.
struct SumWays<F, S> {
    /// Terms that are multiples of the format's lowest step.
    lattice: Option<Box<dyn Adds<F, S>>>,
    /// Any terms.
    any: Option<Box<dyn Adds<F, S>>>,
}

/// Loops by the definition, over values to odd.
struct DefinedWays {
    product: Box<dyn Products<f64>>,
    sum: Box<dyn Adds<f64, f64>>,
}

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

/// What the choice asks of a rounder.
#[derive(Clone, Copy)]
pub(super) struct Target {
    format: Format,
    rounding: Rounding,
    saturation: Saturation,
}

impl Target {
    pub fn new(rounder: &Rounder) -> Self {
        Self {
            format: *rounder.format(),
            rounding: rounder.rounding(),
            saturation: rounder.saturation(),
        }
    }

    fn precision(&self) -> u32 {
        self.format.precision()
    }

    /// Exponent of the lowest step.
    fn step(&self) -> i32 {
        match self.format.subnormals() {
            Subnormals::Rounded => self.format.emin(),
            _ => self.format.emin() - self.precision() as i32 + 1,
        }
    }

    fn is_nearest(&self) -> bool {
        matches!(
            self.rounding,
            Rounding::NearestTiesToEven | Rounding::NearestTiesToAway | Rounding::NearestTiesToZero
        )
    }

    /// Zeros, subnormals and signs as a host has them.
    fn is_gradual(&self) -> bool {
        let format = &self.format;
        format.is_signed() && format.has_negative_zero() && format.subnormals() == Subnormals::Kept
    }

    /// Is it what the host's own operations do?
    pub fn is_native(&self, host: Format) -> bool {
        let format = &self.format;
        self.rounding == Rounding::NearestTiesToEven
            && self.saturation == Saturation::None
            && self.is_gradual()
            && format.overflow() == Overflow::Infinity
            && format.precision() == host.precision()
            && format.emin() == host.emin()
            && format.greatest() == host.greatest()
    }

    /// Are values with these facts values of the format already?
    fn has(&self, facts: Facts) -> bool {
        let format = &self.format;
        self.is_gradual() && facts.fit(self.precision(), self.step(), format.emax() - 1)
    }

    /// No mode needs more than 53 digits, the last one sticky.
    pub fn odd_will_do(&self) -> bool {
        digits(self.precision(), self.rounding) <= f64::MANTISSA_DIGITS
    }
}

fn narrow_plan(rounder: &Rounder) -> Option<host32::Plan> {
    rounder.plans::<f32>().narrow
}

fn wide_plan(rounder: &Rounder) -> Option<host64::Plan> {
    Some(rounder.plans::<f64>().wide)
}

/// `$make!(Mode, DOWN)` for the mode of a rounding.
macro_rules! with_mode {
    ($rounding:expr, $make:ident) => {
        match $rounding {
            Rounding::NearestTiesToEven => $make!(NearestEven, false),
            Rounding::NearestTiesToAway => $make!(NearestAway, false),
            Rounding::NearestTiesToZero => $make!(NearestZero, false),
            Rounding::TowardZero => $make!(Zero, false),
            Rounding::TowardPositive => $make!(Up, false),
            Rounding::TowardNegative => $make!(Down, true),
            Rounding::ToOdd => $make!(Odd, false),
            Rounding::Stochastic {
                variant: Variant::A,
                ..
            } => $make!(Stochastic, false),
            Rounding::Stochastic { .. } => $make!(StochasticHalf, false),
            Rounding::StochasticEqual => $make!(StochasticEqual, false),
        }
    };
}

macro_rules! lane {
    ($lane:ident, $float:ident, $plan:expr, $products:ident, $sums:ident, $bounded:ident) => {
        fn $products(rounder: &Rounder) -> ProductWays<$float> {
            use $lane::{Choice, Instruction, Numbers, Scaled, Shifted, choice};
            let Some(plan) = $plan(rounder) else {
                return ProductWays::NONE;
            };
            let recipe = &rounder.plans::<$float>().recipe;
            let chosen = choice(&plan, recipe, true);
            let numbers = Numbers::new(&plan, recipe);
            macro_rules! ways {
                ($mode:ident, $down:literal) => {
                    ProductWays {
                        normal: (chosen != Choice::Definition).then(
                            || -> Box<dyn Products<$float>> {
                                let way = Lattice::<_, mode::$mode>::new(plan);
                                Box::new(ProductsBy::<_, false>(way))
                            },
                        ),
                        bounded: match chosen {
                            Choice::Scaled { flush: false } => {
                                let make: fn(_, _) -> Product<$float> = $bounded!($mode);
                                make(plan, numbers)
                            }
                            _ => None,
                        },
                        any: match chosen {
                            Choice::Scaled { flush: false } => {
                                Some(Box::new(ProductsBy::<_, false>(Scaled::<
                                    mode::$mode,
                                    Instruction,
                                    { ends::ANY },
                                >::new(
                                    numbers
                                ))))
                            }
                            Choice::Shifted => Some(Box::new(ProductsBy::<_, false>(Shifted(
                                numbers,
                                mode::$mode,
                            )))),
                            _ => None,
                        },
                    }
                };
            }
            with_mode!(rounder.rounding(), ways)
        }

        fn $sums<F, const TO_ODD: bool>(rounder: &Rounder) -> SumWays<F, $float>
        where
            F: Copy + Into<$float> + 'static,
        {
            use $lane::{Choice, Instruction, Numbers, Scaled, choice};
            let none = SumWays {
                lattice: None,
                any: None,
            };
            let Some(plan) = $plan(rounder) else {
                return none;
            };
            let recipe = &rounder.plans::<$float>().recipe;
            let chosen = choice(&plan, recipe, true);
            let numbers = Numbers::new(&plan, recipe);
            let kept = rounder.format().subnormals() == Subnormals::Kept;
            let negative_zero = rounder.format().has_negative_zero();
            macro_rules! ways {
                ($mode:ident, $down:literal) => {
                    SumWays {
                        lattice: (chosen != Choice::Definition && kept && negative_zero).then(
                            || -> Box<dyn Adds<F, $float>> {
                                {
                                    let way = Lattice::<_, mode::$mode>::new(plan);
                                    Box::new(SumsBy::<_, TO_ODD, $down>(way))
                                }
                            },
                        ),
                        any: match chosen {
                            Choice::Scaled { flush: false } if negative_zero => {
                                Some(Box::new(SumsBy::<_, TO_ODD, $down>(Scaled::<
                                    mode::$mode,
                                    Instruction,
                                    { ends::ANY },
                                >::new(
                                    numbers
                                ))))
                            }
                            _ => None,
                        },
                    }
                };
            }
            with_mode!(rounder.rounding(), ways)
        }
    };
}
macro_rules! bounded32 {
    ($mode:ident) => {
        |plan, numbers| {
            let way = Gradual::<_, mode::$mode>::new(&plan, numbers);
            Some(Box::new(ProductsBy::<_, false>(way)))
        }
    };
}
/// In f64 the way for any results serves.
macro_rules! bounded64 {
    ($mode:ident) => {
        |_, _| None
    };
}
lane!(lane32, f32, narrow_plan, products32, sums32, bounded32);
lane!(lane64, f64, wide_plan, products64, sums64, bounded64);

fn defined_products(rounder: Option<&Rounder>) -> Box<dyn Products<f64>> {
    let Some(rounder) = rounder else {
        return Box::new(ProductsBy::<_, false>(Host));
    };
    let plan = rounder.plans::<f64>().wide;
    match rounder.rounding().is_stochastic() {
        true => Box::new(ProductsBy::<_, true>(Defined::<_, true>(plan))),
        false => Box::new(ProductsBy::<_, true>(Defined::<_, false>(plan))),
    }
}

fn defined_sums(rounder: &Rounder) -> Box<dyn Adds<f64, f64>> {
    let plan = rounder.plans::<f64>().wide;
    let down = rounder.rounding() == Rounding::TowardNegative;
    match (rounder.rounding().is_stochastic(), down) {
        (true, _) => Box::new(SumsBy::<_, true, false>(Defined::<_, true>(plan))),
        (false, true) => Box::new(SumsBy::<_, true, true>(Defined::<_, false>(plan))),
        (false, false) => Box::new(SumsBy::<_, true, false>(Defined::<_, false>(plan))),
    }
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
const SUM_HOST: SumsBy<Host, false, false> = SumsBy(Host);

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
            defined: DefinedWays {
                product: defined_products(product),
                sum: defined_sums(sum),
            },
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

    /// Products and sums in one loop, where both go to nearest-even in f32.
    fn fused<S: super::near::Nearest + 'static>(
        &self,
        exact: Facts,
        terms: Facts,
        question: &Question,
        sum: S,
        limit: f32,
    ) -> Option<Box<dyn Fused>> {
        let even = |target: &Target| target.rounding == Rounding::NearestTiesToEven;
        let range = Split::RANGE.min(Magic::RANGE);
        if !question.fused || !even(&self.sum) || terms.top >= range || !exact.finite {
            return None;
        }
        let checked = !self.is_bounded(terms, question.depth, limit);
        let product = match &self.product {
            Some(target) if !target.is_native(Format::BINARY32) && !target.has(exact) => {
                let (precision, emin) = (target.precision(), target.format.emin());
                let fits = even(target)
                    && target.is_gradual()
                    && (2..=23).contains(&precision)
                    && exact.top < target.format.emax()
                    && exact.top < range;
                match fits {
                    true if exact.least >= emin => Form::Split(Split::new(precision)),
                    true if question.signless_zeros
                        && emin >= -126
                        && precision <= Magic::MOST_DIGITS =>
                    {
                        Form::Magic(Magic::new(precision, emin))
                    }
                    _ => return None,
                }
            }
            _ => Form::Native,
        };
        Some(match (product, checked) {
            (Form::Native, true) => Box::new(Near::<_, _, true>(Native, sum)),
            (Form::Native, false) => Box::new(Near::<_, _, false>(Native, sum)),
            (Form::Split(split), true) => Box::new(Near::<_, _, true>(split, sum)),
            (Form::Split(split), false) => Box::new(Near::<_, _, false>(split, sum)),
            (Form::Magic(magic), true) => Box::new(Near::<_, _, true>(magic, sum)),
            (Form::Magic(magic), false) => Box::new(Near::<_, _, false>(magic, sum)),
        })
    }

    /// Is no sum of so many terms past the limit, if every addition is rounded up by two units?
    fn is_bounded(&self, terms: Facts, depth: usize, limit: f32) -> bool {
        // Blocks have their own additions beside those of their terms.
        let additions = 2.0 * depth as f64 + 2.0;
        // (1 + 2^(1 - p))^n <= 2^(1.443 n 2^(1 - p)), and 2^x <= 2^ceil(x)
        let doublings = (1.443 * additions * self.sum.format.epsilon()).ceil();
        let limit = f64::from(limit).min(crate::format::scaled(1, Split::RANGE));
        doublings < 1000.0
            && terms.greatest * additions * crate::format::scaled(1, doublings as i32) < limit
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

impl<F, S> SumWays<F, S> {
    fn serve(&self, lattice: bool) -> Option<&dyn Adds<F, S>> {
        let lattice = self.lattice.as_ref().filter(|_| lattice);
        lattice.or(self.any.as_ref()).map(|way| &**way)
    }
}

enum Form {
    Native,
    Split(Split),
    Magic(Magic),
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
