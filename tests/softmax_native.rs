//! Native softmax: against the double-double reference (which `softmax_emulated.rs` holds against
//! mpmath), and against itself where the bits may not depend on something.

use fearless_simd::Level;
use rand_distr::{Distribution, Normal, Uniform};
use roundoff::Threads;
use roundoff::kernels::softmax::native::{Float, Method, Rows, ShapeError, softmax};
use roundoff::kernels::softmax::{Function, reference};
use roundoff::random::Words;

/// A float of the tests.
trait Tested: Float + PartialEq + std::fmt::Display + std::fmt::Debug {
    const LEAST_NORMAL: f64;
    const EPSILON: f64;
    /// The bound, in ulp.
    const BOUND: f64;
    fn of(x: f64) -> Self;
    fn wide(self) -> f64;
}

impl Tested for f32 {
    const LEAST_NORMAL: f64 = f32::MIN_POSITIVE as f64;
    const EPSILON: f64 = f32::EPSILON as f64;
    const BOUND: f64 = 2.0;
    fn of(x: f64) -> f32 {
        x as f32
    }
    fn wide(self) -> f64 {
        self.into()
    }
}

impl Tested for f64 {
    const LEAST_NORMAL: f64 = f64::MIN_POSITIVE;
    const EPSILON: f64 = f64::EPSILON;
    const BOUND: f64 = 2.5;
    fn of(x: f64) -> f64 {
        x
    }
    fn wide(self) -> f64 {
        self
    }
}

/// |y - exact| in units in the last place of `exact`.
fn ulps<T: Tested>(y: T, exact: f64) -> f64 {
    let binade = f64::from_bits(exact.to_bits() & 0x7ff0_0000_0000_0000);
    (y.wide() - exact).abs() / (binade * T::EPSILON)
}

/// The largest error in ulp over normal elements, and how far the sum is from 1.
fn errors<T: Tested>(x: &[T], y: &[T]) -> (f64, f64) {
    let row: Vec<f64> = x.iter().map(|x| x.wide()).collect();
    let mut exact = vec![0.0; row.len()];
    reference(Function::Softmax, &row, &mut exact).unwrap();
    let mut worst = 0f64;
    for (y, exact) in y.iter().zip(&exact) {
        match *exact >= T::LEAST_NORMAL {
            true => worst = worst.max(ulps(*y, *exact)),
            false => assert!(y.wide() <= T::LEAST_NORMAL, "{y} for {exact}"),
        }
    }
    let sum: f64 = y.iter().map(|y| y.wide()).sum();
    (worst, (sum - 1.0).abs())
}

type Draw = Box<dyn Fn(&mut Words) -> f64>;

fn distributions() -> Vec<(&'static str, Draw)> {
    let one = Normal::new(0.0, 1.0).unwrap();
    let hundred = Normal::new(0.0, 100.0).unwrap();
    let wide = Uniform::new(-1e4, 1e4).unwrap();
    vec![
        (
            "normal(0, 1)",
            Box::new(move |w: &mut Words| one.sample(w)) as Draw,
        ),
        (
            "normal(0, 100)",
            Box::new(move |w: &mut Words| hundred.sample(w)),
        ),
        (
            "uniform(-1e4, 1e4)",
            Box::new(move |w: &mut Words| wide.sample(w)),
        ),
    ]
}

fn row<T: Tested>(draw: &Draw, count: usize, words: &mut Words) -> Vec<T> {
    (0..count).map(|_| T::of(draw(words))).collect()
}

fn methods() -> impl Iterator<Item = Option<Method>> {
    Method::ALL.iter().map(|m| Some(*m)).chain([None])
}

fn rows(function: Function, method: Option<Method>) -> Rows {
    match method {
        Some(method) => Rows::new(function).with_method(method),
        None => Rows::new(function),
    }
}

fn accurate<T: Tested>() {
    for (name, draw) in distributions() {
        let mut words = Words::new(5, 0);
        let mut worst = 0f64;
        for count in [1, 2, 3, 10, 63, 64, 65, 100, 1000, 4096, 4099, 20_000] {
            for _ in 0..20_000 / count.max(200) {
                let x: Vec<T> = row(&draw, count, &mut words);
                for method in methods() {
                    let mut y = vec![T::of(7.0); count];
                    rows(Function::Softmax, method)
                        .apply(&x, count, &mut y)
                        .unwrap();
                    let (ulps, sum) = errors(&x, &y);
                    assert!(
                        ulps <= T::BOUND,
                        "{name}, {count} values, {method:?}: {ulps} ulp"
                    );
                    let bound = (count as f64) * T::EPSILON / 2.0;
                    assert!(
                        sum <= bound,
                        "{name}, {count} values, {method:?}: sum off {sum}"
                    );
                    worst = worst.max(ulps);
                }
            }
        }
        println!("{name}: at most {worst:.3} ulp");
    }
}

