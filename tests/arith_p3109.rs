//! The least set of P3109 4.5, operation by operation, at NearestTiesToEven and SatNone. The
//! arithmetic of the set is judged in `arith_small.rs`; here are minima, maxima, clamp,
//! comparisons, predicates, neighbours and scaled operations, written out from 4.8.

mod oracle;

use std::cmp::Ordering;

use oracle::operations as exact;
use oracle::{Projection, Value, same};
use roundoff::arith::predicates::{self, Class};
use roundoff::arith::{Arith, Binary, Exact};
use roundoff::{Domain, Format, Rounder, Rounding, Saturation, Signedness};

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
        assert!(arith.tan_pi(0.5).is_nan());
        assert!(arith.hypot(f64::INFINITY, f64::NAN).is_nan());
        assert!(arith.copy_sign(1.0, f64::NAN).is_nan());
    }
    assert_eq!(bfloat16.div(-1.0, 0.0), f64::NEG_INFINITY);
    assert_eq!(bfloat16.recip(-0.0), f64::NEG_INFINITY);
    assert_eq!(bfloat16.hypot(f64::INFINITY, f64::NAN), f64::INFINITY);
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
                // Canonical NaN is positive, and std's order is IEEE 754's.
                let order = x.total_cmp(&y) != Ordering::Greater;
                assert_eq!(predicates::total_order(x, y), order, "{x} {y}");
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

/// Scaled operations (4.5, with scales of Binary8p1uf): x 2^s + y 2^t and x y 2^(s + t), rounded once,
/// are operations on scaled operands, since scaling is exact in the f64 that carries them.
#[test]
fn scaled_operations() {
    let scales = p3109(8, 1, Signedness::Unsigned, Domain::Finite);
    let scales: Vec<f64> = scales
        .values()
        .expect("8 bits")
        .map(|(_, x)| x)
        .step_by(9)
        .collect();
    for format in &least_set()[..3] {
        let projection = Projection {
            format: *format,
            rounding: Rounding::NearestTiesToEven,
            saturation: Saturation::None,
        };
        let arith = Exact::new(&Rounder::new(*format));
        let values: Vec<f64> = values(format).into_iter().step_by(5).collect();
        for &s in &scales {
            for &t in &scales {
                for &x in &values {
                    for &y in &values {
                        let mode = projection.rounding;
                        let (a, b) = (x * s, y * t);
                        let check = |name: &str, got: f64, exact: Value| {
                            let expected = projection.project(exact, 0);
                            assert!(same(got, expected), "{name} {a} {b} in {format}: {got}");
                        };
                        check("AddScaled", arith.add(a, b), exact::add(a, b, mode));
                        check("SubtractScaled", arith.sub(a, b), exact::sub(a, b, mode));
                        check("MultiplyScaled", arith.mul(a, b), exact::mul(a, b));
                    }
                }
            }
        }
    }
}
