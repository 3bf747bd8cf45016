//! Fixed point against exact integers: every small format, every mode, ends that saturate and that
//! wrap, codes, arithmetic, names and bad input.

use roundoff::arith::{Arith, Exact};
use roundoff::fixed::{WrapError, Wrapped, Wrapping};
use roundoff::measure::Errors;
use roundoff::numbers::{Numbers, NumbersArith, NumbersError, Quantizer};
use roundoff::random::word64;
use roundoff::{CodeError, Format, FormatError, Rounder, Rounding, Signedness, Threads, Variant};

const SEED: u64 = 11;

fn roundings() -> Vec<Rounding> {
    let stochastic = |variant, bits| Rounding::stochastic(variant, bits).expect("1 to 53 bits");
    let mut all = Rounding::ALL.to_vec();
    all.push(stochastic(Variant::A, 3));
    all.push(stochastic(Variant::B, 4));
    all.push(stochastic(Variant::C, 5));
    all.push(stochastic(Variant::B, 33));
    all.push(stochastic(Variant::A, 52));
    all
}

/// The oracle: numerator / denominator to an integer. `random`: 64 bits, the first ones count.
fn to_integer(numerator: i128, denominator: i128, rounding: Rounding, random: u64) -> i128 {
    assert!(denominator > 0);
    let negative = numerator < 0;
    let magnitude = numerator.abs();
    let (kept, rest) = (magnitude / denominator, magnitude % denominator);
    let inexact = rest > 0;
    let odd = kept % 2 == 1;
    let half = (2 * rest).cmp(&denominator);
    let away = match rounding {
        Rounding::NearestTiesToEven => half.is_gt() || (half.is_eq() && odd),
        Rounding::NearestTiesToAway => half.is_ge(),
        Rounding::NearestTiesToZero => half.is_gt(),
        Rounding::TowardZero => false,
        Rounding::TowardPositive => inexact && !negative,
        Rounding::TowardNegative => inexact && negative,
        Rounding::ToOdd => inexact && !odd,
        Rounding::StochasticEqual => inexact && random >> 63 == 0,
        Rounding::Stochastic { variant, bits } => {
            let n = u32::from(bits.get());
            let r = i128::from(random >> (64 - n));
            // floor(rest 2^k / denominator), by long division: no overflow.
            let scaled = |k: u32| {
                let (mut quotient, mut rest) = (0i128, rest);
                for _ in 0..k {
                    rest *= 2;
                    quotient = 2 * quotient + rest / denominator;
                    rest %= denominator;
                }
                (quotient, rest)
            };
            match variant {
                Variant::A => scaled(n).0 + r >= 1 << n,
                Variant::B => scaled(n + 1).0 + 2 * r + 1 >= 1 << (n + 1),
                Variant::C => {
                    let (quotient, rest) = scaled(n);
                    let tie = (2 * rest).cmp(&denominator);
                    let up = tie.is_gt() || (tie.is_eq() && quotient % 2 == 1);
                    quotient + i128::from(up) + r >= 1 << n
                }
            }
        }
    };
    let integer = kept + i128::from(away);
    if negative { -integer } else { integer }
}

#[derive(Clone, Copy)]
struct Q {
    signed: bool,
    i: i32,
    f: i32,
}

impl Q {
    fn format(self) -> Format {
        let signedness = match self.signed {
            true => Signedness::Signed,
            false => Signedness::Unsigned,
        };
        Format::fixed(signedness, self.i, self.f).expect("in range")
    }

    fn width(self) -> u32 {
        (self.i + self.f) as u32
    }

    fn ends(self) -> (i128, i128) {
        match self.signed {
            true => (-(1 << (self.width() - 1)), (1 << (self.width() - 1)) - 1),
            false => (0, (1 << self.width()) - 1),
        }
    }

    fn saturated(self, steps: i128) -> i128 {
        let (least, greatest) = self.ends();
        steps.clamp(least, greatest)
    }

    fn wrapped(self, steps: i128) -> i128 {
        let (least, _) = self.ends();
        (steps - least).rem_euclid(1 << self.width()) + least
    }

    fn value(self, steps: i128) -> f64 {
        steps as f64 * 2f64.powi(-self.f)
    }
}

