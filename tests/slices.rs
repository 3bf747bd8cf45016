//! Arithmetic on slices against exact integers, and what the literature says of sums. The loops
//! are compared with each other and with one entry at a time in `src/arith/slices/tests.rs`.

use roundoff::arith::slices::{
    self, Accumulator, Aligned, Matrix, MatrixMut, Order, ShapeError, SliceError, SliceHost,
    SumOfProducts,
};
use roundoff::arith::{Binary, Exactly, Ternary, Unary};
use roundoff::random::word;
use roundoff::{Format, Rounder, Rounding, Saturation, Threads};

/// Fixed point with so many bits after the point: products of values of 8-bit formats are exact.
const POINT: u32 = 40;

/// A value of a format as a multiple of 2^-POINT.
fn fixed(x: f64) -> i128 {
    let scaled = x * 2f64.powi(POINT as i32);
    assert_eq!(scaled, scaled.trunc(), "{x} has no place in {POINT} bits");
    scaled as i128
}

/// An integer multiple of 2^-point rounded to p digits, steps no finer than 2^(emin - p + 1):
/// IEEE 754-2019, 4.3, word for word, for values in range.
fn rounded(x: i128, point: u32, format: &Format, rounding: Rounding) -> i128 {
    let (p, emin) = (format.precision() as i32, format.emin());
    let magnitude = x.unsigned_abs();
    let exponent = 127 - magnitude.leading_zeros() as i32 - point as i32;
    let step = (exponent.max(emin) - p + 1 + point as i32).max(0) as u32;
    let (below, rest) = (magnitude >> step, magnitude & ((1 << step) - 1));
    let half = if step == 0 { 1 } else { 1u128 << (step - 1) };
    let up = match rounding {
        _ if rest == 0 => false,
        Rounding::NearestTiesToEven => rest > half || rest == half && below & 1 == 1,
        Rounding::NearestTiesToAway => rest >= half,
        Rounding::NearestTiesToZero => rest > half,
        Rounding::TowardZero => false,
        Rounding::TowardPositive => x > 0,
        Rounding::TowardNegative => x < 0,
        Rounding::ToOdd => below & 1 == 0,
        _ => unreachable!("not a random mode"),
    };
    let result = ((below + u128::from(up)) << step) as i128;
    if x < 0 { -result } else { result }
}

const DETERMINED: [Rounding; 7] = [
    Rounding::NearestTiesToEven,
    Rounding::NearestTiesToAway,
    Rounding::NearestTiesToZero,
    Rounding::TowardZero,
    Rounding::TowardPositive,
    Rounding::TowardNegative,
    Rounding::ToOdd,
];

fn small_values(format: Format, count: usize, seed: u64) -> Vec<f64> {
    let values: Vec<f64> = format
        .values()
        .into_iter()
        .flatten()
        .map(|(_, x)| x)
        .filter(|x| x.abs() <= 16.0)
        .collect();
    (0..count as u64)
        .map(|i| values[word(seed, 0, i) as usize % values.len()])
        .collect()
}

fn product<T: SliceHost>(
    sum: &SumOfProducts,
    [m, k, n]: [usize; 3],
    a: &[f64],
    b: &[f64],
) -> Vec<f64> {
    let narrow = |values: &[f64]| values.iter().map(|x| T::from_f64(*x)).collect::<Vec<T>>();
    let (a, b) = (narrow(a), narrow(b));
    let mut c = vec![T::from_f64(7.0); m * n];
    sum.gemm(
        Matrix::new(&a, m, k).unwrap(),
        Matrix::new(&b, k, n).unwrap(),
        MatrixMut::new(&mut c, m, n).unwrap(),
    )
    .unwrap();
    c.into_iter().map(T::to_f64).collect()
}

