//! A sweep gives the same rows with any number of threads, in any number of parts, cut anywhere.

use std::cell::Cell;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};

use roundoff::experiments::catalogue::{Array, Inputs};
use roundoff::experiments::plan::Given;
use roundoff::experiments::sweep::{Options, SweepError, run};
use roundoff::experiments::trial::Place;
use roundoff::experiments::{Arithmetic, Plan, PlanError, Row, Shard, Trial, arithmetic};
use roundoff::numbers::{Numbers, Quantizer};
use roundoff::{Format, Rounder, Rounding, Saturation};

pub fn plan() -> Plan {
    Plan::of(&["sum", "softmax-online", "lu", "stencil", "fft"])
        .unwrap()
        .formats(&[Format::BINARY16, Format::OCP_E4M3])
        .roundings(&[Rounding::NearestTiesToEven, Rounding::STOCHASTIC])
        .saturations(&[Saturation::None, Saturation::Finite])
        .accumulators(&["same".parse().unwrap(), "binary32".parse().unwrap()])
        .sizes(&[8, 10])
        .conditions(&[1.0, 100.0])
        .seeds(0..3)
}

fn rows(plan: &Plan, threads: usize, shard: Shard) -> Vec<Row> {
    let mut rows = Vec::new();
    let options = Options {
        threads: NonZeroUsize::new(threads),
        shard,
        ..Options::default()
    };
    let summary = run(plan, &options, |row| {
        rows.push(row);
        Ok(())
    })
    .unwrap();
    assert_eq!(summary.trials as usize, rows.len());
    let failed = rows.iter().filter(|row| row.is_failed()).count();
    assert_eq!(summary.failed as usize, failed);
    rows
}

#[test]
fn rows_do_not_depend_on_threads() {
    let plan = plan();
    let one = rows(&plan, 1, Shard::default());
    assert_eq!(one.len() as u64, plan.len());
    assert!(one.iter().enumerate().all(|(i, row)| row.index == i as u64));
    for threads in [2, 5] {
        assert_eq!(rows(&plan, threads, Shard::default()), one);
    }
    // Radix 2 refuses 10 numbers: rows with their error, and the sweep went on.
    let failed: Vec<&Row> = one.iter().filter(|row| row.is_failed()).collect();
    let of_fft = |row: &&&Row| row.kernel == "fft";
    assert_eq!(failed.iter().filter(of_fft).count(), 2 * 2 * 2 * 2 * 3);
    assert!(failed[failed.len() - 1].error.contains("power of two"));
    // A stencil has no condition number: 2 x 2 x 2 x 2 x 2 x 3.
    assert_eq!(one.iter().filter(|row| row.kernel == "stencil").count(), 96);
}

#[test]
fn parts_are_the_whole() {
    let plan = plan();
    let whole = rows(&plan, 2, Shard::default());
    for parts in [2, 3, 7] {
        let mut all = Vec::new();
        for part in 1..=parts {
            let shard: Shard = format!("{part}/{parts}").parse().unwrap();
            let rows = rows(&plan, 2, shard);
            // A third, about: shares of a hash.
            let share = rows.len() as f64 * f64::from(parts) / whole.len() as f64;
            assert!((0.5..2.0).contains(&share), "{shard}: {share}");
            all.extend(rows);
        }
        all.sort_by_key(|row| row.index);
        assert_eq!(all, whole);
    }
    for wrong in ["0/3", "4/3", "3", "a/b", "1/0", "", "-1/3", "1/2/3"] {
        assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
    }
}

