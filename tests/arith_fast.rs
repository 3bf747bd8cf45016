//! The fast way for a format chosen at run time has the bits of the exact one.

use roundoff::arith::{Arith, Exact, Kernel, fastest};
use roundoff::random::word64;
use roundoff::{Domain, Format, Rounder, Rounding, Saturation, Signedness, Subnormals};

/// Everything that has a fast way, and something of the rest, on pairs.
struct Pairs<'a>(&'a [(f64, f64)]);

impl Kernel for Pairs<'_> {
    type Output = Vec<[f64; 9]>;

    #[inline(always)]
    fn run<A: Arith<Num = f64>>(self, arith: &A) -> Self::Output {
        let all = |(x, y): &(f64, f64)| {
            let (x, y) = (*x, *y);
            [
                arith.num(x * 1.1),
                arith.add(x, y),
                arith.sub(x, y),
                arith.mul(x, y),
                arith.div(x, y),
                arith.sqrt(x),
                arith.neg(x),
                arith.abs(x),
                arith.fma(x, y, x),
            ]
        };
        self.0.iter().map(all).collect()
    }
}

fn compare(rounder: &Rounder, pairs: &[(f64, f64)]) {
    // Values that this rounder gives: no infinities where it saturates.
    let num = |x| Exact::new(rounder).num(x);
    let pairs: Vec<(f64, f64)> = pairs.iter().map(|(x, y)| (num(*x), num(*y))).collect();
    let fast = fastest(rounder, Pairs(&pairs));
    let exact = Pairs(&pairs).run(&Exact::new(rounder));
    for ((fast, exact), of) in fast.iter().zip(&exact).zip(&pairs) {
        for (i, (a, b)) in fast.iter().zip(exact).enumerate() {
            let same = a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
            let (format, saturation) = (rounder.format(), rounder.saturation());
            assert!(
                same,
                "operation {i} of {of:?} in {format} {saturation}: {a}, not {b}"
            );
        }
    }
}

const SATURATIONS: [Saturation; 3] = [Saturation::None, Saturation::Finite, Saturation::Propagate];

#[test]
fn all_pairs_of_eight_bits() {
    let p3109 = |p, domain| Format::p3109(8, p, Signedness::Signed, domain).expect("a format");
    let formats = [
        Format::OCP_E4M3,
        Format::OCP_E5M2,
        Format::OCP_E2M1,
        Format::OCP_E8M0,
        Format::E3M4,
        Format::E4M3FNUZ,
        Format::OCP_E5M2.with_subnormals(Subnormals::Flushed),
        Format::OCP_E4M3.with_subnormals(Subnormals::Rounded),
        p3109(4, Domain::Extended),
        p3109(3, Domain::Finite),
        p3109(1, Domain::Extended),
    ];
    for format in formats {
        let mut values: Vec<f64> = format.values().expect("8 bits").map(|(_, x)| x).collect();
        values.push(f64::NAN);
        let pairs: Vec<(f64, f64)> = values
            .iter()
            .flat_map(|x| values.iter().map(move |y| (*x, *y)))
            .collect();
        for saturation in SATURATIONS {
            compare(&Rounder::new(format).with_saturation(saturation), &pairs);
        }
        compare(&Rounder::new(format).with_rounding(Rounding::ToOdd), &pairs);
    }
}

#[test]
fn random_pairs_of_wider_formats() {
    let custom =
        |p, emin, emax| Format::custom(p, emin, emax, Subnormals::Kept).expect("an f64 carries it");
    let formats = [
        Format::BINARY16,
        Format::BFLOAT16,
        Format::TF32,
        Format::DLFLOAT16,
        Format::FP24,
        Format::BINARY32,
        Format::BINARY64,
        custom(25, -400, 400),
        custom(26, -400, 400),
        custom(20, -1022, 1023),
        custom(12, -1022, 1023),
    ];
    for format in formats {
        let rounder = Rounder::new(format);
        let code = |i| {
            let bits = word64(7, 0, i);
            // Every exponent, or one near 0.
            let x = match i % 3 {
                0 => f64::from_bits(bits),
                _ => f64::from_bits(bits & !(0x7ff << 52) | (1000 + (bits >> 52) % 40) << 52),
            };
            rounder.round(x)
        };
        let pairs: Vec<(f64, f64)> = (0..50_000)
            .map(|i| (code(2 * i), code(2 * i + 1)))
            .collect();
        for saturation in SATURATIONS {
            compare(&rounder.with_saturation(saturation), &pairs);
        }
    }
}