#[test]
fn products_of_matrices_are_those_of_exact_integers() {
    let shape @ [m, k, n] = [3, 29, 70];
    for format in [
        Format::OCP_E4M3,
        Format::BINARY16,
        Format::BFLOAT16,
        Format::BINARY32,
    ] {
        for rounding in DETERMINED {
            let a = small_values(Format::OCP_E4M3, m * k, 1);
            let b = small_values(Format::OCP_E4M3, k * n, 2);
            let rounder = Rounder::new(format).with_rounding(rounding);
            // Products of two multiples of 2^-9, sums of a few hundred at most: in range, but for
            // E4M3, whose products reach 256 and whose sums are kept small by halving.
            let scale = if format == Format::OCP_E4M3 {
                0.25
            } else {
                1.0
            };
            let a: Vec<f64> = a
                .iter()
                .map(|x| Rounder::new(Format::OCP_E4M3).round(x * scale))
                .collect();
            let sum = SumOfProducts::new(rounder);
            for (fused, sum) in [(false, sum), (true, sum.fused())] {
                let got = product::<f32>(&sum, shape, &a, &b);
                assert_eq!(got, product::<f64>(&sum, shape, &a, &b));
                for (entry, got) in got.iter().enumerate() {
                    let (i, j) = (entry / n, entry % n);
                    let mut total = 0i128;
                    let mut in_range = true;
                    for l in 0..k {
                        let exact = fixed(a[i * k + l]) * fixed(b[l * n + j]);
                        let term = match fused {
                            true => exact,
                            false => rounded(exact, 2 * POINT, &format, rounding),
                        };
                        total = rounded(total + term, 2 * POINT, &format, rounding);
                        in_range &=
                            (total as f64 / 2f64.powi(2 * POINT as i32)).abs() <= format.greatest();
                    }
                    if in_range {
                        let want = total as f64 / 2f64.powi(2 * POINT as i32);
                        assert_eq!(
                            *got, want,
                            "{format} {rounding} entry {entry} fused {fused}"
                        );
                    }
                }
            }
            let exact = SumOfProducts::new(rounder).fused();
            let exact = exact.with_accumulator(Accumulator::Exact { rounder });
            let got = product::<f32>(&exact, shape, &a, &b);
            for (entry, got) in got.iter().enumerate() {
                let (i, j) = (entry / n, entry % n);
                let total = (0..k)
                    .map(|l| fixed(a[i * k + l]) * fixed(b[l * n + j]))
                    .sum();
                let want = rounded(total, 2 * POINT, &format, rounding) as f64
                    / 2f64.powi(2 * POINT as i32);
                if want.abs() <= format.greatest() {
                    assert_eq!(*got, want, "{format} {rounding} entry {entry}, exact sum");
                }
            }
        }
    }
}

/// Sums of ones stall where one is half a step (Higham and Mary, *A new approach to probabilistic
/// rounding error analysis*, 2019; Connolly, Higham, Mary, *Stochastic rounding*, 2021).
#[test]
fn sums_of_ones() {
    let ones = vec![1f32; 4096];
    let dot = |sum: SumOfProducts| sum.dot(&ones, &ones).unwrap();
    let format = Rounder::new(Format::BFLOAT16);
    let sum = SumOfProducts::new(format);
    assert_eq!(dot(sum), 256.0);
    assert_eq!(dot(sum.with_order(Order::Pairwise)), 4096.0);
    assert_eq!(dot(sum.with_order(Order::Blocked { k: 128 })), 4096.0);
    assert_eq!(
        dot(sum.with_accumulator(Accumulator::Exact { rounder: format })),
        4096.0
    );
    let mut total = 0.0;
    for seed in 0..64 {
        let stochastic = format.with_rounding(Rounding::STOCHASTIC).with_seed(seed);
        let one = f64::from(dot(sum.with_accumulator(Accumulator::Rounded {
            rounder: stochastic,
            order: Order::Sequential,
        })));
        assert!((3000.0..5500.0).contains(&one), "{one}");
        total += one;
    }
    // Unbiased: the mean of 64 runs is within four standard errors of 4096.
    assert!((total / 64.0 - 4096.0).abs() < 160.0, "{}", total / 64.0);
    // Half precision stops at 2048, and up at its step.
    let half = SumOfProducts::new(Rounder::new(Format::BINARY16));
    assert_eq!(dot(half), 2048.0);
}

