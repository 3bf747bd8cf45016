//! The least set of P3109 4.5, operation by operation, at NearestTiesToEven and SatNone: conversions,
//! arithmetic, minima and maxima, clamp, comparisons, predicates, neighbours, the formats' own
//! quantities and scaled operations, into the 4- and 8-bit formats and into all three external ones.
//!
//! Two operands exhaustively; where a third one or a scale makes it too many, every so many.

mod oracle;

use std::cmp::Ordering;

use oracle::operations as exact;
use oracle::{Projection, Value, same};
use roundoff::arith::predicates::{self, Class};
use roundoff::arith::{Arith, Binary, Exact};
use roundoff::random::word;
use roundoff::{Domain, Format, Overflow, Rounder, Rounding, Saturation, Signedness};

fn p3109(width: u32, precision: u32, signedness: Signedness, domain: Domain) -> Format {
    Format::p3109(width, precision, signedness, domain).expect("a format of the least set")
}

fn least_set() -> [Format; 4] {
    use Domain::{Extended, Finite};
    use Signedness::Signed;
    [
        p3109(8, 4, Signed, Extended),
        p3109(8, 3, Signed, Extended),
        p3109(4, 2, Signed, Finite),
        Format::BFLOAT16,
    ]
}

/// F4 and F8 of 4.5.
fn narrow() -> [Format; 3] {
    let [a, b, c, _] = least_set();
    [a, b, c]
}

/// FX of 4.5, of which one would do.
const EXTERNAL: [Format; 3] = [Format::BINARY32, Format::BINARY16, Format::BFLOAT16];

/// F8 and FX.
fn results() -> Vec<Format> {
    narrow()[..2].iter().chain(&EXTERNAL).copied().collect()
}

/// Everything a format's codes stand for; of binary32 what the others have, and random ones.
fn operands(format: &Format) -> Vec<f64> {
    match format.width() {
        Some(32) => {
            let half = oracle::formats::operands(&Format::BINARY16);
            let random = (0..20_000).map(|i| f64::from(f32::from_bits(word(4, 0, i))));
            half.into_iter().chain(random).collect()
        }
        _ => oracle::formats::operands(format),
    }
}

/// Results in a format as P3109 has them, and what they should be.
struct Judged {
    arith: Exact,
    projection: Projection,
}

impl Judged {
    fn new(format: Format) -> Self {
        Self {
            arith: Exact::new(&Rounder::new(format)).with_p3109_specials(),
            projection: Projection::new(format, Rounding::NearestTiesToEven, Saturation::None),
        }
    }

    /// An external format's zero is the one without a sign (4.8).
    fn check(&self, name: &str, of: &[f64], got: f64, exact: Value) {
        let mut expected = self.projection.project(exact, 0);
        if expected == 0.0 {
            expected = 0.0;
        }
        let format = self.projection.format;
        assert!(
            same(got, expected),
            "{name} of {of:?} into {format}: {got:e}, but {expected:e} is right"
        );
    }
}

#[test]
fn convert_negate_abs_recip() {
    let all: Vec<Format> = narrow().iter().chain(&EXTERNAL).copied().collect();
    for target in &all {
        let judge = Judged::new(*target);
        for source in &all {
            for x in operands(source) {
                let of = [x];
                let converted = judge.arith.convert(x);
                judge.check("Convert", &of, converted, Value::of(x));
                let reciprocal = exact::p3109_div(1.0, x);
                judge.check("Recip", &of, judge.arith.recip(x), reciprocal);
                judge.check("Negate", &of, judge.arith.neg(x), Value::of(-x));
                judge.check("Abs", &of, judge.arith.abs(x), Value::of(x.abs()));
            }
        }
    }
}

#[test]
fn add_subtract_multiply_of_all_pairs() {
    let mode = Rounding::NearestTiesToEven;
    let judges: Vec<Judged> = results().into_iter().map(Judged::new).collect();
    for first in &narrow() {
        for second in &narrow() {
            let (left, right) = (operands(first), operands(second));
            for &x in &left {
                for &y in &right {
                    let of = [x, y];
                    let exact = [
                        exact::add(x, y, mode),
                        exact::sub(x, y, mode),
                        exact::mul(x, y),
                    ];
                    for judge in &judges {
                        judge.check("Add", &of, judge.arith.add(x, y), exact[0]);
                        judge.check("Subtract", &of, judge.arith.sub(x, y), exact[1]);
                        judge.check("Multiply", &of, judge.arith.mul(x, y), exact[2]);
                    }
                }
            }
        }
    }
}

