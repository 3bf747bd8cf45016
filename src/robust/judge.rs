//! All runs of a check, and the worst of them.

use std::panic::Location;
use std::rc::Rc;

use super::bits;
use super::confidence::Confidence;
use super::log::{Flip, Log, Step};
use super::probe::{Purpose, Run};
use super::report::{Report, UnstableBranch, Worst};
use super::{Robust, RobustError};
use crate::measure::vector::Truth;
use crate::rounding::Rounding;

/// The code under test: a run and an input in, the result's values out.
pub type Code<'a> = &'a mut dyn FnMut(Rc<Run>, &[f64]) -> Vec<f64>;

/// Says which run it was, if the code panics in it.
struct Told<'a> {
    robust: &'a Robust,
    seed: Option<u64>,
    row: usize,
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let seed = match self.seed {
                Some(seed) => format!("seed {seed}"),
                None => self.robust.rounder.rounding().to_string(),
            };
            let format = self.robust.rounder.format();
            eprintln!(
                "the code panicked in {format}, {seed}, input {}",
                self.row + 1
            );
        }
    }
}

impl Robust {
    fn claim(&self) -> Result<(f64, Confidence), RobustError> {
        let floor = self.floor.ok_or(RobustError::NoFloor)?;
        if !(0.0..=bits::MOST).contains(&floor) {
            return Err(RobustError::Floor(floor));
        }
        let confidence = Confidence::new(self.probability, self.confidence)?;
        Ok((floor, confidence))
    }

    fn kept(&self, reference: &Truth, result: &[f64]) -> f64 {
        match self.by_component {
            true => bits::componentwise(reference, result),
            false => bits::normwise(reference, result),
        }
    }

    /// No seed first, then those of the samples.
    fn seeds(&self, samples: u64) -> impl Iterator<Item = Option<u64>> {
        let first = self.rounder.seed();
        let all = move |i: u64| first.wrapping_add(i);
        let (own, count) = match self.only_seed {
            Some(_) => (None, 1),
            None => (Some(None), samples),
        };
        let only = self.only_seed;
        let seeds = (0..count).map(move |i| Some(only.unwrap_or_else(|| all(i))));
        own.into_iter().chain(seeds)
    }

    /// Runs everything.
    pub(super) fn judge(
        &self,
        at: &'static Location<'static>,
        rows: &[Vec<f64>],
        code: Code<'_>,
    ) -> Result<Report, RobustError> {
        let (floor, confidence) = self.claim()?;
        let format = self.rounder.format();
        if self.faults.is_some() && format.width().is_none() {
            return Err(RobustError::NoCodes(*format));
        }
        let noise = self.rounder.with_rounding(Rounding::STOCHASTIC);
        let mut run = |purpose, seed: Option<u64>, row: usize, log| {
            let rounder = seed.map_or(self.rounder, |seed| noise.with_seed(seed));
            let run = match (&self.faults, seed) {
                (Some((faults, site)), Some(seed)) => {
                    let faults = (faults.with_seed(seed), site.clone());
                    Run::with_faults(purpose, &rounder, log, &faults)?
                }
                _ => Run::new(purpose, &rounder, log),
            };
            let told = Told {
                robust: self,
                seed,
                row,
            };
            let result = code(Rc::clone(&run), &rows[row]);
            drop(told);
            Ok::<_, RobustError>((run, result))
        };
        let mut worst: Option<Worst> = None;
        let mut branches: Vec<UnstableBranch> = Vec::new();
        let mut samples = 0;
        for (row, input) in rows.iter().enumerate() {
            let (_, reference) = run(Purpose::Reference, None, row, Log::default())?;
            if reference.is_empty() {
                return Err(RobustError::Empty { row });
            }
            if let Some(place) = reference.iter().position(|x| x.is_nan()) {
                return Err(RobustError::Reference { row, place });
            }
            let reference = Truth::from(reference);
            let mut steps: Option<Rc<[Step]>> = None;
            for seed in self.seeds(confidence.samples()) {
                let log = match &steps {
                    None => Log::keeping(),
                    Some(steps) => Log::comparing(Rc::clone(steps)),
                };
                let (done, result) = run(Purpose::Sample, seed, row, log)?;
                let mut log = done.log.borrow_mut();
                match &steps {
                    None => steps = Some(log.steps()),
                    Some(_) => {
                        if let (Some(flip), Some(seed)) = (log.flip(), seed) {
                            add_flip(&mut branches, flip, seed);
                        }
                    }
                }
                samples += u64::from(seed.is_some());
                let kept = self.kept(&reference, &result);
                if worst.as_ref().is_none_or(|worst| kept < worst.bits) {
                    worst = Some(worst_of(kept, seed, row, input, reference.high(), &result));
                }
            }
        }
        let worst = worst.ok_or(RobustError::NoInputs)?;
        let (looked, _) = run(Purpose::Diagnosis, worst.seed, worst.row, Log::default())?;
        let mut log = looked.log.borrow_mut();
        for branch in &mut branches {
            branch.of = samples;
        }
        branches.sort_by(|a, b| b.samples.cmp(&a.samples).then(a.at.cmp(b.at)));
        Ok(Report {
            at,
            rounder: self.rounder,
            floor,
            by_component: self.by_component,
            confidence,
            rows: rows.len(),
            samples,
            worst,
            losses: log.losses(),
            inputs: log.inputs(),
            branches,
            stable_branches: self.stable_branches,
            flips: looked.flips(),
        })
    }
}

fn add_flip(branches: &mut Vec<UnstableBranch>, flip: Flip, seed: u64) {
    match branches.iter_mut().find(|branch| branch.at == flip.at) {
        Some(branch) => branch.samples += 1,
        None => branches.push(UnstableBranch {
            at: flip.at,
            samples: 1,
            of: 0,
            operands: flip.operands,
            seed,
        }),
    }
}

fn worst_of(
    bits: f64,
    seed: Option<u64>,
    row: usize,
    input: &[f64],
    reference: &[f64],
    result: &[f64],
) -> Worst {
    let pairs = || reference.iter().zip(result);
    let deviation = |(x, y): (&f64, &f64)| match (y - x).abs() {
        far if far.is_nan() => f64::INFINITY,
        far => far,
    };
    let place = pairs()
        .map(deviation)
        .enumerate()
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map_or(0, |(place, _)| place);
    Worst {
        bits,
        row,
        input: input.to_vec(),
        seed,
        place,
        result: result.get(place).copied().unwrap_or(f64::NAN),
        reference: reference.get(place).copied().unwrap_or(f64::NAN),
        lengths: [result.len(), reference.len()],
    }
}
