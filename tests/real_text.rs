//! Numbers read from text are rounded once: against long integers, next to values and midpoints and
//! at any length.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::Num;
use roundoff::arith::real::{Bfloat16, Binary16, Binary64, Dynamic, OcpE4m3, Real, Stateless};
use roundoff::random::word64;
use roundoff::{Format, Rounder, Rounding, Saturation, static_format};

mod oracle;

static_format! {
    Binary64Up: f64 = Format::BINARY64, Rounding::TowardPositive;
    Binary64Down: f64 = Format::BINARY64, Rounding::TowardNegative;
}

/// digits x 10^power.
#[derive(Clone, Debug)]
struct Decimal {
    digits: BigInt,
    power: i32,
}

fn integer_power(base: u32, power: i32) -> BigInt {
    BigInt::from(base).pow(power.unsigned_abs())
}

impl Decimal {
    /// A finite f64 that is not negative: 2^-e is 5^e x 10^-e.
    fn of(x: f64) -> Self {
        let (significand, exponent) = oracle::integer(x);
        let significand = BigInt::from(significand);
        match exponent {
            0.. => Self {
                digits: significand * integer_power(2, exponent),
                power: 0,
            },
            _ => Self {
                digits: significand * integer_power(5, exponent),
                power: exponent,
            },
        }
    }

    /// So many units of the place `behind` the last digit more.
    fn shifted(&self, behind: i32, units: i32) -> Self {
        Self {
            digits: &self.digits * integer_power(10, behind) + units,
            power: self.power - behind,
        }
    }

    fn cmp(&self, x: f64) -> Ordering {
        let other = Self::of(x.abs());
        let other_digits = if x < 0.0 { -other.digits } else { other.digits };
        let low = self.power.min(other.power);
        let ours = &self.digits * integer_power(10, self.power - low);
        ours.cmp(&(other_digits * integer_power(10, other.power - low)))
    }

    /// With a point somewhere, or an exponent.
    fn text(&self, pointed: bool) -> String {
        let digits = self.digits.to_string();
        let behind = -self.power;
        match pointed && behind >= 0 && self.digits >= BigInt::ZERO {
            true => {
                let digits = format!("{digits:0>width$}", width = behind as usize + 1);
                let (whole, fraction) = digits.split_at(digits.len() - behind as usize);
                format!("{whole}.{fraction}")
            }
            false => format!("{digits}e{}", self.power),
        }
    }
}

/// The finite values that are not negative, in order of their codes.
fn values(format: &Format) -> Vec<f64> {
    (0..1 << (format.width().expect("a width") - 1))
        .map(|code| format.decode(code).expect("a code"))
        .filter(|x| x.is_finite())
        .collect()
}

/// The right one of two neighbours, by where x > 0 lies: next to none of them, at the midpoint, ...
fn right(values: &[f64], x: &Decimal, rounding: Rounding) -> f64 {
    let above = values.partition_point(|value| x.cmp(*value).is_ge());
    let below = above - 1;
    if x.cmp(values[below]).is_eq() {
        return values[below];
    }
    let half = x.cmp((values[below] + values[above]) / 2.0);
    let up = match rounding {
        Rounding::NearestTiesToEven => half.is_gt() || half.is_eq() && below % 2 == 1,
        Rounding::NearestTiesToAway => half.is_ge(),
        Rounding::NearestTiesToZero => half.is_gt(),
        Rounding::TowardZero | Rounding::TowardNegative => false,
        Rounding::TowardPositive => true,
        Rounding::ToOdd => below % 2 == 0,
        _ => panic!("{rounding} is not decided by the number"),
    };
    values[if up { above } else { below }]
}

fn read<A: Stateless>(text: &str) -> f64 {
    match text.parse::<Real<A>>() {
        Ok(x) => x.value(),
        Err(error) => panic!("{text}: {error}"),
    }
}

/// Values, midpoints and quarters, and what lies next to them by a digit far behind.
fn near(values: &[f64], count: u64) -> impl Iterator<Item = Decimal> {
    (0..count).flat_map(move |case| {
        let at = match case % 4 {
            0 => case / 4 % 40,
            1 => values.len() as u64 - 2 - case / 4 % 40,
            _ => word64(1, 0, case) % (values.len() as u64 - 1),
        } as usize;
        let (x, y) = (values[at], values[at + 1]);
        let behind = [1, 4, 25, 400, 5000][(word64(1, 1, case) % 5) as usize];
        let exact = [x, (x + y) / 2.0, x + (y - x) / 4.0].map(Decimal::of);
        let shift = move |x: Decimal| [-1, 0, 1].map(|units| x.shifted(behind, units));
        exact.into_iter().flat_map(shift)
    })
}

