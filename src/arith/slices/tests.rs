//! Every way that serves gives the bits of one entry at a time: all modes, orders, kinds of
//! operands. (`tests/slices.rs` has those judged by exact integers.)

use super::LANES;
use super::order::reduce;
use super::packed::{Packed, SliceHost};
use super::single::{Rules, Single};
use super::sum::Order;
use super::tile::{Tile, Tiles};
use super::ways::STAGES;
use super::words::Positions;
use crate::random::word;
use crate::{Format, Rounder, Rounding, Saturation, Subnormals, Variant};

/// Operands of a kind, reproducible: values of `format` where it has them.
fn operands(kind: usize, count: usize, seed: u64, format: Format) -> Vec<f64> {
    let rounder = Rounder::new(format).with_saturation(Saturation::Finite);
    let draw = |i: usize| word(seed, kind as u64, i as u64);
    let unit = |i: usize| f64::from(draw(i)) / 2f64.powi(31) - 1.0;
    (0..count)
        .map(|i| match kind {
            // About one, few of them zero.
            0 => rounder.round(unit(i)),
            // Small integers: sums cancel and are exact.
            1 => rounder.round(f64::from(draw(i) % 7) - 3.0),
            // All over the range of a narrow format.
            2 => rounder.round(unit(i) * 2f64.powi((draw(i + count) % 40) as i32 - 20)),
            // Large ones: sums overflow.
            3 => rounder.round(unit(i) * format.greatest().min(1e30)),
            // With zeros of both signs, infinities and NaN.
            4 => match draw(i) % 97 {
                0 => f64::INFINITY,
                1 => f64::NEG_INFINITY,
                2 => f64::NAN,
                3..30 => 0.0,
                30..50 => -0.0,
                _ => rounder.round(unit(i)),
            },
            // Zeros alone, of both signs.
            5 => 0f64.copysign(unit(i)),
            // As many digits as an f32 has.
            6 => f64::from(unit(i) as f32),
            // As many as an f64 has.
            _ => unit(i) * (1.0 + unit(i + count)),
        })
        .collect()
}

const KINDS: usize = 8;

fn roundings() -> Vec<Rounding> {
    let mut all = Rounding::ALL.to_vec();
    for (variant, bits) in [(Variant::B, 7), (Variant::C, 9), (Variant::A, 40)] {
        all.extend(Rounding::stochastic(variant, bits));
    }
    all
}

struct Case<'a> {
    product: Option<Rounder>,
    sum: Rounder,
    order: Order,
    a: &'a [f64],
    b: &'a [f64],
    start: Option<&'a [f64; LANES]>,
    depth: usize,
}

/// Compares all ways; counts in `served` those that were there.
fn compare(case: &Case<'_>, served: &mut [usize; STAGES]) {
    let Case { depth, order, .. } = *case;
    let rules = Rules::new(case.product.as_ref(), &case.sum);
    let tiles = Tiles::new(case.product.as_ref(), &case.sum, order);
    let positions = Positions {
        first: 12_345,
        stride: 3 * depth as u64,
    };
    let want: [f64; LANES] = std::array::from_fn(|lane| {
        let mut single = Single {
            rules: &rules,
            a: &|k| case.a[k],
            b: &|k| case.b[k * LANES + lane],
            position: positions.of(lane, 0),
        };
        reduce(
            order,
            &mut single,
            case.start.map(|start| &start[lane]),
            depth,
        )
    });
    let (a, b) = (f64::pack(case.a.to_vec()).0, f64::pack(case.b.to_vec()).0);
    let tile = Tile {
        a: &a,
        b: &b,
        depth,
        start: case.start,
        positions,
    };
    for (stage, served) in served.iter_mut().enumerate() {
        if let Some(got) = tiles.sums_by(stage, &tile) {
            *served += 1;
            for lane in 0..LANES {
                let (got, want) = (got[lane], want[lane]);
                assert!(
                    got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan(),
                    "way {stage}, lane {lane}: {got:e} and not {want:e}; {order:?}, products {:?} {:?}, \
                     sums {:?} {:?} {:?}",
                    case.product.map(|product| *product.format()),
                    case.product.map(|product| product.rounding()),
                    case.sum.format(),
                    case.sum.rounding(),
                    case.sum.saturation(),
                );
            }
        }
    }
    // One entry, its terms side by side.
    let pad = |values: Vec<f64>| {
        let mut values = values;
        values.resize(depth.next_multiple_of(LANES), 0.0);
        f64::pack(values).0
    };
    let y: Vec<f64> = (0..depth).map(|k| case.b[k * LANES]).collect();
    let (a, b): (Packed, Packed) = (pad(case.a.to_vec()), pad(y));
    let start = case.start.map(|start| [start[0]]);
    let tile = Tile {
        a: &a,
        b: &b,
        depth,
        start: start.as_ref(),
        positions: Positions {
            first: 12_345,
            stride: 1,
        },
    };
    for stage in 0..STAGES {
        if let Some([got]) = tiles.sums_by(stage, &tile) {
            let want = want[0];
            assert!(
                got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan(),
                "way {stage} of a dot product: {got:e} and not {want:e}; {order:?} {:?} {:?}",
                case.sum.format(),
                case.sum.rounding(),
            );
        }
    }
}

