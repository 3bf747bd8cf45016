//! Logarithmic numbers and logarithmic takums: values and arithmetic against powers in integers of
//! hundreds of bits.

use std::cmp::Ordering;

use num_bigint::BigInt;
use roundoff::arith::{Binary, Ternary, Unary};
use roundoff::logarithmic::Logarithmic;
use roundoff::numbers::ScalarSystem;
use roundoff::random::word64;
use roundoff::takum::Takum;
use roundoff::{Rounding, Saturation};

use crate::exact::{Exact, choose, takum_fields};
use crate::rounding::projection;

/// Digits of powers here.
const DIGITS: usize = 400;

/// 2^(numerator / 2^log_denominator), cut.
fn power_of_two(numerator: i64, log_denominator: u32) -> Exact {
    let denominator = 1i64 << log_denominator;
    let (whole, part) = (
        numerator.div_euclid(denominator),
        numerator.rem_euclid(denominator),
    );
    let radicand = BigInt::from(1) << (part as usize + DIGITS * denominator as usize);
    Exact::new(radicand.nth_root(denominator as u32), whole - DIGITS as i64)
}

/// e^(numerator / 2^log_denominator), cut: Taylor's series of a small part, squared.
fn power_of_e(numerator: i64, log_denominator: u32) -> Exact {
    const SQUARINGS: u32 = 12;
    let one = BigInt::from(1) << DIGITS;
    let x = (BigInt::from(numerator) << DIGITS) >> (log_denominator + SQUARINGS) as usize;
    let (mut term, mut sum) = (one.clone(), one.clone());
    for n in 1..100 {
        term = ((&term * &x) >> DIGITS) / n;
        sum += &term;
    }
    let mut power = Exact::new(sum, -(DIGITS as i64));
    for _ in 0..SQUARINGS {
        power = power.times(&power);
        let spare = power.significand.bits().saturating_sub(DIGITS as u64);
        power = Exact::new(
            &power.significand >> spare as usize,
            power.exponent + spare as i64,
        );
    }
    power
}

/// The comparison of numbers known to about 380 digits: what they agree in for 300 is equal.
fn cmp(a: &Exact, b: &Exact) -> Ordering {
    let size = |x: &Exact| x.significand.bits() as i64 + x.exponent;
    let difference = a.minus(b);
    match difference.sign() {
        Ordering::Equal => Ordering::Equal,
        _ if size(&difference) < size(a).max(size(b)) - 300 => Ordering::Equal,
        sign => sign,
    }
}

fn magnitude(x: &Exact) -> Exact {
    Exact::new(BigInt::from(x.significand.magnitude().clone()), x.exponent)
}

/// A system as points on the line: `points[2 q]` the value of code q, `points[2 q + 1]` what is halfway
/// in the logarithm to the next. Points 0 and 1 are not looked at.
struct Line {
    width: u32,
    points: Vec<Exact>,
}

impl Line {
    fn lns(integer: u32, fraction: u32) -> Self {
        let codes = 1i64 << (integer + fraction);
        let points = (0..2 * codes).map(|half| power_of_two(half - codes, fraction + 1));
        Self {
            width: 1 + integer + fraction,
            points: points.collect(),
        }
    }

    fn takum(width: u32) -> Self {
        let points = (0..1u64 << width).map(|code| {
            // Half of c + m, from the code of one bit more.
            let (_, c, m) = takum_fields(code, width + 1);
            power_of_e((c << (width + 1)) + m, width + 2)
        });
        Self {
            width,
            points: points.collect(),
        }
    }

    fn count(&self) -> usize {
        self.points.len() / 2
    }

    fn value(&self, code: u64) -> Option<Exact> {
        let sign = 1u64 << (self.width - 1);
        if code == sign {
            return None;
        }
        let at = code & (sign - 1);
        let value = match at {
            0 => Exact::new(0, 0),
            _ => self.points[2 * at as usize].clone(),
        };
        Some(match code & sign {
            0 => value,
            _ => Exact::new(-value.significand, value.exponent),
        })
    }

    /// The code that a magnitude goes to.
    fn round(&self, mode: Rounding, negative: bool, number: &Exact) -> usize {
        let point = |half: usize| cmp(number, &self.points[half]);
        choose(self.count(), mode, negative, point, |_| unreachable!())
    }

