//! Operations in formats of 16 to 64 bits against MPFR, in every mode, on the operands of
//! `tests/arith_wide.rs`: a second judge, which shares nothing with the integers of `tests/oracle/`.
//!
//! To nearest-even, toward zero, up and down MPFR itself rounds, once, to the digits that the format
//! has at the result. The other modes choose between the two values around the result, by where a
//! result of [`DIGITS`] digits lies between them; all of it in MPFR's numbers.

use std::cmp::Ordering;

use roundoff::arith::{Arith, Binary, Exact, Ternary, Unary};
use roundoff::random::word64;
use roundoff::{Format, Rounder, Rounding, Variant};
use rug::float::Round;
use rug::ops::Pow;
use rug::{Assign, Float};

use crate::cores::{shares, tally};
use crate::draw::Draw;

/// Digits of the result that decides where MPFR has no such mode. Cut toward zero.
const DIGITS: u32 = 300;

/// An operation in MPFR, rounded to the digits of its result.
type Mpfr = fn(u32, [&Float; 3], Round) -> (Float, Ordering);

pub struct Operation {
    pub name: &'static str,
    /// Operands that decide the sign of an exact zero.
    pub ours: fn(&Exact, [f64; 3]) -> f64,
    mpfr: Mpfr,
    /// MPFR's name for a special where IEEE 754 has another.
    special: fn([f64; 3]) -> Option<f64>,
}

macro_rules! operations {
    ($($name:literal $ours:expr, |$prec:ident, $x:ident, $y:ident, $z:ident, $round:ident| $mpfr:expr, $special:expr;)*) => {
        vec![$(Operation {
            name: $name,
            ours: $ours,
            mpfr: |$prec, [$x, $y, $z], $round| {
                let _ = ($y, $z);
                Float::with_val_round($prec, $mpfr, $round)
            },
            special: $special,
        }),*]
    };
}

const NONE: fn([f64; 3]) -> Option<f64> = |_| None;

fn operations() -> Vec<Operation> {
    operations! {
        "Add" |a, [x, y, _]| a.binary(Binary::Add, x, y), |p, x, y, _z, r| x + y, NONE;
        "Subtract" |a, [x, y, _]| a.binary(Binary::Subtract, x, y), |p, x, y, _z, r| x - y, NONE;
        "Multiply" |a, [x, y, _]| a.binary(Binary::Multiply, x, y), |p, x, y, _z, r| x * y, NONE;
        "Divide" |a, [x, y, _]| a.binary(Binary::Divide, x, y), |p, x, y, _z, r| x / y, NONE;
        "Sqrt" |a, [x, ..]| a.unary(Unary::Sqrt, x), |p, x, _y, _z, r| x.sqrt_ref(), NONE;
        "FMA" |a, [x, y, z]| a.ternary(Ternary::Fma, x, y, z), |p, x, y, z, r| x.mul_add_ref(y, z), NONE;
        "FAA" |a, [x, y, z]| a.ternary(Ternary::Faa, x, y, z), |p, x, y, z, r| Float::sum([x, y, z].into_iter()), |of| {
            // MPFR's sum of zeros alone is not IEEE 754's.
            of.iter().all(|x| *x == 0.0).then(|| of[0] + of[1] + of[2])
        };
        "Hypot" |a, [x, y, _]| a.binary(Binary::Hypot, x, y), |p, x, y, _z, r| x.hypot_ref(y), NONE;
        "RSqrt" |a, [x, ..]| a.unary(Unary::Rsqrt, x), |p, x, _y, _z, r| x.recip_sqrt_ref(), |of| {
            // IEEE 754-2019, 9.2.1: rSqrt(-0) is -infinity.
            (of[0] == 0.0).then(|| 1.0 / of[0])
        };
        "Recip" |a, [x, ..]| a.unary(Unary::Recip, x), |p, x, _y, _z, r| x.recip_ref(), NONE;
        "Remainder" |a, [x, y, _]| a.binary(Binary::Remainder, x, y), |p, x, y, _z, r| x.remainder_ref(y), NONE;
        "Modulo" |a, [x, y, _]| a.binary(Binary::Modulo, x, y), |p, x, y, _z, r| x % y, NONE;
    }
}

/// Functions of two numbers.
pub fn functions_of_two() -> Vec<Operation> {
    operations! {
        "Power" |a, [x, y, _]| a.binary(Binary::Power, x, y), |p, x, y, _z, r| x.pow(y), NONE;
        "Hypot" |a, [x, y, _]| a.binary(Binary::Hypot, x, y), |p, x, y, _z, r| x.hypot_ref(y), NONE;
        "ArcTan2" |a, [x, y, _]| a.binary(Binary::ArcTan2, x, y), |p, x, y, _z, r| x.atan2_ref(y), NONE;
        "ArcTan2Pi" |a, [x, y, _]| a.binary(Binary::ArcTan2Pi, x, y), |p, x, y, _z, r| x.atan2_pi_ref(y), NONE;
    }
}

