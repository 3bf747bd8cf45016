//! The rules of a sum of products as a shader has them: which accumulator, which order, which sites.

use crate::arith::slices::{Accumulator, Aligned, Order, SumOfProducts};
use crate::gpu::arith::parts;
use crate::gpu::arith::site::{SITE, site};
use crate::gpu::pipelines::Pipeline;
use crate::gpu::plan::Pair;
use crate::gpu::shader::{Access, Shader, part};
use crate::gpu::{Gpu, GpuError};
use crate::{Rounder, Rounding};

macro_rules! names {
    ($($site:literal)*) => {
        &[
            "is_fused",
            "is_pairwise",
            "is_blocked",
            "is_stored_rounded",
            $(
                concat!($site, "_dropped"),
                concat!($site, "_emin"),
                concat!($site, "_bottom"),
                concat!($site, "_least"),
                concat!($site, "_flush"),
                concat!($site, "_max"),
                concat!($site, "_max_negative"),
                concat!($site, "_over"),
                concat!($site, "_over_negative"),
                concat!($site, "_infinity"),
                concat!($site, "_infinity_negative"),
                concat!($site, "_zero"),
                concat!($site, "_zero_negative"),
                concat!($site, "_threshold"),
                concat!($site, "_random"),
                concat!($site, "_rule"),
                concat!($site, "_draws"),
            )*
        ]
    };
}

const STORAGE: &[Access] = &[Access::Write, Access::Read, Access::Read, Access::Write];

/// The rules of all roundings in memory.
static GENERAL: Shader = Shader {
    name: "product",
    parts: parts!(
        "kernels/product/rules_told.wgsl",
        "kernels/product/entry.wgsl",
        "kernels/product/orders.wgsl"
    ),
    storage: STORAGE,
    constants: &[],
};

/// The same as constants of the pipeline.
static SPECIAL: Shader = Shader {
    name: "product specialised",
    parts: parts!(
        "kernels/product/rules_constant.wgsl",
        "kernels/product/entry.wgsl",
        "kernels/product/orders.wgsl"
    ),
    storage: STORAGE,
    constants: CONSTANTS,
};

static PRODUCT: Pair = Pair {
    general: &GENERAL,
    special: &SPECIAL,
};

/// The exact sum, rounded once.
static EXACT: Shader = Shader {
    name: "product exact",
    parts: parts!(
        "kernels/product/rules_told.wgsl",
        "kernels/product/entry.wgsl",
        "kernels/product/factors.wgsl",
        "kernels/product/exact.wgsl"
    ),
    storage: STORAGE,
    constants: &[],
};

/// Blocks, aligned and cut.
static ALIGNED: Shader = Shader {
    name: "product aligned",
    parts: parts!(
        "kernels/product/rules_told.wgsl",
        "kernels/product/entry.wgsl",
        "kernels/product/factors.wgsl",
        "kernels/product/aligned.wgsl"
    ),
    storage: STORAGE,
    constants: &[],
};

pub const SHADERS: &[&Shader] = &[&GENERAL, &SPECIAL, &EXACT, &ALIGNED];

/// Names of the constants: the order's and the steps', then those of each site.
const CONSTANTS: &[&str] = names!("product" "sum" "stored");

/// Words of `Call` from `block` to `least_of_sum`.
const HEAD: usize = 8;
/// Where in them `start` is, and in a site its base.
const START: usize = 4;
const BASE: usize = 16;
/// Words of an entry between two dispatches: the sums of a tree, or the limbs of an exact sum and two more.
const SUMS: usize = 32;
const LIMBS: usize = 42;
/// Products that a block of an aligned accumulator has at most, and the digits of its sum.
const BLOCK: usize = 1 << 14;
const DIGITS: u32 = 63;
/// The exponent of the number 1, as `Wide` has exponents, and what is below all of f32's products.
const UNIT: i32 = 16384 + 127;
const LOWEST: i32 = -1000;

/// How a sum of products is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Every sum rounded.
    Rounded,
    /// The exact sum, rounded once.
    Exact,
    /// Blocks of so many terms, aligned.
    Aligned(usize),
}

/// The words of `Call` from `block` on, and which shader reads them.
#[derive(Clone, Debug)]
pub struct Rules {
    way: Way,
    words: Vec<u32>,
}