    fn is_nearest_f64(&self, at: usize, x: f64) -> bool {
        let (value, x_exact) = (&self.points[2 * at], Exact::of(x));
        let twice = |a: &Exact, b: &Exact| {
            let sum = a.plus(b);
            Exact::new(sum.significand, sum.exponent - 1)
        };
        let low = twice(&x_exact, &Exact::of(x.next_down()));
        let high = twice(&x_exact, &Exact::of(x.next_up()));
        cmp(value, &low) != Ordering::Less && cmp(value, &high) != Ordering::Greater
    }
}

/// The code of a magnitude and a sign, as `Logarithmic` has them.
fn check_codes(system: &impl ScalarSystem, line: &Line, codes: impl Fn(u64) -> u64) {
    for at in 1..line.count() as u64 {
        let value = system.decode(codes(at));
        assert!(
            line.is_nearest_f64(at as usize, value),
            "{system} {at}: {value:e}"
        );
        assert_eq!(system.encode(value), Ok(codes(at)), "{system} {at}");
        assert!(system.decode(codes(at) | 1 << (line.width - 1)).abs() > 0.0);
    }
    assert_eq!(system.decode(0), 0.0);
    assert!(system.decode(1 << (line.width - 1)).is_nan());
}

#[test]
fn values_are_the_f64s_nearest_to_the_powers() {
    for (integer, fraction) in [(1, 1), (1, 4), (4, 3), (6, 0), (10, 2), (3, 5)] {
        let system = Logarithmic::new(integer, fraction).unwrap();
        check_codes(&system, &Line::lns(integer, fraction), |code| code);
    }
    for width in [6, 8, 12] {
        let system = Takum::logarithmic(width).unwrap();
        check_codes(&system, &Line::takum(width), |code| code);
    }
    // 2^(1/2), 2^-32, and the greatest: 2^(32 - 2^-9).
    let lns: Logarithmic = "lns:6.9".parse().unwrap();
    assert_eq!(lns.decode((32 << 9) + 256), std::f64::consts::SQRT_2);
    assert_eq!(lns.decode(1 << 9), 2f64.powi(-31));
    assert!(lns.greatest() < 2f64.powi(32) && lns.greatest() > 0.998 * 2f64.powi(32));
}

const MODES: [Rounding; 7] = [
    Rounding::NearestTiesToEven,
    Rounding::NearestTiesToAway,
    Rounding::NearestTiesToZero,
    Rounding::TowardZero,
    Rounding::TowardPositive,
    Rounding::TowardNegative,
    Rounding::ToOdd,
];

fn check_rounding(system: &impl ScalarSystem, line: &Line) {
    let mut inputs = vec![5e-323, 1e-308, 1e300];
    for at in 1..line.count() {
        let value = system.decode(at as u64);
        inputs.extend([value, value.next_up(), value.next_down(), 1.1 * value]);
    }
    // Halfway in the logarithm: the f64 beside it, on both sides.
    for half in (3..line.points.len()).step_by(2) {
        let point = &line.points[half];
        let spare = point.significand.bits() - 53;
        let cut = u64::try_from(&point.significand >> spare as usize).unwrap();
        let x = cut as f64 * 2f64.powi((point.exponent + spare as i64) as i32);
        inputs.extend([x, x.next_up()]);
    }
    inputs.extend((-70..70).map(|e| 2f64.powi(e)));
    for mode in MODES {
        let projection = projection(mode);
        for x in &inputs {
            let exact = Exact::of(*x);
            // An f64 stands for the value that it is the nearest to.
            let stands = |at: usize| at > 0 && at < line.count() && line.is_nearest_f64(at, *x);
            for negative in [false, true] {
                let low = line.round(Rounding::TowardZero, false, &exact);
                let code = match low {
                    at if stands(at) => at,
                    at if stands(at + 1) => at + 1,
                    _ => line.round(mode, negative, &exact),
                };
                let signed = if negative { -x } else { *x };
                let got = system.round_f64(signed, &projection, 0);
                let wanted = system.decode(code as u64);
                let wanted = if negative { 0.0 - wanted } else { wanted };
                assert_eq!(got, wanted, "{system} {mode} of {signed:e}");
            }
        }
    }
}

