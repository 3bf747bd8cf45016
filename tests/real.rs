//! The overloaded scalar: its operators against `half`, the hardware and a search among all values.
//! `integrations/` has other people's generic code on it.

use half::{bf16, f16};
use num_traits::{Bounded, Euclid, Float, FloatConst, FromPrimitive, Signed, ToPrimitive, Zero};
use rand::Rng;
use roundoff::arith::real::{
    Bfloat16, Binary16, Binary32, Binary64, Dynamic, OcpE4m3, OcpE5m2, Real, SlotError, Stateless,
    Tf32,
};
use roundoff::random::Words;
use roundoff::{Format, Rounder, Rounding, Saturation, static_format};

fn same(x: f64, y: f64) -> bool {
    x.to_bits() == y.to_bits() || x.is_nan() && y.is_nan()
}

/// Every operator of a 16-bit format on boundary and random pairs, against `half`, whose own + - *
/// / are those of f32 rounded again: harmless for 11 digits and fewer (Figueroa 1995).
fn against_half<A: Stateless>(of: impl Fn(u16) -> f64, round: impl Fn(f32) -> f64) {
    let mut words = Words::new(1, 2);
    let mut codes: Vec<u16> = vec![
        0, 1, 2, 0x3ff, 0x400, 0x401, 0x3bff, 0x3c00, 0x3c01, 0x7bff, 0x7c00, 0x7e00, 0x7f7f,
        0x7f80,
    ];
    codes.extend(codes.clone().iter().map(|code| code | 0x8000));
    codes.extend((0..1500).map(|_| words.next_u32() as u16));
    for x in &codes {
        for y in &codes {
            let (x, y) = (of(*x), of(*y));
            let (a, b) = (Real::<A>::new(x), Real::<A>::new(y));
            let (x, y) = (x as f32, y as f32);
            for (ours, theirs) in [
                ((a + b).value(), round(x + y)),
                ((a - b).value(), round(x - y)),
                ((a * b).value(), round(x * y)),
                ((a / b).value(), round(x / y)),
                (a.sqrt().value(), round(x.sqrt())),
                ((-a).value(), f64::from(-x)),
            ] {
                assert!(
                    same(ours, theirs),
                    "{x:e} and {y:e}: {ours:e}, not {theirs:e}"
                );
            }
            assert_eq!(a < b, x < y);
            assert_eq!(a <= b, x <= y);
            assert_eq!(a == b, x == y);
            assert_eq!(a.partial_cmp(&b), x.partial_cmp(&y));
        }
    }
}

#[test]
fn binary16_is_half() {
    against_half::<Binary16>(
        |code| f16::from_bits(code).to_f64(),
        |x| f16::from_f32(x).to_f64(),
    );
}

#[test]
fn bfloat16_is_half() {
    against_half::<Bfloat16>(
        |code| bf16::from_bits(code).to_f64(),
        |x| bf16::from_f32(x).to_f64(),
    );
}

#[test]
fn binary32_and_binary64_are_the_hardware() {
    let mut words = Words::new(3, 0);
    for _ in 0..200_000 {
        let (x, y) = (
            f32::from_bits(words.next_u32()),
            f32::from_bits(words.next_u32()),
        );
        let (a, b) = (Real::<Binary32>::from(x), Real::<Binary32>::from(y));
        assert!(same((a + b).value(), f64::from(x + y)));
        assert!(same((a * b).value(), f64::from(x * y)));
        assert!(same((a / b).value(), f64::from(x / y)));
        assert!(same(a.mul_add(b, a).value(), f64::from(x.mul_add(y, x))));
        let (x, y) = (
            f64::from_bits(words.next_u64()),
            f64::from_bits(words.next_u64()),
        );
        let (a, b) = (Real::<Binary64>::new(x), Real::<Binary64>::new(y));
        assert!(same((a - b).value(), x - y));
        assert!(same((a * b).value(), x * y));
        assert!(same((a / b).value(), x / y));
        assert!(same(a.mul_add(b, a).value(), x.mul_add(y, x)));
        assert!(same((a % b).value(), x % y));
    }
}