#[test]
fn text_is_rounded_once_in_every_mode() {
    for format in [Format::BINARY16, Format::BFLOAT16, Format::OCP_E4M3] {
        let values = values(&format);
        let decided: Vec<Rounding> = Rounding::ALL
            .into_iter()
            .filter(|rounding| !rounding.is_stochastic())
            .collect();
        for rounding in decided {
            let rounder = Rounder::new(format).with_rounding(rounding);
            let done = Dynamic::<0>::with(&rounder, || {
                let mut done = 0;
                for x in near(&values, 60) {
                    if x.digits <= BigInt::ZERO {
                        continue;
                    }
                    let expected = right(&values, &x, rounding);
                    let text = x.text(done % 2 == 0);
                    let ours = read::<Dynamic<0>>(&text);
                    assert_eq!(ours, expected, "{format} {rounding} {:.80}", text);
                    // Of the other sign by the mode's mirror.
                    let mirror = match rounding {
                        Rounding::TowardPositive => Rounding::TowardNegative,
                        Rounding::TowardNegative => Rounding::TowardPositive,
                        same => same,
                    };
                    let negative = read::<Dynamic<0>>(&format!("-{text}"));
                    assert_eq!(-negative, right(&values, &x, mirror), "-{:.80}", text);
                    done += 1;
                }
                done
            });
            assert!(done.expect("a free slot") > 450);
        }
    }
}

#[test]
fn formats_in_the_type_read_the_same() {
    fn check<A: Stateless>() {
        let values = values(&A::format());
        for x in near(&values, 120).filter(|x| x.digits > BigInt::ZERO) {
            let expected = right(&values, &x, Rounding::NearestTiesToEven);
            assert_eq!(read::<A>(&x.text(true)), expected);
        }
    }
    check::<Binary16>();
    check::<Bfloat16>();
    check::<OcpE4m3>();
}

#[test]
fn fifty_three_digits_are_read_in_every_direction() {
    for case in 0..600u64 {
        let word = word64(2, 0, case) >> 1;
        let word = match case % 3 {
            0 => word % 40,
            1 => word % (0x7ff << 52),
            // Near one, where texts are short.
            _ => (0x3ff << 52) - 20 + word % 40,
        };
        let x = f64::from_bits(word);
        let y = x.next_up();
        if !y.is_finite() {
            continue;
        }
        // The midpoint has a digit more than an f64.
        let (low, high) = (Decimal::of(x), Decimal::of(y));
        let places = low.power.min(high.power);
        let digits = |x: &Decimal| &x.digits * integer_power(10, x.power - places);
        let middle = Decimal {
            digits: (digits(&low) + digits(&high)) * 5,
            power: places - 1,
        };
        for x in [low, middle, high] {
            for units in [-1, 0, 1] {
                let x = x.shifted(30, units);
                let text = x.text(false);
                let near: f64 = text.parse().expect("a number");
                assert_eq!(read::<Binary64>(&text), near, "{text}");
                let (up, down) = match x.cmp(near) {
                    Ordering::Equal => (near, near),
                    Ordering::Greater => (near.next_up(), near),
                    Ordering::Less => (near, near.next_down()),
                };
                assert_eq!(read::<Binary64Up>(&text), up, "{text}");
                assert_eq!(read::<Binary64Down>(&text), down, "{text}");
            }
        }
    }
}

