//! Formats as the standards and papers state them.

use roundoff::{Format, Overflow, Subnormals};

use super::{NAN, float, integer};

/// What is below the least normal value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Below {
    Kept,
    Flushed,
    Rounded,
}

/// What a family has past its greatest finite value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    Infinity,
    NaN,
    Greatest,
}

/// Which codes are no finite values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Specials {
    /// The topmost exponent field: infinity, then NaN (IEEE 754, 3.4).
    Ieee,
    /// The last magnitude is NaN (OFP8 E4M3; MX E8M0; DLFloat16).
    LastIsNan,
    /// Minus zero is NaN (FNUZ).
    MinusZeroIsNan,
    /// As P3109 3.2 has them: see [`Set::decode`].
    P3109,
    /// None (MX 4- and 6-bit).
    None,
}

/// A set of numbers and, where it has one, its encoding.
#[derive(Clone, Copy, Debug)]
pub struct Set {
    pub precision: u32,
    pub emin: i32,
    /// Significand and exponent.
    pub greatest: (u64, i32),
    /// Is the code of the greatest value odd, digits counted that a host has cut?
    pub odd_before_cut: Option<bool>,
    pub least_normal: (u64, i32),
    pub signed: bool,
    pub zero: bool,
    pub negative_zero: bool,
    pub infinities: bool,
    pub nan: bool,
    pub below: Below,
    pub beyond: Beyond,
    /// Bits of a code, and which are special.
    pub codes: Option<(u32, Specials)>,
}

/// IEEE 754-2019, 3.3 and 3.4: e exponent bits, f fraction bits.
fn ieee(e: u32, f: u32) -> Set {
    let emax = (1i32 << (e - 1)) - 1;
    let p = f + 1;
    Set {
        precision: p,
        emin: 1 - emax,
        greatest: ((1 << p) - 1, emax - f as i32),
        odd_before_cut: None,
        least_normal: (1 << f, 1 - emax - f as i32),
        signed: true,
        zero: true,
        negative_zero: true,
        infinities: true,
        nan: f > 0,
        below: Below::Kept,
        beyond: Beyond::Infinity,
        codes: Some((1 + e + f, Specials::Ieee)),
    }
}

/// OCP MX 1.0, 5.3: every code a finite number; the bias is IEEE's.
fn mx(e: u32, f: u32) -> Set {
    let base = ieee(e, f);
    Set {
        greatest: (base.greatest.0, base.greatest.1 + 1),
        infinities: false,
        nan: false,
        beyond: Beyond::Greatest,
        codes: Some((1 + e + f, Specials::None)),
        ..base
    }
}

/// Finite, one NaN, unsigned zero: all exponent fields are ordinary ones.
fn fnuz(e: u32, f: u32, bias: i32) -> Set {
    let emax = (1i32 << e) - 1 - bias;
    Set {
        emin: 1 - bias,
        greatest: ((2 << f) - 1, emax - f as i32),
        least_normal: (1 << f, 1 - bias - f as i32),
        negative_zero: false,
        infinities: false,
        beyond: Beyond::NaN,
        codes: Some((1 + e + f, Specials::MinusZeroIsNan)),
        ..ieee(e, f)
    }
}

/// P3109 3.2: width K, precision P.
fn p3109(k: u32, p: u32, signed: bool, extended: bool) -> Option<Set> {
    if k < 3 || !(1..=53).contains(&p) || p > k - u32::from(signed) {
        return None;
    }
    let bias = 1i64 << (k - p - u32::from(signed)).min(40);
    let emin = i32::try_from(1 - bias).ok()?;
    // The last codes are +inf where extended, and NaN where unsigned.
    let last = (1u64 << (k - u32::from(signed))) - 1 - u64::from(extended) - u64::from(!signed);
    let (field, fraction) = (last >> (p - 1), last & ((1 << (p - 1)) - 1));
    let greatest = match field {
        0 => (fraction, emin - p as i32 + 1),
        _ => (
            1 << (p - 1) | fraction,
            i32::try_from(field as i64 - bias).ok()? - p as i32 + 1,
        ),
    };
    let emax = greatest.1 + 63 - greatest.0.leading_zeros() as i32;
    (emin >= -1022 && emax <= 1023).then_some(Set {
        precision: p,
        emin,
        greatest,
        odd_before_cut: None,
        least_normal: (1 << (p - 1), emin - p as i32 + 1),
        signed,
        zero: true,
        negative_zero: false,
        infinities: extended,
        nan: true,
        below: Below::Kept,
        beyond: match extended {
            true => Beyond::Infinity,
            false => Beyond::Greatest,
        },
        codes: Some((k, Specials::P3109)),
    })
}

/// Digits and exponents alone.
fn custom(p: u32, emin: i32, emax: i32) -> Set {
    Set {
        precision: p,
        emin,
        greatest: ((1 << p) - 1, emax - p as i32 + 1),
        least_normal: (1 << (p - 1), emin - p as i32 + 1),
        nan: true,
        codes: None,
        ..ieee(11, 52)
    }
}

