//! Blocks that share a scale: the MX formats, NVFP4, block floating point, any others.

use std::ops::Range;

use super::plan::{Lane, Told as Rounded};
use super::shader::{Access, Shader, part};
use super::stream::{Piece, Slot, Values, Work};
use super::{Gpu, GpuError};
use crate::block::told::Told;
use crate::block::{BlockFormat, BlockRounder, ScaleRule};
use crate::{Format, Rounder, Rounding};

/// A shader of blocks by the rules of one file.
macro_rules! blocks {
    ($name:literal, $($own:literal),*) => {
        Shader {
            name: $name,
            parts: &[
                part!("host64.wgsl"),
                part!("pairs.wgsl"),
                part!("plan.wgsl"),
                part!("random.wgsl"),
                part!("draw.wgsl"),
                part!("dispatch.wgsl"),
                part!(paired "round.wgsl"),
                part!("blocks/words.wgsl"),
                part!("blocks/quotient.wgsl"),
                part!("blocks/block.wgsl"),
                $(part!($own),)*
                part!("blocks/entry.wgsl"),
            ],
            storage: &[Access::Write, Access::Write],
            constants: &[],
        }
    };
}

static DIRECT: Shader = blocks!("blocks", "blocks/direct.wgsl");
static SEARCHED: Shader = blocks!(
    "blocks searched",
    "blocks/float64.wgsl",
    "blocks/searched.wgsl"
);

pub(super) const SHADERS: &[&Shader] = &[&DIRECT, &SEARCHED];

/// Values of a block at most: an invocation goes over them twice, or 26 times to search, and Mesa's
/// llvmpipe stops its loops after 65,535 turns in all.
const LONGEST: usize = 1 << 14;
const LONGEST_SEARCHED: usize = 1 << 11;
/// Exponents of elements and scales at most: quotients and products stay within those of an f64.
const FAR: i32 = 400;
/// The same where errors are squared.
const FAR_SEARCHED: i32 = 150;
/// Digits of a significand that is divided by or multiplied with.
const DIGITS: u32 = 32;
/// Digits that a quotient can be rounded to, random bits included.
const KEPT: u32 = 51;
/// Scales that are tried at most.
const TRIES: usize = 64;

impl Gpu {
    /// A tensor in place, as [`BlockRounder::round_tensor`].
    ///
    /// One invocation a block. The scale of a tensor (NVFP4's, or the one of dynamic fixed point) is
    /// found by the CPU, which goes over the values once for that.
    ///
    /// # Errors
    /// [`GpuError::Unsupported`] for what integers of 32 bits do not serve: blocks of more than 16,384
    /// values (2,048 where scales are searched), scales that are not powers of two with elements of
    /// more than 32 digits or with more than 51 digits and random bits, exponents past 2^400 (2^150),
    /// tensors of more than 2^32 values;
    /// [`GpuError::Block`] with the CPU's errors; else the device's.
    ///
    /// ```
    /// use roundoff::block::{BlockFormat, BlockRounder};
    /// use roundoff::gpu::Gpu;
    /// # let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let mut values = [0.1f32; 32];
    /// values[0] = 7.0;
    /// gpu.round_blocks(&BlockRounder::new(BlockFormat::MXFP4), &mut values, &[32])?;
    /// assert_eq!(values[..2], [6.0, 0.0]);
    /// # Ok::<(), roundoff::gpu::GpuError>(())
    /// ```
    pub fn round_blocks(
        &self,
        rounder: &BlockRounder,
        values: &mut [f32],
        shape: &[usize],
    ) -> Result<(), GpuError> {
        let told = rounder.told(values, shape)?;
        if values.is_empty() {
            return Ok(());
        }
        if told.known.is_some_and(f64::is_nan) {
            values.fill(f32::NAN);
            return Ok(());
        }
        let refused = |what: &str| GpuError::Unsupported {
            what: format!("{what} of {}", rounder.format()),
        };
        if values.len() as u64 > 1 << 32 {
            return Err(refused("more than 2^32 values"));
        }
        let rule = Rule::new(rounder, &told).map_err(refused)?;
        let single = Rounder::new(Format::BINARY32);
        let [element, scale, single] = [&told.element, &told.scale, &single]
            .map(|rounder| Rounded::on::<f64>(rounder, Lane::Wide));
        let (Some(element), Some(scale), Some(single)) = (element, scale, single) else {
            return Err(refused("elements or scales"));
        };
        let mut plans = element.plan.clone();
        plans.extend(scale.plan);
        plans.extend(single.plan);
        self.stream(&mut Blocks {
            rounder,
            told,
            rule,
            element,
            plans,
            values,
        })
    }
}