fn custom(precision: u32, emin: i32, emax: i32, subnormals: Subnormals) -> Format {
    Format::custom(precision, emin, emax, subnormals).unwrap_or(Format::BINARY16)
}

fn formats() -> Vec<Format> {
    let mut all = vec![
        Format::BINARY16,
        Format::BFLOAT16,
        Format::OCP_E4M3,
        Format::OCP_E5M2,
        Format::OCP_E2M1,
        Format::TF32,
        Format::BINARY32,
        Format::BINARY64,
        Format::DLFLOAT16,
        Format::E4M3FNUZ,
        Format::OCP_E8M0,
        custom(5, -6, 7, Subnormals::Rounded),
        custom(24, -126, 127, Subnormals::Flushed),
        custom(40, -1022, 1023, Subnormals::Kept),
        custom(1, -20, 20, Subnormals::Kept),
        custom(26, -100, 100, Subnormals::Kept),
    ];
    for name in ["Binary8p3se", "Binary8p4uf", "Binary6p3sf"] {
        all.extend(name.parse::<Format>());
    }
    all
}

const ORDERS: [Order; 3] = [Order::Sequential, Order::Pairwise, Order::Blocked { k: 5 }];

#[test]
fn all_ways_agree() {
    let mut served = [0; STAGES];
    let depth = 37;
    for (f, format) in formats().into_iter().enumerate() {
        for (r, rounding) in roundings().into_iter().enumerate() {
            let rounder = Rounder::new(format).with_rounding(rounding).with_seed(9);
            for kind in 0..KINDS {
                // Not all of everything: what goes together changes with every case.
                let case = f + 5 * r + 3 * kind;
                let saturation =
                    [Saturation::None, Saturation::Finite, Saturation::Propagate][case % 3];
                let sum = rounder.with_saturation(saturation);
                let product = match case % 4 {
                    0 => None,
                    1 => Some(Rounder::new(Format::BINARY32)),
                    _ => Some(sum.with_stream(1)),
                };
                let a = operands(kind, depth, 1, format);
                let b = operands(kind, depth * LANES, 2, format);
                let start: [f64; LANES] =
                    std::array::from_fn(|lane| sum.round(operands(kind, LANES, 3, format)[lane]));
                for start in [None, Some(&start)] {
                    let order = ORDERS[(case + usize::from(start.is_some())) % 3];
                    let (a, b) = (&a, &b);
                    let case = Case {
                        product,
                        sum,
                        order,
                        a,
                        b,
                        start,
                        depth,
                    };
                    compare(&case, &mut served);
                }
            }
        }
    }
    // None of them is idle.
    assert!(served.iter().all(|count| *count > 200), "{served:?}");
}

/// Formats for products and others for sums, as mixed precision has it.
#[test]
fn all_ways_agree_in_mixed_precision() {
    let mut served = [0; STAGES];
    let depth = 70;
    let few = [
        Format::OCP_E4M3,
        Format::BINARY16,
        Format::BFLOAT16,
        Format::TF32,
        Format::BINARY32,
        Format::BINARY64,
    ];
    for (p, products) in few.into_iter().enumerate() {
        for (s, sums) in few.into_iter().enumerate() {
            for (r, rounding) in roundings().into_iter().enumerate() {
                let other = roundings()[(r + p + s) % roundings().len()];
                let product = Some(Rounder::new(products).with_rounding(other));
                let sum = Rounder::new(sums).with_rounding(rounding).with_seed(3);
                for kind in [0, 2, 6] {
                    let case = Case {
                        product,
                        sum,
                        order: ORDERS[(p + s + r + kind) % 3],
                        a: &operands(kind, depth, 5, Format::OCP_E4M3),
                        b: &operands(kind, depth * LANES, 6, Format::BFLOAT16),
                        start: None,
                        depth,
                    };
                    compare(&case, &mut served);
                }
            }
        }
    }
    assert!(served.iter().all(|count| *count > 50), "{served:?}");
}