#[test]
fn rounding_in_the_logarithm() {
    check_rounding(&Logarithmic::new(4, 3).unwrap(), &Line::lns(4, 3));
    check_rounding(&Logarithmic::new(2, 5).unwrap(), &Line::lns(2, 5));
    check_rounding(&Logarithmic::new(5, 0).unwrap(), &Line::lns(5, 0));
    check_rounding(&Takum::logarithmic(5).unwrap(), &Line::takum(5));
    check_rounding(&Takum::logarithmic(8).unwrap(), &Line::takum(8));
}

/// 1 / x of a value: the code of the negated logarithm, as an exact power.
fn inverse(x: &Exact) -> Exact {
    let negative = x.sign().is_lt();
    let digits = BigInt::from(1) << (2 * DIGITS);
    let size = digits / magnitude(x).significand;
    let exponent = -2 * DIGITS as i64 - x.exponent;
    Exact::new(if negative { -size } else { size }, exponent)
}

fn check_pairs(system: &impl ScalarSystem, line: &Line, modes: &[Rounding], pairs: &[(u64, u64)]) {
    let signed = |code: u64| {
        // Two's complement or sign and magnitude: by the value.
        let at = code & ((1 << (line.width - 1)) - 1);
        let value = system.decode(at);
        if code >> (line.width - 1) == 1 && at > 0 {
            -value
        } else {
            value
        }
    };
    for mode in modes {
        let projection = projection(*mode);
        let judge = |result: &Exact, scale: i64, got: f64, what: &dyn Fn() -> String| {
            // What is left of a sum that cancels is the error of the powers.
            let size = result.significand.bits() as i64 + result.exponent;
            if result.sign().is_eq() || size < scale - 300 {
                assert_eq!(got, 0.0, "{}", what());
                return;
            }
            let negative = result.sign().is_lt();
            let code = line.round(*mode, negative, &magnitude(result));
            let wanted = system.decode(code as u64);
            let wanted = if negative { 0.0 - wanted } else { wanted };
            assert_eq!(got, wanted, "{}", what());
        };
        for (a, b) in pairs {
            let at = |code: u64| code & ((1 << (line.width - 1)) - 1);
            if at(*a) == 0 && *a != 0 || at(*b) == 0 && *b != 0 {
                continue;
            }
            let (x, y) = (signed(*a), signed(*b));
            let (p, q) = (line.value(*a).unwrap(), line.value(*b).unwrap());
            let scale = |x: &Exact| match x.sign() {
                Ordering::Equal => i64::MIN / 2,
                _ => x.significand.bits() as i64 + x.exponent,
            };
            let size = scale(&p).max(scale(&q));
            let zero = Exact::new(0, 0);
            let get = |operation| system.binary(operation, x, y, &projection, 0);
            let what =
                |operation: Binary| move || format!("{system} {mode}: {operation}({x:e}, {y:e})");
            judge(&p.plus(&q), size, get(Binary::Add), &what(Binary::Add));
            judge(
                &p.minus(&q),
                size,
                get(Binary::Subtract),
                &what(Binary::Subtract),
            );
            let product = if x == 0.0 || y == 0.0 {
                zero.clone()
            } else {
                p.times(&q)
            };
            judge(
                &product,
                i64::MIN / 2,
                get(Binary::Multiply),
                &what(Binary::Multiply),
            );
            if y == 0.0 {
                assert!(get(Binary::Divide).is_nan(), "{x} / 0");
            } else {
                let quotient = if x == 0.0 {
                    zero
                } else {
                    p.times(&inverse(&q))
                };
                judge(
                    &quotient,
                    i64::MIN / 2,
                    get(Binary::Divide),
                    &what(Binary::Divide),
                );
            }
        }
    }
}

fn all_pairs(width: u32) -> Vec<(u64, u64)> {
    (0..1u64 << width)
        .flat_map(|a| (0..1u64 << width).map(move |b| (a, b)))
        .collect()
}

