//! Every kernel of the catalogue runs in every kind of arithmetic, and stays within its bound.

use std::collections::BTreeMap;

use roundoff::arith::{Native, PerSite, Traced};
use roundoff::experiments::catalogue::{self, Array, Inputs, Subject};
use roundoff::experiments::{Any, Arithmetic, Plan, SubjectError, arithmetic};
use roundoff::kernels::order::Order;
use roundoff::measure::vector::{Figures, Truth};
use roundoff::{Format, Rounder, Rounding};

/// Small inputs of a kernel.
fn inputs(subject: &dyn Subject, seed: u64) -> Inputs {
    let card = subject.card();
    let size = match card.name {
        "fft" => 64,
        "stencil" | "jacobi" => 4,
        // Muller's recurrence multiplies its errors by some 20 a step.
        // The bound of elimination doubles with every row.
        "lu" | "lu-hilbert" | "muller" => 4,
        "log-iv" | "log-kv" => 20,
        name if name.contains("softmax") || name.contains("log-sum") => 100,
        _ => 16.min(card.size.default),
    };
    let condition = card.condition.map_or(1.0, |condition| condition.default);
    subject.generate(size, condition, seed).unwrap()
}

fn in_format(subject: &dyn Subject, format: Format, inputs: &Inputs) -> Vec<f64> {
    let sites = arithmetic::rounders(subject.sites(), |_| Rounder::new(format)).unwrap();
    subject
        .run(Arithmetic::Exact(&sites), Order::Sequential, inputs)
        .unwrap()
}

#[test]
fn in_binary64_every_kernel_is_near_its_reference() {
    for subject in catalogue::all() {
        let inputs = inputs(subject, 3);
        let truth = subject.reference(&inputs).unwrap();
        let result = in_format(subject, Format::BINARY64, &inputs);
        let figures = Figures::of(&truth, &result, Some(&Format::BINARY64));
        assert_eq!(figures.count as usize, truth.len(), "{}", subject.name());
        assert_eq!(figures.not_finite, 0, "{}", subject.name());
        // Paper's rule at its borders, a Hilbert system: the hardest of them.
        let least = match subject.name() {
            "log-iv" | "log-kv" => 30.0,
            "lu-hilbert" | "muller" => 35.0,
            _ => 42.0,
        };
        let bits = figures.significant_bits;
        assert!(bits >= least, "{}: {bits} bits", subject.name());
        // Fewer digits, fewer bits; and something left of it.
        let narrow = in_format(subject, Format::BINARY32, &inputs);
        let narrow = Figures::of(&truth, &narrow, Some(&Format::BINARY32));
        let few = narrow.significant_bits;
        assert!(few < bits && few > 5.0, "{}: {few}, {bits}", subject.name());
    }
}