/// The names of the table below, each once.
pub fn names() -> &'static [&'static str] {
    &[
        "binary16",
        "binary32",
        "binary64",
        "bfloat16",
        "tf32",
        "fp24",
        "pxr24",
        "dlfloat16",
        "ocp-e4m3",
        "ocp-e5m2",
        "ocp-e3m2",
        "ocp-e2m3",
        "ocp-e2m1",
        "ocp-e8m0",
        "e3m4",
        "q43",
        "e4m3fnuz",
        "e5m2fnuz",
        "e4m3b11fnuz",
        "precision-24",
        "precision-11",
    ]
}

fn named(name: &str) -> Option<Set> {
    Some(match name {
        // IEEE 754-2019, table 3.5.
        "binary16" => ieee(5, 10),
        "binary32" => ieee(8, 23),
        "binary64" => ieee(11, 52),
        "bfloat16" => ieee(8, 7),
        "tf32" => ieee(8, 10),
        "fp24" => ieee(7, 16),
        "pxr24" => ieee(8, 15),
        // Agrawal et al. 2019: bias 31, no subnormals; zero has the first code of an otherwise
        // normal binade, infinity and NaN together the last: 2^33 (1 - 2^-9) is the greatest.
        "dlfloat16" => Set {
            emin: -31,
            greatest: (0b11_1111_1110, 32 - 9),
            least_normal: (0b10_0000_0001, -31 - 9),
            infinities: false,
            below: Below::Flushed,
            beyond: Beyond::NaN,
            codes: Some((16, Specials::LastIsNan)),
            ..ieee(6, 9)
        },
        // OFP8 1.0, table 1: S.1111.111 is NaN, S.1111.110 is 448.
        "ocp-e4m3" => Set {
            greatest: (14, 5),
            infinities: false,
            beyond: Beyond::NaN,
            codes: Some((8, Specials::LastIsNan)),
            ..ieee(4, 3)
        },
        "ocp-e5m2" | "q52" => ieee(5, 2),
        "ocp-e3m2" => mx(3, 2),
        "ocp-e2m3" => mx(2, 3),
        "ocp-e2m1" => mx(2, 1),
        // MX 1.0, 5.4.1.
        "ocp-e8m0" => Set {
            precision: 1,
            emin: -127,
            greatest: (1, 127),
            odd_before_cut: None,
            least_normal: (1, -127),
            signed: false,
            zero: false,
            negative_zero: false,
            infinities: false,
            nan: true,
            below: Below::Kept,
            beyond: Beyond::NaN,
            codes: Some((8, Specials::LastIsNan)),
        },
        "e3m4" => ieee(3, 4),
        "q43" => ieee(4, 3),
        "e4m3fnuz" => fnuz(4, 3, 8),
        "e5m2fnuz" => fnuz(5, 2, 16),
        "e4m3b11fnuz" => fnuz(4, 3, 11),
        _ => return None,
    })
}

/// The set of a name, with `+flush`, `+round` or `+keep` at its end where it is to have another
/// way below the least normal value. None where there is no such set.
pub fn set(name: &str) -> Option<Set> {
    let (base, way) = name.split_once('+').unwrap_or((name, ""));
    let found = named(base).or_else(|| numbers(base))?;
    Some(match way {
        "" => found,
        "flush" => Set {
            below: Below::Flushed,
            ..found
        },
        "round" => Set {
            below: Below::Rounded,
            ..found
        },
        "keep" => Set {
            below: Below::Kept,
            ..found
        },
        _ => return None,
    })
}

fn numbers(name: &str) -> Option<Set> {
    if let Some(rest) = name.strip_prefix("ieee-e") {
        let (e, f) = rest.split_once('m')?;
        return Some(ieee(e.parse().ok()?, f.parse().ok()?));
    }
    if let Some(rest) = name.strip_prefix("precision-") {
        return Some(custom(rest.parse().ok()?, -1022, 1023));
    }
    if let Some(rest) = name.strip_prefix("Binary") {
        let (k, rest) = rest.split_once('p')?;
        let (p, kind) = rest.split_at(rest.len().checked_sub(2)?);
        let (signed, extended) = match kind {
            "se" => (true, true),
            "sf" => (true, false),
            "ue" => (false, true),
            "uf" => (false, false),
            _ => return None,
        };
        return p3109(k.parse().ok()?, p.parse().ok()?, signed, extended);
    }
    let (p, range) = name.strip_prefix('p')?.split_once('e')?;
    let (emin, emax) = range.split_once(':')?;
    Some(custom(
        p.parse().ok()?,
        emin.parse().ok()?,
        emax.parse().ok()?,
    ))
}

/// Every format of at most `width` bits that has a name: the named ones, IEEE-like ones, P3109's.
pub fn small_names(width: u32) -> Vec<String> {
    let fits = |name: &str| set(name).is_some_and(|s| s.codes.is_some_and(|(w, _)| w <= width));
    let mut all: Vec<String> = names().iter().map(|name| name.to_string()).collect();
    for e in 2..=11 {
        for f in 0..=52 {
            all.push(format!("ieee-e{e}m{f}"));
        }
    }
    for k in 3..=width {
        for p in 1..=k {
            all.extend(["se", "sf", "ue", "uf"].map(|kind| format!("Binary{k}p{p}{kind}")));
        }
    }
    all.retain(|name| fits(name));
    all
}