#[test]
fn fma_faa_of_all_pairs_and_a_third() {
    let mode = Rounding::NearestTiesToEven;
    for (i, format) in EXTERNAL.into_iter().enumerate() {
        let judge = Judged::new(format);
        let thirds = operands(&format);
        for first in &narrow() {
            for second in &narrow() {
                let (left, right) = (operands(first), operands(second));
                for (n, &x) in left.iter().enumerate() {
                    for (m, &y) in right.iter().enumerate() {
                        let draw = word(5, i as u64, (n * right.len() + m) as u64);
                        let z = match draw % 8 {
                            // What cancels.
                            0 => judge.arith.convert(-(x * y)),
                            1 => judge.arith.convert(-(x + y)),
                            _ => thirds[(draw >> 3) as usize % thirds.len()],
                        };
                        let of = [x, y, z];
                        let fused = exact::fma(x, y, z, mode);
                        judge.check("FMA", &of, judge.arith.fma(x, y, z), fused);
                        let sum = exact::faa(x, y, z, mode);
                        judge.check("FAA", &of, judge.arith.faa(x, y, z), sum);
                    }
                }
            }
        }
    }
}

/// 4.14's table.
#[test]
fn quantities_of_formats() {
    let power = |e: i32| 2f64.powi(e);
    // K, P, signed, extended, exponent's bits, bias, greatest, least positive, greatest subnormal, least normal.
    type Row = (Format, u32, u32, bool, u32, i32, f64, f64, f64, f64);
    let rows: [Row; 7] = [
        (
            narrow()[0],
            8,
            4,
            true,
            4,
            8,
            224.0,
            power(-10),
            7.0 * power(-10),
            power(-7),
        ),
        (
            narrow()[1],
            8,
            3,
            true,
            5,
            16,
            49152.0,
            power(-17),
            3.0 * power(-17),
            power(-15),
        ),
        (narrow()[2], 4, 2, false, 2, 2, 3.0, 0.25, 0.25, 0.5),
        (
            Format::BINARY32,
            32,
            24,
            true,
            8,
            127,
            f32::MAX.into(),
            power(-149),
            (power(23) - 1.0) * power(-149),
            power(-126),
        ),
        (
            Format::BINARY16,
            16,
            11,
            true,
            5,
            15,
            65504.0,
            power(-24),
            1023.0 * power(-24),
            power(-14),
        ),
        (
            Format::BFLOAT16,
            16,
            8,
            true,
            8,
            127,
            255.0 * power(120),
            power(-133),
            127.0 * power(-133),
            power(-126),
        ),
        (
            Format::BINARY64,
            64,
            53,
            true,
            11,
            1023,
            f64::MAX,
            power(-1074),
            (power(52) - 1.0) * power(-1074),
            power(-1022),
        ),
    ];
    for (format, width, precision, extended, exponent, bias, greatest, least, subnormal, normal) in
        rows
    {
        assert_eq!(format.width(), Some(width), "{format}: BitwidthOf");
        assert_eq!(format.precision(), precision, "{format}: PrecisionOf");
        assert!(format.is_signed(), "{format}: SignednessOf");
        assert_eq!(format.has_infinities(), extended, "{format}: DomainOf");
        assert_eq!(
            format.exponent_width(),
            Some(exponent),
            "{format}: ExponentBitwidthOf"
        );
        assert_eq!(format.bias(), Some(bias), "{format}: ExponentBiasOf");
        assert_eq!(format.greatest(), greatest, "{format}: MaxFiniteOf");
        assert_eq!(format.lowest(), -greatest, "{format}: MinFiniteOf");
        assert_eq!(format.least_positive(), least, "{format}: MinPositiveOf");
        assert_eq!(
            format.greatest_subnormal(),
            Some(subnormal),
            "{format}: MaxSubnormalOf"
        );
        assert_eq!(format.least_normal(), normal, "{format}: MinNormalOf");
    }
    let scale = p3109(8, 1, Signedness::Unsigned, Domain::Finite);
    assert_eq!(scale.greatest_subnormal(), None);
    assert_eq!((scale.exponent_width(), scale.lowest()), (Some(8), 0.0));
}

/// All values of a small format, every 97th and the ends of a greater one; NaN and infinities.
fn values(format: &Format) -> Vec<f64> {
    let all: Vec<f64> = format.values().expect("16 bits").map(|(_, x)| x).collect();
    let step = if all.len() > 256 { 397 } else { 1 };
    let mut some: Vec<f64> = all.iter().copied().step_by(step).collect();
    some.extend([all[0], all[all.len() - 1], 0.0, 1.0, -1.0, f64::NAN]);
    some
}

