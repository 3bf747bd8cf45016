//! Every small format, wide ones, hosts: against exact integers.

use crate::*;

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
    let q = Q::new(true, 16, 16);
    let rounder = Rounder::new(q.format());
    let up = rounder.with_rounding(Rounding::TowardPositive);
    assert_eq!(up.round(1.0 + 2f64.powi(-40)), 1.0 + 2f64.powi(-16));
    // The greatest f32 below.
    assert_eq!(rounder.round(40000.0f32), 32768.0 - 2f32.powi(-9));
    assert_eq!(rounder.round(40000.0f64), 32768.0 - 2f64.powi(-16));
    assert_eq!(rounder.round(-40000.0f32), -32768.0);
    let wrapping = Wrapping::new(q.format()).expect("fixed point");
    assert_eq!(wrapping.round(40000.0f32), 40000.0 - 65536.0);
    let q = Q::new(false, 0, 53);
    let most = 1.0 - 2f64.powi(-53);
    assert_eq!(Rounder::new(q.format()).round(7.0), most);
    assert_eq!(Rounder::new(q.format()).round(most), most);
    let q = Q::new(true, 53, 0);
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