#[test]
fn any_arithmetic_has_the_bits_of_the_same_one_inside() {
    for subject in catalogue::all() {
        let inputs = inputs(subject, 4);
        let name = subject.name();
        // The machine's own f64 beside the emulated one.
        let native = PerSite::new(subject.sites())
            .with_default(|_| Any(&Native))
            .build()
            .unwrap();
        let order = Order::Pairwise;
        let run = |arithmetic| subject.run(arithmetic, order, &inputs).unwrap();
        let emulated =
            arithmetic::rounders(subject.sites(), |_| Rounder::new(Format::BINARY64)).unwrap();
        let (native, emulated) = (
            run(Arithmetic::Any(&native)),
            run(Arithmetic::Exact(&emulated)),
        );
        let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&native), bits(&emulated), "{name}");
        // Traced, with random rounding at each site: the same numbers, and every operation seen.
        let stochastic = |_| Rounder::new(Format::BFLOAT16).with_rounding(Rounding::STOCHASTIC);
        let plain = arithmetic::rounders(subject.sites(), stochastic).unwrap();
        let traced: PerSite<Traced<_>> = arithmetic::traced(subject.sites(), stochastic).unwrap();
        let any = arithmetic::any(subject.sites(), &traced).unwrap();
        let plain = subject.run(Arithmetic::Exact(&plain), order, &inputs);
        let seen = subject.run(Arithmetic::Any(&any), order, &inputs);
        match (plain, seen) {
            (Ok(plain), Ok(seen)) => assert_eq!(bits(&plain), bits(&seen), "{name}"),
            (plain, seen) => assert_eq!(plain, seen, "{name}"),
        }
        let traces = arithmetic::traces(subject.sites(), &traced);
        assert_eq!(traces.len(), subject.sites().len());
        assert!(
            traces.iter().any(|(_, trace)| trace.operations() > 0),
            "{name}"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_inputs() {
    for subject in catalogue::all() {
        assert_eq!(inputs(subject, 5), inputs(subject, 5), "{}", subject.name());
        // Three have nothing to choose.
        if !["lu-hilbert", "harmonic", "muller"].contains(&subject.name()) {
            assert_ne!(inputs(subject, 5), inputs(subject, 6), "{}", subject.name());
        }
        let slots = subject.card().slots.iter().map(|slot| slot.name);
        let made = inputs(subject, 5);
        assert!(made.arrays().iter().map(Array::name).eq(slots));
    }
}

#[test]
fn names_are_found_once() {
    let all = catalogue::all();
    for (i, subject) in all.iter().enumerate() {
        assert_eq!(
            catalogue::find(subject.name()).unwrap().name(),
            subject.name()
        );
        assert!(all[..i].iter().all(|other| other.name() != subject.name()));
        assert!(!subject.card().about.is_empty() && !subject.sites().is_empty());
        let inside = |site| subject.sites().contains(site);
        assert!(subject.card().accumulation.iter().all(inside));
    }
    assert_eq!(
        catalogue::find("SOFTMAX").unwrap().name(),
        "softmax-three-pass-recompute"
    );
    assert_eq!(catalogue::find("layer_norm").unwrap().name(), "layer-norm");
}

#[test]
fn bad_inputs_are_refused_in_words() {
    for subject in catalogue::all() {
        let card = subject.card();
        let condition = card.condition.map_or(1.0, |condition| condition.default);
        let huge = subject.generate(usize::MAX, condition, 1);
        assert!(
            matches!(huge, Err(SubjectError::Size { .. })),
            "{}",
            card.name
        );
        if let Some(range) = card.condition {
            for wrong in [f64::NAN, -1.0, range.greatest * 2.0] {
                let refused = subject.generate(card.size.least.max(1), wrong, 1);
                let is_refused = matches!(refused, Err(SubjectError::Condition { .. }));
                assert!(is_refused, "{} {wrong}", card.name);
            }
        }
        let missing = subject.reference(&Inputs::default());
        assert!(
            matches!(missing, Err(SubjectError::Array { .. })),
            "{}",
            card.name
        );
        // Empty arrays, NaN and infinities everywhere, shapes that fit nothing: a result or a
        // sentence, never a panic.
        let of = |values: &[f64]| {
            let slots = card.slots.iter();
            Inputs::new(
                slots
                    .map(|slot| Array::row(slot.name, values.to_vec()))
                    .collect(),
            )
        };
        let odd = [
            vec![],
            vec![f64::NAN; 4],
            vec![f64::INFINITY, f64::NEG_INFINITY],
            vec![1e300, -1e300, 5e-324],
            vec![0.0],
        ];
        for values in odd {
            let inputs = of(&values);
            let sites =
                arithmetic::rounders(subject.sites(), |_| Rounder::new(Format::BINARY16)).unwrap();
            let result = subject.run(Arithmetic::Exact(&sites), Order::Pairwise, &inputs);
            let truth = subject.reference(&inputs);
            if let (Ok(result), Ok(truth)) = (&result, &truth) {
                Figures::of(truth, result, Some(&Format::BINARY16));
                if let Some(theorem) = subject.theorem(&inputs, truth) {
                    theorem.bound(2f64.powi(-11), Order::Sequential);
                }
                subject.backward(&inputs, result);
            }
            for error in [result.err(), truth.err()].into_iter().flatten() {
                assert!(error.to_string().len() > 10, "{error}");
            }
        }
    }
    let error = catalogue::find("sotfmax").unwrap_err().to_string();
    assert!(error.contains("did you mean softmax?"), "{error}");
    assert!(Plan::of(&["sum", "nothing-like-it"]).is_err());
}

/// The figure that a bound is of, and its bound, of a kernel in a format, if there is one.
fn bounded(
    subject: &dyn Subject,
    (inputs, truth): (&Inputs, &Truth),
    order: Order,
    rounder: &Rounder,
) -> Option<(f64, f64)> {
    let units = match rounder.rounding() {
        Rounding::NearestTiesToEven => 1.0,
        _ => 2.0,
    };
    let u = units * rounder.format().unit_roundoff();
    let bound = subject.theorem(inputs, truth)?.bound(u, order)?;
    let sites = arithmetic::rounders(subject.sites(), |_| *rounder).unwrap();
    let result = subject.run(Arithmetic::Exact(&sites), order, inputs);
    // No pivot, no root: a result that no theorem is about.
    let result = result.ok()?;
    let error = match bound.figure {
        "normwise" => Figures::of(truth, &result, None).normwise,
        "backward" => subject.backward(inputs, &result).unwrap().normwise,
        other => panic!("{other}"),
    };
    assert!(bound.probable >= 0.0, "{}", subject.name());
    Some((error, bound.worst))
}

/// The bound of each kernel that has one, tried in formats of few digits, where it is soon reached.
#[test]
fn no_error_exceeds_its_bound() {
    let mut tried: BTreeMap<&str, u32> = BTreeMap::new();
    for subject in catalogue::all() {
        for seed in 0..2 {
            let inputs = inputs(subject, seed);
            let truth = subject.reference(&inputs).unwrap();
            for precision in [8, 11, 17, 24] {
                // Exponents enough that nothing over- or underflows: what the theorems leave out.
                let format = Format::precision_only(precision).unwrap();
                for order in [Order::Sequential, Order::Pairwise, Order::Blocked { k: 4 }] {
                    for rounding in [
                        Rounding::NearestTiesToEven,
                        Rounding::TowardZero,
                        Rounding::TowardPositive,
                        Rounding::STOCHASTIC,
                    ] {
                        let rounder = Rounder::new(format).with_rounding(rounding).with_seed(seed);
                        let found = bounded(subject, (&inputs, &truth), order, &rounder);
                        let Some((error, bound)) = found else {
                            continue;
                        };
                        let name = subject.name();
                        assert!(
                            error <= bound,
                            "{name} {format} {rounding} {order}: {error} {bound}"
                        );
                        *tried.entry(name).or_default() += 1;
                    }
                }
            }
        }
    }
    let softmax = catalogue::all()
        .into_iter()
        .map(|subject| subject.name())
        .filter(|name| name.contains("softmax") || name.contains("log-sum"));
    let others = [
        "sum",
        "sum-kahan",
        "sum-exact",
        "dot",
        "axpy",
        "gemv",
        "gemm",
        "csr",
        "stencil",
        "fft",
        "horner",
        "lu",
        "lu-hilbert",
        "cholesky",
        "harmonic",
        "attention",
        "attention-flash",
        "gelu-erf",
        "gelu-tanh",
        "gelu-sigmoid",
        "newton-reciprocal",
        "newton-sqrt",
        "layer-norm",
        "rms-norm",
    ];
    for name in softmax.chain(others) {
        assert!(tried.get(name) > Some(&40), "{name}: {tried:?}");
    }
    // In few digits an exponential of what is off by more than 1 may be anything.
    for name in ["log-iv", "log-kv"] {
        assert!(tried.get(name) > Some(&20), "{name}: {tried:?}");
    }
}

/// Bounds would be worth nothing if they were far from what can happen: Kahan's is 5 u, softmax's a few
/// dozen u, and errors come within a factor of them.
#[test]
fn bounds_are_near_what_happens() {
    for (name, size, condition, most) in [
        ("sum", 100, 1.0, 300.0),
        ("sum-kahan", 1000, 1.0, 12.0),
        ("softmax-three-pass-reload", 16, 1.0, 30.0),
        ("softmax-two-pass", 16, 1.0, 50.0),
        ("log-sum-exp-three-pass-reload", 16, 4.0, 60.0),
        ("log-softmax-two-pass", 16, 4.0, 60.0),
        ("cholesky", 4, 10.0, 300.0),
        ("harmonic", 100, 1.0, 300.0),
        ("attention", 16, 1.0, 150.0),
        ("attention-flash", 48, 1.0, 150.0),
        ("gelu-erf", 100, 2.0, 8.0),
        ("gelu-tanh", 100, 2.0, 30.0),
        ("gelu-sigmoid", 100, 2.0, 20.0),
        ("newton-reciprocal", 100, 1.0, 8.0),
        ("newton-sqrt", 100, 1.0, 8.0),
        ("layer-norm", 16, 0.0, 20.0),
        ("rms-norm", 16, 0.0, 20.0),
        ("log-iv", 20, 100.0, 10.0),
        ("log-kv", 20, 100.0, 10.0),
    ] {
        let subject = catalogue::find(name).unwrap();
        let mut nearest = f64::INFINITY;
        for seed in 0..20 {
            let inputs = subject.generate(size, condition, seed).unwrap();
            let truth = subject.reference(&inputs).unwrap();
            let rounder = Rounder::new(Format::BINARY32);
            let found = bounded(subject, (&inputs, &truth), Order::Sequential, &rounder);
            let (error, bound) = found.unwrap();
            nearest = nearest.min(bound / error);
        }
        println!("{name}: {nearest:.1} times the error");
        assert!((1.0..most).contains(&nearest), "{name}: {nearest}");
    }
}

/// Sum of magnitudes by magnitude of the sum, of each result: as chosen.
#[test]
fn products_have_their_condition_number() {
    for name in ["axpy", "dot", "gemv", "gemm", "csr", "horner"] {
        let subject = catalogue::find(name).unwrap();
        for condition in [10.0, 1e6] {
            let inputs = subject.generate(20, condition, 3).unwrap();
            let mut magnitudes = inputs.clone();
            for array in magnitudes.arrays_mut() {
                array.values_mut().iter_mut().for_each(|x| *x = x.abs());
            }
            let sums = subject.reference(&inputs).unwrap();
            let magnitudes = subject.reference(&magnitudes).unwrap();
            assert!(!sums.is_empty());
            for (sum, magnitude) in sums.high().iter().zip(magnitudes.high()) {
                let ratio = magnitude / sum.abs() / condition;
                // `dot` has it for the vectors as a whole, about.
                let off = if name == "dot" { 0.7 } else { 1e-6 };
                assert!((ratio - 1.0).abs() < off, "{name} {condition}: {ratio}");
            }
        }
    }
}
