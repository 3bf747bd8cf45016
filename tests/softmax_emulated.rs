//! The softmax family over an arithmetic: against exact rows, and what is known of narrow formats.

use roundoff::arith::{Exact, Native, PerSite, Sites};
use roundoff::experiments::Any;
use roundoff::kernels::order::Order;
use roundoff::kernels::softmax::{
    Function, RowErrors, SITES, Scaling, Softmax, Variant, reference,
};
use roundoff::{Format, Rounder, Rounding};

fn exact(format: Format) -> Exact {
    Exact::new(&Rounder::new(format))
}

fn wide() -> Exact {
    exact(Format::BINARY64)
}

fn evaluate(softmax: Softmax, arith: &impl Sites, row: &[f64]) -> Vec<f64> {
    let mut result = vec![f64::MIN; softmax.function.values(row.len())];
    softmax.evaluate(arith, row, &mut result).unwrap();
    result
}

/// One line of the file: a row and its exact results.
struct Golden {
    row: Vec<f64>,
    results: [(Function, Vec<f64>); 3],
}

fn golden() -> Vec<Golden> {
    let numbers = |field: &str| {
        field
            .split_whitespace()
            .map(|x| x.parse().unwrap())
            .collect()
    };
    include_str!("data/softmax.txt")
        .lines()
        .map(|line| {
            let fields: Vec<Vec<f64>> = line.split('|').map(numbers).collect();
            let [row, softmax, log_softmax, log_sum_exp] = fields.try_into().unwrap();
            Golden {
                row,
                results: [
                    (Function::Softmax, softmax),
                    (Function::LogSoftmax, log_softmax),
                    (Function::LogSumExp, log_sum_exp),
                ],
            }
        })
        .collect()
}

fn orders() -> [Order; 3] {
    ["sequential", "pairwise", "blocked:4"].map(|name| name.parse().unwrap())
}

#[test]
fn reference_is_that_of_mpmath() {
    for Golden { row, results } in golden() {
        for (function, exact) in results {
            let mut result = vec![0.0; exact.len()];
            reference(function, &row, &mut result).unwrap();
            for (y, x) in result.iter().zip(&exact) {
                // Zero is log 1, of which double-double has 30 digits.
                assert!(
                    y == x || (y - x).abs() < 1e-30,
                    "{function} of {row:?}: {y}, {x}"
                );
            }
        }
    }
}

