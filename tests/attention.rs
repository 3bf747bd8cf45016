//! Attention over an arithmetic: against 128 digits, by hand, and where narrow formats fail.

use std::num::NonZeroUsize;

use rand_distr::{Distribution, StandardNormal};
use roundoff::arith::{Exact, Native, PerSite, Sites};
use roundoff::kernels::attention::{Algorithm, Attention, SITES, Shape};
use roundoff::kernels::softmax::{Scaling, Variant};
use roundoff::random::Words;
use roundoff::{Format, Rounder};

const SHAPE: Shape = Shape {
    queries: 5,
    keys: 37,
    width: 8,
    value_width: 3,
};

struct Inputs {
    q: Vec<f64>,
    k: Vec<f64>,
    v: Vec<f64>,
}

fn inputs(shape: Shape, scale: f64) -> Inputs {
    let mut words = Words::new(11, 0);
    let mut draw = |count: usize, scale: f64| -> Vec<f64> {
        let normal = |words: &mut Words| -> f64 { StandardNormal.sample(words) };
        (0..count).map(|_| scale * normal(&mut words)).collect()
    };
    Inputs {
        q: draw(shape.queries * shape.width, scale),
        k: draw(shape.keys * shape.width, scale),
        v: draw(shape.keys * shape.value_width, 1.0),
    }
}

fn evaluate(attention: Attention, sites: &impl Sites, shape: Shape, i: &Inputs) -> Vec<f64> {
    let mut o = vec![f64::MAX; shape.queries * shape.value_width];
    attention
        .evaluate(sites, shape, &i.q, &i.k, &i.v, &mut o)
        .unwrap();
    o
}

/// The definition, in plain f64: good to some 1e-13 here.
fn by_definition(causal: bool, shape: Shape, i: &Inputs) -> Vec<f64> {
    let mut result = Vec::new();
    for (number, q) in i.q.chunks(shape.width).enumerate() {
        let seen = if causal { number + 1 } else { shape.keys };
        let weights: Vec<f64> =
            i.k.chunks(shape.width)
                .take(seen)
                .map(|k| {
                    let dot: f64 = q.iter().zip(k).map(|(q, k)| q * k).sum();
                    (dot / (shape.width as f64).sqrt()).exp()
                })
                .collect();
        let sum: f64 = weights.iter().sum();
        for column in 0..shape.value_width {
            let values = i.v.iter().skip(column).step_by(shape.value_width);
            let o: f64 = weights.iter().zip(values).map(|(p, v)| p * v).sum();
            result.push(o / sum);
        }
    }
    result
}

fn algorithms() -> Vec<Algorithm> {
    let flash = [1, 4, 16, 1000].map(|block| Algorithm::Flash(NonZeroUsize::new(block).unwrap()));
    let standard = Variant::ALL
        .iter()
        .map(|variant| Algorithm::Standard(*variant));
    standard.chain(flash).collect()
}

fn largest_difference(a: &[f64], b: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max)
}

#[test]
fn reference_and_binary64_are_near_the_definition() {
    let i = inputs(SHAPE, 1.0);
    for causal in [false, true] {
        let exact = by_definition(causal, SHAPE, &i);
        let attention = Attention::default().with_causal(causal);
        let mut reference = vec![0.0; exact.len()];
        attention
            .reference(SHAPE, &i.q, &i.k, &i.v, &mut reference)
            .unwrap();
        assert!(largest_difference(&reference, &exact) < 1e-13);
        for algorithm in algorithms() {
            for order in ["sequential", "pairwise", "blocked:3"] {
                for scaling in Scaling::ALL {
                    let attention = Attention {
                        algorithm,
                        causal,
                        order: order.parse().unwrap(),
                        scaling: *scaling,
                    };
                    let o = evaluate(attention, &Native, SHAPE, &i);
                    let off = largest_difference(&o, &reference);
                    assert!(off < 1e-13, "{attention:?}: {off}");
                }
            }
        }
    }
}

#[test]
fn binary64_has_the_bits_of_native_f64() {
    let i = inputs(SHAPE, 1.0);
    let binary64 = Exact::new(&Rounder::new(Format::BINARY64));
    for algorithm in algorithms() {
        let attention = Attention::default().with_algorithm(algorithm);
        let emulated = evaluate(attention, &binary64, SHAPE, &i);
        assert_eq!(
            emulated,
            evaluate(attention, &Native, SHAPE, &i),
            "{algorithm:?}"
        );
    }
}

