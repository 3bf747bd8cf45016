//! Functions of the values of a format of 16 bits or fewer, with all their digits: made once, by the
//! CPU's functions. What a shader looks up it rounds as everything else, so that one table serves
//! every rounding and every format of the result. `shaders/arith/table.wgsl` has the layout.
//!
//! Of wider formats some functions are computed: then their constants stand in the place of a table.
//!
//! What a call looks up stays in GPU memory, for the next call with the same functions and numbers.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use crate::arith::functions::{self, Unrounded};
use crate::arith::word32::{Word32, is_p3109};
use crate::arith::{Unary, evaluate, p3109};
use crate::format::{Format, scaled};
use crate::gpu::{Gpu, GpuError};
use crate::{Rounder, Rounding, Saturation};

/// Magnitudes of a table's operand at most: zero, those of an unsigned format of 16 bits, infinity.
const MOST: u32 = (1 << 16) + 1;
/// Tables that are kept; when there are more, all go.
const KEPT: usize = 64;
/// Calls' tables that are kept in GPU memory, at most 1.5 MiB each; when there are more, all go.
const KEPT_THERE: usize = 32;
/// Words of `Table` in a shader.
pub const TABLE: usize = 20;
/// What is added to exponents: OFFSET of `shaders/arith/wide.wgsl` and the host's bias.
const BIAS: i32 = 16384 + 127;

/// A function of the values of a format. P3109 formats of the result have their own poles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Function {
    pub operation: Unary,
    pub operand: Format,
    into_p3109: bool,
}

/// A format's values by their places among the magnitudes.
struct Places {
    format: Format,
    word32: Word32,
    /// Infinity's is the last.
    magnitudes: u32,
}

impl Places {
    /// None where there are too many for a table.
    fn new(function: &Function) -> Result<Option<Self>, GpuError> {
        let format = function.operand;
        // Only places are asked for: neither the rounding nor the saturation matters.
        let word32 = Word32::new(&exact(&format))?;
        let magnitudes = word32.place_of(format.greatest() as f32).saturating_add(2);
        Ok((magnitudes <= MOST).then_some(Self {
            format,
            word32,
            magnitudes,
        }))
    }

    /// The magnitude at a place.
    fn magnitude(&self, place: u32) -> f64 {
        if place + 1 == self.magnitudes {
            return f64::INFINITY;
        }
        let digits = self.format.precision() - 1;
        let step = self.format.emin() - digits as i32;
        match place >> digits {
            0 => scaled(place.into(), step),
            field => {
                let fraction = place & ((1 << digits) - 1);
                scaled((fraction | 1 << digits).into(), step + field as i32 - 1)
            }
        }
    }
}

/// What leaves every value of a format as it is.
fn exact(format: &Format) -> Rounder {
    Rounder::new(*format)
        .with_rounding(Rounding::TowardZero)
        .with_saturation(Saturation::Propagate)
}

/// An exact number as a shader reads it: kind and exponent, then 64 digits, the last one sticky.
fn entry(x: Unrounded) -> [u32; 3] {
    let sign = |negative: bool| u32::from(negative) << 31;
    let (number, near) = match x {
        Unrounded::Nan => return [f32::NAN.to_bits(), 0, 0],
        Unrounded::Infinity { negative } => {
            return [sign(negative) | f32::INFINITY.to_bits(), 0, 0];
        }
        Unrounded::Zero { negative } => return [sign(negative), 0, 0],
        Unrounded::Exact(number) => (number, false),
        Unrounded::Near(number) => (number, true),
    };
    if number.is_zero() {
        return [0; 3];
    }
    // Past 2^15 in either direction there is no value of any format.
    let exponent = number.exponent().saturating_add(BIAS).clamp(1, 0xffff);
    let significand = number.significand();
    let lost = near || significand as u64 != 0;
    let digits = (significand >> 64) as u64 | u64::from(lost);
    [
        sign(number.is_negative()) | exponent as u32,
        (digits >> 32) as u32,
        digits as u32,
    ]
}

impl Function {
    /// Of the values of `operand`, with results in `result`.
    pub fn new(operation: Unary, operand: &Format, result: &Format) -> Self {
        Self {
            operation,
            operand: *operand,
            into_p3109: is_p3109(result),
        }
    }

