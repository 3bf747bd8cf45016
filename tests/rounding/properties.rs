//! What holds for every format and mode: in the format, idempotent, monotone, mirrored; and the
//! same bits alone, in slices, in threads, from any offset, in f64 and in `ndarray` views.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use roundoff::{Format, Rounder, Rounding, Saturation, Threads};

use crate::oracle::{bits, names, random_bits, set};
use crate::trial::{SATURATIONS, VARIANTS};

/// Formats of each kind of way below the least normal value, family and encoding.
fn all_formats() -> Vec<Format> {
    const OTHERS: [&str; 14] = [
        "binary16+flush",
        "binary16+round",
        "bfloat16+flush",
        "tf32+round",
        "p5e60:100",
        "p5e60:100+round",
        "p1e-10:10",
        "precision-3",
        "Binary8p4se",
        "Binary8p1uf",
        "Binary4p2sf",
        "Binary8p3ue",
        "ieee-e4m0",
        "p24e-140:140",
    ];
    names()
        .iter()
        .chain(&OTHERS)
        .map(|name| name.parse().expect("a format"))
        .collect()
}

fn all_modes() -> Vec<Rounding> {
    let mut modes = Rounding::ALL.to_vec();
    for variant in VARIANTS {
        for n in [1, 8, 24, 32, 52] {
            modes.push(Rounding::stochastic(variant, n).expect("1 to 53 bits"));
        }
    }
    modes
}

/// Words at random, and values of ordinary size.
fn values(count: usize) -> Vec<f32> {
    let mut rng = StdRng::seed_from_u64(7);
    let mut values: Vec<f32> = (0..count)
        .map(|i| match i % 2 {
            0 => f32::from_bits(rng.random()),
            _ => (rng.random::<f32>() - 0.5) * 100.0,
        })
        .collect();
    values.extend([
        0.0,
        -0.0,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
        f32::MAX,
        f32::MIN,
    ]);
    values
}