impl Rules {
    /// Those of `arith::slices`.
    pub fn new(sum: &SumOfProducts) -> Result<Self, GpuError> {
        let of = |rounder: Option<&Rounder>| rounder.map_or(Ok([0; SITE]), site);
        let accumulator = sum.accumulator();
        let (way, block, order) = match accumulator {
            Accumulator::Rounded { order, .. } => match order {
                Order::Blocked { k } => {
                    let block = u32::try_from((*k).max(1)).unwrap_or(u32::MAX);
                    (Way::Rounded, block, *order)
                }
                _ => (Way::Rounded, 0, *order),
            },
            Accumulator::Exact { .. } => (Way::Exact, 0, Order::Sequential),
            Accumulator::Aligned(aligned) => {
                served(aligned)?;
                let block = aligned.block();
                (Way::Aligned(block), block as u32, Order::Sequential)
            }
        };
        let [kept, least, least_of_sum] = match accumulator {
            Accumulator::Aligned(aligned) => {
                let of = |emin: i32| (UNIT + emin.max(LOWEST)) as u32;
                let emin = accumulator.rounder().format().emin();
                [aligned.kept(), of(aligned.emin()), of(emin)]
            }
            _ => [0; 3],
        };
        let head: [u32; HEAD] = [
            block,
            u32::from(sum.product().is_none()),
            u32::from(order == Order::Pairwise),
            u32::from(sum.output().is_some()),
            0,
            kept,
            least,
            least_of_sum,
        ];
        let mut words = head.to_vec();
        words.extend(of(sum.product())?);
        words.extend(site(accumulator.rounder())?);
        words.extend(of(sum.output())?);
        Ok(Self { way, words })
    }

    /// Those of kernels, where sums begin with their first term and every site counts its random words
    /// from 0: sequential sums alone draw them in the order of the terms.
    pub fn of_kernel(
        product: Option<&Rounder>,
        accumulation: &Rounder,
        order: Order,
        output: &Rounder,
    ) -> Result<Self, GpuError> {
        if accumulation.rounding().is_stochastic() && order != Order::Sequential {
            return Err(GpuError::Unsupported {
                what: format!("{} sums in the order {order}", accumulation.rounding()),
            });
        }
        let sum = SumOfProducts::new(*accumulation).with_output(*output);
        let sum = match product {
            Some(product) => sum.with_product(*product),
            None => sum.fused(),
        }
        .with_order(order);
        let mut rules = Self::new(&sum)?;
        if accumulation.rounding() != Rounding::TowardNegative {
            rules.words[START] = 1 << 31;
        }
        // `index_at` of entry.wgsl puts the step above the position: taken off the key's base before.
        for (n, step) in [(1, 1), (2, 4)] {
            let at = HEAD + n * SITE + BASE;
            let base = (u64::from(rules.words[at]) << 32) | u64::from(rules.words[at + 1]);
            let base = base.wrapping_sub(step << 29);
            rules.words[at] = (base >> 32) as u32;
            rules.words[at + 1] = base as u32;
        }
        Ok(rules)
    }

    /// The words for sums of so many terms; no terms make +0.
    pub fn words(&self, depth: usize) -> Vec<u32> {
        let mut words = self.words.clone();
        if depth == 0 {
            words[START] = 0;
        }
        words
    }

    /// Terms a dispatch, no more than so many: whole blocks where those are read twice.
    pub fn terms(&self, most: usize) -> usize {
        match self.way {
            Way::Aligned(block) => most / block * block,
            _ => most,
        }
    }

    /// Words that an entry keeps between two dispatches.
    pub fn state(&self) -> usize {
        match self.way {
            Way::Rounded => SUMS,
            Way::Exact => LIMBS,
            Way::Aligned(_) => 0,
        }
    }

    /// For so many products more.
    pub fn pipeline(&self, gpu: &Gpu, work: u64) -> Result<Pipeline, GpuError> {
        match self.way {
            Way::Rounded => gpu.planned(&PRODUCT, &self.constants(), work),
            Way::Exact => gpu.pipeline(&EXACT, &[]),
            Way::Aligned(_) => gpu.pipeline(&ALIGNED, &[]),
        }
    }

    /// The constants of the special shader.
    fn constants(&self) -> Vec<u32> {
        let (head, sites) = self.words.split_at(HEAD);
        let mut constants = vec![head[1], head[2], u32::from(head[0] != 0), head[3]];
        for site in sites.chunks(SITE) {
            constants.extend(&site[..BASE]);
            constants.push(site[BASE + 2]);
        }
        constants
    }
}

/// Is an aligned accumulator within the shader's words?
fn served(aligned: &Aligned) -> Result<(), GpuError> {
    // Addends are below 2^(kept + 2).
    let addends = aligned.block() as u64 + 1;
    let digits = aligned.kept() + 2 + addends.next_power_of_two().ilog2();
    match aligned.block() <= BLOCK && digits <= DIGITS {
        true => Ok(()),
        false => Err(GpuError::Unsupported {
            what: format!(
                "an aligned accumulator of blocks of {} products and {} kept bits (blocks of {BLOCK} and \
                 sums of {DIGITS} digits at most)",
                aligned.block(),
                aligned.kept()
            ),
        }),
    }
}