/// All pairs of an 8-bit format: the nearest of all its values, found by looking at each. The
/// comparisons are exact: sums and products of so few digits are f64s, quotients are cross-multiplied.
fn against_a_search<A: Stateless>(past: f64) {
    let format = A::format();
    let all: Vec<(u16, f64)> = format.values().expect("8 bits").collect();
    let finite: Vec<(u16, f64)> = all
        .iter()
        .copied()
        .filter(|(code, x)| x.is_finite() && (*x != 0.0 || *code == 0))
        .collect();
    // Midpoints between neighbours, and the one past the end.
    let next = |i: usize| match finite.get(i + 1) {
        Some((_, next)) => *next,
        None => finite[i].1 + (finite[i].1 - finite[i - 1].1),
    };
    // The nearest to a result r, of which `side` says how it compares with a number.
    let nearest = |side: &dyn Fn(f64) -> std::cmp::Ordering| -> f64 {
        let found = (0..finite.len()).find(|i| {
            let middle = (finite[*i].1 + next(*i)) / 2.0;
            match side(middle) {
                std::cmp::Ordering::Less => true,
                std::cmp::Ordering::Equal => finite[*i].0 & 1 == 0,
                std::cmp::Ordering::Greater => false,
            }
        });
        match found {
            // Below the least midpoint of all: maybe past the negative end.
            Some(0) => {
                let past_middle = -(finite[finite.len() - 1].1 + next(finite.len() - 1)) / 2.0;
                match side(past_middle) {
                    std::cmp::Ordering::Greater => finite[0].1,
                    std::cmp::Ordering::Equal if finite[0].0 & 1 == 0 => finite[0].1,
                    _ => -past,
                }
            }
            Some(i) => finite[i].1,
            None => past,
        }
    };
    for (_, x) in &finite {
        for (_, y) in &finite {
            let (a, b) = (Real::<A>::new(*x), Real::<A>::new(*y));
            for (ours, exact) in [(a + b, x + y), (a - b, x - y), (a * b, x * y)] {
                let theirs = nearest(&|m| exact.total_cmp(&m));
                let theirs = if exact == 0.0 {
                    exact
                } else {
                    theirs.abs().copysign(exact)
                };
                assert!(same(ours.value(), theirs), "{x} {y}: {ours}, not {theirs}");
            }
            if *y != 0.0 && *x != 0.0 {
                let theirs = nearest(&|m| match *y > 0.0 {
                    true => x.total_cmp(&(m * y)),
                    false => (m * y).total_cmp(x),
                });
                let theirs = theirs.abs().copysign(x / y);
                assert!(
                    same((a / b).value(), theirs),
                    "{x} / {y}: {}, not {theirs}",
                    a / b
                );
            }
        }
    }
}

#[test]
fn all_pairs_of_8_bits() {
    against_a_search::<OcpE5m2>(f64::INFINITY);
    against_a_search::<OcpE4m3>(f64::NAN);
}

static_format! {
    /// Up.
    Up: f64 = Format::BINARY16, Rounding::TowardPositive;
    /// Saturating.
    Clamped: f32 = Format::OCP_E4M3, Rounding::NearestTiesToEven, Saturation::Finite;
    /// Stochastic.
    Random: f64 = Format::BFLOAT16, Rounding::STOCHASTIC;
}

#[test]
fn other_roundings_are_of_the_exact_result() {
    let tiny = Real::<Up>::new(2f64.powi(-24));
    let one = Real::<Up>::new(1.0);
    // 1 + 2^-24 is an f64; a product of two sums makes residuals below 2^-53.
    assert_eq!((one + tiny).value(), 1.0009765625);
    assert_eq!((one - tiny).value(), 1.0);
    assert_eq!((tiny * tiny).value(), 2f64.powi(-24));
    assert_eq!((-tiny * tiny).value(), -0.0);
    assert_eq!(
        (Real::<Clamped>::new(400.0) * Real::new(2.0)).value(),
        448.0
    );
    assert!((Real::<OcpE4m3>::new(400.0) * Real::new(2.0)).is_nan());
}

#[test]
fn equal_operands_draw_alike() {
    let (x, y) = (Real::<Random>::new(1.0), Real::<Random>::new(0.001953125));
    assert_eq!((x + y).value().to_bits(), (y + x).value().to_bits());
    assert_eq!((x + y) - (x + y), Real::zero());
    assert_eq!((-x - y), -(x + y));
    // Other operands draw otherwise: of many sums with the same fraction some go up, some down.
    let up = (0..1000).filter(|n| {
        let x = Real::<Random>::new(1.0 + f64::from(*n % 128) / 128.0);
        let small = Real::<Random>::new(2f64.powi(-9) * f64::from(1 + n / 128));
        (x + small) != x
    });
    assert!((1..1000).contains(&up.count()));
}