#[test]
fn binary64_is_near_the_exact_rows_in_every_variant_and_order() {
    for Golden { row, results } in golden() {
        let largest = row
            .iter()
            .map(|x| x.abs())
            .filter(|x| x.is_finite())
            .fold(1.0, f64::max);
        for variant in Variant::ALL {
            // The naive one and the pairs only where e^x and n are in range.
            let range = match variant {
                Variant::Naive => 700.0,
                Variant::TwoPass => 1e15,
                _ => f64::INFINITY,
            };
            if largest > range {
                continue;
            }
            for order in orders() {
                for scaling in Scaling::ALL {
                    for (function, exact) in &results {
                        let softmax = Softmax::new(*variant)
                            .with_function(*function)
                            .with_order(order)
                            .with_scaling(*scaling);
                        let result = evaluate(softmax, &wide(), &row);
                        for (y, x) in result.iter().zip(exact) {
                            // An exponential takes the error of its argument.
                            let bound = match function {
                                Function::Softmax => largest.min(1500.0) * x,
                                _ => largest,
                            } * 8.0
                                * 2f64.powi(-53)
                                + f64::MIN_POSITIVE;
                            assert!(
                                (y - x).abs() <= bound || y == x,
                                "{softmax:?} of {row:?}: {y} is not {x}"
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn naive_overflows_in_binary16_past_11_09_and_two_pass_does_not() {
    let half = exact(Format::BINARY16);
    // log 65520 = 11.0901..., from where e^x rounds to infinity.
    for (x, finite) in [(11.0859375, true), (11.09375, false)] {
        let naive = evaluate(Softmax::new(Variant::Naive), &half, &[x, 0.0]);
        assert_eq!(naive[0].is_finite(), finite, "{x}");
    }
    for x in [11.09375, 100.0, 1000.0] {
        for variant in &Variant::ALL[1..] {
            let result = evaluate(Softmax::new(*variant), &half, &[x, 0.0]);
            // m (1 / m) of a pair may be the number below 1.
            assert!(result[0] >= 0.9995 && result[0] <= 1.0, "{variant} {x}");
            assert!(result[1] <= 1.6e-5, "{variant} {x}");
        }
    }
}

#[test]
fn a_sequential_sum_of_ones_in_bfloat16_stalls_at_256() {
    let bfloat16 = exact(Format::BFLOAT16);
    let row = vec![0.0; 1000];
    for variant in Variant::ALL {
        let stalled = evaluate(Softmax::new(*variant), &bfloat16, &row);
        assert!(stalled.iter().all(|y| *y == 1.0 / 256.0), "{variant}");
        for order in &orders()[1..2] {
            let result = evaluate(Softmax::new(*variant).with_order(*order), &bfloat16, &row);
            assert!(
                result.iter().all(|y| (y - 0.001).abs() < 4e-6),
                "{variant} {order}"
            );
        }
    }
}

#[test]
fn every_site_is_asked() {
    // A sum in bfloat16, all else in binary64: only the sum is wrong.
    let [bfloat16, binary16, e4m3, binary64] = [
        Format::BFLOAT16,
        Format::BINARY16,
        Format::OCP_E4M3,
        Format::BINARY64,
    ]
    .map(Rounder::new);
    let sites = PerSite::rounders(SITES)
        .with_rounder("accumulation", &bfloat16)
        .unwrap()
        .with_rounders(&binary64)
        .build()
        .unwrap();
    let row = vec![0.0; 300];
    let mut result = vec![0.0; 300];
    for variant in Variant::ALL {
        Softmax::new(*variant)
            .evaluate(&sites, &row, &mut result)
            .unwrap();
        assert!(result.iter().all(|y| *y == 1.0 / 256.0), "{variant}");
    }
    // Exponentials in E4M3, their sum in bfloat16, the rest in binary16.
    let sites = PerSite::rounders(SITES)
        .with_rounder("exponential", &e4m3)
        .unwrap()
        .with_rounder("accumulation", &bfloat16)
        .unwrap()
        .with_rounders(&binary16)
        .build()
        .unwrap();
    Softmax::new(Variant::ThreePassReload)
        .evaluate(&sites, &[0.0, -0.7], &mut result[..2])
        .unwrap();
    // e^-0.7 = 0.4966 is 0.5 in E4M3; 1.5; its reciprocal and products in binary16.
    assert_eq!(result[..2], [0.66650390625, 0.333251953125]);
}

#[test]
fn two_pass_gives_the_same_as_three_pass_where_exponents_are_integers() {
    // x = 0 has the pair (1, 0): the same operations on the same numbers.
    let half = exact(Format::BINARY16);
    let row = vec![0.0; 77];
    let results = Variant::ALL
        .iter()
        .map(|v| evaluate(Softmax::new(*v), &half, &row));
    assert!(results.collect::<Vec<_>>().windows(2).all(|w| w[0] == w[1]));
}

#[test]
fn masks_empty_rows_and_specials() {
    let masked = f64::NEG_INFINITY;
    for variant in Variant::ALL {
        let of = |function, row: &[f64]| {
            evaluate(Softmax::new(*variant).with_function(function), &wide(), row)
        };
        assert!(of(Function::Softmax, &[]).is_empty());
        assert_eq!(of(Function::LogSumExp, &[]), [masked]);
        assert_eq!(
            of(Function::Softmax, &[masked, 0.0, masked]),
            [0.0, 1.0, 0.0],
            "{variant}"
        );
        assert_eq!(
            of(Function::LogSoftmax, &[masked, 0.0]),
            [masked, 0.0],
            "{variant}"
        );
        assert!(
            of(Function::Softmax, &[masked, masked])
                .iter()
                .all(|y| y.is_nan()),
            "{variant}"
        );
        assert!(
            of(Function::Softmax, &[1.0, f64::NAN])
                .iter()
                .all(|y| y.is_nan()),
            "{variant}"
        );
        assert!(
            of(Function::Softmax, &[1.0, f64::INFINITY])[1].is_nan(),
            "{variant}"
        );
    }
}

#[test]
fn room_and_names_are_checked() {
    let error = Softmax::default()
        .evaluate(&wide(), &[1.0, 2.0], &mut [0.0])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "softmax of a row of 2 values gives 2, and there is room for 1"
    );
    for variant in Variant::ALL {
        assert_eq!(variant.to_string().parse(), Ok(*variant));
    }
    let error = "softermax".parse::<Variant>().unwrap_err().to_string();
    assert!(error.contains("three-pass-reload"), "{error}");
    assert_eq!("Two_Pass".parse(), Ok(Variant::TwoPass));
}

#[test]
fn row_errors_count_what_is_lost() {
    let nan = f64::NAN;
    let one = RowErrors::of(Function::Softmax, &[0.5, 0.5, 1e-9], &[0.5, nan, 0.0]);
    assert_eq!((one.not_finite, one.vanished, one.sum), (1, 1, None));
    let both = one.and(RowErrors::of(
        Function::Softmax,
        &[0.25, 0.75],
        &[0.75, 0.25],
    ));
    assert_eq!((both.rows, both.elements, both.top_changed), (2, 5, 1));
    assert_eq!(both.absolute, Some(0.5));
    assert_eq!(both.sum, Some(0.0));
}

#[test]
fn binary64_has_the_bits_of_native_f64() {
    for Golden { row, .. } in golden() {
        for variant in Variant::ALL {
            for function in Function::ALL {
                for order in orders() {
                    let softmax = Softmax::new(*variant)
                        .with_function(*function)
                        .with_order(order);
                    let emulated = evaluate(softmax, &wide(), &row);
                    let native = evaluate(softmax, &Native, &row);
                    let bits = |y: &[f64]| -> Vec<u64> {
                        // One NaN is as good as another.
                        y.iter()
                            .map(|y| if y.is_nan() { 1 } else { y.to_bits() })
                            .collect()
                    };
                    assert_eq!(bits(&emulated), bits(&native), "{softmax:?} of {row:?}");
                }
            }
        }
    }
}

/// A sum S of n ones, stochastically in bfloat16, is a martingale: S - n has mean 0. With S below
/// 1024 a step changes it by 4 or less with a variance of 3 or less (4^2 times 1/4 times 3/4), below
/// 2048 by 8 or less with 7. By Freedman's inequality |S - 1000| > 400 has a probability of at most
/// 2 exp(-400^2 / (2 (7 x 744 + 8 x 400 / 3))) < 6e-6, so 20 seeds together 1.2e-4; they are fixed.
/// That the mean of 20 is off by 5 standard errors (46) or more, 6e-7.
#[test]
fn a_stochastic_sum_of_ones_does_not_stall() {
    let row = vec![0.0; 1000];
    let mut total = 0.0;
    for seed in 0..20 {
        let rounder = Rounder::new(Format::BFLOAT16)
            .with_rounding(Rounding::STOCHASTIC)
            .with_seed(seed);
        let sites = PerSite::rounders(SITES)
            .with_rounder("accumulation", &rounder)
            .unwrap()
            .with_rounders(&Rounder::new(Format::BINARY64))
            .build()
            .unwrap();
        let sum = 1.0 / evaluate(Softmax::new(Variant::ThreePassReload), &sites, &row)[0];
        assert!((sum - 1000.0).abs() <= 400.0, "seed {seed}: {sum}");
        total += sum;
    }
    assert!(
        (total / 20.0 - 1000.0).abs() <= 46.0,
        "mean {}",
        total / 20.0
    );
}

/// What the formats make of 1000 logits of N(0, 1): rows sum to 1 but for so much, at most.
#[test]
fn sums_of_rows_are_as_known() {
    let mut words = roundoff::random::Words::new(3, 0);
    let row: Vec<f64> = (0..1000)
        .map(|_| rand_distr::Distribution::<f64>::sample(&rand_distr::StandardNormal, &mut words))
        .collect();
    for (format, least, most) in [
        (Format::BINARY16, 0.0, 0.02),
        (Format::BFLOAT16, 0.2, 0.6),
        (Format::OCP_E5M2, 5.0, 12.0),
    ] {
        for variant in [Variant::Naive, Variant::TwoPass, Variant::ThreePassReload] {
            let y = evaluate(Softmax::new(variant), &exact(format), &row);
            let off = (y.iter().sum::<f64>() - 1.0).abs();
            assert!((least..=most).contains(&off), "{format} {variant}: {off}");
        }
    }
}

/// Operations side by side, in vectors, and one after the other: the same bits. Rows with masks, with
/// ties, that rise to the end, that overflow.
#[test]
fn side_by_side_is_as_one_after_the_other() {
    let mut words = roundoff::random::Words::new(11, 0);
    let mut normal = |scale: f64, count: usize| -> Vec<f64> {
        let one = |_| {
            scale * rand_distr::Distribution::<f64>::sample(&rand_distr::StandardNormal, &mut words)
        };
        (0..count).map(one).collect()
    };
    let masked = f64::NEG_INFINITY;
    let mut some_masked = normal(3.0, 200);
    some_masked.iter_mut().step_by(7).for_each(|x| *x = masked);
    some_masked[..70].fill(masked);
    let mut with_nan = normal(1.0, 130);
    with_nan[77] = f64::NAN;
    let rows = [
        normal(1.0, 300),
        normal(40.0, 129),
        some_masked,
        with_nan,
        (0..200).map(|i| f64::from(i) / 8.0).collect(),
        vec![0.25; 70],
        vec![masked; 66],
        vec![1.0, f64::INFINITY, masked],
    ];
    let pick = |format, rounding| Exact::new(&Rounder::new(format).with_rounding(rounding));
    for format in [
        Format::BINARY16,
        Format::BFLOAT16,
        Format::OCP_E4M3,
        Format::OCP_E5M2,
        Format::BINARY32,
        Format::BINARY64,
    ] {
        for rounding in [
            Rounding::NearestTiesToEven,
            Rounding::TowardNegative,
            Rounding::ToOdd,
        ] {
            let arith = pick(format, rounding);
            // Every second site in another format.
            let at = |site: roundoff::arith::Site| match site.index() % 2 {
                0 => arith.clone(),
                _ => pick(Format::BFLOAT16, Rounding::TowardPositive),
            };
            let mixed = PerSite::new(SITES).with_default(at).build().unwrap();
            // A call through a table does one operation after the other, in the order of the text.
            let mixed_in_order = PerSite::new(SITES)
                .with_default(|site| Any(mixed.at(site)))
                .build()
                .unwrap();
            for row in &rows {
                for variant in Variant::ALL {
                    for function in Function::ALL {
                        for order in [Order::Sequential, Order::Blocked { k: 100 }] {
                            let softmax = Softmax::new(*variant)
                                .with_function(*function)
                                .with_order(order);
                            let bits = |y: Vec<f64>| -> Vec<u64> {
                                y.iter().map(|y| y.to_bits()).collect()
                            };
                            let in_order = Any(&arith);
                            assert_eq!(
                                bits(evaluate(softmax, &arith, row)),
                                bits(evaluate(softmax, &in_order, row)),
                                "{format} {rounding} {softmax:?} {row:?}"
                            );
                            assert_eq!(
                                bits(evaluate(softmax, &mixed, row)),
                                bits(evaluate(softmax, &mixed_in_order, row)),
                                "{format} and bfloat16 up, {rounding} {softmax:?} {row:?}"
                            );
                        }
                    }
                }
            }
        }
    }
}