/// All formats of 1 to 8 bits, with the point inside, at either end, and beyond.
fn small() -> Vec<Q> {
    let mut all = Vec::new();
    for width in 1..=8 {
        for f in [-3, 0, 1, width / 2, width, width + 4] {
            for signed in [false, true] {
                if width > 1 || !signed {
                    let i = width - f;
                    all.push(Q { signed, i, f });
                }
            }
        }
    }
    all
}

#[test]
fn every_small_format_rounds_as_exact_integers_do() {
    for q in small() {
        let format = q.format();
        // In sixteenths of a step, to three times the range on either side.
        let reach = (3 * 16) << q.width();
        let numerators: Vec<i128> = (-reach..=reach).collect();
        let wide: Vec<f64> = numerators.iter().map(|n| q.value(*n) / 16.0).collect();
        let narrow: Vec<f32> = wide.iter().map(|x| *x as f32).collect();
        for rounding in roundings() {
            let rounder = Rounder::new(format).with_rounding(rounding).with_seed(SEED);
            let wrapping = Wrapping::new(format).expect("fixed point");
            let wrapping = wrapping.with_rounding(rounding).with_seed(SEED);
            let mut saturated = wide.clone();
            rounder.round_slice(&mut saturated);
            let mut saturated32 = narrow.clone();
            rounder.round_slice(&mut saturated32);
            let mut wrapped = wide.clone();
            wrapping.round_slice(&mut wrapped);
            let mut wrapped32 = narrow.clone();
            wrapping.round_slice(&mut wrapped32);
            for (i, n) in numerators.iter().enumerate() {
                let steps = to_integer(*n, 16, rounding, word64(SEED, 0, i as u64));
                let what = || format!("{n}/16 steps, {format} {rounding}");
                let expected = q.value(q.saturated(steps));
                assert_eq!(saturated[i].to_bits(), expected.to_bits(), "{}", what());
                assert_eq!(saturated32[i], expected as f32, "f32, {}", what());
                assert!(saturated32[i] != 0.0 || saturated32[i].is_sign_positive());
                let expected = q.value(q.wrapped(steps));
                assert_eq!(wrapped[i].to_bits(), expected.to_bits(), "wrap {}", what());
                assert_eq!(wrapped32[i], expected as f32, "f32 wrap {}", what());
            }
            // One by one as in slices.
            for i in (0..wide.len()).step_by(7) {
                assert_eq!(rounder.round_at(wide[i], i as u64), saturated[i]);
                assert_eq!(wrapping.round_at(narrow[i], i as u64), wrapped32[i]);
            }
        }
    }
}

#[test]
fn tiny_huge_and_special_values() {
    for q in small() {
        let format = q.format();
        let (least, greatest) = q.ends();
        let (least, greatest) = (q.value(least), q.value(greatest));
        for rounding in roundings() {
            let rounder = Rounder::new(format).with_rounding(rounding).with_seed(SEED);
            let wrapping = Wrapping::new(format).expect("fixed point");
            let wrapping = wrapping.with_rounding(rounding).with_seed(SEED);
            for huge in [1e30, f64::MAX, f64::INFINITY] {
                assert_eq!(rounder.round(huge), greatest, "{format} {rounding}");
                assert_eq!(rounder.round(-huge), least, "{format} {rounding}");
            }
            assert_eq!(rounder.round(f32::MAX), greatest as f32);
            assert_eq!(rounder.round(f32::NEG_INFINITY), least as f32);
            assert!(rounder.round(f64::NAN).is_nan() && rounder.round(f32::NAN).is_nan());
            // A multiple of every period.
            assert_eq!(wrapping.round(2f64.powi(1000)), 0.0);
            assert_eq!(wrapping.round(-f64::MAX), 0.0);
            assert_eq!(wrapping.round(f32::MAX), 0.0);
            assert!(wrapping.round(f64::INFINITY).is_nan());
            assert!(wrapping.round(f64::NAN).is_nan());
            let step = q.value(1);
            for (tiny, up) in [(1e-300, true), (-1e-300, false)] {
                let directed = match rounding {
                    Rounding::TowardPositive => up,
                    Rounding::TowardNegative => !up,
                    Rounding::ToOdd => true,
                    Rounding::StochasticEqual => word64(SEED, 0, 0) >> 63 == 0,
                    _ => false,
                };
                let expected = match directed {
                    true => q.saturated(if up { 1 } else { -1 }) as f64 * step,
                    false => 0.0,
                };
                assert_eq!(rounder.round(tiny), expected, "{tiny} {format} {rounding}");
                // The least numbers of both hosts, by the loops over slices.
                let mut least = [f64::from_bits(1).copysign(tiny); 40];
                rounder.round_slice(&mut least);
                assert_eq!(least[0], expected, "{tiny} {format} {rounding}");
                let mut least = [f32::from_bits(1).copysign(tiny as f32); 40];
                rounder.round_slice(&mut least);
                assert_eq!(least[0], expected as f32, "{tiny} {format} {rounding}");
            }
        }
    }
}

