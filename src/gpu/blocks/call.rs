//! What a shader is told of a tensor of blocks.

use std::ops::Range;

use super::rule::{Rule, TRIES};
use crate::block::told::Told;
use crate::block::{BlockRounder, Specials};
use crate::chop::{Carriers, Host};
use crate::gpu::codes::CodeWords;
use crate::gpu::plan::{Lane, Told as Rounded};
use crate::gpu::shader::Shader;
use crate::gpu::{Gpu, GpuError};
use crate::{Format, Rounder};

/// Words of `Codes`, and of `Call` with two of them.
const CODES: usize = 24;
const CALL: usize = 28 + 3 * 32 + 2 * CODES + 2 * TRIES;

/// The magnitudes of f64 values are from 2^-this to 2^this: over a scale they stay normal.
const FAR: u64 = 500;
/// The same where errors are squared.
const FAR_SEARCHED: u64 = 200;

/// The two words of an f64.
pub fn halves(x: f64) -> [u32; 2] {
    [x.to_bits() as u32, (x.to_bits() >> 32) as u32]
}

/// The words of values of a host.
pub fn lane<T: Host>() -> Lane {
    match T::CARRIER {
        Carriers::F64 => Lane::Wide,
        _ => Lane::Narrow,
    }
}

/// The plan of what a host holds, to nearest, on f64 words.
pub fn host<T: Host>() -> Option<Vec<u32>> {
    let format = match T::CARRIER {
        Carriers::F16 => Format::BINARY16,
        Carriers::Bf16 => Format::BFLOAT16,
        Carriers::F32 => Format::BINARY32,
        Carriers::F64 => Format::BINARY64,
    };
    Rounded::on::<f64>(&Rounder::new(format), Lane::Wide).map(|told| told.plan)
}

/// The codes that elements and scales have.
#[derive(Debug)]
pub struct Coded {
    /// Of both, as the shader has them.
    words: Vec<u32>,
    /// Bits of an element's code in two's complement, or 0.
    integer: u32,
    has_nan: bool,
    has_nan_scale: bool,
}

impl Coded {
    /// None of formats whose codes only the CPU makes.
    pub fn new(rounder: &BlockRounder) -> Option<Self> {
        let format = rounder.format();
        let (element, scale) = (format.element(), format.scale());
        let mut words = CodeWords::new(element, Lane::Wide)?.words;
        words.extend(CodeWords::new(scale, Lane::Wide)?.words);
        Some(Self {
            words,
            integer: match format.is_twos_complement() {
                true => element.precision() + 1,
                false => 0,
            },
            has_nan: element.nan_code().is_some(),
            has_nan_scale: scale.nan_code().is_some(),
        })
    }
}

/// A tensor and how it is cut and rounded.
pub struct Blocks<'a> {
    pub rounder: &'a BlockRounder,
    pub told: Told,
    pub rule: Rule,
    element: Rounded,
    /// Of elements, scales and results.
    plans: Vec<u32>,
    coded: Option<Coded>,
}

impl<'a> Blocks<'a> {
    /// Of values of a host, to be encoded perhaps.
    ///
    /// # Errors
    /// What the shaders do not serve.
    pub fn new<T: Host>(
        rounder: &'a BlockRounder,
        told: Told,
        values: &[T],
        coded: Option<Coded>,
    ) -> Result<Self, GpuError> {
        let refused = |what: &str| GpuError::Unsupported {
            what: format!("{what} of {}", rounder.format()),
        };
        if values.len() as u64 > 1 << 32 {
            return Err(refused("more than 2^32 values"));
        }
        let wide = T::CARRIER == Carriers::F64;
        let rule = Rule::new(rounder, &told, wide).map_err(refused)?;
        let far = if rule.searched { FAR_SEARCHED } else { FAR };
        let [least, greatest] = [1023 - far, 1023 + far].map(|field| f64::from_bits(field << 52));
        let near = |x: &T| {
            let x = x.to_f64().abs();
            x == 0.0 || !x.is_finite() || (least..greatest).contains(&x)
        };
        if wide && !values.iter().all(near) {
            return Err(refused(&format!(
                "f64 values beyond 2^-{far} and 2^{far} as blocks by this rule"
            )));
        }
        let [element, scale] =
            [&told.element, &told.scale].map(|rounder| Rounded::on::<f64>(rounder, Lane::Wide));
        let (Some(element), Some(scale), Some(host)) = (element, scale, host::<T>()) else {
            return Err(refused("elements or scales"));
        };
        let mut plans = element.plan.clone();
        plans.extend(scale.plan);
        plans.extend(host);
        Ok(Self {
            rounder,
            told,
            rule,
            element,
            plans,
            coded,
        })
    }