/// The ten, from their definitions: pick(x is less, equal, x is greater) of what is compared.
fn minimum_or_maximum(operation: Binary, x: f64, y: f64) -> f64 {
    use Binary::*;
    let minimum = matches!(
        operation,
        Minimum | MinimumNumber | MinimumMagnitude | MinimumMagnitudeNumber | MinimumFinite
    );
    let by_magnitude = matches!(
        operation,
        MinimumMagnitude | MaximumMagnitude | MinimumMagnitudeNumber | MaximumMagnitudeNumber
    );
    match operation {
        Minimum | Maximum | MinimumMagnitude | MaximumMagnitude if x.is_nan() || y.is_nan() => {
            return f64::NAN;
        }
        MinimumFinite | MaximumFinite if x.is_finite() != y.is_finite() => {
            return if x.is_finite() { x } else { y };
        }
        _ if x.is_nan() => return y,
        _ if y.is_nan() => return x,
        _ => {}
    }
    let order = match by_magnitude {
        true => x.abs().partial_cmp(&y.abs()),
        false => Some(Ordering::Equal),
    };
    // Magnitudes that are equal are told apart by the numbers, zeros by their signs.
    let order = match order {
        Some(Ordering::Equal) => x.total_cmp(&y),
        Some(order) => order,
        None => unreachable!("no NaN here"),
    };
    if (order == Ordering::Less) == minimum {
        x
    } else {
        y
    }
}

#[test]
fn ten_minima_and_maxima() {
    use Binary::*;
    let ten = [
        Minimum,
        Maximum,
        MinimumNumber,
        MaximumNumber,
        MinimumMagnitude,
        MaximumMagnitude,
        MinimumMagnitudeNumber,
        MaximumMagnitudeNumber,
        MinimumFinite,
        MaximumFinite,
    ];
    for format in least_set() {
        let arith = Exact::new(&Rounder::new(format));
        let values = values(&format);
        for operation in ten {
            for &x in &values {
                for &y in &values {
                    let expected = minimum_or_maximum(operation, x, y);
                    let got = arith.binary(operation, x, y);
                    assert!(
                        same(got, expected),
                        "{operation}({x}, {y}) in {format}: {got}"
                    );
                }
            }
        }
    }
}

#[test]
fn clamp() {
    let format = p3109(4, 2, Signedness::Signed, Domain::Extended);
    let arith = Exact::new(&Rounder::new(format));
    let values = values(&format);
    for &x in &values {
        for &low in &values {
            for &high in &values {
                let nan = x.is_nan() || low.is_nan() || high.is_nan() || low > high;
                let expected = match () {
                    () if nan => f64::NAN,
                    () if x <= low => low,
                    () if x >= high => high,
                    () => x,
                };
                let got = arith.clamp(x, low, high);
                assert!(same(got, expected), "Clamp({x}, {low}, {high}): {got}");
            }
        }
    }
}

#[test]
fn poles_are_nan_in_p3109_and_infinite_in_ieee() {
    let [p3109, _, finite, bfloat16] = least_set().map(|f| Exact::new(&Rounder::new(f)));
    for arith in [&p3109, &finite] {
        for x in [0.0, 1.0, -1.0, f64::INFINITY, f64::NAN] {
            assert!(arith.div(x, 0.0).is_nan());
        }
        assert!(arith.recip(0.0).is_nan() && arith.rsqrt(0.0).is_nan());
        assert!(arith.arctan2(0.0, 0.0).is_nan() && arith.arctan2_pi(0.0, 0.0).is_nan());
        let infinity = f64::INFINITY;
        for y in [infinity, -infinity] {
            assert!(arith.arctan2(y, infinity).is_nan() && arith.arctan2_pi(y, -infinity).is_nan());
        }
        assert_eq!(arith.arctan2_pi(0.0, -1.0), 1.0);
        assert_eq!(arith.arctan2_pi(-0.0, -1.0), 1.0);
        assert!(arith.hypot(f64::INFINITY, f64::NAN).is_nan());
        assert!(arith.copy_sign(1.0, f64::NAN).is_nan());
    }
    assert_eq!(bfloat16.div(-1.0, 0.0), f64::NEG_INFINITY);
    assert_eq!(bfloat16.recip(-0.0), f64::NEG_INFINITY);
    assert_eq!(bfloat16.hypot(f64::INFINITY, f64::NAN), f64::INFINITY);
    assert_eq!(bfloat16.arctan2_pi(-0.0, -1.0), -1.0);
    // Poles that have a side are infinite in both.
    for arith in [&p3109, &bfloat16] {
        assert_eq!(arith.tan_pi(0.5), f64::INFINITY);
        assert_eq!(arith.tan_pi(-0.5), f64::NEG_INFINITY);
        assert_eq!(arith.log(0.0), f64::NEG_INFINITY);
        assert_eq!(arith.arctanh(-1.0), f64::NEG_INFINITY);
    }
}

