//! Names of formats, both ways.
//!
//! A name is one of the table, `BinaryKpPse` of P3109, `ieee-e5m10`, `precision-11`,
//! `p5e-14:15`, `q4.4` and `uq8.8` of fixed point, or a part of a block, `sign-magnitude-8` or
//! `exponent-8` (bits); and may end in `+flush` or `+round` for another way below the least normal
//! value.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::fixed::FixedPoint;
use super::{Domain, Format, FormatError, Signedness, Subnormals};
use crate::nearest::nearest;

/// A format with a name of its own.
#[derive(Clone, Copy, Debug)]
pub struct NamedFormat {
    /// The name it is printed with.
    pub name: &'static str,
    /// The format.
    pub format: Format,
    /// Other names it is read by, in lower case.
    pub aliases: &'static [&'static str],
    /// Whose it is.
    pub about: &'static str,
}

const fn named(
    name: &'static str,
    format: Format,
    aliases: &'static [&'static str],
    about: &'static str,
) -> NamedFormat {
    NamedFormat {
        name,
        format,
        aliases,
        about,
    }
}

/// The formats with names, P3109's aside.
#[rustfmt::skip]
pub const NAMED: [NamedFormat; 21] = [
    named("binary16", Format::BINARY16, &["fp16", "half", "h", "float16", "f16", "e5m10"], "IEEE 754"),
    named("binary32", Format::BINARY32, &["fp32", "single", "s", "float32", "f32", "float", "e8m23"], "IEEE 754"),
    named("binary64", Format::BINARY64, &["fp64", "double", "d", "float64", "f64", "e11m52"], "IEEE 754"),
    named("bfloat16", Format::BFLOAT16, &["bf16", "b", "e8m7"], "Google"),
    named("tf32", Format::TF32, &["t", "tensorfloat32", "tensorfloat-32", "e8m10"], "NVIDIA"),
    named("fp24", Format::FP24, &["amd-fp24", "e7m16"], "AMD"),
    named("pxr24", Format::PXR24, &["e8m15"], "Pixar"),
    named("dlfloat16", Format::DLFLOAT16, &["dlfloat", "dlf16"], "IBM"),
    named("ocp-e4m3", Format::OCP_E4M3, &["e4m3fn", "float8_e4m3fn", "f8_e4m3"], "OCP OFP8"),
    named("ocp-e5m2", Format::OCP_E5M2, &["e5m2", "fp8-e5m2", "float8_e5m2", "f8_e5m2", "q52"], "OCP OFP8, Higham q52"),
    named("ocp-e3m2", Format::OCP_E3M2, &["e3m2", "e3m2fn", "fp6-e3m2", "float6_e3m2fn"], "OCP MX"),
    named("ocp-e2m3", Format::OCP_E2M3, &["e2m3", "e2m3fn", "fp6-e2m3", "float6_e2m3fn"], "OCP MX"),
    named("ocp-e2m1", Format::OCP_E2M1, &["e2m1", "e2m1fn", "fp4", "fp4-e2m1", "float4_e2m1fn"], "OCP MX"),
    named("ocp-e8m0", Format::OCP_E8M0, &["e8m0", "e8m0fnu", "float8_e8m0fnu", "f8_e8m0"], "OCP MX scale"),
    named("e3m4", Format::E3M4, &["ieee-e3m4", "float8_e3m4"], "IEEE-like"),
    named("q43", Format::Q43, &["ieee-e4m3", "float8_e4m3"], "Higham; IEEE-like"),
    named("e4m3fnuz", Format::E4M3FNUZ, &["float8_e4m3fnuz"], "Graphcore, AMD"),
    named("e5m2fnuz", Format::E5M2FNUZ, &["float8_e5m2fnuz"], "Graphcore, AMD"),
    named("e4m3b11fnuz", Format::E4M3B11FNUZ, &["float8_e4m3b11fnuz"], "Google TPU"),
    named("precision-24", host_precision(24), &[], "digits of binary32"),
    named("precision-11", host_precision(11), &[], "digits of binary16"),
];

/// Names of blocks that are often said for their elements.
const BLOCKS: [(&str, &str); 6] = [
    ("mxfp8-e4m3", "ocp-e4m3"),
    ("mxfp8-e5m2", "ocp-e5m2"),
    ("mxfp6-e3m2", "ocp-e3m2"),
    ("mxfp6-e2m3", "ocp-e2m3"),
    ("mxfp4", "ocp-e2m1"),
    ("nvfp4", "ocp-e2m1"),
];