#[test]
fn what_generic_code_asks() {
    type Half = Real<Binary16>;
    assert_eq!(Half::epsilon().value(), 2f64.powi(-10));
    assert_eq!(<Half as Float>::max_value().value(), 65504.0);
    assert_eq!(<Half as Bounded>::min_value().value(), -65504.0);
    assert_eq!(Half::min_positive_value().value(), 2f64.powi(-14));
    assert_eq!(Half::PI().value(), 3.140625);
    assert_eq!(Half::from_f64(0.1).map(Real::value), Some(0.0999755859375));
    assert_eq!(Half::from_i64(2049).map(Real::value), Some(2048.0));
    assert_eq!(Half::new(-2.5).to_i32(), Some(-2));
    assert!(Half::new(1e-6).is_subnormal() && !Half::new(1e-6).is_normal());
    assert!(Half::new(1e6).is_infinite() && Half::nan().is_nan());
    assert_eq!("0.1".parse::<Half>().map(Real::value), Ok(0.0999755859375));
    assert!("a tenth".parse::<Half>().is_err());
    assert_eq!(
        format!(
            "{} {:?} {:e}",
            Half::new(0.1),
            Half::new(1.0),
            Half::new(8.0)
        ),
        "0.0999755859375 1.0 8e0"
    );
    assert_eq!(Half::new(-7.0).rem_euclid(&Half::new(3.0)).value(), 2.0);
    assert_eq!(Half::new(2.5).round().value(), 3.0);
    assert_eq!(Half::new(-2.5).round().value(), -3.0);
    assert_eq!(Half::new(2.5).fract().value(), 0.5);
    assert_eq!(Signed::signum(&Half::new(-0.5)).value(), -1.0);
    assert_eq!(Half::new(3.0).powi(3).value(), 27.0);
    assert_eq!(Half::new(3.0).powi(-1).value(), 0.333251953125);
    assert_eq!(Half::new(1.0).exp().value(), 2.71875);
    assert_eq!(Half::new(3.0).hypot(Half::new(4.0)).value(), 5.0);
    assert_eq!(size_of::<Half>(), 4);
    assert_eq!(size_of::<Real<Tf32>>(), 8);
    assert_eq!(size_of::<Real<Dynamic<0>>>(), 8);
    let ones = [Half::new(1.0); 4096];
    assert_eq!(ones.iter().sum::<Half>().value(), 2048.0);
    assert_eq!([Half::new(3.0); 4].iter().product::<Half>().value(), 81.0);
}

#[test]
fn a_slot_is_the_processes() -> Result<(), SlotError> {
    type Number = Real<Dynamic<7>>;
    let sum = || (0..4096).map(|_| Number::new(1.0)).sum::<Number>().value();
    assert_eq!(sum(), 4096.0, "unset: binary64");
    let half = Rounder::new(Format::BINARY16);
    assert_eq!(Dynamic::<7>::with(&half, sum)?, 2048.0);
    // In a thread of its own, too.
    let in_thread = Dynamic::<7>::with(&half, || std::thread::spawn(sum).join().ok())?;
    assert_eq!(in_thread, Some(2048.0));
    // Twice by one thread is an error that says so.
    let twice = Dynamic::<7>::with(&half, || Dynamic::<7>::with(&half, || ()))?;
    assert_eq!(twice, Err(SlotError::Busy { slot: 7 }));
    assert!(SlotError::Busy { slot: 7 }.to_string().contains("slot 7"));
    // A panic sets it back.
    let panicked = std::panic::catch_unwind(|| Dynamic::<7>::with(&half, || panic!("as meant")));
    assert!(panicked.is_err());
    assert_eq!(sum(), 4096.0);
    Ok(())
}

#[test]
fn a_slot_is_the_static_type() -> Result<(), SlotError> {
    let mut words = Words::new(5, 0);
    let pairs: Vec<(f64, f64)> = (0..20_000)
        .map(|_| {
            let draw = |word: u32| f16::from_bits(word as u16).to_f64();
            (draw(words.next_u32()), draw(words.next_u32()))
        })
        .collect();
    Dynamic::<6>::with(&Rounder::new(Format::BINARY16), || {
        for (x, y) in &pairs {
            let (a, b) = (Real::<Dynamic<6>>::new(*x), Real::<Dynamic<6>>::new(*y));
            let (s, t) = (Real::<Binary16>::new(*x), Real::<Binary16>::new(*y));
            assert!(same((a + b).value(), (s + t).value()));
            assert!(same((a * b).value(), (s * t).value()));
            assert!(same((a / b).value(), (s / t).value()));
        }
    })
}