impl Set {
    /// The crate's numbers of a format, without its codes.
    pub fn of(format: &Format) -> Self {
        let (precision, emin) = (format.precision(), format.emin());
        // Its digits, the last of which is that of the binade of 2^exponent.
        let digits = |x: f64, exponent: i32| {
            let (significand, last) = integer(x);
            let step = exponent - precision as i32 + 1;
            (significand >> (step - last), step)
        };
        Self {
            precision,
            emin,
            greatest: digits(format.greatest(), format.emax()),
            odd_before_cut: None,
            least_normal: digits(format.least_normal(), emin),
            signed: format.is_signed(),
            zero: format.has_zero(),
            negative_zero: format.has_negative_zero(),
            infinities: format.has_infinities(),
            nan: format.has_nan(),
            below: match format.subnormals() {
                Subnormals::Kept => Below::Kept,
                Subnormals::Flushed => Below::Flushed,
                Subnormals::Rounded => Below::Rounded,
            },
            beyond: match format.overflow() {
                Overflow::Infinity => Beyond::Infinity,
                Overflow::P3109 if format.has_infinities() => Beyond::Infinity,
                Overflow::NaN => Beyond::NaN,
                Overflow::Greatest | Overflow::P3109 => Beyond::Greatest,
            },
            codes: None,
        }
    }

    /// Exponent field of the binade of 2^exponent: the code's first bits. A zero takes field 0,
    /// where there are no subnormals with it at most a code of it.
    pub fn biased(&self, exponent: i32) -> i32 {
        let whole_field = self.zero && self.least_normal.0 == 1 << (self.precision - 1);
        exponent - self.emin + i32::from(whole_field)
    }

    /// Is the code of the greatest value odd?
    pub fn greatest_is_odd(&self) -> bool {
        let (significand, exponent) = self.greatest;
        match self.precision {
            _ if self.odd_before_cut.is_some() => self.odd_before_cut == Some(true),
            1 => self.biased(exponent) % 2 != 0,
            _ => significand % 2 != 0,
        }
    }

    /// Exponent of the first digit of the greatest value.
    pub fn emax(&self) -> i32 {
        self.greatest.1 + 63 - self.greatest.0.leading_zeros() as i32
    }

    /// As a host of that precision and greatest exponent carries it: the greatest value is the
    /// greatest of its digits that the host holds.
    pub fn carried(self, precision: u32, emax: i32) -> Self {
        let digits = self.precision.min(precision);
        let greatest = match self.emax() <= emax {
            // Cut to the digits of the host.
            true => {
                let more = self.precision - digits;
                (self.greatest.0 >> more, self.greatest.1 + more as i32)
            }
            false => ((1 << digits) - 1, emax - digits as i32 + 1),
        };
        // All ones, where the exponents are cut.
        let odd = match self.emax() <= emax {
            true => self.greatest_is_odd(),
            false => true,
        };
        Self {
            greatest,
            odd_before_cut: (self.precision > 1).then_some(odd),
            ..self
        }
    }

    /// As an f32 carries it.
    pub fn in_f32(self) -> Self {
        self.carried(24, 127)
    }

    /// The value of a code, which has no bit too many.
    pub fn decode(&self, code: u64) -> f64 {
        let (width, specials) = self.codes.expect("an encoding");
        let sign = match self.signed {
            true => 1u64 << (width - 1),
            false => 0,
        };
        let negative = code & sign != 0;
        let magnitude = code & !sign;
        let last = match self.signed {
            true => sign - 1,
            false => u64::MAX >> (64 - width),
        };
        let fraction_bits = self.precision - 1;
        let (field, fraction) = (
            magnitude >> fraction_bits,
            magnitude & ((1 << fraction_bits) - 1),
        );
        let infinity = if negative {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
        match specials {
            Specials::Ieee if field == last >> fraction_bits => {
                return if fraction == 0 { infinity } else { NAN };
            }
            Specials::LastIsNan if magnitude == last => return NAN,
            Specials::MinusZeroIsNan if code == sign => return NAN,
            Specials::P3109 if self.signed && code == sign => return NAN,
            Specials::P3109 if !self.signed && code == last => return NAN,
            // The last magnitude, or the one before NaN.
            Specials::P3109 if self.infinities && magnitude == last - u64::from(!self.signed) => {
                return infinity;
            }
            _ => {}
        }
        if magnitude == 0 && self.zero {
            return float(negative, 0, 0);
        }
        let step = self.emin - fraction_bits as i32;
        let first = self.biased(self.emin) as u64;
        match field < first {
            true if self.below == Below::Kept => float(negative, fraction, step),
            true => float(negative, 0, 0),
            false => float(
                negative,
                1 << fraction_bits | fraction,
                step + (field - first) as i32,
            ),
        }
    }
}