#[test]
fn wide_formats() {
    // f32 hosts by way of f64s, and the last digit of an f64.
    let q = Q {
        signed: true,
        i: 16,
        f: 16,
    };
    let rounder = Rounder::new(q.format());
    let up = rounder.with_rounding(Rounding::TowardPositive);
    assert_eq!(up.round(1.0 + 2f64.powi(-40)), 1.0 + 2f64.powi(-16));
    // The greatest f32 below.
    assert_eq!(rounder.round(40000.0f32), 32768.0 - 2f32.powi(-9));
    assert_eq!(rounder.round(40000.0f64), 32768.0 - 2f64.powi(-16));
    assert_eq!(rounder.round(-40000.0f32), -32768.0);
    let wrapping = Wrapping::new(q.format()).expect("fixed point");
    assert_eq!(wrapping.round(40000.0f32), 40000.0 - 65536.0);
    let q = Q {
        signed: false,
        i: 0,
        f: 53,
    };
    let most = 1.0 - 2f64.powi(-53);
    assert_eq!(Rounder::new(q.format()).round(7.0), most);
    assert_eq!(Rounder::new(q.format()).round(most), most);
    let q = Q {
        signed: true,
        i: 53,
        f: 0,
    };
    assert_eq!(Rounder::new(q.format()).round(1e300), 2f64.powi(52) - 1.0);
    assert_eq!(Rounder::new(q.format()).round(-1e300), -2f64.powi(52));
}

#[test]
fn half_hosts() {
    let q4_4 = Rounder::new("q4.4".parse().expect("a format"));
    assert_eq!(q4_4.round(half::f16::from_f32(1.03)).to_f32(), 1.0);
    assert_eq!(q4_4.round(half::bf16::from_f32(-99.0)).to_f32(), -8.0);
    // Ends past the host's range are the host's.
    let q20_0 = Rounder::new("q20.0".parse().expect("a format"));
    assert_eq!(q20_0.round(half::f16::INFINITY), half::f16::MAX);
    assert_eq!(q20_0.round(half::f16::NEG_INFINITY), half::f16::MIN);
    let wrapping = Wrapping::new("q4.4".parse().expect("a format")).expect("fixed point");
    assert_eq!(wrapping.round(half::f16::from_f32(8.3)).to_f32(), -7.6875);
}

#[test]
fn codes_are_twos_complement() {
    for q in small() {
        let format = q.format();
        let (least, greatest) = q.ends();
        let mask = (1u64 << q.width()) - 1;
        assert_eq!(format.width(), Some(q.width()));
        assert_eq!(format.count_finite(), 1 << q.width());
        assert_eq!(format.lowest(), q.value(least));
        assert_eq!(format.greatest(), q.value(greatest));
        let all: Vec<i128> = (least..=greatest).collect();
        let values: Vec<f64> = all.iter().map(|steps| q.value(*steps)).collect();
        let codes: Vec<u64> = all.iter().map(|steps| *steps as u64 & mask).collect();
        let listed: Vec<(u64, f64)> = format
            .values()
            .expect("at most 16 bits")
            .map(|(code, value)| (u64::from(code), value))
            .collect();
        assert_eq!(listed.len(), all.len());
        for (i, steps) in all.iter().enumerate() {
            let value = q.value(*steps);
            assert_eq!(format.encode(value), Ok(codes[i]), "{format}");
            assert_eq!(format.decode(codes[i]), Ok(value), "{format}");
            assert_eq!(listed[i], (codes[i], value));
            assert!(format.contains(value));
            let up = (*steps < greatest).then(|| q.value(steps + 1));
            let down = (*steps > least).then(|| q.value(steps - 1));
            assert_eq!(format.next_up(value), up, "{format} after {value}");
            assert_eq!(format.next_down(value), down, "{format} before {value}");
        }
        assert!(!format.contains(q.value(least) - q.value(1)));
        assert!(!format.contains(q.value(greatest) + q.value(1)));
        assert_eq!(format.next_up(-1e9), Some(q.value(least)));
        assert_eq!(format.next_down(1e9), Some(q.value(greatest)));

        // Slices, from both hosts, and packed.
        let rounder = Rounder::new(format);
        let narrow: Vec<f32> = values.iter().map(|x| *x as f32).collect();
        let short: Vec<u8> = codes.iter().map(|code| *code as u8).collect();
        let mut encoded = vec![0u8; all.len()];
        rounder.encode(&values, &mut encoded).expect("codes");
        assert_eq!(encoded, short, "{format}");
        rounder.encode(&narrow, &mut encoded).expect("codes");
        assert_eq!(encoded, short, "{format} from f32");
        let mut decoded = vec![0f64; all.len()];
        format.decode_slice(&short, &mut decoded).expect("values");
        assert_eq!(decoded, values);
        let mut decoded32 = vec![0f32; all.len()];
        format.decode_slice(&short, &mut decoded32).expect("values");
        assert_eq!(decoded32, narrow);
        let packed = rounder.encode_packed(&narrow).expect("codes");
        format
            .decode_packed(&packed, &mut decoded32)
            .expect("values");
        assert_eq!(decoded32, narrow);
    }
}

