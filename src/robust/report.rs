//! What a check found, for people.

use std::fmt;
use std::panic::Location;

use super::confidence::Confidence;
use super::hex::Hex;
use super::log::Loss;
use crate::chop::Rounder;
use crate::faults::Flip;

/// Lines of a kind that are printed.
const SHOWN: usize = 4;

/// The run that kept the fewest bits.
#[derive(Clone, Debug, PartialEq)]
pub struct Worst {
    /// Significant bits that it kept.
    pub bits: f64,
    /// Which input it had, from 0.
    pub row: usize,
    /// The input; empty for a check without.
    pub input: Vec<f64>,
    /// The seed of its random roundings; none for the run in the rounding itself.
    pub seed: Option<u64>,
    /// Where in the result it is the farthest off, and what is there.
    pub place: usize,
    /// The value there.
    pub result: f64,
    /// What it should be.
    pub reference: f64,
    /// Values in the result, and in the reference.
    pub lengths: [usize; 2],
}

/// A comparison that does not go the same way in all samples.
#[derive(Clone, Debug, PartialEq)]
pub struct UnstableBranch {
    /// Where it stands in the source.
    pub at: &'static Location<'static>,
    /// Samples in which it was the first to go another way.
    pub samples: u64,
    /// Of how many.
    pub of: u64,
    /// What was compared, the first time.
    pub operands: [f64; 2],
    /// The seed of that sample.
    pub seed: u64,
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Where the check stands in the source.
    pub at: &'static Location<'static>,
    /// Format, rounding and saturation under test.
    pub rounder: Rounder,
    /// The bits asked for.
    pub floor: f64,
    /// Each component by its own scale, or all by the largest.
    pub by_component: bool,
    /// The claim.
    pub confidence: Confidence,
    /// Inputs that were tried.
    pub rows: usize,
    /// Stochastic samples, all inputs together.
    pub samples: u64,
    /// The run that kept the fewest bits.
    pub worst: Worst,
    /// Where that run lost them: at once, the most first; then little by little.
    pub losses: Vec<Loss>,
    /// Numbers that came into that run, and where.
    pub inputs: Vec<(f64, &'static Location<'static>)>,
    /// Comparisons that flip between samples.
    pub branches: Vec<UnstableBranch>,
    /// Are those a failure?
    pub stable_branches: bool,
    /// Bits that faults changed in the worst run.
    pub flips: Vec<Flip>,
}

/// Bits that a comparison with a floor forgives: the reference is rounded itself.
const SLACK: f64 = 1e-6;

impl Report {
    /// Are the bits kept?
    pub fn keeps(&self) -> bool {
        self.worst.bits >= self.floor - SLACK
    }

    /// Are the bits kept, and the branches stable where that was asked for?
    pub fn passes(&self) -> bool {
        self.keeps() && (self.branches.is_empty() || !self.stable_branches)
    }

    fn headline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = self.rounder.format();
        let bits = self.worst.bits;
        match self.keeps() {
            true => write!(f, "keeps {bits:.1} bits in {format}, {} asked", self.floor),
            false => write!(
                f,
                "keeps {bits:.1} bits in {format}, not the {} asked",
                self.floor
            ),
        }
    }

    fn worst(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let worst = &self.worst;
        let seed = match worst.seed {
            Some(seed) => format!("seed {seed}"),
            None => format!("{}, no seed", self.rounder.rounding()),
        };
        let [found, expected] = worst.lengths;
        if found != expected {
            return writeln!(
                f,
                "  worst     {found} values where there should be {expected}, {seed}"
            );
        }
        let place = match found {
            1 => String::new(),
            _ => format!(" at [{}]", worst.place),
        };
        writeln!(
            f,
            "  worst     {} ({:e}) for {} ({:e}){place}, {seed}",
            Hex(worst.result),
            worst.result,
            Hex(worst.reference),
            worst.reference,
        )
    }

    fn input(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let worst = &self.worst;
        if !worst.input.is_empty() {
            let hex: Vec<String> = worst.input.iter().map(|x| Hex(*x).to_string()).collect();
            writeln!(f, "  input     [{}]", hex.join(", "))?;
            let plain: Vec<String> = worst.input.iter().map(|x| format!("{x:?}")).collect();
            return writeln!(
                f,
                "            [{}], number {} of {}",
                plain.join(", "),
                worst.row + 1,
                self.rows
            );
        }
        for (number, (x, at)) in self.inputs.iter().take(SHOWN).enumerate() {
            let head = if number == 0 { "input" } else { "" };
            writeln!(f, "  {head:<9} {} ({x:?}) from {at}", Hex(*x))?;
        }
        match self.inputs.len() > SHOWN {
            true => writeln!(f, "            and more"),
            false => Ok(()),
        }
    }

    fn sites(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, loss) in self.losses.iter().take(SHOWN).enumerate() {
            let head = if number == 0 { "lost at" } else { "" };
            writeln!(f, "  {head:<9} {loss}")?;
        }
        Ok(())
    }

    /// What was claimed, and how often such a check errs over seeds.
    fn claim(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let claim = &self.confidence;
        writeln!(
            f,
            "  claim     a run keeps them with probability {}, said with confidence {}: {} samples \
             an input",
            claim.probability(),
            claim.confidence(),
            claim.samples()
        )?;
        let percent = |rate: f64| 100.0 * rate;
        write!(
            f,
            "  errs      code below that passes in at most {:.1}% of seeds; code that keeps them in \
             99.9% of runs fails in {:.1}%",
            percent(claim.missed_alarm_rate()),
            percent(1.0 - libm::pow(0.999, self.samples as f64))
        )
    }

    fn branches(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, branch) in self.branches.iter().take(SHOWN).enumerate() {
            let head = if number == 0 { "unstable" } else { "" };
            let [x, y] = branch.operands;
            writeln!(
                f,
                "  {head:<9} {}: the comparison goes another way in {} of {} samples, \
                 first of {x:e} with {y:e}, seed {}",
                branch.at, branch.samples, branch.of, branch.seed
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Loss {
    /// `src/roots.rs:8:13: Subtract(100.0, 99.5) = 0.5, 7.9 bits in, 1.2 out`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operands: Vec<String> = self.operands.iter().map(|x| format!("{x:?}")).collect();
        write!(f, "{}", self.at)?;
        if !self.site.is_empty() {
            write!(f, ", site {}", self.site)?;
        }
        if !self.is_at_once() {
            write!(
                f,
                ": {:.1} bits little by little in {} times, the most at once in",
                self.total, self.times
            )?;
        }
        write!(
            f,
            "{} {}({}) = {:?}, {:.1} bits in, {:.1} out",
            if self.is_at_once() { ":" } else { "" },
            self.operation,
            operands.join(", "),
            self.result,
            self.before,
            self.after
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.headline(f)?;
        writeln!(f)?;
        writeln!(f, "  check     {}", self.at)?;
        self.worst(f)?;
        self.input(f)?;
        writeln!(
            f,
            "  format    {}, {}, saturation {}",
            self.rounder.format(),
            self.rounder.rounding(),
            self.rounder.saturation()
        )?;
        self.sites(f)?;
        self.branches(f)?;
        if let Some(first) = self.flips.first() {
            writeln!(
                f,
                "  faults    {} results of that run were hit, first that of operation {}: code {:#x} \
                 became {:#x}",
                self.flips.len(),
                first.index,
                first.before,
                first.after
            )?;
        }
        self.claim(f)?;
        match self.worst.seed {
            Some(seed) => write!(
                f,
                "\n  replay    .only_seed({seed}) in place of all samples"
            ),
            None => Ok(()),
        }
    }
}