/// The two words of an f64.
fn halves(x: f64) -> [u32; 2] {
    [x.to_bits() as u32, (x.to_bits() >> 32) as u32]
}

fn is_power_of_two(x: f64) -> bool {
    x.to_bits() << 12 == 0
}

/// How a shader finds scales.
struct Rule {
    shader: &'static Shader,
    /// As `direct.wgsl` and `searched.wgsl` number them.
    number: u32,
    /// Of a fraction of 52 bits.
    threshold: u64,
    divisors: Vec<f64>,
}

impl Rule {
    /// Or what the shaders do not serve.
    fn new(rounder: &BlockRounder, told: &Told) -> Result<Self, &'static str> {
        let format = rounder.format();
        let (element, scale) = (format.element(), format.scale());
        let rule = match told.known {
            Some(_) => Self::at_once(0, 0, Vec::new()),
            None => Self::of(format, told.tensor),
        };
        let searched = rule.number > 1;
        let far = if searched { FAR_SEARCHED } else { FAR };
        let within = |format: &Format| {
            format.emax() <= far && format.emin() - format.precision() as i32 >= -far
        };
        if !within(element) || !within(scale) {
            return Err("exponents");
        }
        let longest = if searched { LONGEST_SEARCHED } else { LONGEST };
        if told.length() > longest {
            return Err("blocks as long as those");
        }
        let plain = match told.known {
            Some(known) => is_power_of_two(known * told.tensor),
            None => scale.precision() == 1 && is_power_of_two(told.tensor),
        };
        let random = match rounder.rounding() {
            Rounding::Stochastic { bits, .. } => u32::from(bits.get()),
            _ => 0,
        };
        let tensor = if is_power_of_two(told.tensor) { 0 } else { 24 };
        if !plain
            && (element.precision() > DIGITS
                || element.precision() + random > KEPT
                || scale.precision() + tensor > DIGITS)
        {
            return Err("elements or scales of so many digits");
        }
        let is_short = |x: &f64| x.to_bits().trailing_zeros() >= 53 - DIGITS;
        if !rule.divisors.iter().all(is_short) || rule.divisors.len() > TRIES {
            return Err("greatest elements of so many digits");
        }
        Ok(rule)
    }

    fn at_once(number: u32, threshold: u64, divisors: Vec<f64>) -> Self {
        Self {
            shader: &DIRECT,
            number,
            threshold,
            divisors,
        }
    }

    fn of(format: &BlockFormat, tensor: f64) -> Self {
        const ONE: u64 = 1 << 52;
        let element = format.element();
        let greatest = element.greatest();
        let binades = |threshold| Self::at_once(0, threshold, vec![tensor]);
        let search = |number, divisors| Self {
            shader: &SEARCHED,
            number,
            threshold: 0,
            divisors,
        };
        match format.rule() {
            ScaleRule::Floor => binades(ONE),
            // Any fraction at all.
            ScaleRule::Ceil => binades(1),
            // From half a step below the next power of two on: the tie goes up, to the even one.
            ScaleRule::Even => binades(ONE - (ONE >> element.precision())),
            // A power of two is enough where the fraction is not above the greatest element's: no
            // quotient is needed, however many digits that has.
            ScaleRule::RoundUp if format.scales_by_powers_of_two() => {
                binades((greatest.to_bits() & (ONE - 1)) + 1)
            }
            ScaleRule::RoundUp | ScaleRule::Nearest => Self::at_once(1, 0, vec![tensor * greatest]),
            ScaleRule::LargestExact => {
                let mine = format.largest_elements();
                search(2, mine.map(|q| tensor * q).collect())
            }
            ScaleRule::MeanSquare => search(3, vec![16.0 * tensor * greatest]),
        }
    }
}

