//! Results that the literature prints.

use roundoff::arith::Event;
use roundoff::experiments::catalogue;
use roundoff::experiments::{Accumulator, Arithmetic, Plan, arithmetic, sweep};
use roundoff::kernels::order::Order;
use roundoff::measure::vector::Figures;
use roundoff::{Format, Rounder, Rounding};

/// 1 + 1/2 + ... + 1/n, every operation in the format.
fn harmonic(format: Format, n: u32) -> f64 {
    let sum = catalogue::find("harmonic").unwrap();
    let inputs = sum.generate(n as usize, 1.0, 0).unwrap();
    let sites = arithmetic::rounders(sum.sites(), |_| Rounder::new(format)).unwrap();
    sum.run(Arithmetic::Exact(&sites), Order::Sequential, &inputs)
        .unwrap()[0]
}

/// N. J. Higham and S. Pranesh, *Simulating low precision floating-point arithmetic*, SIAM J. Sci.
/// Comput. 41(5), 2019: the harmonic series stops growing at this term, with this sum.
#[test]
fn the_harmonic_series_converges_where_higham_says() {
    for (format, stalls, sum, digits) in [
        (Format::BFLOAT16, 65, 5.0625, 0.0),
        (Format::BINARY16, 513, 7.0859, 5e-5),
        (Format::BINARY32, 2_097_152, 15.404, 5e-4),
    ] {
        let last = harmonic(format, stalls - 1);
        assert!((last - sum).abs() <= digits, "{format}: {last}");
        assert_ne!(harmonic(format, stalls - 2), last, "{format}");
        assert_eq!(harmonic(format, stalls + stalls / 8 + 20), last, "{format}");
    }
}

/// The same in formats of 8 bits, against sums of exact fractions rounded by looking at every value: k,
/// 1 over that, the sum.
#[test]
fn the_harmonic_series_in_small_formats() {
    for format in [
        Format::OCP_E5M2,
        Format::OCP_E4M3,
        Format::Q43,
        Format::E3M4,
    ] {
        let width = format.width().unwrap();
        // Values in units of 2^-24, with their codes; positive ones.
        let unit = 2f64.powi(24);
        let values: Vec<(i128, u64)> = (0..1u64 << (width - 1))
            .filter_map(|code| Some((format.decode(code).ok()?, code)))
            .filter(|(x, _)| x.is_finite())
            .map(|(x, code)| ((x * unit) as i128, code))
            .collect();
        // Nearest to p / q units, a tie to the even code.
        let nearest = |p: i128, q: i128| {
            let far = |value: &(i128, u64)| ((p - value.0 * q).abs(), value.1 % 2);
            values.iter().min_by_key(|value| far(value)).unwrap().0
        };
        let one = 1i128 << 24;
        let mut sum = 0;
        for k in 1..200 {
            let rounded = nearest(k << 24, 1);
            sum = nearest(sum + nearest(one << 24, rounded), 1);
            let found = harmonic(format, k as u32);
            assert_eq!(found, sum as f64 / unit, "{format} after {k} terms");
        }
    }
}

/// The root mean square of the relative error of a sum of n numbers, over seeds of the rounding.
fn spread(format: Format, rounding: Rounding, n: usize) -> f64 {
    let plan = Plan::of(&["sum"])
        .unwrap()
        .formats(&[format])
        .roundings(&[rounding])
        .sizes(&[n])
        .seeds(0..200)
        .input_seed(7);
    let (mut squares, mut count) = (0.0, 0);
    sweep::run(&plan, &sweep::Options::default(), |row| {
        assert_eq!(row.error, "");
        // gamma_n is never exceeded.
        if let Some(bound) = row.bound {
            assert!(row.normwise.unwrap() <= bound);
        }
        squares += row.normwise.unwrap().powi(2);
        count += 1;
        Ok(())
    })
    .unwrap();
    assert_eq!(count, 200);
    (squares / f64::from(count)).sqrt()
}

/// Under stochastic rounding errors grow with sqrt(n), as long as terms are not small beside a unit of
/// the sum (M. P. Connolly, N. J. Higham and T. Mary 2021). The root mean square of 200 runs is within
/// 5% of its expectation, their quotient within 7%: 30% is four deviations.
#[test]
fn stochastic_errors_grow_with_the_square_root() {
    let format = Format::precision_only(20).unwrap();
    let of = |n| spread(format, Rounding::STOCHASTIC, n);
    let growth = of(4096) / of(64);
    assert!((growth / 8.0 - 1.0).abs() < 0.3, "{growth}");
}