    /// Values that pieces are multiples of: whole slabs, or whole planes.
    pub fn unit(&self) -> usize {
        match self.told.is_plane() {
            true => self.told.length() * self.told.inner(),
            false => self.told.line() * self.told.inner(),
        }
    }

    /// Values of a line as a piece has it: all of them where lines need not be told apart.
    fn line(&self, values: usize) -> usize {
        match self.told.is_plane() {
            true => values / self.told.inner(),
            false => self.told.line(),
        }
    }

    /// Blocks of so many values that begin a line.
    pub fn blocks(&self, values: usize) -> usize {
        let (inner, line) = (self.told.inner(), self.line(values));
        values / inner / line * line.div_ceil(self.told.length()) * inner
    }

    /// Where a block of a piece of so many values begins.
    pub fn place(&self, block: usize, values: usize) -> usize {
        let (inner, line, length) = (self.told.inner(), self.line(values), self.told.length());
        let (slab, slabs) = (block / inner, line.div_ceil(length));
        (slab / slabs * line + slab % slabs * length) * inner + block % inner
    }

    /// Records one dispatch for a piece by the shader that serves: direct ones and ones that search, of narrow
    /// and of wide lanes each.
    pub fn record<T: Host>(
        &self,
        gpu: &Gpu,
        encoder: &mut wgpu::CommandEncoder,
        [direct, searched]: [[&'static Shader; 2]; 2],
        piece: &Range<usize>,
        buffers: &[&wgpu::Buffer],
    ) -> Result<(), GpuError> {
        let [narrow, wide] = if self.rule.searched { searched } else { direct };
        let shader = match lane::<T>() {
            Lane::Narrow => narrow,
            Lane::Wide => wide,
        };
        let pipeline = gpu.pipeline(shader, &[])?;
        let bindings: Vec<_> = buffers
            .iter()
            .map(|buffer| buffer.as_entire_buffer_binding())
            .collect();
        let count = self.blocks(piece.len()) as u32;
        gpu.dispatch(encoder, &pipeline, &self.words(piece), &bindings, count)
    }

    /// The words of `Call` after count and row.
    fn words(&self, piece: &Range<usize>) -> Vec<u32> {
        let told = &self.told;
        let format = self.rounder.format();
        let mut words = vec![piece.len() as u32, piece.start as u32];
        words.extend(self.element.keys(piece.start as u64));
        words.extend([told.length(), self.line(piece.len()), told.inner()].map(|n| n as u32));
        words.extend([
            told.known.is_some().into(),
            told.clamps.into(),
            (format.specials() == Specials::Element).into(),
            self.rule.number,
            self.rule.divisors.len() as u32,
        ]);
        let coded = self.coded.as_ref();
        words.extend([
            self.rule.threshold as u32,
            (self.rule.threshold >> 32) as u32,
            (format.element().emax() + 1023) as u32,
            coded.map_or(0, |coded| coded.integer),
        ]);
        let least = told.known.unwrap_or(told.least);
        for x in [told.tensor, least, format.scale().greatest()] {
            words.extend(halves(x));
        }
        words.extend([
            u32::from(coded.is_some_and(|coded| coded.has_nan)),
            u32::from(coded.is_some_and(|coded| coded.has_nan_scale)),
        ]);
        words.extend(&self.plans);
        match coded {
            Some(coded) => words.extend(&coded.words),
            None => words.resize(words.len() + 2 * CODES, 0),
        }
        words.extend(self.rule.divisors.iter().copied().flat_map(halves));
        // `list` is as long in any case; count and row come first.
        words.resize(CALL - 2, 0);
        words
    }
}
