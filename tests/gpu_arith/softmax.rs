//! Softmax and its kin.

use super::support::{assert_same, gpu};
use super::{SIZES, rounder, tame};
use roundoff::arith::slices::Matrix;
use roundoff::arith::{Exact, PerSite};
use roundoff::gpu::Gpu;
use roundoff::kernels::order::Order;
use roundoff::kernels::softmax::{Function, SITES, Scaling, Softmax, Variant};
use roundoff::random::word;
use roundoff::{Format, Rounding, Saturation};

/// The CPU's results, row r with the random words from index 2^32 r on.
fn here(softmax: &Softmax, sites: &PerSite<Exact>, rows: usize, values: &[f32]) -> Vec<f32> {
    let columns = values.len().checked_div(rows).unwrap_or(0);
    let each = softmax.function.values(columns);
    let mut all = Vec::new();
    for r in 0..rows {
        for arith in sites.ariths() {
            arith.set_operations((r as u64) << 32);
        }
        let row: Vec<f64> = values[r * columns..(r + 1) * columns]
            .iter()
            .map(|x| f64::from(*x))
            .collect();
        let mut result = vec![0.0; each];
        softmax.evaluate(sites, &row, &mut result).expect("room");
        all.extend(result.iter().map(|y| *y as f32));
    }
    all
}

fn rows(gpu: &Gpu, softmax: &Softmax, sites: &PerSite<Exact>, rows: usize, values: &[f32]) {
    let columns = values.len().checked_div(rows).unwrap_or(0);
    let mut there = vec![7f32; rows * softmax.function.values(columns)];
    let matrix = Matrix::new(values, rows, columns).expect("a shape");
    gpu.softmax(softmax, sites, matrix, &mut there)
        .expect("GPU");
    let here = here(softmax, sites, rows, values);
    assert_same(&there, &here, &[], || {
        let modes = sites
            .ariths()
            .iter()
            .map(|arith| arith.exactly().rounding());
        format!(
            "{rows} rows of {columns}: {softmax:?}, {:?}",
            modes.collect::<Vec<_>>()
        )
    });
}

fn everything() -> Vec<Softmax> {
    let mut all = Vec::new();
    for &variant in Variant::ALL {
        for &function in Function::ALL {
            for order in [
                Order::Sequential,
                Order::Pairwise,
                Order::Blocked { k: 1 },
                Order::Blocked { k: 5 },
            ] {
                for &scaling in Scaling::ALL {
                    // Only softmax divides.
                    if function == Function::Softmax || scaling == Scaling::Divide {
                        all.push(
                            Softmax::new(variant)
                                .with_function(function)
                                .with_order(order)
                                .with_scaling(scaling),
                        );
                    }
                }
            }
        }
    }
    all
}

/// One rounding everywhere, and formats that differ from site to site.
fn sites(mode: Rounding) -> Vec<PerSite<Exact>> {
    let of = |format| rounder(format, mode);
    let mixed = || PerSite::rounders(SITES);
    let half = mixed().with_rounders(&of(Format::BINARY16)).build();
    let brain = mixed()
        .with_rounder("pair-exponent", &of(Format::BINARY32))
        .and_then(|sites| sites.with_rounder("output", &of(Format::OCP_E4M3)))
        .and_then(|sites| sites.with_rounders(&of(Format::BFLOAT16)).build());
    vec![half.expect("all sites"), brain.expect("all sites")]
}

/// Sites so wide that functions are computed, of one kind and of several.
fn wide_sites(mode: Rounding) -> Vec<PerSite<Exact>> {
    let of = |format| rounder(format, mode);
    let single = PerSite::rounders(SITES).with_rounders(&of(Format::BINARY32));
    let mixed = PerSite::rounders(SITES)
        .with_rounder("exponential", &of(Format::BFLOAT16))
        .and_then(|sites| sites.with_rounder("accumulation", &of(Format::FP24)))
        .and_then(|sites| sites.with_rounders(&of(Format::TF32)).build());
    vec![
        single.build().expect("all sites"),
        mixed.expect("all sites"),
    ]
}

/// Scores, with masked ones, rows of nothing else, NaN and infinity.
fn scores(seed: u64, rows: usize, columns: usize) -> Vec<f32> {
    let mut all = tame(seed, rows * columns, Format::BINARY16, 30.0);
    for (r, row) in all.chunks_mut(columns.max(1)).enumerate() {
        match r % 7 {
            1 => row[0] = f32::NEG_INFINITY,
            2 => row
                .iter_mut()
                .step_by(2)
                .for_each(|x| *x = f32::NEG_INFINITY),
            3 => row.fill(f32::NEG_INFINITY),
            4 if r == 4 => row[columns / 2] = f32::NAN,
            5 if r == 5 => row[columns / 2] = f32::INFINITY,
            6 => row.iter_mut().for_each(|x| *x *= 64.0),
            _ => {}
        }
    }
    all
}

#[test]
fn every_variant_and_function() {
    let Some(gpu) = gpu() else { return };
    for mode in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
        let sites = sites(mode);
        for (n, softmax) in everything().iter().enumerate() {
            // One or the other: each with each is minutes.
            let one = word(9, 0, n as u64) as usize % 2;
            rows(gpu, softmax, &sites[one], 21, &scores(1, 21, 19));
        }
    }
}