    /// Is it computed where there is no table?
    fn is_computed(&self) -> bool {
        use Unary::{ArcSinh, Cosh, Exp, Log, LogGamma, Softplus};
        matches!(
            self.operation,
            ArcSinh | Cosh | Exp | Log | LogGamma | Softplus
        )
    }

    /// Neither looked up nor computed.
    pub fn refused(&self) -> GpuError {
        GpuError::Table {
            operation: self.operation,
            format: self.operand.to_string(),
        }
    }

    fn of(&self, x: f64) -> [u32; 3] {
        entry(match self.into_p3109 {
            true => p3109::unary(self.operation, x),
            false => evaluate::unary(self.operation, x.into()),
        })
    }

    fn words(&self, places: &Places) -> Arc<[u32]> {
        static MADE: LazyLock<Mutex<HashMap<Function, Arc<[u32]>>>> = LazyLock::new(Mutex::default);
        let made = || MADE.lock().unwrap_or_else(|poison| poison.into_inner());
        if let Some(words) = made().get(self) {
            return Arc::clone(words);
        }
        let magnitudes = || (0..places.magnitudes).map(|place| places.magnitude(place));
        let words: Arc<[u32]> = magnitudes()
            .chain(magnitudes().map(|x| -x))
            .flat_map(|x| self.of(x))
            .collect();
        let mut made = made();
        if made.len() >= KEPT {
            made.clear();
        }
        made.insert(*self, Arc::clone(&words));
        words
    }
}

/// What stands in a call's tables.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Function(Function),
    /// What functions are computed with.
    Constants,
    Words(Vec<u32>),
}

/// The tables of a call, one after the other.
#[derive(Debug, Default)]
pub struct Tables {
    parts: Vec<Part>,
    words: u32,
    /// Where the constants are, if any function is computed.
    constants: Option<u32>,
}

/// Tables in GPU memory, by what is in them.
#[derive(Debug, Default)]
pub struct OnDevice(Mutex<HashMap<Vec<Part>, wgpu::Buffer>>);

impl Tables {
    /// Another function: the words of its `Table`. Of negative numbers log Gamma is NaN where it is
    /// computed.
    pub fn function(&mut self, function: &Function) -> Result<[u32; TABLE], GpuError> {
        let mut table = [0; TABLE];
        match Places::new(function)? {
            Some(places) => {
                table[..16].copy_from_slice(&places.word32.words());
                table[16] = self.words;
                table[17] = places.magnitudes;
                // Of both signs, three words each.
                self.words += 6 * places.magnitudes;
                self.parts.push(Part::Function(*function));
            }
            None if function.is_computed() => {
                let at = self.constants.unwrap_or(self.words);
                if self.constants.replace(at).is_none() {
                    self.words += functions::words().len() as u32;
                    self.parts.push(Part::Constants);
                }
                table[..16].copy_from_slice(&Word32::new(&exact(&function.operand))?.words());
                table[16] = at;
            }
            None => return Err(function.refused()),
        }
        Ok(table)
    }

    /// Is any function computed?
    pub fn is_computed(&self) -> bool {
        self.constants.is_some()
    }

    /// The values of a shader's constants.
    pub fn constants(&self) -> [u32; 1] {
        [u32::from(self.is_computed())]
    }

    /// No function: nothing looks there.
    pub fn none(&self) -> [u32; TABLE] {
        let mut table = [0; TABLE];
        table[17] = 1;
        table
    }

    /// A number with all its digits: where it is.
    pub fn number(&mut self, x: f64) -> u32 {
        self.push(&entry(x.into()))
    }

    /// A word: where it is.
    pub fn word(&mut self, word: u32) -> u32 {
        self.push(&[word])
    }

    fn push(&mut self, words: &[u32]) -> u32 {
        let at = self.words;
        self.words += words.len() as u32;
        match self.parts.last_mut() {
            Some(Part::Words(last)) => last.extend(words),
            _ => self.parts.push(Part::Words(words.to_vec())),
        }
        at
    }

    /// All of them.
    fn words(&self) -> Result<Vec<u32>, GpuError> {
        let mut all = Vec::with_capacity(self.words as usize);
        for part in &self.parts {
            match part {
                Part::Function(function) => {
                    let places = Places::new(function)?.ok_or_else(|| function.refused())?;
                    all.extend_from_slice(&function.words(&places));
                }
                Part::Constants => all.extend_from_slice(functions::words()),
                Part::Words(words) => all.extend(words),
            }
        }
        Ok(all)
    }
}