#[test]
fn in_the_format_and_idempotent() {
    let values = values(400);
    for format in all_formats() {
        for rounding in all_modes() {
            for saturation in SATURATIONS {
                let rounder = Rounder::new(format)
                    .with_rounding(rounding)
                    .with_saturation(saturation);
                let mut once = values.clone();
                rounder.round_slice(&mut once);
                for (x, y) in values.iter().zip(&once) {
                    assert!(
                        y.is_nan() || format.contains(f64::from(*y)),
                        "{format} {rounding} {saturation}: {x:?} gives {y:?}"
                    );
                    // NaN comes from NaN or from a family that has it.
                    assert!(!y.is_nan() || x.is_nan() || format.has_nan());
                }
                // At other indices, so with other random words: values of the format never move.
                let mut twice = once.clone();
                rounder.with_seed(5).round_slice_at(&mut twice, 11);
                for (y, z) in once.iter().zip(&twice) {
                    assert!(
                        y.to_bits() == z.to_bits()
                            || (y.is_infinite() && saturation == Saturation::Finite),
                        "{format} {rounding} {saturation}: {y:?} moves to {z:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn monotone_and_mirrored() {
    let mut values = values(400);
    values.retain(|x| !x.is_nan());
    values.sort_by(f32::total_cmp);
    for format in all_formats() {
        for rounding in Rounding::ALL {
            let rounder = Rounder::new(format)
                .with_rounding(rounding)
                .with_saturation(Saturation::Propagate);
            let mirror = rounder.with_rounding(match rounding {
                Rounding::TowardPositive => Rounding::TowardNegative,
                Rounding::TowardNegative => Rounding::TowardPositive,
                other => other,
            });
            // `round` takes the random word of index 0 whatever the value.
            let mut before = f32::NEG_INFINITY;
            for x in &values {
                let y = rounder.round(*x);
                assert!(
                    before <= y,
                    "{format} {rounding}: {before:?} before {y:?}, of {x:?}"
                );
                before = y;
                if format.is_signed() {
                    assert_eq!(
                        mirror.round(-*x),
                        -y,
                        "{format} {rounding}: {x:?} and its mirror"
                    );
                }
            }
        }
    }
}

#[test]
fn the_same_bits_everywhere() {
    let values = values(3000);
    for format in all_formats() {
        for rounding in all_modes() {
            let rounder = Rounder::new(format)
                .with_rounding(rounding)
                .with_seed(3)
                .with_stream(4);
            let mut whole = vec![0.0; values.len()];
            rounder.round_into(&values, &mut whole).expect("as long");
            let same = |got: f32, i: usize, how: &str| {
                assert_eq!(
                    got.to_bits(),
                    whole[i].to_bits(),
                    "{format} {rounding}: {:?} at {i} {how}: {got:?}, not {:?}",
                    values[i],
                    whole[i]
                );
            };
            for (i, x) in values.iter().enumerate() {
                same(rounder.round_at(*x, i as u64), i, "alone");
            }
            // Any cut.
            for cut in [0, 1, 255, 256, 1023, 2999] {
                let mut parts = values.clone();
                let (head, tail) = parts.split_at_mut(cut);
                rounder.round_slice(head);
                rounder.round_slice_at(tail, cut as u64);
                parts
                    .iter()
                    .enumerate()
                    .for_each(|(i, y)| same(*y, i, "in two slices"));
            }
            // An f64 host, for formats that an f32 does not cut.
            if random_bits(rounding) <= 32 && format.emax() <= 127 {
                let mut wide: Vec<f64> = values.iter().map(|x| f64::from(*x)).collect();
                rounder.round_slice(&mut wide);
                for (i, y) in wide.iter().enumerate() {
                    same(*y as f32, i, "in f64");
                }
            }
        }
    }
}

#[test]
fn the_same_bits_in_any_number_of_threads() {
    // More than four mebibytes, and across the index where the keys change.
    let values = values(1_100_000);
    for name in [
        "binary16",
        "bfloat16",
        "ocp-e8m0",
        "binary16+round",
        "precision-3",
        "Binary8p4ue",
    ] {
        for rounding in [
            Rounding::NearestTiesToEven,
            Rounding::STOCHASTIC,
            Rounding::ToOdd,
        ] {
            let rounder = Rounder::new(name.parse().expect("a format")).with_rounding(rounding);
            let index = (1 << 32) - 100_000;
            let (mut one, mut all) = (values.clone(), values.clone());
            rounder
                .with_threads(Threads::One)
                .round_slice_at(&mut one, index);
            rounder.round_slice_at(&mut all, index);
            for i in 0..values.len() {
                assert_eq!(
                    one[i].to_bits(),
                    all[i].to_bits(),
                    "{name} {rounding} at {i}"
                );
            }
            for i in [0, 99_999, 100_000, 1_099_999] {
                let alone = rounder.round_at(values[i], index + i as u64);
                assert_eq!(
                    one[i].to_bits(),
                    alone.to_bits(),
                    "{name} {rounding} at {i}"
                );
            }
        }
    }
}

#[cfg(feature = "ndarray")]
#[test]
fn the_same_bits_in_views_of_any_stride() {
    use ndarray::{Array2, s};
    let values = values(2993);
    let array = Array2::from_shape_vec((60, 50), values).expect("3000 values");
    for rounding in Rounding::ALL {
        let rounder = Rounder::new(Format::OCP_E4M3).with_rounding(rounding);
        for view in [array.view(), array.t(), array.slice(s![..;3, 1..;-2])] {
            let mut logical: Vec<f32> = view.iter().copied().collect();
            rounder.round_slice(&mut logical);
            let mut strided = array.clone();
            let mut place = match view.shape() {
                [60, 50] => strided.view_mut(),
                [50, 60] => strided.view_mut().reversed_axes(),
                _ => strided.slice_mut(s![..;3, 1..;-2]),
            };
            rounder.round_view(place.view_mut());
            for (got, want) in place.iter().zip(&logical) {
                assert_eq!(
                    got.to_bits(),
                    want.to_bits(),
                    "{rounding} {:?}",
                    view.shape()
                );
            }
        }
    }
}

/// The derived quantities and codes of every format up to 8 bits, counted and listed.
#[test]
fn quantities_of_small_formats() {
    for name in crate::oracle::small_names(8) {
        let (format, ours): (Format, _) =
            (name.parse().expect("a format"), set(&name).expect("a set"));
        let (width, _) = ours.codes.expect("an encoding");
        let decoded: Vec<f64> = (0..1u64 << width).map(|code| ours.decode(code)).collect();
        for (code, value) in decoded.iter().enumerate() {
            let theirs = format.decode(code as u64).expect("a code");
            assert_eq!(bits(value.abs()), bits(theirs.abs()), "{name} {code:#x}");
            assert!(
                value.is_nan() || bits(*value) == bits(theirs),
                "{name} {code:#x}: {theirs}"
            );
        }
        let finite: Vec<f64> = decoded.iter().copied().filter(|x| x.is_finite()).collect();
        let mut order: Vec<f64> = decoded.iter().copied().filter(|x| !x.is_nan()).collect();
        order.sort_by(f64::total_cmp);
        let mut listed = format.values().expect("at most 16 bits");
        for value in &order {
            let (code, listed) = listed
                .next()
                .unwrap_or_else(|| panic!("{name}: {value} is missing"));
            assert_eq!(bits(listed), bits(*value), "{name}");
            assert_eq!(format.encode(*value), Ok(u64::from(code)), "{name} {value}");
            assert_eq!(
                bits(decoded[usize::from(code)]),
                bits(*value),
                "{name} {code:#x}"
            );
        }
        assert_eq!(listed.next(), None, "{name}");
        order.dedup_by(|a, b| a == b);
        for pair in order.windows(2) {
            assert_eq!(
                format.next_up(pair[0]),
                Some(pair[1]),
                "{name} above {}",
                pair[0]
            );
            assert_eq!(
                format.next_down(pair[1]),
                Some(pair[0]),
                "{name} below {}",
                pair[1]
            );
        }
        assert_eq!(format.next_up(order[order.len() - 1]), None, "{name}");
        assert_eq!(format.next_down(order[0]), None, "{name}");
        assert_eq!(format.count_finite(), finite.len() as u128, "{name}");
        let greatest = finite.iter().copied().fold(0.0, f64::max);
        assert_eq!(format.greatest(), greatest, "{name}");
        let (least, exponent) = ours.least_normal;
        let least = crate::oracle::float(false, least, exponent);
        assert_eq!(format.least_normal(), least, "{name}");
        let normal = finite.iter().filter(|x| **x >= least).count() as u128;
        assert_eq!(format.count_normal(), normal, "{name}");
        let subnormal = finite.iter().filter(|x| **x > 0.0 && **x < least);
        assert_eq!(
            format.count_subnormal(),
            subnormal.count() as u128,
            "{name}"
        );
    }
}
