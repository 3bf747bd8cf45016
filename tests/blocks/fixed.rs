//! Dot products: of blocks, and of dynamic fixed point in chains.

use num_bigint::BigInt;
use roundoff::arith::slices::{Accumulator, SumOfProducts};
use roundoff::block::{BlockError, BlockFormat, BlockRounder, chained_dot, safe_chain};
use roundoff::{Format, Rounder, Saturation};

use crate::oracle::Ratio;
use crate::{formats, values};

/// P3109's BlockDotProduct (5): the exact sum, projected once.
#[test]
fn dot_products_are_exact_and_projected_once() {
    for (format, _) in formats() {
        for output in [Format::BINARY32, Format::BFLOAT16, Format::OCP_E5M2] {
            let rounder = BlockRounder::new(format).with_saturation(Saturation::Finite);
            let (x, y) = (values(100, 4, 1), values(100, 4, 2));
            let (a, b) = (
                rounder.encode(&x, &[100]).unwrap(),
                rounder.encode(&y, &[100]).unwrap(),
            );
            let output = Rounder::new(output);
            let exact = SumOfProducts::new(output)
                .fused()
                .with_accumulator(Accumulator::Exact { rounder: output });
            let own = a.dot(&b, &exact).unwrap();
            let (mut x, mut y) = (vec![0.0; 100], vec![0.0; 100]);
            a.decode(&mut x).unwrap();
            b.decode(&mut y).unwrap();
            let products = x
                .iter()
                .zip(&y)
                .map(|(x, y)| Ratio::of(*x).times(&Ratio::of(*y)));
            let sum = products.fold(Ratio::of(0.0), |sum, product| sum.plus(&product));
            // No value of the output lies nearer.
            let error = |x: f64| Ratio::of(x).minus(&sum).abs();
            for other in [output.format().next_up(own), output.format().next_down(own)] {
                let other = other.filter(|x| x.is_finite());
                assert!(
                    other.is_none_or(|x| error(own) <= error(x)),
                    "{format} {own}"
                );
            }
        }
    }
}

/// OCP MX v1.0, 6.1 and 6.2, each block's product rounded to binary32, then their sum.
#[test]
fn dot_products_block_by_block() {
    let rounder = BlockRounder::new(BlockFormat::MXFP8_E4M3);
    let x = values(96, 2, 5);
    let codes = rounder.encode(&x, &[96]).unwrap();
    let single = Rounder::new(Format::BINARY32);
    let own = codes.dot_by_blocks(&codes, &single).unwrap();
    let mut decoded = vec![0.0f64; 96];
    codes.decode(&mut decoded).unwrap();
    // 8 digits squared, exponents within 40: an f64 holds each block's sum.
    let sums = decoded
        .chunks(32)
        .map(|block| block.iter().map(|x| x * x).sum::<f64>());
    let expected = sums.fold(0f32, |sum, block| sum + block as f32);
    assert_eq!(own, f64::from(expected));
    let other = rounder.encode(&x[..64], &[64]).unwrap();
    assert!(matches!(
        codes.dot_by_blocks(&other, &single),
        Err(BlockError::Pair { .. })
    ));
}

/// INT16 x INT16 into INT32, chain after chain: against the same integers added without end.
#[test]
fn chains_add_what_integers_add() {
    let rounder = BlockRounder::new(BlockFormat::dynamic_fixed_point(16).unwrap());
    let (x, y) = (values(500, 6, 1), values(500, 6, 2));
    let (a, b) = (
        rounder.encode(&x, &[500]).unwrap(),
        rounder.encode(&y, &[500]).unwrap(),
    );
    let integers = |codes: &roundoff::block::BlockCodes| -> (Vec<i64>, f64) {
        let scale = codes.scale_values().unwrap()[0] / 16384.0;
        let elements = codes.element_values().unwrap();
        (
            elements.iter().map(|x| (x * 16384.0) as i64).collect(),
            scale,
        )
    };
    let ((p, ps), (q, qs)) = (integers(&a), integers(&b));
    assert!(
        p.iter().any(|x| x.abs() > 1 << 13),
        "the exponent leaves a digit unused"
    );
    for chain in [1, 2, 3, 500] {
        let own = chained_dot(&a, &b, chain);
        let mut sum = 0f32;
        let mut overflow = false;
        for (p, q) in p.chunks(chain).zip(q.chunks(chain)) {
            let mut partial = BigInt::from(0);
            for (p, q) in p.iter().zip(q) {
                partial += BigInt::from(p * q);
                overflow |= i32::try_from(&partial).is_err();
            }
            let partial = i64::try_from(partial).unwrap();
            sum += (partial as f64 * (ps * qs)) as f32;
        }
        match own {
            Ok(own) => {
                assert!(!overflow);
                assert_eq!(own.value, sum, "chains of {chain}");
                assert_eq!(own.chains, 500usize.div_ceil(chain));
            }
            Err(error) => {
                assert!(
                    overflow && matches!(error, BlockError::Chain { safe: 2, .. }),
                    "{error}"
                );
            }
        }
    }
    assert!(chained_dot(&a, &b, safe_chain(15)).is_ok());
    let most = rounder.encode(&[32767.0f32; 9], &[9]).unwrap();
    assert!(chained_dot(&most, &most, 2).is_ok());
    let error = chained_dot(&most, &most, 3).unwrap_err();
    assert!(
        matches!(
            error,
            BlockError::Chain {
                at: 0,
                chain: 3,
                safe: 2
            }
        ),
        "{error}"
    );
    let blocks = BlockRounder::new(BlockFormat::MXINT8)
        .encode(&x, &[500])
        .unwrap();
    assert!(matches!(
        chained_dot(&blocks, &blocks, 2),
        Err(BlockError::NoFixedPoint { .. })
    ));
}