#[test]
fn flash_in_one_block_is_standard_but_for_when_it_divides() {
    // Equal keys: weights 1, so that both compute the mean of the values; 4 and its parts are exact.
    let shape = Shape {
        queries: 1,
        keys: 4,
        width: 1,
        value_width: 2,
    };
    let i = Inputs {
        q: vec![3.0],
        k: vec![1.0; 4],
        v: vec![1.0, 10.0, 2.0, 20.0, 3.0, 30.0, 6.0, 60.0],
    };
    let half = Exact::new(&Rounder::new(Format::BINARY16));
    for algorithm in algorithms() {
        let o = evaluate(
            Attention::default().with_algorithm(algorithm),
            &half,
            shape,
            &i,
        );
        // The naive one has e^3 for a weight, whose reciprocal is rounded; pairs have such too.
        assert!(
            largest_difference(&o, &[3.0, 30.0]) <= 0.06,
            "{algorithm:?}: {o:?}"
        );
        if !matches!(
            algorithm,
            Algorithm::Standard(Variant::Naive | Variant::TwoPass)
        ) {
            assert_eq!(o, [3.0, 30.0], "{algorithm:?}");
        }
    }
}

#[test]
fn naive_attention_overflows_in_binary16_and_the_others_do_not() {
    // Scores of 16: e^16 is past 65504.
    let shape = Shape {
        queries: 1,
        keys: 2,
        width: 1,
        value_width: 1,
    };
    let i = Inputs {
        q: vec![4.0],
        k: vec![4.0, 0.0],
        v: vec![1.0, 0.0],
    };
    let half = Exact::new(&Rounder::new(Format::BINARY16));
    for algorithm in algorithms() {
        let o = evaluate(
            Attention::default().with_algorithm(algorithm),
            &half,
            shape,
            &i,
        )[0];
        match algorithm {
            Algorithm::Standard(Variant::Naive) => assert!(o.is_nan(), "{o}"),
            _ => assert!((o - 1.0).abs() < 2e-3, "{algorithm:?}: {o}"),
        }
    }
}

#[test]
fn a_narrow_accumulator_stalls_and_blocks_help() {
    // 1000 equal keys, values of 1: the mean is 1. In bfloat16 sums stop at 256.
    let shape = Shape {
        queries: 1,
        keys: 1000,
        width: 1,
        value_width: 1,
    };
    let i = Inputs {
        q: vec![0.0],
        k: vec![0.0; 1000],
        v: vec![1.0; 1000],
    };
    let with = |name: &str| {
        PerSite::rounders(SITES)
            .with_rounder(name, &Rounder::new(Format::BFLOAT16))
            .unwrap()
            .with_rounders(&Rounder::new(Format::BINARY64))
            .build()
            .unwrap()
    };
    let flash = |block: usize| {
        let block = NonZeroUsize::new(block).unwrap();
        Attention::default().with_algorithm(Algorithm::Flash(block))
    };
    // The sum stalls: too great a mean; the weighted sum stalls: too small a one.
    assert_eq!(
        evaluate(flash(1000), &with("accumulation"), shape, &i),
        [1000.0 / 256.0]
    );
    let small = evaluate(flash(1000), &with("value-accumulation"), shape, &i);
    assert!((small[0] - 0.256).abs() < 1e-12, "{small:?}");
    // Blocks of 100 add as hundreds, which bfloat16 can: 1000 within three of its steps of 4.
    let better = evaluate(flash(100), &with("value-accumulation"), shape, &i)[0];
    assert!((better - 1.0).abs() <= 0.012, "{better}");
}

#[test]
fn shapes_are_checked_and_may_be_empty() {
    let mut o = [7.0; 2];
    let shape = Shape {
        queries: 1,
        keys: 1,
        width: 2,
        value_width: 2,
    };
    let error = Attention::default()
        .evaluate(&Native, shape, &[1.0, 2.0], &[1.0], &[1.0, 2.0], &mut o)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "k has 1 numbers; its shape, 1 x 2, wants 1 times 2"
    );
    assert_eq!(o, [7.0; 2]);
    let huge = Shape {
        queries: usize::MAX,
        keys: 2,
        width: 2,
        value_width: 2,
    };
    assert!(
        Attention::default()
            .evaluate(&Native, huge, &[], &[], &[], &mut [])
            .is_err()
    );
    // No keys: nothing to weigh.
    let none = Shape {
        queries: 1,
        keys: 0,
        width: 2,
        value_width: 2,
    };
    Attention::default()
        .evaluate(&Native, none, &[1.0, 2.0], &[], &[], &mut o)
        .unwrap();
    assert!(o.iter().all(|o| o.is_nan()));
}