/// A format in MPFR's numbers.
pub struct Grid {
    precision: i32,
    emin: i32,
    greatest: f64,
}

impl Grid {
    pub fn new(format: &Format) -> Self {
        Self {
            precision: format.precision() as i32,
            emin: format.emin(),
            greatest: format.greatest(),
        }
    }

    /// Digits that a value has whose first digit is worth 2^exponent; none or fewer below all values.
    fn digits(&self, exponent: i32) -> i32 {
        self.precision - (self.emin - exponent).max(0)
    }

    fn least(&self) -> Float {
        Float::with_val(2, 1) << (self.emin - self.precision + 1)
    }

    /// The values toward zero and away from it around a number cut toward zero, exponents unbounded.
    fn around(&self, cut: &Float, inexact: bool) -> (Float, Float) {
        let digits = self.digits(cut.get_exp().expect("finite, not zero") - 1);
        let least = self.least().copysign(cut);
        if digits < 1 {
            return (Float::new(2).copysign(cut), least);
        }
        let (inner, order) = Float::with_val_round(digits as u32, cut, Round::Zero);
        if order == Ordering::Equal && !inexact {
            return (inner.clone(), inner);
        }
        let step = Float::with_val(64, 1) << (inner.get_exp().expect("finite") - digits);
        // Into the step, whose digits are enough.
        let outer = &inner + step.copysign(cut);
        (inner, outer)
    }

    /// A rounded number, or what overflow makes of it.
    fn value(&self, x: &Float, rounding: Rounding) -> f64 {
        let magnitude = x.to_f64();
        let negative = x.is_sign_negative();
        if magnitude.abs() <= self.greatest && x.is_finite() {
            return magnitude;
        }
        let inward = match rounding {
            Rounding::TowardZero => true,
            Rounding::TowardPositive => negative,
            Rounding::TowardNegative => !negative,
            // The greatest value is odd, an infinity even.
            Rounding::ToOdd => true,
            _ => false,
        };
        let magnitude = if inward { self.greatest } else { f64::INFINITY };
        if negative { -magnitude } else { magnitude }
    }
}

fn is_odd(x: &Float, digits: i32) -> bool {
    let (integer, exponent) = x.to_integer_exp().expect("finite");
    let last = x.get_exp().map_or(0, |first| first - digits);
    !x.is_zero() && exponent + integer.find_one(0).unwrap_or(0) as i32 == last
}

/// The right result. `random`: 64 random bits, of which a stochastic mode takes the first.
pub fn right(
    grid: &Grid,
    rounding: Rounding,
    operation: &Operation,
    of: [f64; 3],
    random: u64,
) -> f64 {
    if let Some(special) = (operation.special)(of) {
        return match special == 0.0
            && of
                .iter()
                .any(|x| x.is_sign_negative() != of[0].is_sign_negative())
        {
            true if rounding == Rounding::TowardNegative => -0.0,
            _ => special,
        };
    }
    let [x, y, z] = of.map(|x| Float::with_val(53, x));
    let run = |digits: u32, round| (operation.mpfr)(digits, [&x, &y, &z], round);
    let (cut, order) = run(DIGITS, Round::Zero);
    let inexact = order != Ordering::Equal;
    if cut.is_zero() && !inexact {
        // MPFR knows the sign that the mode gives an exact sum.
        let round = match rounding {
            Rounding::TowardNegative => Round::Down,
            _ => Round::Nearest,
        };
        return run(DIGITS, round).0.to_f64();
    }
    if cut.is_nan() || cut.is_infinite() && !inexact {
        return cut.to_f64();
    }
    if let Some(far) = far(&cut) {
        // Past all formats or below them, where MPFR's own range may end: so is this number.
        return chosen(grid, rounding, &far, true, random);
    }
    let digits = grid.digits(cut.get_exp().expect("a number") - 1);
    let own = match rounding {
        Rounding::NearestTiesToEven => Some(Round::Nearest),
        Rounding::TowardZero => Some(Round::Zero),
        Rounding::TowardPositive => Some(Round::Up),
        Rounding::TowardNegative => Some(Round::Down),
        _ => None,
    };
    // With one digit a tie to even is another thing in a format's subnormal range.
    if let Some(round) = own.filter(|_| digits > 1) {
        return grid.value(&run(digits as u32, round).0, rounding);
    }
    chosen(grid, rounding, &cut, inexact, random)
}

/// 2^20000 or 2^-20000 for a result that is further away.
fn far(cut: &Float) -> Option<Float> {
    let most: Float = Float::with_val(2, 1) << 20000u32;
    let least: Float = Float::with_val(2, 1) >> 20000u32;
    let magnitude = Float::with_val(DIGITS, cut.abs_ref());
    let bound = match () {
        () if magnitude > most => most,
        () if magnitude < least => least,
        () => return None,
    };
    Some(bound.copysign(cut))
}