#[test]
fn sums_and_products_of_all_pairs() {
    let nearest = [Rounding::NearestTiesToEven];
    check_pairs(
        &Logarithmic::new(4, 3).unwrap(),
        &Line::lns(4, 3),
        &nearest,
        &all_pairs(8),
    );
    check_pairs(
        &Logarithmic::new(3, 2).unwrap(),
        &Line::lns(3, 2),
        &MODES,
        &all_pairs(6),
    );
    check_pairs(
        &Takum::logarithmic(5).unwrap(),
        &Line::takum(5),
        &MODES,
        &all_pairs(5),
    );
    check_pairs(
        &Takum::logarithmic(7).unwrap(),
        &Line::takum(7),
        &nearest,
        &all_pairs(7),
    );
}

/// Close codes of wide numbers: differences of which many digits cancel.
#[test]
fn differences_of_close_numbers() {
    let system = Logarithmic::new(4, 20).unwrap();
    let projection = projection(Rounding::NearestTiesToEven);
    let one = 8u64 << 20;
    // 2^(k / 2^20) - 1 = k log 2 / 2^20 + ...: by the series in f64, whose error is 2^-50 of it and
    // the grid's step 2^-20.
    for k in 1..200u64 {
        let got = system.binary(
            Binary::Subtract,
            system.decode(one + k),
            1.0,
            &projection,
            0,
        );
        let z = k as f64 * std::f64::consts::LN_2 / (1 << 20) as f64;
        let difference = z * (1.0 + z / 2.0 * (1.0 + z / 3.0));
        assert_eq!(got, system.round_f64(difference, &projection, 0), "{k}");
    }
}

#[test]
fn roots_and_fused_operations() {
    for mode in MODES {
        let projection = projection(mode);
        let line = Line::lns(4, 3);
        let system = Logarithmic::new(4, 3).unwrap();
        for at in 1..line.count() as u64 {
            // Half of the logarithm: in steps of 2^-4.
            let root = power_of_two(at as i64 - (1 << 6), 4);
            let got = system.unary(Unary::Sqrt, system.decode(at), &projection, 0);
            assert_eq!(
                got,
                system.decode(line.round(mode, false, &root) as u64),
                "{mode} {at}"
            );
        }
        for i in 0..3000 {
            let word = word64(6, 6, i);
            let codes = [word, word >> 8, word >> 16].map(|code| (code & 0x7f).max(1));
            let [a, b, c] = codes.map(|code| line.value(code).unwrap());
            let [x, y, z] = codes.map(|code| system.decode(code));
            let exact = a.times(&b).minus(&c);
            let got = system.ternary(Ternary::Fma, [x, y, -z], &projection, 0);
            let size = exact.significand.bits() as i64 + exact.exponent;
            let negative = exact.sign().is_lt();
            let wanted = match size < c.significand.bits() as i64 + c.exponent - 300 {
                true => 0.0,
                false => system.decode(line.round(mode, negative, &magnitude(&exact)) as u64),
            };
            let wanted = if negative { 0.0 - wanted } else { wanted };
            assert_eq!(got, wanted, "{mode} {x} {y} {z}");
        }
        // Exactly nothing is left: 2^(7/8) 2^(1/8) - 2, and 2^(1/8) + 2^(1/8) - 2^(9/8).
        let code = |eighths: i64| system.decode((eighths + (1 << 6)) as u64);
        let fma = system.ternary(Ternary::Fma, [code(7), code(1), -2.0], &projection, 0);
        assert_eq!(fma, 0.0);
        let faa = system.ternary(Ternary::Faa, [code(1), code(1), -code(9)], &projection, 0);
        assert_eq!(faa, 0.0);
    }
}