#[test]
fn f32_is_within_2_ulp() {
    accurate::<f32>();
}

#[test]
fn f64_is_within_2_5_ulp() {
    accurate::<f64>();
}

#[test]
fn the_digits_logits_are_within_2_ulp() {
    let bytes = std::fs::read("examples/data/test_logits.npy").unwrap();
    let file = npyz::NpyFile::new(&bytes[..]).unwrap();
    let width = file.shape()[1] as usize;
    let logits: Vec<f32> = file.into_vec().unwrap();
    let mut y = vec![0.0; logits.len()];
    softmax(&logits, width, &mut y).unwrap();
    let worst = logits
        .chunks(width)
        .zip(y.chunks(width))
        .map(|(x, y)| errors(x, y).0)
        .fold(0.0, f64::max);
    assert!(worst <= 2.0, "{worst} ulp");
    println!(
        "{} rows of {width}: at most {worst:.3} ulp",
        logits.len() / width
    );
}

/// 10^6 rows of many lengths. Minutes.
#[cfg(feature = "proofs")]
#[test]
fn a_million_rows_are_within_2_ulp() {
    for (name, draw) in distributions() {
        let mut words = Words::new(6, 0);
        let mut worst = 0f64;
        let mut elements = 0u64;
        for number in 0..340_000usize {
            let count = 1 + number * 7919 % 120;
            let x: Vec<f32> = row(&draw, count, &mut words);
            let mut y = vec![0.0; count];
            let method = Method::ALL[number % Method::ALL.len()];
            rows(Function::Softmax, Some(method))
                .apply(&x, count, &mut y)
                .unwrap();
            let (ulps, sum) = errors(&x, &y);
            worst = worst.max(ulps);
            elements += count as u64;
            assert!(ulps <= 2.0, "{name} {method} {x:?}: {ulps} ulp");
            assert!(
                sum <= count as f64 * f64::from(f32::EPSILON) / 2.0,
                "{name}: {sum}"
            );
        }
        println!("{name}: 340000 rows, {elements} elements: at most {worst:.3} ulp");
    }
}

#[test]
fn log_softmax_and_log_sum_exp_are_near_the_reference() {
    fn check<T: Tested>() {
        for (name, draw) in distributions() {
            let mut words = Words::new(8, 0);
            for count in [1, 10, 100, 5000] {
                let x: Vec<T> = row(&draw, count, &mut words);
                let wide: Vec<f64> = x.iter().map(|x| x.wide()).collect();
                for function in [Function::LogSoftmax, Function::LogSumExp] {
                    let mut exact = vec![0.0; function.values(count)];
                    reference(function, &wide, &mut exact).unwrap();
                    for method in methods() {
                        let mut y = vec![T::of(7.0); exact.len()];
                        rows(function, method).apply(&x, count, &mut y).unwrap();
                        for (y, exact) in y.iter().zip(&exact) {
                            // A pair's greatest exponential is rounded, the others' is 1.
                            let pairs = method == Some(Method::TwoPass);
                            let near = exact.abs().max(if pairs { 1.0 } else { 1e-20 });
                            assert!(
                                (y.wide() - exact).abs() <= 1.01 * T::EPSILON * near,
                                "{function} {name} {count} {method:?}: {y} for {exact}"
                            );
                        }
                    }
                }
            }
        }
    }
    check::<f32>();
    check::<f64>();
}

fn levels() -> Vec<Level> {
    let best = Level::new();
    #[allow(unused_mut)]
    let mut levels = vec![best];
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    {
        levels.extend(best.as_avx2().map(Level::Avx2));
        levels.extend(best.as_sse4_2().map(Level::Sse4_2));
        levels.extend(best.as_sse2().map(Level::Sse2));
    }
    levels
}