#[test]
fn a_part_is_a_matter_of_the_trial_not_of_its_place() {
    // The same trials in a plan of another order and size.
    let shard: Shard = "2/3".parse().unwrap();
    let of = |plan: &Plan| -> Vec<String> {
        let mut trials: Vec<String> = rows(plan, 1, shard)
            .into_iter()
            .filter(|row| row.kernel == "sum" && row.seed == 1)
            .map(|row| row.trial)
            .collect();
        trials.sort();
        trials
    };
    let other = Plan::of(&["dot", "sum"])
        .unwrap()
        .formats(&[Format::OCP_E4M3, Format::BINARY16])
        .roundings(&[Rounding::STOCHASTIC, Rounding::NearestTiesToEven])
        .saturations(&[Saturation::Finite, Saturation::None])
        .accumulators(&["binary32".parse().unwrap(), "same".parse().unwrap()])
        .sizes(&[10, 8])
        .conditions(&[100.0, 1.0])
        .seeds([1, 5]);
    assert!(!of(&plan()).is_empty());
    assert_eq!(of(&plan()), of(&other));
}

#[test]
fn a_stopped_sweep_goes_on_with_nothing_lost_and_nothing_twice() {
    let plan = plan();
    let whole = rows(&plan, 2, Shard::default());
    for after in [0, 1, 31, 100, whole.len() as u64 - 1] {
        let mut all: Vec<Row> = Vec::new();
        let taken = AtomicU64::new(0);
        let stop = || taken.load(Ordering::Relaxed) >= after;
        let options = Options {
            threads: NonZeroUsize::new(3),
            stop: &stop,
            ..Options::default()
        };
        let stopped = run(&plan, &options, |row| {
            all.push(row);
            taken.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        // Whoever stops after the last row has all of them.
        match stopped {
            Err(SweepError::Stopped { done, .. }) => assert_eq!(done, all.len() as u64),
            Ok(_) => assert_eq!(all.len(), whole.len()),
            Err(error) => panic!("{error}"),
        }
        assert_eq!(all, whole[..all.len()]);
        let options = Options {
            done: all.len() as u64,
            ..Options::default()
        };
        run(&plan, &options, |row| {
            all.push(row);
            Ok(())
        })
        .unwrap();
        assert_eq!(all, whole, "stopped after {after}");
    }
}

#[test]
fn a_sink_that_fails_ends_the_sweep_with_its_error() {
    let taken = Cell::new(0);
    let full = run(&plan(), &Options::default(), |_| {
        taken.set(taken.get() + 1);
        match taken.get() {
            50 => Err(std::io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    });
    let Err(SweepError::Sink(error)) = full else {
        panic!("{full:?}")
    };
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
    assert_eq!(taken.get(), 50);
}

#[test]
fn every_row_replays_to_the_same_bits() {
    for row in rows(&plan(), 2, Shard::default()).iter().step_by(7) {
        let trial = Trial::try_from(row).unwrap();
        assert_eq!(format!("{:016x}", trial.identity()), row.trial);
        let (again, _) = trial.run(&Place::from(row), &trial.prepare(None));
        assert_eq!(again.differs(row), Vec::<&str>::new(), "{row:?}");
    }
    let row = Row {
        schema: 99,
        ..Row::default()
    };
    assert!(
        Trial::try_from(&row)
            .unwrap_err()
            .to_string()
            .contains("schema")
    );
}

#[test]
fn plans_that_cannot_be_run() {
    let plan = || Plan::of(&["sum"]).unwrap();
    assert_eq!(plan().formats::<Format>(&[]).check(), Err(PlanError::Empty));
    assert_eq!(plan().seeds([]).check(), Err(PlanError::Empty));
    assert!(Plan::of::<&str>(&[]).unwrap().check().is_err());
    let many: Vec<usize> = (0..2000).collect();
    let conditions = vec![1.0; 2000];
    let huge = plan()
        .sizes(&many)
        .conditions(&conditions)
        .seeds(0..1 << 20);
    assert_eq!(huge.check(), Err(PlanError::TooMany));
    let site = plan().site("acumulation", Format::BINARY16).check();
    assert!(
        site.unwrap_err()
            .to_string()
            .contains("did you mean accumulation?")
    );
    assert!(
        "binary32/sideways"
            .parse::<roundoff::experiments::Accumulator>()
            .is_err()
    );
    // Sizes out of range are rows with an error, not the end.
    let odd = plan()
        .sizes(&[10, usize::MAX])
        .conditions(&[1.0, f64::NAN, 0.5]);
    let rows = rows(&odd, 2, Shard::default());
    let failed = rows.iter().filter(|row| row.is_failed()).count();
    assert_eq!((rows.len(), failed), (6, 5));
}

#[test]
fn the_summary_says_where_the_time_went() {
    let plan = Plan::of(&["softmax"]).unwrap().seeds(0..8).input_seed(0);
    let summary = run(&plan, &Options::default(), |_| Ok(())).unwrap();
    let share = summary.kernel_share();
    assert!((0.0..=1.0).contains(&share) && share > 0.0, "{share}");
    assert!(summary.threads >= summary.kernels + summary.measuring);
}

#[test]
fn numbers_that_are_no_floats_are_swept_too() {
    let numbers: Vec<Numbers> = ["posit16", "posit8", "binary16", "mxfp8-e4m3"]
        .map(|name| name.parse().unwrap())
        .to_vec();
    let plan = Plan::of(&["dot", "softmax"])
        .unwrap()
        .formats(&numbers)
        .roundings(&[Rounding::NearestTiesToEven])
        .sizes(&[50]);
    for row in rows(&plan, 2, Shard::default()) {
        assert_eq!(row.error, "", "{row:?}");
        let least = match row.format.as_str() {
            "posit8" => 1.0,
            name if name.starts_with("mx") => 1.0,
            _ => 7.0,
        };
        assert!(row.significant_bits > Some(least), "{row:?}");
        let is_float = row.format == "binary16";
        assert_eq!(
            (row.ulps.is_some(), row.bound.is_some()),
            (is_float, is_float)
        );
        let trial = Trial::try_from(&row).unwrap();
        let (again, _) = trial.run(&Place::from(&row), &trial.prepare(None));
        assert!(again == row);
    }
}

/// Numbers that share scales are those of the inputs, along rows; operations are in the accumulator's
/// format, or binary32.
#[test]
fn blocks_round_the_inputs_of_a_sweep() {
    let numbers: Vec<Numbers> = ["mxfp4", "nvfp4", "int8"]
        .map(|name| name.parse().unwrap())
        .to_vec();
    let accumulators = ["same", "binary64", "bfloat16/pairwise"].map(|name| name.parse().unwrap());
    let plan = Plan::of(&["gemv", "gelu"])
        .unwrap()
        .formats(&numbers)
        .accumulators(&accumulators)
        .sizes(&[40]);
    for row in rows(&plan, 2, Shard::default()) {
        assert_eq!(row.error, "", "{row:?}");
        // No theorem about operations covers the inputs' rounding.
        assert_eq!((row.bound, row.ulps), (None, None));
        let trial = Trial::try_from(&row).unwrap();
        // By hand: each array rounded, then the kernel in the accumulator's format.
        let inputs = trial.kernel.generate(40, row.condition.unwrap_or(1.0), 0);
        let mut inputs = inputs.unwrap();
        for array in inputs.arrays_mut() {
            let columns = array.columns();
            let shape = [array.values().len() / columns, columns];
            let quantizer = Quantizer::new(row.format.parse().unwrap());
            quantizer.round_tensor(array.values_mut(), &shape).unwrap();
        }
        let format = match &*row.accumulator {
            "same" => Format::BINARY32,
            "binary64" => Format::BINARY64,
            _ => Format::BFLOAT16,
        };
        let sites = arithmetic::rounders(trial.kernel.sites(), |_| Rounder::new(format)).unwrap();
        let order = trial.accumulator.order;
        let result = trial.kernel.run(Arithmetic::Exact(&sites), order, &inputs);
        let prepared = trial.prepare(None);
        let judged = trial.judge(&Place::from(&row), &prepared, &result.unwrap());
        assert_eq!(judged.differs(&row), Vec::<&str>::new(), "{row:?}");
    }
    let one = |plan: Plan| plan.check().unwrap_err().to_string();
    let told = one(plan.clone().accumulators(&["mxfp4".parse().unwrap()]));
    assert!(
        told.contains("mxfp4 at an accumulator") && told.contains("binary32"),
        "{told}"
    );
    // Nothing to round: the rows would be binary32's under another name.
    let alone = Plan::of(&["harmonic"]).unwrap().formats(&numbers);
    let told = one(alone);
    assert!(told.contains("harmonic has no inputs for mxfp4"), "{told}");
    let told = one(plan.site("output", numbers[2].clone()));
    assert!(told.contains("site output"), "{told}");
}

/// `+axis=0`: blocks along the columns, each of a column of the array by itself; of a row alone along
/// that; no third axis.
#[test]
fn blocks_lie_along_the_axis_that_is_said() {
    let [columns, rows]: [Numbers; 2] = ["mxfp4+axis=0", "mxfp4"].map(|name| name.parse().unwrap());
    let plan = Plan::of(&["gemv"]).unwrap().sizes(&[40]);
    let trial = plan.clone().formats(&[columns]).trial(0).unwrap();
    let inputs = trial.kernel.generate(40, 1.0, 0).unwrap();
    let rounded = trial.inputs(&inputs).unwrap();
    let alone = Quantizer::new(rows.clone());
    for (before, after) in inputs.arrays().iter().zip(rounded.arrays()) {
        let (n, m) = (before.rows(), before.columns());
        let mut expected = before.values().to_vec();
        match n {
            1 => alone.round_slice(&mut expected).unwrap(),
            _ => {
                for j in 0..m {
                    let column = (0..n).map(|i| expected[i * m + j]);
                    let mut column: Vec<f64> = column.collect();
                    alone.round_slice(&mut column).unwrap();
                    (0..n).for_each(|i| expected[i * m + j] = column[i]);
                }
            }
        }
        assert_eq!(after.values(), expected, "{}", before.name());
    }
    // Both happened, and columns are not rows.
    let along_rows = plan.clone().formats(&[rows]).trial(0).unwrap();
    assert_ne!(*along_rows.inputs(&inputs).unwrap(), *rounded);
    assert!(inputs.arrays().iter().any(|array| array.rows() == 1));
    let third: Numbers = "mxfp4+axis=2".parse().unwrap();
    let told = plan.formats(&[third]).check().unwrap_err().to_string();
    assert!(
        told.contains("mxfp4+axis=2: arrays of a kernel have rows and columns"),
        "{told}"
    );
}

/// The user's inputs are known by their bits: neither their place nor the order of their names matters.
#[test]
fn given_inputs_are_known_by_their_bits() {
    let array = |name: &str, values: [f64; 3]| Array::row(name, values.to_vec());
    let (x, y) = (array("x", [1.0, 2.0, 3.0]), array("y", [4.0, 5.0, 6.0]));
    let plan = |name: &str, arrays: [&Array; 2]| {
        let inputs = Inputs::new(arrays.map(Clone::clone).to_vec());
        let plan = Plan::of(&["dot"]).unwrap();
        plan.given(Given::new(name, inputs))
    };
    let (here, there) = (plan("a.npy", [&x, &y]), plan("b/a.npy", [&y, &x]));
    assert_eq!(here.fingerprint(), there.fingerprint());
    let identity = |plan: &Plan| plan.trial(0).unwrap().identity();
    assert_eq!(identity(&here), identity(&there));
    let (row, other) = (
        rows(&here, 1, Shard::default()).remove(0),
        rows(&there, 1, Shard::default()).remove(0),
    );
    assert_eq!(row.differs(&other), ["input"]);
    let trial = Trial::try_from(&row).unwrap();
    assert!(trial.is_of(there.inputs().unwrap()));
    // Other bits, or the same ones under other names.
    let swapped = [&array("x", [4.0, 5.0, 6.0]), &array("y", [1.0, 2.0, 3.0])];
    for other in [plan("a.npy", [&x, &x.clone()]), plan("a.npy", swapped)] {
        assert_ne!(here.fingerprint(), other.fingerprint());
        assert!(!trial.is_of(other.inputs().unwrap()));
    }
}