impl Gpu {
    /// A call's tables in GPU memory: uploaded when they are first asked for.
    pub(super) fn tables(&self, mut tables: Tables) -> Result<wgpu::Buffer, GpuError> {
        // A binding of nothing is none.
        if tables.parts.is_empty() {
            tables.number(0.0);
        }
        let kept = &self.inner.tables.0;
        let kept = || kept.lock().unwrap_or_else(|poison| poison.into_inner());
        if let Some(buffer) = kept().get(&tables.parts) {
            return Ok(buffer.clone());
        }
        // Nobody waits for an upload: two threads may both make it, and one is kept.
        let buffer = self.upload(&tables.words()?)?;
        let mut kept = kept();
        if kept.len() >= KEPT_THERE {
            kept.clear();
        }
        kept.insert(tables.parts, buffer.clone());
        Ok(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Domain, Signedness, Subnormals};

    /// Every value of a format has a place, and its magnitude is the value.
    #[test]
    fn places_are_those_of_values() {
        let p3109 = |signedness| Format::p3109(8, 3, signedness, Domain::Extended);
        for format in [
            Format::OCP_E4M3,
            Format::OCP_E5M2.with_subnormals(Subnormals::Flushed),
            Format::BINARY16,
            Format::BFLOAT16,
            Format::DLFLOAT16,
            Format::OCP_E2M1,
            p3109(Signedness::Signed).expect("P3109"),
            p3109(Signedness::Unsigned).expect("P3109"),
        ] {
            let function = Function::new(Unary::Exp, &format, &Format::BINARY32);
            let places = Places::new(&function).expect("32-bit words");
            let places = places.expect("16 bits or fewer");
            for (_, value) in format.values().expect("16 bits or fewer") {
                let place = places.word32.place_of(value as f32);
                let place = place.min(places.magnitudes - 1);
                assert_eq!(places.magnitude(place), value.abs(), "{format} {value}");
            }
        }
    }

    #[test]
    fn wide_formats_have_no_table() {
        let of = |operation| Function::new(operation, &Format::TF32, &Format::TF32);
        let mut tables = Tables::default();
        let error = tables.function(&of(Unary::Tanh)).expect_err("19 bits");
        assert!(error.to_string().contains("16 bits"), "{error}");
        assert!(!tables.is_computed());
        // The constants are there once.
        tables.number(1.0);
        for operation in [Unary::Exp, Unary::Log] {
            let table = tables.function(&of(operation)).expect("computed");
            assert_eq!(table[16..18], [3, 0]);
        }
        assert_eq!(tables.words().expect("words")[3..], *functions::words(),);
    }

    #[test]
    fn entries_keep_what_is_lost() {
        assert_eq!(entry(1.0.into()), [BIAS as u32, 1 << 31, 0]);
        assert_eq!(entry((-0.0).into()), [1 << 31, 0, 0]);
        let third = crate::arith::Wide::from(1) / crate::arith::Wide::from(3);
        let [first, high, low] = entry(third.into());
        assert_eq!(
            (first, high, low),
            (BIAS as u32 - 2, 0xaaaa_aaaa, 0xaaaa_aaab)
        );
    }

    #[test]
    fn a_function_is_uploaded_once() {
        let Some(gpu) = crate::gpu::for_test() else {
            return;
        };
        let tables = |operation, x| {
            let mut tables = Tables::default();
            let function = Function::new(operation, &Format::OCP_E5M2, &Format::BINARY16);
            let table = tables.function(&function).expect("eight bits");
            let at = tables.number(x);
            let words = tables.words().expect("eight bits");
            assert_eq!((table[16], at as usize), (0, words.len() - 3));
            tables
        };
        let there = |operation, x| gpu.clone().tables(tables(operation, x)).expect("a GPU");
        let exp = there(Unary::Exp, 1.0);
        assert_eq!(exp, there(Unary::Exp, 1.0));
        assert_ne!(exp, there(Unary::Exp, 2.0));
        assert_ne!(exp, there(Unary::Log, 1.0));
        let nothing = || gpu.tables(Tables::default()).expect("a GPU");
        assert_eq!(nothing(), nothing());
        // Past what is kept all go, and nothing is lost but the time.
        for i in 0..KEPT_THERE {
            there(Unary::Exp, i as f64 + 3.0);
        }
        assert_ne!(exp, there(Unary::Exp, 1.0));
    }
}