/// One of the two values around a number cut toward zero.
fn chosen(grid: &Grid, rounding: Rounding, cut: &Float, inexact: bool, random: u64) -> f64 {
    let digits = grid.digits(cut.get_exp().expect("a number") - 1);
    let (inner, outer) = grid.around(cut, inexact);
    if inner == outer {
        return grid.value(&inner, rounding);
    }
    // v in [0, 1): how far from the one to the other.
    let step = Float::with_val(64, &outer - &inner);
    let mut v = Float::with_val(DIGITS + 80, cut - &inner);
    v /= &step;
    let half = v.partial_cmp(&0.5).expect("a number");
    let half = match half {
        Ordering::Equal if inexact => Ordering::Greater,
        other => other,
    };
    let odd = digits >= 1 && is_odd(&inner, digits);
    let negative = cut.is_sign_negative();
    let away = match rounding {
        Rounding::NearestTiesToEven => half.is_gt() || half.is_eq() && odd,
        Rounding::NearestTiesToAway => half.is_ge(),
        Rounding::NearestTiesToZero => half.is_gt(),
        Rounding::TowardZero => false,
        Rounding::TowardPositive => !negative,
        Rounding::TowardNegative => negative,
        Rounding::ToOdd => !odd,
        Rounding::StochasticEqual => random >> 63 == 0,
        Rounding::Stochastic { variant, bits } => {
            let n = u32::from(bits.get());
            let drawn = random >> (64 - n);
            let floor = |bits: u32| {
                let scaled = Float::with_val(DIGITS + 80, &v << bits);
                let below = scaled.clone().floor();
                let more = inexact || below != scaled;
                (below.to_integer().expect("a number"), more)
            };
            let whole = rug::Integer::from(1) << n;
            match variant {
                Variant::A => floor(n).0 + drawn >= whole,
                Variant::B => floor(n + 1).0 + (2 * u128::from(drawn) + 1) >= whole << 1,
                Variant::C => {
                    let (twice, more) = floor(n + 1);
                    let up = twice.is_odd() && (more || (twice.clone() >> 1u32).is_odd());
                    (twice >> 1u32) + u32::from(up) + drawn >= whole
                }
            }
        }
    };
    let mut chosen = if away { outer } else { inner };
    if chosen.is_zero() {
        chosen.assign(if negative { -0.0 } else { 0.0 });
    }
    grid.value(&chosen, rounding)
}

pub fn roundings() -> Vec<Rounding> {
    let some = [
        (Variant::A, 7),
        (Variant::B, 32),
        (Variant::C, 13),
        (Variant::A, 52),
        (Variant::B, 53),
    ];
    let some = some.map(|(variant, bits)| Rounding::stochastic(variant, bits).expect("1 to 53"));
    Rounding::ALL.into_iter().chain(some).collect()
}

/// `count` results an operation in one format: how many were tried, how many are wrong.
fn judge(format: Format, count: u64, stream: u64) -> (u64, u64) {
    let grid = Grid::new(&format);
    let ours: Vec<Exact> = roundings()
        .into_iter()
        .map(|rounding| Exact::new(&Rounder::new(format).with_rounding(rounding).with_seed(5)))
        .collect();
    let mut draw = Draw::new(stream);
    let operations = operations();
    let (mut tried, mut wrong) = (0, 0);
    for case in 0..count {
        let drawn = draw.operands(&format);
        let arith = &ours[case as usize % ours.len()];
        let rounding = arith.exactly().rounding();
        for operation in &operations {
            // Roots of magnitudes.
            let of = match operation.name {
                "Sqrt" | "RSqrt" => drawn.map(f64::abs),
                _ => drawn,
            };
            let random = match rounding.is_stochastic() {
                true => word64(5, 0, arith.operations()),
                false => 0,
            };
            let expected = right(&grid, rounding, operation, of, random);
            let got = (operation.ours)(arith, of);
            tried += 1;
            let same = got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan();
            if !same {
                wrong += 1;
                if wrong <= 10 {
                    println!(
                        "WRONG {} of {of:?} in {format} {rounding}: {got:e}, MPFR {expected:e}",
                        operation.name
                    );
                }
            }
        }
    }
    (tried, wrong)
}

/// In the formats whose names are chosen.
pub fn compare(count: u64, chosen: impl Fn(&str) -> bool) {
    let formats = [
        Format::BINARY16,
        Format::BFLOAT16,
        Format::TF32,
        Format::BINARY32,
        Format::BINARY64,
    ];
    let (each, cores) = shares(count);
    let mut failed = false;
    for (i, format) in formats.into_iter().enumerate() {
        if !chosen(&format.to_string()) {
            continue;
        }
        let (tried, wrong) = tally(cores, |core| judge(format, each, (i as u64) << 32 | core));
        println!(
            "{format:<10} {tried} results of {} operations, wrong {wrong}",
            operations().len()
        );
        failed |= wrong > 0;
    }
    if failed {
        std::process::exit(1);
    }
}