/// The same bits for one thread and many, any shape's path, f32 and f64 slices, and any stride.
#[test]
fn bits_do_not_depend_on_the_way() {
    let [m, k, n] = [65, 70, 67];
    for rounding in [
        Rounding::NearestTiesToEven,
        Rounding::STOCHASTIC,
        Rounding::TowardPositive,
    ] {
        for order in [Order::Sequential, Order::Pairwise, Order::Blocked { k: 8 }] {
            let rounder = Rounder::new(Format::BINARY16)
                .with_rounding(rounding)
                .with_seed(4);
            let values = |seed, count: usize| -> Vec<f64> {
                let half = Rounder::new(Format::BINARY16);
                (0..count as u64)
                    .map(|i| half.round(f64::from(word(seed, 0, i)) / 2f64.powi(30) - 2.0))
                    .collect()
            };
            let (a, b) = (values(1, m * k), values(2, k * n));
            let sum = SumOfProducts::new(rounder).with_order(order);
            let all = product::<f64>(&sum, [m, k, n], &a, &b);
            assert_eq!(
                all,
                product::<f32>(&sum.with_threads(Threads::One), [m, k, n], &a, &b)
            );

            // With strides, and into a wider matrix whose other values stay.
            let mut wide = vec![-1.0; m * (n + 3)];
            sum.gemm(
                Matrix::new(&a, m, k).unwrap(),
                Matrix::new(&b, k, n).unwrap(),
                MatrixMut::with_stride(&mut wide, m, n, n + 3).unwrap(),
            )
            .unwrap();
            for (i, row) in wide.chunks(n + 3).enumerate() {
                assert_eq!(row[..n], all[i * n..(i + 1) * n]);
                assert_eq!(row[n..], [-1.0; 3]);
            }

            if rounding != Rounding::STOCHASTIC {
                // Transposed both ways: a product by columns.
                let narrow = 5;
                let some: Vec<f64> = b.chunks(n).flat_map(|row| row[..narrow].to_vec()).collect();
                let few = product::<f64>(&sum, [m, k, narrow], &a, &some);
                for i in 0..m {
                    assert_eq!(
                        few[i * narrow..(i + 1) * narrow],
                        all[i * n..i * n + narrow]
                    );
                }
                let mut column = vec![0.0; m];
                let first: Vec<f64> = b.chunks(n).map(|row| row[0]).collect();
                sum.gemv(Matrix::new(&a, m, k).unwrap(), &first, &mut column)
                    .unwrap();
                for i in 0..m {
                    assert_eq!(column[i], all[i * n]);
                    assert_eq!(sum.dot(&a[i * k..(i + 1) * k], &first).unwrap(), all[i * n]);
                }
            }
        }
    }
}

/// Random words by position: an entry's row, column and term, not the path that computes it.
#[test]
fn stochastic_products_replay() {
    let [m, k, n] = [70, 40, 3];
    let a = small_values(Format::OCP_E4M3, m * k, 5);
    let b = small_values(Format::OCP_E4M3, k * n, 6);
    let of = |seed| {
        let rounder = Rounder::new(Format::OCP_E5M2)
            .with_rounding(Rounding::STOCHASTIC)
            .with_seed(seed);
        product::<f32>(&SumOfProducts::new(rounder), [m, k, n], &a, &b)
    };
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
    // Fewer rows, the same positions: the first rows are the same.
    let rounder = Rounder::new(Format::OCP_E5M2)
        .with_rounding(Rounding::STOCHASTIC)
        .with_seed(1);
    let two = product::<f32>(&SumOfProducts::new(rounder), [2, k, n], &a[..2 * k], &b);
    assert_eq!(two, of(1)[..2 * n]);
}