const fn host_precision(precision: u32) -> Format {
    match Format::precision_only(precision) {
        Ok(format) => format,
        Err(_) => Format::BINARY64,
    }
}

/// Why a name is no format.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FormatParseError {
    /// Several formats go by that name.
    #[error(
        "\"{name}\" names several formats: say ocp-e4m3 (greatest value 448), \
         ieee-e4m3 (240, with infinities), e4m3fnuz (240, without) or e4m3b11fnuz (30)"
    )]
    Ambiguous {
        /// The name.
        name: String,
    },
    /// The name of blocks, whose numbers share a scale.
    #[error(
        "\"{name}\" names blocks with a shared scale, and here a format of single numbers is wanted: \
         say {element} for their elements"
    )]
    Blocks {
        /// The name.
        name: String,
        /// The elements' format.
        element: &'static str,
    },
    /// Nothing goes by that name.
    #[error("unknown format \"{name}\": {}", help(.name))]
    Unknown {
        /// The name.
        name: String,
    },
    /// The numbers in the name do not make a format.
    #[error("format \"{name}\": {source}")]
    Impossible {
        /// The name.
        name: String,
        /// Why.
        source: FormatError,
    },
}

/// The nearest name, or what names there are.
fn help(name: &str) -> String {
    let named = NAMED
        .iter()
        .flat_map(|named| named.aliases.iter().chain([&named.name]))
        .filter(|name| name.len() > 2)
        .map(|name| (*name).to_owned());
    let p3109 = (3..=16u32).flat_map(|width| {
        let names = (1..=width).flat_map(move |precision| {
            ["se", "sf", "ue", "uf"].map(|ending| format!("Binary{width}p{precision}{ending}"))
        });
        names.filter(|name| name.parse::<Format>().is_ok())
    });
    let names: Vec<String> = named.chain(p3109).collect();
    match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}? `roundoff formats` lists the names"),
        None => "try a name that `roundoff formats` lists, ieee-e5m10 (exponent and fraction bits), \
                 precision-11, p11e-14:15 (digits, emin, emax), q4.4 (bits before and after the point) \
                 or Binary8p4se"
            .to_owned(),
    }
}

impl FromStr for Format {
    type Err = FormatParseError;

    /// Reads every name that [`Display`](fmt::Display) prints, the aliases of [`NAMED`], and
    /// `ieee-eXmY`, in any case.
    ///
    /// ```
    /// use roundoff::Format;
    /// assert_eq!("half".parse(), Ok(Format::BINARY16));
    /// assert!("e4m3".parse::<Format>().is_err());
    /// ```
    fn from_str(name: &str) -> Result<Self, FormatParseError> {
        let lower = name.trim().to_ascii_lowercase();
        let (base, subnormals) = match lower.split_once('+') {
            None => (lower.as_str(), None),
            Some((base, "flush")) => (base, Some(Subnormals::Flushed)),
            Some((base, "round")) => (base, Some(Subnormals::Rounded)),
            Some((base, "keep")) => (base, Some(Subnormals::Kept)),
            Some(_) => return Err(unknown(name)),
        };
        let format = base_format(base, name)?;
        Ok(match subnormals {
            // Fixed point has nothing to flush: what is below the step rounds to it or to zero.
            Some(_) if format.fixed => return Err(unknown(name)),
            Some(subnormals) => format.with_subnormals(subnormals),
            None => format,
        })
    }
}

fn unknown(name: &str) -> FormatParseError {
    FormatParseError::Unknown {
        name: name.to_owned(),
    }
}

fn base_format(base: &str, name: &str) -> Result<Format, FormatParseError> {
    // chop and Pychop say fp8-e4m3 for 240, NVIDIA's tools for 448.
    if matches!(base, "e4m3" | "fp8-e4m3" | "fp8e4m3" | "e4m3fp8") {
        return Err(FormatParseError::Ambiguous {
            name: name.to_owned(),
        });
    }
    if let Some(found) = NAMED
        .iter()
        .find(|named| named.name == base || named.aliases.contains(&base))
    {
        return Ok(found.format);
    }
    if let Some((_, element)) = BLOCKS.iter().find(|(block, _)| *block == base) {
        return Err(FormatParseError::Blocks {
            name: name.to_owned(),
            element,
        });
    }
    let made = numbers_of(base).ok_or_else(|| unknown(name))?;
    made.map_err(|source| FormatParseError::Impossible {
        name: name.to_owned(),
        source,
    })
}