/// What is closer to a value than any error bound is not that value to a mode with a direction.
#[test]
fn results_that_are_almost_values() {
    let systems: [&dyn ScalarSystem; 2] = [
        &Logarithmic::new(9, 3).unwrap(),
        &Takum::logarithmic(16).unwrap(),
    ];
    for system in systems {
        let [zero, up, down, odd] = [
            Rounding::TowardZero,
            Rounding::TowardPositive,
            Rounding::TowardNegative,
            Rounding::ToOdd,
        ]
        .map(projection);
        let tiny = system.round_f64(2f64.powi(-130), &down, 0);
        let one = system.encode(1.0).unwrap();
        let (above, below) = (system.decode(one + 1), system.decode(one - 1));
        let odd_one = |away: f64| if one % 2 == 1 { 1.0 } else { away };
        let add = |x, y, p| system.binary(Binary::Add, x, y, p, 0);
        assert_eq!(add(1.0, tiny, &zero), 1.0, "{system}");
        assert_eq!(add(1.0, tiny, &up), above, "{system}");
        assert_eq!(add(1.0, -tiny, &zero), below, "{system}");
        assert_eq!(add(1.0, -tiny, &up), 1.0, "{system}");
        assert_eq!(add(1.0, tiny, &odd), odd_one(above), "{system}");
        let fma = |x, y, z, p| system.ternary(Ternary::Fma, [x, y, z], p, 0);
        assert_eq!(fma(1.0, 1.0, -tiny, &down), below, "{system}");
        assert_eq!(fma(-1.0, tiny, 1.0, &up), 1.0, "{system}");
        let faa = |x, y, z, p| system.ternary(Ternary::Faa, [x, y, z], p, 0);
        assert_eq!(faa(above, -above, 1.0, &up), 1.0, "{system}");
        assert_eq!(faa(above, tiny, 1.0 - 1.0, &zero), above, "{system}");
        let two = |p| system.binary(Binary::Add, 1.0, 1.0, p, 0);
        assert_eq!(faa(1.0, 1.0, tiny, &down), two(&down), "{system}");
        let unary = |operation, x, p| system.unary(operation, x, p, 0);
        let code = system.encode(tiny).unwrap();
        let (under, over) = (system.decode(code - 1), system.decode(code + 1));
        assert_eq!(unary(Unary::Exp, tiny, &up), above, "{system}");
        assert_eq!(unary(Unary::Exp, -tiny, &up), 1.0, "{system}");
        assert_eq!(unary(Unary::Cos, tiny, &down), below, "{system}");
        assert_eq!(unary(Unary::Sin, tiny, &down), under, "{system}");
        assert_eq!(unary(Unary::Sin, tiny, &up), tiny, "{system}");
        assert_eq!(unary(Unary::Sinh, tiny, &up), over, "{system}");
        // Exact ones stay.
        assert_eq!(unary(Unary::Exp, 0.0, &up), 1.0);
        assert_eq!(unary(Unary::Recip, 1.0, &up), 1.0);
    }
    let lns = Logarithmic::new(4, 3).unwrap();
    let root = lns.decode((8 << 3) + 4);
    assert_eq!(root, std::f64::consts::SQRT_2);
    for mode in MODES {
        // log2 of the square root of 2 is exactly 1/2.
        assert_eq!(
            lns.unary(Unary::Log2, root, &projection(mode), 0),
            0.5,
            "{mode}"
        );
        assert_eq!(
            lns.binary(Binary::Power, root, 2.0, &projection(mode), 0),
            2.0,
            "{mode}"
        );
    }
}

/// The mean of stochastic roundings is the number's, in value, not in the logarithm.
#[test]
fn stochastic_rounding_keeps_the_mean() {
    let projection = projection(Rounding::STOCHASTIC);
    let system = Logarithmic::new(4, 0).unwrap();
    for x in [1.5f64, 0.003, 90.0] {
        let runs = 40_000u32;
        let (mut sum, mut squares) = (0.0, 0.0);
        for i in 0..runs {
            let error = system.round_f64(x, &projection, word64(2, 2, i.into())) - x;
            sum += error;
            squares += error * error;
        }
        let standard_error = squares.sqrt() / f64::from(runs);
        let mean = sum / f64::from(runs);
        assert!(
            mean.abs() < 5.0 * standard_error,
            "{x}: {mean} against {standard_error}"
        );
    }
}

#[test]
fn specials() {
    let finite = roundoff::numbers::Projection::new(Rounding::TowardZero, Saturation::Finite);
    let system = Logarithmic::new(6, 9).unwrap();
    assert_eq!(
        system.round_f64(f64::INFINITY, &finite, 0),
        system.greatest()
    );
    assert_eq!(system.round_f64(1e-300, &finite, 0), 0.0);
    let nearest = projection(Rounding::NearestTiesToEven);
    assert_eq!(
        system.round_f64(1e-300, &nearest, 0),
        system.least_positive()
    );
    assert!(system.round_f64(f64::INFINITY, &nearest, 0).is_nan());
    assert!(system.unary(Unary::Sqrt, -2.0, &nearest, 0).is_nan());
    assert!(system.unary(Unary::Log, -2.0, &nearest, 0).is_nan());
}