/// Rounded to nearest a long sum stalls, rounded stochastically it does not.
#[test]
fn a_stochastic_sum_does_not_stall() {
    let of = |rounding| spread(Format::BFLOAT16, rounding, 4096);
    let (nearest, stochastic) = (of(Rounding::NearestTiesToEven), of(Rounding::STOCHASTIC));
    assert!(nearest > 0.5 && stochastic < 0.1, "{nearest} {stochastic}");
}

/// A wider accumulator, or a better order, is what a long sum needs.
#[test]
fn an_accumulator_of_more_digits_or_pairs_saves_a_sum() {
    let choices = ["same", "binary32", "same/pairwise"];
    let accumulators: Vec<Accumulator> = choices.map(|name| name.parse().unwrap()).to_vec();
    let plan = Plan::of(&["sum", "dot", "gemv"])
        .unwrap()
        .formats(&[Format::BFLOAT16])
        .accumulators(&accumulators)
        .sizes(&[1000]);
    let mut errors = Vec::new();
    sweep::run(&plan, &sweep::Options::default(), |row| {
        assert!(choices.contains(&&*row.accumulator));
        errors.push(row.normwise.unwrap());
        Ok(())
    })
    .unwrap();
    for kernel in errors.chunks(3) {
        let [same, wide, pairwise] = kernel else {
            panic!("three accumulators")
        };
        assert!(
            same > &(3.0 * wide) && same > &(3.0 * pairwise),
            "{kernel:?}"
        );
    }
}

/// Where the textbook's root loses its bits: one operation cancels each time, and the trace says which;
/// of the other formula none does. (p^2 - q is now and then in the binade below p^2.)
#[test]
fn the_textbooks_cancellation_is_found_and_named_by_site() {
    for (name, cancels, most) in [
        ("quadratic-textbook", Some("subtraction"), 6.0),
        ("quadratic-stable", None, 13.0),
    ] {
        let kernel = catalogue::find(name).unwrap();
        let inputs = kernel.generate(50, 100.0, 1).unwrap();
        let truth = kernel.reference(&inputs).unwrap();
        let half = |_| Rounder::new(Format::BINARY16);
        let traced = arithmetic::traced(kernel.sites(), half).unwrap();
        let any = arithmetic::any(kernel.sites(), &traced).unwrap();
        let result = kernel
            .run(Arithmetic::Any(&any), Order::Sequential, &inputs)
            .unwrap();
        let bits = Figures::of(&truth, &result, None).significant_bits;
        assert!(
            bits < most && (cancels.is_some() || bits > 9.0),
            "{name}: {bits}"
        );
        let traces = arithmetic::traces(kernel.sites(), &traced);
        for (site, trace) in traces {
            let cancelled = trace.count(Event::Cancellation);
            match Some(site) == cancels {
                true => assert_eq!(cancelled, 50, "{name}: {site}"),
                false => assert!(cancelled < 5, "{name}: {site} {cancelled}"),
            }
        }
    }
}

/// Rounded, the recurrence goes to 100; exactly, to 5. In 128 digits too, after some 30 steps: the
/// reference is the closed form, here against fractions of whole numbers.
#[test]
fn mullers_recurrence_goes_to_a_hundred() {
    let muller = catalogue::find("muller").unwrap();
    for n in [0usize, 1, 2, 7, 20, 24] {
        let inputs = muller.generate(n, 1.0, 0).unwrap();
        let truth = muller.reference(&inputs).unwrap();
        let powers = |k: u32| (3u64.pow(k) + 5u64.pow(k)) as f64;
        let exact = powers(n as u32 + 1) / powers(n as u32);
        assert!((truth.high()[0] / exact - 1.0).abs() < 1e-15, "{n}");
    }
    let inputs = muller.generate(60, 1.0, 0).unwrap();
    for format in [Format::BFLOAT16, Format::BINARY32, Format::BINARY64] {
        let sites = arithmetic::rounders(muller.sites(), |_| Rounder::new(format)).unwrap();
        let result = muller.run(Arithmetic::Exact(&sites), Order::Sequential, &inputs);
        let far = (result.unwrap()[0] - 100.0).abs();
        assert!(
            far <= 2.0 * format.unit_roundoff() * 100.0,
            "{format}: {far}"
        );
    }
}