/// As hostile as text can be: what it means is still what is read.
#[test]
fn long_and_far_text_is_read() {
    let zeros = "0".repeat(100_000);
    let nines = "9".repeat(100_000);
    for (text, expected) in [
        ("1e999999999", f64::INFINITY),
        ("-1e99999999999999999999", f64::NEG_INFINITY),
        ("1e-999999999", 0.0),
        ("0e999999999", 0.0),
        (&format!("1{zeros}e-100000"), 1.0),
        (&format!("0.{zeros}1e100001"), 1.0),
        (&format!("0.{nines}"), 1.0),
        (&format!("1.00048828125{zeros}"), 1.0),
        (&format!("1.00048828125{zeros}1"), 1.0009765625),
        (&format!("65519.{nines}"), 65504.0),
        (&format!("65520.{zeros}"), f64::INFINITY),
        ("65520", f64::INFINITY),
        ("inf", f64::INFINITY),
        ("-Infinity", f64::NEG_INFINITY),
        ("+.5", 0.5),
        ("5.", 5.0),
        // Half the least subnormal, 2^-25, and a little more.
        ("2.98023223876953125e-8", 0.0),
        (&format!("2.98023223876953125{zeros}1e-8"), 2f64.powi(-24)),
    ] {
        assert_eq!(read::<Binary16>(text), expected, "{:.40}", text);
    }
    assert!(read::<Binary16>("NaN").is_nan());
    assert_eq!(read::<Binary16>("-0").to_bits(), (-0.0f64).to_bits());
    for text in ["", "-", "1e", "one", "1,5", "0x1", "--1", " 1", "\u{663}"] {
        assert!(text.parse::<Real<Binary16>>().is_err(), "{text}");
    }

    let e4m3 = Rounder::new(Format::OCP_E4M3).with_saturation(Saturation::Finite);
    let saturated = Dynamic::<1>::with(&e4m3, || read::<Dynamic<1>>("1e999"));
    assert_eq!(saturated, Ok(448.0));
    let up = Rounder::new(Format::BINARY16).with_rounding(Rounding::TowardPositive);
    let least = Dynamic::<2>::with(&up, || read::<Dynamic<2>>("1e-999999999"));
    assert_eq!(least, Ok(2f64.powi(-24)));
}

#[test]
fn stochastic_text_is_one_of_the_neighbours_and_replays() {
    let rounder = Rounder::new(Format::OCP_E4M3).with_rounding(Rounding::STOCHASTIC);
    let values = values(&Format::OCP_E4M3);
    let ups = Dynamic::<3>::with(&rounder.with_seed(1), || {
        let mut ups = 0;
        for x in near(&values, 400).filter(|x| x.digits > BigInt::ZERO) {
            let text = x.text(true);
            let ours = read::<Dynamic<3>>(&text);
            let down = right(&values, &x, Rounding::TowardZero);
            let up = right(&values, &x, Rounding::TowardPositive);
            assert!(ours == down || ours == up, "{text}: {ours}");
            assert_eq!(ours, read::<Dynamic<3>>(&text));
            ups += u32::from(ours > down);
            if let Ok(x) = text.parse::<f64>()
                && Decimal::of(x).text(true) == text
            {
                assert_eq!(ours, Real::<Dynamic<3>>::new(x).value());
            }
        }
        ups
    });
    assert!(ups.expect("a free slot") > 100);
}

#[test]
fn other_radices_are_read_exactly() {
    type Half = Real<Binary16>;
    let of = |text: &str, radix| Half::from_str_radix(text, radix).map(Half::value).ok();
    assert_eq!(of("1.8p4", 16), Some(24.0));
    assert_eq!(of("-ff.8", 16), Some(-255.5));
    assert_eq!(of("1.00000000001", 2), Some(1.0));
    assert_eq!(of("1.000000000011", 2), Some(1.0009765625));
    assert_eq!(
        of(&format!("1.00000000001{}1", "0".repeat(3000)), 2),
        Some(1.0009765625)
    );
    assert_eq!(of(&"1".repeat(11), 2), Some(2047.0));
    assert_eq!(of(&"1".repeat(1000), 2), Some(f64::INFINITY));
    assert_eq!(
        of("0.1", 3),
        Some(read::<Binary16>("0.33333333333333333333333333333333"))
    );
    assert_eq!(of("z", 36), Some(35.0));
    assert_eq!(of("2.5e1", 10), Some(25.0));
    assert_eq!(of("inf", 36), Some(f64::INFINITY));
    assert!(of("nan", 16).is_some_and(f64::is_nan));
    for (text, radix) in [
        ("", 10),
        ("2", 2),
        ("1", 37),
        ("1", 0),
        ("1", 1),
        ("g", 16),
        ("1p1", 2),
    ] {
        assert_eq!(of(text, radix), None, "{text} in radix {radix}");
    }
}