/// The names that say numbers.
fn numbers_of(base: &str) -> Option<Result<Format, FormatError>> {
    if let Some(rest) = base.strip_prefix("binary") {
        return p3109_of(rest);
    }
    if let Some(digits) = base.strip_prefix("precision-") {
        return Some(Format::precision_only(digits.parse().ok()?));
    }
    if let Some(width) = base.strip_prefix("sign-magnitude-") {
        let width: u8 = width
            .parse()
            .ok()
            .filter(|width| (2..=53).contains(width))?;
        return Some(Ok(Format::sign_magnitude(width - 1)));
    }
    if let Some(width) = base.strip_prefix("exponent-") {
        let width: u8 = width
            .parse()
            .ok()
            .filter(|width| (1..=10).contains(width))?;
        return Some(Ok(Format::powers_of_two(width)));
    }
    if let Some(fields) = base.strip_prefix("ieee-e") {
        let (exponent, fraction) = fields.split_once('m')?;
        return Some(Format::ieee(exponent.parse().ok()?, fraction.parse().ok()?));
    }
    let fixed = [("uq", Signedness::Unsigned), ("q", Signedness::Signed)];
    for (prefix, signedness) in fixed {
        if let Some(numbers) = base.strip_prefix(prefix) {
            let point = FixedPoint::parse(signedness, numbers)?;
            let (integer, fraction) = (point.integer_bits, point.fraction_bits);
            return Some(Format::fixed(signedness, integer, fraction));
        }
    }
    let (precision, range) = base.strip_prefix('p')?.split_once('e')?;
    let (emin, emax) = range.split_once(':')?;
    Some(Format::custom(
        precision.parse().ok()?,
        emin.parse().ok()?,
        emax.parse().ok()?,
        Subnormals::Kept,
    ))
}

/// `8p4se`, from a P3109 name.
fn p3109_of(rest: &str) -> Option<Result<Format, FormatError>> {
    let (width, rest) = rest.split_once('p')?;
    let (signedness, at) = match rest.find(['s', 'u']) {
        Some(at) if rest[at..].starts_with('s') => (Signedness::Signed, at),
        Some(at) => (Signedness::Unsigned, at),
        None => return None,
    };
    let domain = match &rest[at + 1..] {
        "e" => Domain::Extended,
        "f" => Domain::Finite,
        _ => return None,
    };
    let precision = rest[..at].parse().ok()?;
    Some(Format::p3109(
        width.parse().ok()?,
        precision,
        signedness,
        domain,
    ))
}

impl Format {
    /// The name without the part about subnormals, which `kept` has in the name's own way.
    fn base_name(&self) -> String {
        if let Some(named) = NAMED.iter().find(|named| named.format == *self) {
            return named.name.to_owned();
        }
        if let Some(point) = self.fixed_point() {
            return point.to_string();
        }
        let precision = self.precision();
        match self.encoding {
            Some(encoding) if self.overflow == super::Overflow::P3109 => format!(
                "Binary{}p{precision}{}{}",
                encoding.width,
                if self.signed { 's' } else { 'u' },
                if self.infinities { 'e' } else { 'f' }
            ),
            Some(encoding) if *self == Self::sign_magnitude(self.precision) => {
                format!("sign-magnitude-{}", encoding.width)
            }
            Some(encoding) if !self.zero && encoding.width <= 10 => {
                format!("exponent-{}", encoding.width)
            }
            Some(encoding) => format!(
                "ieee-e{}m{}",
                u32::from(encoding.width) - precision,
                precision - 1
            ),
            None if self.emin == -1022 && self.emax == 1023 => format!("precision-{precision}"),
            None => format!("p{precision}e{}:{}", self.emin, self.emax),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // DLFloat16's own way is to flush; everybody else's is to keep.
        let own = |subnormals| {
            NAMED
                .iter()
                .any(|named| named.format == self.with_subnormals(subnormals))
        };
        let usual = match own(Subnormals::Flushed) && self.least_normal != 1 << (self.precision - 1)
        {
            true => Subnormals::Flushed,
            false => Subnormals::Kept,
        };
        let base = self.with_subnormals(usual).base_name();
        let suffix = match self.subnormals {
            same if same == usual => "",
            Subnormals::Flushed => "+flush",
            Subnormals::Rounded => "+round",
            Subnormals::Kept => "+keep",
        };
        f.pad(&(base + suffix))
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Format({self})")
    }
}