#[test]
fn start_and_output() {
    let half = Rounder::new(Format::BINARY16);
    let mut y = [1.0f32, 2048.0, -0.0];
    SumOfProducts::new(half)
        .axpy(2.0, &[0.5, 0.5, 0.0], &mut y)
        .unwrap();
    assert_eq!(y, [2.0, 2048.0, 0.0]);
    // A sum beyond the output's range is what the output makes of it.
    let sum = SumOfProducts::new(Rounder::new(Format::BINARY32));
    let clamped =
        sum.with_output(Rounder::new(Format::OCP_E4M3).with_saturation(Saturation::Finite));
    assert_eq!(clamped.dot(&[1000.0f32], &[1.0]).unwrap(), 448.0);
    let stored = sum.with_output(Rounder::new(Format::OCP_E4M3));
    assert!(stored.dot(&[1000.0f32], &[1.0]).unwrap().is_nan());
}

#[test]
fn nothing_to_add() {
    let sum = SumOfProducts::new(Rounder::new(Format::BINARY16));
    assert_eq!(sum.dot::<f32>(&[], &[]).unwrap(), 0.0);
    let mut c = [5.0f64; 6];
    let none: [f64; 0] = [];
    sum.gemm(
        Matrix::new(&none, 2, 0).unwrap(),
        Matrix::new(&none, 0, 3).unwrap(),
        MatrixMut::new(&mut c, 2, 3).unwrap(),
    )
    .unwrap();
    assert_eq!(c, [0.0; 6]);
    sum.gemm(
        Matrix::new(&none, 0, 4).unwrap(),
        Matrix::new(&none, 4, 0).unwrap(),
        MatrixMut::new(&mut [0.0; 0], 0, 0).unwrap(),
    )
    .unwrap();
    sum.axpy(1.0, &none, &mut []).unwrap();
}

#[test]
fn shapes_that_do_not_fit_are_named() {
    let sum = SumOfProducts::new(Rounder::new(Format::BINARY16));
    let a = [0f32; 6];
    let error = |result: Result<(), SliceError>| result.unwrap_err().to_string();
    let matrix = |rows, columns| Matrix::new(&a, rows, columns).unwrap();
    let mut c = [0f32; 9];
    let inner = sum.gemm(
        matrix(2, 3),
        matrix(2, 3),
        MatrixMut::new(&mut c, 3, 3).unwrap(),
    );
    assert_eq!(
        error(inner),
        "a 2 x 3 matrix times a 2 x 3 matrix: the first must have as many columns as the second \
         has rows"
    );
    let output = sum.gemm(
        matrix(2, 3),
        matrix(3, 2),
        MatrixMut::new(&mut c, 3, 3).unwrap(),
    );
    assert_eq!(
        error(output),
        "a result of 2 x 2 and room for 3 x 3: make the output as large"
    );
    assert!(matches!(
        Matrix::new(&a, 2, 2),
        Err(ShapeError::Values { len: 6, .. })
    ));
    assert!(Matrix::new(&a, usize::MAX, 2).is_err());
    assert!(Matrix::with_stride(&a, 2, 3, 2).is_err());
    assert!(Matrix::with_stride(&a, 3, 2, usize::MAX).is_err());
    assert!(Matrix::with_stride(&a, 2, 2, 4).is_ok());
    assert!(MatrixMut::with_stride(&mut c, 4, 2, 3).is_err());
    assert!(matches!(
        sum.dot(&a, &a[1..]),
        Err(SliceError::Shape(ShapeError::Lengths { x: 6, y: 5 }))
    ));
    let wide = SumOfProducts::new(Rounder::new(Format::BINARY64));
    let text = wide.dot(&a, &a).unwrap_err().to_string();
    assert!(
        text.contains("an f32 slice does not hold every value of binary64"),
        "{text}"
    );
    let binary64 = Rounder::new(Format::BINARY64);
    assert!(slices::unary(Unary::Sqrt, &binary64, &a, &mut c[..6]).is_err());
    assert!(slices::binary(Binary::Add, &binary64, &a, &a[1..], &mut c[..6]).is_err());
}