/// A tensor to round.
struct Blocks<'a> {
    rounder: &'a BlockRounder,
    told: Told,
    rule: Rule,
    element: Rounded,
    /// Of elements, scales and results.
    plans: Vec<u32>,
    values: &'a mut [f32],
}

impl Blocks<'_> {
    /// Values of a line as a piece has it: all of them where lines need not be told apart.
    fn line(&self, values: usize) -> usize {
        match self.told.is_plane() {
            true => values / self.told.inner(),
            false => self.told.line(),
        }
    }

    /// Blocks of so many values that begin a line.
    fn blocks(&self, values: usize) -> usize {
        let (inner, line) = (self.told.inner(), self.line(values));
        values / inner / line * line.div_ceil(self.told.length()) * inner
    }

    /// Where a block of a piece of so many values begins.
    fn place(&self, block: usize, values: usize) -> usize {
        let (inner, line, length) = (self.told.inner(), self.line(values), self.told.length());
        let (slab, slabs) = (block / inner, line.div_ceil(length));
        (slab / slabs * line + slab % slabs * length) * inner + block % inner
    }

    /// The words of `Call` after count and row.
    fn call(&self, piece: &Range<usize>) -> Vec<u32> {
        let told = &self.told;
        let format = self.rounder.format();
        let zeros = told.known.unwrap_or(told.least) * told.tensor;
        let mut words = vec![piece.len() as u32, piece.start as u32];
        words.extend(self.element.keys(piece.start as u64));
        words.extend([told.length(), self.line(piece.len()), told.inner()].map(|n| n as u32));
        words.extend([
            told.known.is_some().into(),
            told.clamps.into(),
            (format.specials() == crate::block::Specials::Element).into(),
            self.rule.number,
            self.rule.divisors.len() as u32,
        ]);
        words.extend([
            self.rule.threshold as u32,
            (self.rule.threshold >> 32) as u32,
            (format.element().emax() + 1023) as u32,
            0,
        ]);
        for x in [told.tensor, zeros, format.scale().greatest(), 0.0] {
            words.extend(halves(x));
        }
        words.extend(&self.plans);
        words.extend(self.rule.divisors.iter().copied().flat_map(halves));
        // `list` is as long in any case; count and row come first.
        words.resize(CALL - 2, 0);
        words
    }
}

/// Words of `Call`.
const CALL: usize = 28 + 3 * 32 + 2 * TRIES;

impl Work for Blocks<'_> {
    fn values(&self) -> usize {
        self.values.len()
    }

    fn unit(&self) -> usize {
        match self.told.is_plane() {
            true => self.told.length() * self.told.inner(),
            false => self.told.line() * self.told.inner(),
        }
    }

    fn bits(&self) -> (u64, u64) {
        (32, 32)
    }

    fn in_place(&self) -> bool {
        true
    }

    fn fill(&self, piece: &Range<usize>, to: &mut wgpu::QueueWriteBufferView) {
        Values(Lane::Narrow).put(&self.values[piece.clone()], to);
    }

    fn record(
        &self,
        gpu: &Gpu,
        encoder: &mut wgpu::CommandEncoder,
        piece: &Range<usize>,
        slot: &Slot,
    ) -> Result<(), GpuError> {
        let pipeline = gpu.pipeline(self.rule.shader, &[])?;
        let bindings = [&slot.input, &slot.first_bad].map(wgpu::Buffer::as_entire_buffer_binding);
        let blocks = self.blocks(piece.len()) as u32;
        gpu.dispatch(encoder, &pipeline, &self.call(piece), &bindings, blocks)
    }

    fn take(&mut self, piece: Piece<'_>) -> Result<(), GpuError> {
        if let Some(block) = piece.first_bad {
            let index = piece.values.start + self.place(block, piece.values.len());
            let error = self.rounder.past_of(&self.told, self.values, index);
            return Err(error.into());
        }
        Values(Lane::Narrow).take(piece.bytes, &mut self.values[piece.values]);
        Ok(())
    }
}