#[test]
fn wide_codes() {
    let format: Format = "q16.16".parse().expect("a format");
    let values = [1.0f32, -1.0, -32768.0, 0.5];
    let mut codes = [0u32; 4];
    Rounder::new(format)
        .encode(&values, &mut codes)
        .expect("codes");
    assert_eq!(codes, [0x1_0000, 0xffff_0000, 0x8000_0000, 0x8000]);
    let mut back = [0f64; 4];
    format.decode_slice(&codes, &mut back).expect("values");
    assert_eq!(back, values.map(f64::from));
    let mut codes = [0u32; 2];
    let wrapping = Wrapping::new(format).expect("fixed point");
    wrapping
        .encode(&[32768.0, -1.0], &mut codes)
        .expect("codes");
    assert_eq!(codes, [0x8000_0000, 0xffff_0000]);
    let wide: Format = "q20.20".parse().expect("a format");
    let refused = Rounder::new(wide).encode(&values, &mut [0u32; 4]);
    assert!(matches!(refused, Err(CodeError::TooWide { width: 40, .. })));
}

#[test]
fn arithmetic_is_the_exact_result_rounded_once() {
    for q in [
        Q {
            signed: true,
            i: 3,
            f: 3,
        },
        Q {
            signed: false,
            i: 2,
            f: 3,
        },
        Q {
            signed: true,
            i: 1,
            f: 5,
        },
    ] {
        let (least, greatest) = q.ends();
        for rounding in roundings() {
            let rounder = Rounder::new(q.format())
                .with_rounding(rounding)
                .with_seed(SEED);
            let arith = Exact::new(&rounder);
            let (mut plain, mut drawn) = (0u64, 0u64);
            let mut check = |result: f64, numerator: i128, denominator: i128, what: &str| {
                let random = word64(SEED, 0, drawn);
                drawn += u64::from(rounding.is_stochastic());
                plain += 1;
                let sign = denominator.signum();
                let steps = to_integer(sign * numerator, denominator.abs(), rounding, random);
                assert_eq!(result, q.value(q.saturated(steps)), "{what} {rounding}");
            };
            for a in least..=greatest {
                for b in least..=greatest {
                    let (x, y) = (q.value(a), q.value(b));
                    let what = |sign| format!("{x} {sign} {y}");
                    check(arith.add(x, y), a + b, 1, &what("+"));
                    check(arith.sub(x, y), a - b, 1, &what("-"));
                    check(arith.mul(x, y), a * b, 1 << q.f, &what("x"));
                    if b != 0 {
                        check(arith.div(x, y), a << q.f, b, &what("/"));
                    }
                }
            }
            assert!(plain > 1000);
        }
    }
}