#[test]
fn bits_depend_on_no_processor_no_threads_no_place() {
    fn check<T: Tested>() {
        for (name, draw) in distributions() {
            let mut words = Words::new(9, 0);
            for (count, row_count) in [(1, 5), (100, 7), (5000, 3), (300_000, 1)] {
                let x: Vec<T> = row(&draw, count * row_count, &mut words);
                for function in [Function::Softmax, Function::LogSoftmax] {
                    for method in methods() {
                        let rows = rows(function, method);
                        let mut first = vec![T::of(7.0); x.len()];
                        rows.apply(&x, count, &mut first).unwrap();
                        let again = |what: &str, rows: Rows| {
                            let mut y = vec![T::of(9.0); x.len()];
                            rows.apply(&x, count, &mut y).unwrap();
                            assert!(y == first, "{name} {count} {function} {method:?}: {what}");
                        };
                        again("one thread", rows.with_threads(Threads::One));
                        // Without fused instructions it takes long.
                        if count <= 5000 {
                            for level in levels() {
                                again(&format!("{level:?}"), rows.with_level(level));
                            }
                        }
                        // In place, `online-reload` is another method.
                        let other = method.is_none() || method == Some(Method::OnlineReload);
                        if !(other && function == Function::Softmax) {
                            let mut y = x.clone();
                            rows.apply_in_place(&mut y, count).unwrap();
                            assert!(y == first, "{name} {count} {function} {method:?}: in place");
                        }
                    }
                }
            }
        }
    }
    check::<f32>();
    check::<f64>();
}

