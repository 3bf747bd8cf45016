//! Every quantity at reference points of arbitrary precision: no error above the bound, the median
//! of each region below its own.

use std::collections::BTreeMap;
use std::path::Path;

use roundoff::Threads;
use roundoff::kernels::bessel::Quantity::{self, *};
use roundoff::kernels::bessel::log_iv_kv_arrays;

use crate::decimal::{Reference, error, parse, parse_hex};

struct Point {
    v: f64,
    x: f64,
    region: String,
    references: Vec<(Quantity, Reference)>,
}

/// The rows of a file whose columns have names.
fn read(path: &Path) -> Option<Vec<Point>> {
    let text = std::fs::read_to_string(path).ok()?;
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next()?.split(',').collect();
    let points = lines.map(|line| {
        let row: BTreeMap<&str, &str> = names.iter().copied().zip(line.split(',')).collect();
        let references = Quantity::ALL
            .into_iter()
            .filter_map(|quantity| {
                let column = quantity.name().replace('-', "_");
                row.get(column.as_str()).map(|text| (quantity, parse(text)))
            })
            .collect();
        Point {
            v: parse_hex(row["v_hex"]),
            x: parse_hex(row["x_hex"]),
            region: row["region"].to_owned(),
            references,
        }
    });
    Some(points.collect())
}

/// Largest and median error, in units of 2^-53: the logarithms' over max(1, |log|) are promised; the
/// ratios' and slopes' are relative.
fn bounds(quantity: Quantity) -> (f64, f64) {
    match quantity {
        LogI | LogK | LogIScaled | LogKScaled => (4.0, 1.0),
        RatioI | RatioK | SlopeI | SlopeK => (8.0, 1.5),
    }
}

fn floor(quantity: Quantity) -> f64 {
    match quantity {
        LogI | LogK | LogIScaled | LogKScaled => 1.0,
        RatioI | RatioK | SlopeI | SlopeK => f64::MIN_POSITIVE,
    }
}

fn check(points: &[Point]) {
    let mut errors: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    for point in points {
        for (quantity, reference) in &point.references {
            let value = quantity.at(point.v, point.x);
            let error = error(value, *reference, floor(*quantity));
            let (most, _) = bounds(*quantity);
            assert!(
                error <= most,
                "{quantity} at ({:e}, {:e}) in {}: {value:e}, not {:e}, error {error}",
                point.v,
                point.x,
                point.region,
                reference.high
            );
            errors
                .entry((&point.region, quantity.name()))
                .or_default()
                .push(error);
        }
    }
    for ((region, name), mut errors) in errors {
        errors.sort_by(f64::total_cmp);
        let median = errors[errors.len() / 2];
        let (_, bound) = bounds(name.parse().expect("a name"));
        assert!(median <= bound, "{name} in {region}: median {median}");
        let most = errors[errors.len() - 1];
        println!(
            "{region:<16} {name:<14} {:>4} points, median {median:.2}, most {most:.2}",
            errors.len()
        );
    }
}

#[test]
fn thin_regions() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bessel/points.csv");
    let points = read(&path).expect("tests/data/bessel/points.csv is part of the repository");
    assert_eq!(points.len(), 1300);
    check(&points);
}

#[test]
fn public_points() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/bessel/public.csv");
    let Some(points) = read(&path) else {
        println!("SKIPPED: {} is not here", path.display());
        return;
    };
    assert!(points.len() > 2900);
    check(&points);
}

/// Arrays of any length, cut and threaded in any way, give the scalar's bits.
#[test]
fn arrays_are_scalars() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bessel/points.csv");
    let points = read(&path).expect("tests/data/bessel/points.csv is part of the repository");
    let special = [
        0.0,
        -0.0,
        -1.0,
        -2.5,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
    ];
    let mut all: Vec<(f64, f64)> = points.iter().map(|point| (point.v, point.x)).collect();
    all.extend(
        special
            .iter()
            .flat_map(|v| special.iter().map(|x| (*v, *x))),
    );
    // Regions mixed, and long enough for threads.
    let count = 20_000;
    let (v, x): (Vec<f64>, Vec<f64>) = (0..count).map(|i| all[i * 7 % all.len()]).unzip();
    let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    for quantity in Quantity::ALL {
        let expected: Vec<f64> = v.iter().zip(&x).map(|(v, x)| quantity.at(*v, *x)).collect();
        for threads in [Threads::Auto, Threads::One] {
            for range in [0..count, 1..2, 3..11, 5..40, 100..700, 0..0] {
                let mut values = vec![0.0; range.len()];
                quantity
                    .evaluate(threads, &v[range.clone()], &x[range.clone()], &mut values)
                    .expect("one length");
                for (i, value) in range.zip(values) {
                    assert!(
                        same(value, expected[i]),
                        "{quantity} ({:e}, {:e})",
                        v[i],
                        x[i]
                    );
                }
            }
        }
        let (v, x): (Vec<f32>, Vec<f32>) = v
            .iter()
            .zip(&x)
            .map(|(v, x)| (*v as f32, *x as f32))
            .unzip();
        let mut values = vec![0.0; count];
        quantity
            .evaluate_f32(Threads::Auto, &v, &x, &mut values)
            .expect("one length");
        for i in 0..count {
            let expected = quantity.at_f32(v[i], x[i]);
            assert!(
                same(values[i].into(), expected.into()),
                "{quantity} ({}, {})",
                v[i],
                x[i]
            );
        }
    }
    let (mut i, mut k) = (vec![0.0; count], vec![0.0; count]);
    log_iv_kv_arrays(Threads::Auto, &v, &x, &mut i, &mut k).expect("one length");
    for at in 0..count {
        assert!(same(i[at], LogI.at(v[at], x[at])) && same(k[at], LogK.at(v[at], x[at])));
        let pair = roundoff::kernels::bessel::log_iv_kv(v[at], x[at]);
        assert!(same(i[at], pair.0) && same(k[at], pair.1));
    }
}

#[test]
fn slices_of_different_lengths_are_refused() {
    let mut room = [7.0; 3];
    let error = LogI
        .evaluate(Threads::One, &[1.0; 3], &[1.0; 2], &mut room)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "3 orders, 2 arguments and room for 3 values: make the slices as long as each other"
    );
    assert_eq!(room, [7.0; 3]);
    assert!(
        log_iv_kv_arrays(Threads::One, &[1.0; 3], &[1.0; 3], &mut room, &mut [0.0; 2]).is_err()
    );
    assert_eq!(room, [7.0; 3]);
}

#[test]
fn names() {
    for quantity in Quantity::ALL {
        assert_eq!(quantity.to_string().parse(), Ok(quantity));
    }
    let error = "log-jv".parse::<Quantity>().unwrap_err().to_string();
    assert!(
        error.contains("log-jv") && error.contains("slope-kv"),
        "{error}"
    );
}