#[test]
fn arithmetic_that_wraps_is_the_exact_result_modulo_the_period() {
    for q in [
        Q {
            signed: true,
            i: 3,
            f: 3,
        },
        Q {
            signed: false,
            i: 2,
            f: 3,
        },
        Q {
            signed: true,
            i: 9,
            f: -4,
        },
    ] {
        let (least, greatest) = q.ends();
        let numbers: Numbers = Wrapped::new(q.format()).expect("fixed point").into();
        assert_eq!(numbers.to_string().parse(), Ok(numbers.clone()));
        for rounding in roundings() {
            let quantizer = Quantizer::new(numbers.clone())
                .with_rounding(rounding)
                .with_seed(SEED);
            let arith = NumbersArith::new(&quantizer).expect("scalars");
            let mut drawn = 0u64;
            let mut check = |result: f64, numerator: i128, denominator: i128, what: &str| {
                let random = word64(SEED, 0, drawn);
                drawn += u64::from(rounding.is_stochastic());
                let sign = denominator.signum();
                let steps = to_integer(sign * numerator, denominator.abs(), rounding, random);
                assert_eq!(result, q.value(q.wrapped(steps)), "{what} {rounding}");
            };
            // A product's steps are a b 2^-f, a quotient's a / b 2^f.
            let (up, down) = (1i128 << q.f.max(0), 1i128 << (-q.f).max(0));
            for a in least..=greatest {
                for b in least..=greatest {
                    let (x, y) = (q.value(a), q.value(b));
                    let what = |sign| format!("{x} {sign} {y}");
                    check(arith.add(x, y), a + b, 1, &what("+"));
                    check(arith.mul(x, y), a * b * down, up, &what("x"));
                    if b != 0 {
                        check(arith.div(x, y), a * up, b * down, &what("/"));
                    }
                }
            }
        }
        // Slices as the rounder's, and values past 2^128 steps.
        for rounding in roundings() {
            let values: Vec<f64> = (-999..999).map(|i| f64::from(i) * 0.173).collect();
            let quantizer = Quantizer::new(numbers.clone())
                .with_rounding(rounding)
                .with_seed(SEED);
            let wrapping = Wrapping::new(q.format()).expect("fixed point");
            let wrapping = wrapping.with_rounding(rounding).with_seed(SEED);
            let mut ours = values.clone();
            quantizer.round_slice(&mut ours).expect("scalars");
            let mut theirs = values.clone();
            wrapping.round_slice(&mut theirs);
            assert_eq!(ours, theirs, "{numbers} {rounding}");
            let mut ours: Vec<f32> = values.iter().map(|x| *x as f32).collect();
            let mut theirs = ours.clone();
            quantizer.round_slice(&mut ours).expect("scalars");
            wrapping.round_slice(&mut theirs);
            assert_eq!(ours, theirs, "{numbers} {rounding}");
        }
        let arith = NumbersArith::new(&Quantizer::new(numbers)).expect("scalars");
        for huge in [
            f64::MAX,
            2f64.powi(140),
            2f64.powi(128),
            -2f64.powi(127),
            -f64::MAX,
        ] {
            assert_eq!(arith.num(huge), 0.0);
        }
        assert!(arith.num(f64::INFINITY).is_nan());
    }
}

#[test]
fn names_of_what_wraps() {
    for name in ["q4.4-wrap", "uq8.8-wrap", "q-2.10-wrap"] {
        let numbers: Numbers = name.parse().expect(name);
        assert!(matches!(numbers, Numbers::Wrapped(_)));
        assert_eq!(numbers.to_string(), name);
    }
    for name in [
        "-wrap",
        "q4-wrap",
        "binary16-wrap",
        "q4.4-wrap-wrap",
        "q60.4-wrap",
    ] {
        assert!(name.parse::<Numbers>().is_err(), "{name}");
    }
    assert_eq!(
        "q4.4".parse(),
        Ok(Numbers::Float("q4.4".parse().expect("a format")))
    );
    let integers: Numbers = "int8/mse/channel:0".parse().expect("a scheme");
    let refused = NumbersArith::new(&Quantizer::new(integers)).map(|_| ());
    assert!(matches!(refused, Err(NumbersError::NoArithmetic { .. })));
}

#[test]
fn threads_offsets_and_targets_change_nothing() {
    let values: Vec<f32> = (0..300_000)
        .map(|i| (i as f32 - 150_000.0) * 0.000_123)
        .collect();
    for rounding in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
        let rounder = Rounder::new("q4.4".parse().expect("a format"))
            .with_rounding(rounding)
            .with_seed(3);
        let wrapping = Wrapping::new(*rounder.format())
            .expect("fixed point")
            .with_rounding(rounding)
            .with_seed(3);
        let mut all = values.clone();
        wrapping.round_slice(&mut all);
        let mut one = values.clone();
        wrapping.with_threads(Threads::One).round_slice(&mut one);
        assert_eq!(all, one);
        let mut parts = values.clone();
        let (head, tail) = parts.split_at_mut(1237);
        wrapping.round_slice(head);
        wrapping.round_slice_at(tail, 1237);
        assert_eq!(parts, all);
        let mut into = vec![0.0; values.len()];
        wrapping.round_into(&values, &mut into).expect("as long");
        assert_eq!(into, all);
        assert!(wrapping.round_into(&values, &mut into[1..]).is_err());
    }
}