#[test]
fn every_variant_and_function_of_wide_formats() {
    let Some(gpu) = gpu() else { return };
    for (m, mode) in [Rounding::TowardNegative, Rounding::STOCHASTIC]
        .into_iter()
        .enumerate()
    {
        let sites = wide_sites(mode);
        for (n, softmax) in everything().iter().enumerate() {
            rows(gpu, softmax, &sites[(n + m) % 2], 21, &scores(7, 21, 19));
        }
        // Rows that take several dispatches.
        for (n, &variant) in Variant::ALL.iter().enumerate() {
            let function = [Function::Softmax, Function::LogSumExp][(n + m) % 2];
            let softmax = Softmax::new(variant).with_function(function);
            rows(gpu, &softmax, &sites[0], 1, &scores(8, 1, 5000));
        }
    }
}

#[test]
fn rows_of_all_sizes() {
    let Some(gpu) = gpu() else { return };
    for mode in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
        let sites = &sites(mode)[0];
        for columns in SIZES {
            let count = if columns > 1000 { 1 } else { 3 };
            for &variant in Variant::ALL {
                let softmax = Softmax::new(variant);
                rows(gpu, &softmax, sites, count, &scores(2, count, columns));
            }
        }
    }
}

/// Rows that take several dispatches.
#[test]
fn long_rows() {
    let Some(gpu) = gpu() else { return };
    for mode in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
        let sites = &sites(mode)[1];
        for &variant in Variant::ALL {
            for (function, order) in [
                (Function::Softmax, Order::Pairwise),
                (Function::LogSoftmax, Order::Blocked { k: 3000 }),
                (Function::LogSumExp, Order::Pairwise),
            ] {
                let softmax = Softmax::new(variant)
                    .with_function(function)
                    .with_order(order);
                rows(gpu, &softmax, sites, 2, &scores(5, 2, 9000));
            }
        }
    }
}

#[test]
fn as_many_rows_as_it_takes() {
    let Some(gpu) = gpu() else { return };
    let sites = &sites(Rounding::STOCHASTIC)[0];
    for count in SIZES {
        let softmax = Softmax::new(Variant::Online).with_order(Order::Pairwise);
        rows(gpu, &softmax, sites, count, &scores(3, count, 2));
    }
    // A grid of other shape, rows in parts.
    let gpu = gpu.clone().with_row(3).with_chunk(2000);
    let softmax = Softmax::new(Variant::TwoPass);
    rows(&gpu, &softmax, sites, 1000, &scores(4, 1000, 4));
}

/// f64s that no f32 holds are rounded first, with the random words of their place.
#[test]
fn scores_of_more_digits_than_an_f32() {
    let Some(gpu) = gpu() else { return };
    let values: Vec<f64> = (0..60).map(|n| f64::from(n) * 0.1 - 3.0).collect();
    let matrix = Matrix::new(&values, 4, 15).expect("a shape");
    for mode in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
        for sites in sites(mode).iter().chain(&wide_sites(mode)) {
            let softmax = Softmax::new(Variant::Online);
            let mut there = vec![7f32; 60];
            gpu.softmax(&softmax, sites, matrix, &mut there)
                .expect("GPU");
            let mut here = vec![0.0; 60];
            for (r, (x, y)) in values.chunks(15).zip(here.chunks_mut(15)).enumerate() {
                for arith in sites.ariths() {
                    arith.set_operations((r as u64) << 32);
                }
                softmax.evaluate(sites, x, y).expect("room");
            }
            let here: Vec<f32> = here.iter().map(|y| *y as f32).collect();
            assert_same(&there, &here, &[], || format!("{mode}"));
        }
    }
}

#[test]
fn log_sum_exp_of_nothing() {
    let Some(gpu) = gpu() else { return };
    for saturation in [Saturation::None, Saturation::Finite] {
        let half = rounder(Format::BINARY16, Rounding::STOCHASTIC).with_saturation(saturation);
        let sites = PerSite::rounders(SITES).with_rounders(&half).build();
        let softmax = Softmax::default().with_function(Function::LogSumExp);
        let mut there = [0f32; 3];
        let nothing = Matrix::<f32>::new(&[], 3, 0).expect("a shape");
        gpu.softmax(&softmax, &sites.expect("sites"), nothing, &mut there)
            .expect("GPU");
        let least = match saturation {
            Saturation::None => f32::NEG_INFINITY,
            _ => -65504.0,
        };
        assert_eq!(there, [least; 3]);
    }
}

/// Two shapes of the grid and two chunks, every variant: the same stochastic result.
#[test]
fn grids_and_chunks_change_no_bit() {
    let Some(gpu) = gpu() else { return };
    let sites = &sites(Rounding::STOCHASTIC)[1];
    for &variant in Variant::ALL {
        let softmax = Softmax::new(variant).with_order(Order::Blocked { k: 3 });
        for (row, chunk) in [(1, 512), (2, 1 << 14)] {
            let gpu = gpu.clone().with_row(row).with_chunk(chunk);
            rows(&gpu, &softmax, sites, 300, &scores(6, 300, 7));
        }
    }
}