#[test]
fn comparisons_and_total_order() {
    for format in least_set() {
        let arith = Exact::new(&Rounder::new(format));
        let values = values(&format);
        for &x in &values {
            for &y in &values {
                assert_eq!(arith.less(x, y), x < y);
                assert_eq!(arith.less_equal(x, y), x <= y);
                assert_eq!(arith.equal(x, y), x == y);
                assert_eq!(arith.greater_equal(x, y), x >= y);
                assert_eq!(arith.greater(x, y), x > y);
                // Canonical NaN is positive, and std's order is IEEE 754's; P3109's NaN is negative.
                let key = |x: f64| match format.overflow() {
                    Overflow::P3109 if x.is_nan() => -x.abs(),
                    _ => x,
                };
                let order = key(x).total_cmp(&key(y)) != Ordering::Greater;
                assert_eq!(format.total_order(x, y), order, "{x} {y}");
            }
        }
    }
}

#[test]
fn predicates_and_neighbours() {
    for format in least_set() {
        let all: Vec<f64> = format.values().expect("16 bits").map(|(_, x)| x).collect();
        let mut classes = [0u128; Class::ALL.len()];
        for &x in &all {
            let class = format.class(x);
            classes[class as usize] += 1;
            let finite = x.is_finite();
            assert_eq!(predicates::is_finite(x), finite);
            assert_eq!(predicates::is_infinite(x), !finite);
            assert_eq!(predicates::is_zero(x), x == 0.0);
            assert_eq!(
                predicates::is_one(x),
                format.encode(x) == format.encode(1.0)
            );
            assert_eq!(predicates::is_sign_minus(x), x.is_sign_negative());
            assert!(!predicates::is_nan(x));
            let tiny = x != 0.0 && x.abs() < format.least_normal();
            assert_eq!(format.is_subnormal(x), tiny);
            assert_eq!(format.is_normal(x), finite && x != 0.0 && !tiny);
        }
        assert_eq!(format.class(f64::NAN), Class::NaN);
        let count = |class: Class| classes[class as usize];
        assert_eq!(count(Class::PositiveSubnormal), format.count_subnormal());
        assert_eq!(count(Class::NegativeSubnormal), format.count_subnormal());
        assert_eq!(count(Class::PositiveNormal), format.count_normal());
        // Neighbours are neighbours in the list, -0 apart.
        let mut numbers = all.clone();
        numbers.dedup_by(|a, b| *a == *b);
        for pair in numbers.windows(2) {
            assert_eq!(format.next_up(pair[0]), Some(pair[1] + 0.0));
            assert_eq!(format.next_down(pair[1]), Some(pair[0]));
            assert_eq!(format.steps_between(pair[0], pair[1]), Some(1));
        }
    }
}

/// Scaled operations (4.5, with scales of Binary8p1uf): x s + y t, x s - y t and x s y t, rounded
/// once, are operations on scaled operands, since scaling is exact in the f64 that carries them.
#[test]
fn scaled_operations() {
    let scales: Vec<f64> = operands(&p3109(8, 1, Signedness::Unsigned, Domain::Finite))
        .into_iter()
        .step_by(17)
        .chain([f64::NAN])
        .collect();
    let mode = Rounding::NearestTiesToEven;
    let judges: Vec<Judged> = results().into_iter().map(Judged::new).collect();
    for first in &narrow() {
        for second in &narrow() {
            let some = |format, from| operands(format).into_iter().skip(from).step_by(11);
            for s in &scales {
                for t in &scales {
                    for x in some(first, 1) {
                        for y in some(second, 3) {
                            let of = [x * s, y * t];
                            let [a, b] = of;
                            let exact = [
                                exact::add(a, b, mode),
                                exact::sub(a, b, mode),
                                exact::mul(a, b),
                            ];
                            for judge in &judges {
                                judge.check("ScaledAdd", &of, judge.arith.add(a, b), exact[0]);
                                judge.check("ScaledSubtract", &of, judge.arith.sub(a, b), exact[1]);
                                judge.check("ScaledMultiply", &of, judge.arith.mul(a, b), exact[2]);
                            }
                        }
                    }
                }
            }
        }
    }
}