/// Element by element against one operation at a time, which `tests/` judges elsewhere.
#[test]
fn elementwise_equals_single_operations() {
    let count = 1000;
    let specials = [
        0.0,
        -0.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        5e-324,
        f64::MAX,
        1.0,
        -1.0,
    ];
    let values = |seed| -> Vec<f64> {
        (0..count as u64)
            .map(|i| match word(seed, 0, i) % 23 {
                special @ 0..9 => specials[special as usize],
                _ => {
                    let unit = f64::from(word(seed, 1, i) as i32) / 2f64.powi(31);
                    unit * 2f64.powi((word(seed, 2, i) % 60) as i32 - 30)
                }
            })
            .collect()
    };
    let (x, y, z) = (values(1), values(2), values(3));
    for format in [
        Format::BINARY16,
        Format::BINARY32,
        Format::BINARY64,
        Format::OCP_E4M3,
    ] {
        for rounding in Rounding::ALL {
            let rounder = Rounder::new(format).with_rounding(rounding).with_seed(8);
            let exactly = Exactly::new(&rounder);
            let random = |i: usize| u64::from(word(8, 0, i as u64)) << 32;
            let same = |name: &str, got: &[f64], want: &dyn Fn(usize) -> f64| {
                for (i, got) in got.iter().enumerate() {
                    let want = want(i);
                    assert!(
                        got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan(),
                        "{name} {format} {rounding} of {:e} {:e} {:e}: {got:e} and not {want:e}",
                        x[i],
                        y[i],
                        z[i],
                    );
                }
            };
            let mut out = vec![0.0; count];
            for operation in [Unary::Sqrt, Unary::Exp] {
                slices::unary(operation, &rounder, &x, &mut out).unwrap();
                same(operation.name(), &out, &|i| {
                    exactly.unary(operation, x[i], random(i))
                });
            }
            for operation in [
                Binary::Add,
                Binary::Subtract,
                Binary::Multiply,
                Binary::Divide,
                Binary::Hypot,
            ] {
                slices::binary(operation, &rounder, &x, &y, &mut out).unwrap();
                same(operation.name(), &out, &|i| {
                    exactly.binary(operation, x[i], y[i], random(i))
                });
            }
            for operation in [Ternary::Fma, Ternary::Faa] {
                slices::ternary(operation, &rounder, &x, &y, &z, &mut out).unwrap();
                same(operation.name(), &out, &|i| {
                    exactly.ternary(operation, x[i], y[i], z[i], random(i))
                });
            }
        }
    }
}

/// Each model of hardware is the sum that its parameters say, and blocks matter.
#[test]
fn tensor_cores_differ() {
    let x: Vec<f32> = (0..64).map(|i| 1.0 + i as f32 / 16.0).collect();
    let y: Vec<f32> = (0..64)
        .map(|i| if i % 2 == 0 { 1.0 } else { -0.9990234 })
        .collect();
    let of = |aligned: Aligned| {
        SumOfProducts::new(*aligned.rounder())
            .fused()
            .with_accumulator(Accumulator::Aligned(aligned))
            .dot(&x, &y)
            .unwrap()
    };
    let exact: f64 = x
        .iter()
        .zip(&y)
        .map(|(x, y)| f64::from(*x) * f64::from(*y))
        .sum();
    for aligned in [
        Aligned::v100(),
        Aligned::a100(&Format::BINARY16),
        Aligned::h100(&Format::BINARY16),
    ] {
        assert!((f64::from(of(aligned)) - exact).abs() < 1e-4);
    }
    // FP8 inputs keep 13 bits: 2^-14 of the greatest is lost.
    let fp8 = Aligned::h100(&Format::OCP_E4M3);
    assert_eq!((fp8.block(), fp8.kept()), (32, 13));
    let sum = SumOfProducts::new(*fp8.rounder()).fused();
    let sum = sum.with_accumulator(Accumulator::Aligned(fp8));
    let small = 2f32.powi(-7);
    assert_eq!(sum.dot(&[1.0, small], &[1.0, small]).unwrap(), 1.0);
    assert_eq!(
        sum.dot(&[1.0, 2.0 * small], &[1.0, small]).unwrap(),
        1.0 + 2f32.powi(-13)
    );
}