/// Rows long enough for threads within one, and enough of them for threads across.
#[test]
fn bits_are_the_same_in_threads() {
    fn check<T: Tested>() {
        let (_, draw) = &distributions()[1];
        let long = (16 << 20) / size_of::<T>() + 77;
        for (count, row_count) in [(long, 1), (5003, long / 5003 / 3)] {
            let x: Vec<T> = row(draw, count * row_count, &mut Words::new(10, 0));
            for function in [Function::Softmax, Function::LogSoftmax] {
                for method in methods() {
                    let rows = rows(function, method);
                    let [mut one, mut many] = [7.0, 9.0].map(|y| vec![T::of(y); x.len()]);
                    rows.with_threads(Threads::One)
                        .apply(&x, count, &mut one)
                        .unwrap();
                    rows.apply(&x, count, &mut many).unwrap();
                    assert!(one == many, "{count} {function} {method:?}");
                }
            }
        }
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn specials_are_as_the_table_says() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    // Row, softmax, log-softmax, log-sum-exp.
    type Line = (Vec<f64>, Vec<f64>, Vec<f64>, f64);
    let table: Vec<Line> = vec![
        (vec![], vec![], vec![], -inf),
        (vec![-3.5], vec![1.0], vec![0.0], -3.5),
        (
            vec![-inf, 2.0, -inf],
            vec![0.0, 1.0, 0.0],
            vec![-inf, 0.0, -inf],
            2.0,
        ),
        (vec![-inf; 2], vec![nan; 2], vec![nan; 2], -inf),
        (vec![0.0, inf, -inf], vec![nan; 3], vec![nan; 3], inf),
        (vec![0.0, inf, nan], vec![nan; 3], vec![nan; 3], nan),
        (vec![-inf, nan], vec![nan; 2], vec![nan; 2], nan),
        (
            vec![0.0, 3e38, 1.0],
            vec![0.0, 1.0, 0.0],
            vec![-3e38, 0.0, -3e38],
            3e38,
        ),
        (
            vec![-3e38; 2],
            vec![0.5; 2],
            vec![-std::f64::consts::LN_2; 2],
            -3e38,
        ),
        (vec![-1e9, 0.0], vec![0.0, 1.0], vec![-1e9, 0.0], 0.0),
    ];
    fn check<T: Tested>(table: &[Line], filled: usize, with: f64) {
        for (row, softmax, log_softmax, log_sum_exp) in table {
            // The same row behind and before many masked values: blocks of nothing.
            let pad = |values: &[f64], pad: f64| -> Vec<T> {
                let filling = vec![T::of(pad); filled];
                let values: Vec<T> = values.iter().map(|x| T::of(*x)).collect();
                [filling.clone(), values, filling].concat()
            };
            if filled > 0 && row.is_empty() {
                continue;
            }
            let is_nan = softmax.iter().any(|y| y.is_nan());
            let at = |y: f64| if is_nan { f64::NAN } else { y };
            let x = pad(row, with);
            for level in levels() {
                for method in methods() {
                    for (function, exact) in [
                        (Function::Softmax, pad(softmax, at(0.0))),
                        (Function::LogSoftmax, pad(log_softmax, at(with))),
                        (Function::LogSumExp, vec![T::of(*log_sum_exp)]),
                    ] {
                        if with != -f64::INFINITY && function == Function::LogSoftmax {
                            continue;
                        }
                        let rows = rows(function, method).with_level(level);
                        let mut y = vec![T::of(7.0); exact.len()];
                        rows.apply(&x, x.len(), &mut y).unwrap();
                        // A pair's greatest exponential is rounded, the others' is 1.
                        let near = match method {
                            Some(Method::TwoPass) => T::EPSILON,
                            _ => 0.0,
                        };
                        let same = |y: &[T]| {
                            y.iter().zip(&exact).all(|(y, x)| {
                                y == x
                                    || y.wide().is_nan() && x.wide().is_nan()
                                    || (y.wide() - x.wide()).abs() <= near
                            })
                        };
                        assert!(
                            same(&y),
                            "{function} {method:?} {level:?} {row:?} + {filled}: {:?}",
                            &y[..y.len().min(9)]
                        );
                        if function != Function::LogSumExp {
                            let mut y = x.clone();
                            rows.apply_in_place(&mut y, x.len()).unwrap();
                            assert!(same(&y), "{function} {method:?} {level:?} {row:?} in place");
                        }
                    }
                }
            }
        }
    }
    for filled in [0, 1, 5000] {
        check::<f32>(&table, filled, f64::NEG_INFINITY);
        check::<f64>(&table, filled, f64::NEG_INFINITY);
    }
    // Masks of a large negative number, whole blocks of them.
    check::<f32>(&table[1..3], 9000, -1e9);
    check::<f64>(&table[1..3], 9000, -1e300);
}

#[test]
fn nan_is_seen_at_every_place() {
    for level in levels() {
        for count in [1, 64, 100, 4100] {
            for place in (0..count).step_by(if count > 1000 { 97 } else { 1 }) {
                for sign in [1.0f32, -1.0] {
                    let mut x = vec![0.5f32; count];
                    x[place] = f32::NAN.copysign(sign);
                    for method in methods() {
                        let mut y = vec![0.0; count];
                        let rows = rows(Function::Softmax, method).with_level(level);
                        rows.apply(&x, count, &mut y).unwrap();
                        assert!(
                            y.iter().all(|y| y.is_nan()),
                            "{method:?} {level:?} {place} of {count}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn masks_are_minus_infinity() {
    let x = [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0];
    let masked = [1.0f32, f32::NEG_INFINITY, 3.0, 4.0, f32::NEG_INFINITY, 6.0];
    for function in Function::ALL {
        let rows = Rows::new(*function);
        let width = function.values(3) * 2;
        let (mut a, mut b, mut c) = (vec![0.0; width], vec![1.0; width], vec![2.0; width]);
        rows.apply(&masked, 3, &mut a).unwrap();
        rows.apply_masked(&x, 3, &[true, false, true], &mut b)
            .unwrap();
        rows.apply_masked(&x, 3, &[true, false, true, true, false, true], &mut c)
            .unwrap();
        assert_eq!(a, b);
        assert_eq!(a, c);
    }
}

#[test]
fn a_long_row_is_as_right_as_a_short_one() {
    // 2^22 equal values: 2^-22 exactly. A plain sum of f32 would stall at 2^24 quarters of that.
    let x = vec![0.25f32; 1 << 22];
    for method in Method::ALL {
        let mut y = vec![0.0; x.len()];
        rows(Function::Softmax, Some(*method))
            .apply(&x, x.len(), &mut y)
            .unwrap();
        assert!(y.iter().all(|y| *y == 2f32.powi(-22)), "{method} {}", y[0]);
    }
}

#[test]
fn wrong_shapes_are_refused() {
    let rows = Rows::new(Function::Softmax);
    let mut y = [9.0f32; 4];
    let error = rows.apply(&[1.0, 2.0, 3.0], 2, &mut y).unwrap_err();
    assert_eq!(error, ShapeError::Rows { values: 3, row: 2 });
    assert!(
        rows.apply(&[1.0, 2.0], 2, &mut y)
            .unwrap_err()
            .to_string()
            .contains("room for 4")
    );
    assert!(rows.apply(&[1.0], 0, &mut y[..1]).is_err());
    assert!(rows.apply_masked(&[1.0; 4], 2, &[true; 3], &mut y).is_err());
    assert_eq!(y, [9.0; 4]);
    assert_eq!(
        Rows::new(Function::LogSumExp).apply_in_place(&mut y, 2),
        Err(ShapeError::InPlace)
    );
    // Rows of nothing: nothing, or as many -infinities as there is room for.
    assert_eq!(rows.apply::<f32>(&[], 0, &mut []), Ok(()));
    Rows::new(Function::LogSumExp)
        .apply(&[], 0, &mut y)
        .unwrap();
    assert_eq!(y, [f32::NEG_INFINITY; 4]);
}
