//! The loops of a rounder: one for each thing that may be known of operands, one type a mode.

use crate::arith::slices::LANES;
use crate::arith::slices::passes::{
    Defined, Gradual, Host, Lattice, Products, ProductsBy, Sums, SumsBy, ZeroSum,
};
use crate::chop::Rounder;
use crate::chop::fast::{ends, lane32, lane64, with_mode};
use crate::format::Subnormals;
use crate::plan::{host32, host64};
use crate::rounding::Rounding;

/// Sums of terms in F and of sums, of many entries and of one.
pub trait Adds<F, S>:
    Sums<F, S, LANES> + Sums<S, S, LANES> + Sums<F, S, 1> + Sums<S, S, 1>
{
}
impl<F, S, T> Adds<F, S> for T where
    T: Sums<F, S, LANES> + Sums<S, S, LANES> + Sums<F, S, 1> + Sums<S, S, 1>
{
}

type Product<F> = Option<Box<dyn Products<F>>>;

/// Loops over products in one host.
pub struct ProductWays<F> {
    /// Results that are normal and in range.
    pub normal: Product<F>,
    /// Results in range.
    pub bounded: Product<F>,
    /// Any results: those past the range are seen.
    pub any: Product<F>,
}

impl<F> ProductWays<F> {
    pub const NONE: Self = Self {
        normal: None,
        bounded: None,
        any: None,
    };
}

/// Loops over sums in S of terms in F.
pub struct SumWays<F, S> {
    /// Terms that are multiples of the format's lowest step.
    pub lattice: Option<Box<dyn Adds<F, S>>>,
    /// Any terms.
    any: Option<Box<dyn Adds<F, S>>>,
}

impl<F, S> SumWays<F, S> {
    /// The first that serves such terms.
    pub fn serve(&self, lattice: bool) -> Option<&dyn Adds<F, S>> {
        let lattice = self.lattice.as_ref().filter(|_| lattice);
        lattice.or(self.any.as_ref()).map(|way| &**way)
    }
}

/// Loops by the definition, over values to odd.
pub struct DefinedWays {
    pub product: Box<dyn Products<f64>>,
    pub sum: Box<dyn Adds<f64, f64>>,
}

/// The loops that look at the bounds: in f32 they have a way of their own.
fn bounded32<M>(plan: &host32::Plan, numbers: lane32::Numbers, _: M) -> Product<f32>
where
    M: lane32::Mode + Send + Sync,
{
    let way = Gradual::<_, M>::new(plan, numbers);
    Some(Box::new(ProductsBy::<_, false>(way)))
}

/// In f64 the way for any results serves.
fn bounded64<M>(_: &host64::Plan, _: lane64::Numbers, _: M) -> Product<f64> {
    None
}

macro_rules! lane {
    ($lane:ident, $float:ident, $plan:expr, $products:ident, $products_in:ident,
     $sums:ident, $sums_in:ident, $bounded:ident) => {
        pub fn $products(rounder: &Rounder) -> ProductWays<$float> {
            with_mode!(rounder.rounding(), |mode| $products_in(rounder, mode))
        }

        fn $products_in<M>(rounder: &Rounder, mode: M) -> ProductWays<$float>
        where
            M: $lane::Mode + Send + Sync,
        {
            use $lane::{Choice, Instruction, Numbers, Scaled, Shifted, choice};
            let Some(plan) = $plan(rounder) else {
                return ProductWays::NONE;
            };
            let recipe = &rounder.plans::<$float>().recipe;
            let chosen = choice(&plan, recipe, true);
            let numbers = Numbers::new(&plan, recipe);
            let scaled = matches!(chosen, Choice::Scaled { flush: false });
            ProductWays {
                normal: (chosen != Choice::Definition).then(|| -> Box<dyn Products<$float>> {
                    Box::new(ProductsBy::<_, false>(Lattice::<_, M>::new(plan)))
                }),
                bounded: match scaled {
                    true => $bounded(&plan, numbers, mode),
                    false => None,
                },
                any: match chosen {
                    Choice::Scaled { flush: false } => {
                        let way = Scaled::<M, Instruction, { ends::ANY }>::new(numbers);
                        Some(Box::new(ProductsBy::<_, false>(way)))
                    }
                    Choice::Shifted => {
                        Some(Box::new(ProductsBy::<_, false>(Shifted(numbers, mode))))
                    }
                    _ => None,
                },
            }
        }

        pub fn $sums<F, const TO_ODD: bool>(rounder: &Rounder) -> SumWays<F, $float>
        where
            F: Copy + Into<$float> + 'static,
        {
            with_mode!(rounder.rounding(), |mode| $sums_in::<F, _, TO_ODD>(
                rounder, mode
            ))
        }

        fn $sums_in<F, M, const TO_ODD: bool>(rounder: &Rounder, _: M) -> SumWays<F, $float>
        where
            F: Copy + Into<$float> + 'static,
            M: $lane::Mode + ZeroSum + Send + Sync,
        {
            use $lane::{Choice, Instruction, Numbers, Scaled, choice};
            let mut ways = SumWays {
                lattice: None,
                any: None,
            };
            let negative_zero = rounder.format().has_negative_zero();
            let Some(plan) = $plan(rounder).filter(|_| negative_zero) else {
                return ways;
            };
            let recipe = &rounder.plans::<$float>().recipe;
            let chosen = choice(&plan, recipe, true);
            let kept = rounder.format().subnormals() == Subnormals::Kept;
            if chosen != Choice::Definition && kept {
                let way = Lattice::<_, M>::new(plan);
                ways.lattice = Some(Box::new(SumsBy::<_, TO_ODD>(way)));
            }
            if matches!(chosen, Choice::Scaled { flush: false }) {
                let numbers = Numbers::new(&plan, recipe);
                let way = Scaled::<M, Instruction, { ends::ANY }>::new(numbers);
                ways.any = Some(Box::new(SumsBy::<_, TO_ODD>(way)));
            }
            ways
        }
    };
}
lane!(
    lane32,
    f32,
    |rounder: &Rounder| rounder.plans::<f32>().narrow,
    products32,
    products32_in,
    sums32,
    sums32_in,
    bounded32
);
lane!(
    lane64,
    f64,
    |rounder: &Rounder| Some(rounder.plans::<f64>().wide),
    products64,
    products64_in,
    sums64,
    sums64_in,
    bounded64
);

impl DefinedWays {
    pub fn new(product: Option<&Rounder>, sum: &Rounder) -> Self {
        Self {
            product: defined_products(product),
            sum: defined_sums(sum),
        }
    }
}

fn defined_products(rounder: Option<&Rounder>) -> Box<dyn Products<f64>> {
    let Some(rounder) = rounder else {
        return Box::new(ProductsBy::<_, false>(Host));
    };
    let plan = rounder.plans::<f64>().wide;
    match rounder.rounding().is_stochastic() {
        true => Box::new(ProductsBy::<_, true>(Defined::<_, true, false>(plan))),
        false => Box::new(ProductsBy::<_, true>(Defined::<_, false, false>(plan))),
    }
}

fn defined_sums(rounder: &Rounder) -> Box<dyn Adds<f64, f64>> {
    let plan = rounder.plans::<f64>().wide;
    let down = rounder.rounding() == Rounding::TowardNegative;
    match (rounder.rounding().is_stochastic(), down) {
        (true, _) => Box::new(SumsBy::<_, true>(Defined::<_, true, false>(plan))),
        (false, true) => Box::new(SumsBy::<_, true>(Defined::<_, false, true>(plan))),
        (false, false) => Box::new(SumsBy::<_, true>(Defined::<_, false, false>(plan))),
    }
}