#[test]
fn measured_without_subnormals_and_with_both_ends() {
    let rounder = Rounder::new("q4.4".parse().expect("a format"));
    let values = [-8.0f32, -8.01, -9.0, 7.9375, 8.1, 0.01, 1.0];
    let mut rounded = values;
    rounder.round_slice(&mut rounded);
    let mut errors = Errors::of_rounding(&rounder);
    errors.add(&values, &rounded).expect("as long");
    let summary = errors.summary();
    // -9 and 8.1; -8.01 rounds to the end.
    assert_eq!(summary.overflowed, 2);
    assert_eq!((summary.underflowed, summary.subnormal), (1, 0));
    assert_eq!(summary.max_absolute, Some(1.0));
}

#[test]
fn names() {
    for name in [
        "q4.4", "uq8.8", "q1.15", "q0.8", "uq0.8", "q-2.10", "q10.-2", "q16.16",
    ] {
        let format: Format = name.parse().expect(name);
        assert_eq!(format.to_string(), name);
        assert_eq!(name.to_uppercase().parse::<Format>(), Ok(format));
    }
    for name in [
        "q",
        "q4",
        "q4.",
        "q.4",
        "q4.4.4",
        "q4.4+flush",
        "qq4.4",
        "u4.4",
        "q4,4",
    ] {
        assert!(name.parse::<Format>().is_err(), "{name}");
    }
    // The neighbours of the names keep their meaning.
    assert_eq!("q43".parse(), Ok(Format::Q43));
    let many = "q99999999999.1".parse::<Format>();
    assert!(many.is_err());
    let too_wide = "q40.40".parse::<Format>().expect_err("80 bits");
    assert!(too_wide.to_string().contains("1 to 53"), "{too_wide}");
}

#[test]
fn bad_formats_and_values_get_typed_errors() {
    for (signedness, i, f) in [
        (Signedness::Signed, 0, 0),
        (Signedness::Signed, 1, 0),
        (Signedness::Unsigned, 0, 0),
        (Signedness::Unsigned, 30, 24),
        (Signedness::Unsigned, 97, -90),
        (Signedness::Unsigned, -97, 99),
        (Signedness::Signed, i32::MAX, i32::MAX),
        (Signedness::Signed, i32::MIN, i32::MAX),
    ] {
        let refused = Format::fixed(signedness, i, f);
        assert!(matches!(refused, Err(FormatError::Fixed { .. })), "{i} {f}");
    }
    let not_fixed = Wrapping::new(Format::BINARY16);
    assert!(matches!(not_fixed, Err(WrapError::NotFixed { .. })));
    let rounder = Rounder::new("q4.4".parse().expect("a format"));
    let nan = rounder.encode(&[1.0f32, f32::NAN], &mut [0u8; 2]);
    assert!(matches!(nan, Err(CodeError::NaN { index: 1, .. })));
    let short = rounder.encode(&[1.0f32], &mut [0u8; 2]);
    assert!(matches!(short, Err(CodeError::Length { .. })));
    let format = *rounder.format();
    assert!(matches!(
        format.decode(256),
        Err(CodeError::NotACode { .. })
    ));
    assert!(matches!(
        format.encode(0.01),
        Err(CodeError::NotAValue { .. })
    ));
    let wrapping = Wrapping::new(format).expect("fixed point");
    let infinite = wrapping.encode(&[f32::INFINITY], &mut [0u8]);
    assert!(matches!(infinite, Err(CodeError::NaN { index: 0, .. })));
    let nothing: [f32; 0] = [];
    assert_eq!(wrapping.encode(&nothing, &mut [0u8; 0]), Ok(()));
    let mut none: [f64; 0] = [];
    wrapping.round_slice(&mut none);
    rounder.round_slice(&mut none);
    let six: Format = "q3.3".parse().expect("a format");
    let strange = six.decode_slice(&[0u8, 64], &mut [0f32; 2]);
    assert!(matches!(strange, Err(CodeError::NotACode { index: 1, .. })));
}
