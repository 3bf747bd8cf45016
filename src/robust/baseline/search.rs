//! What a test needs, and how that compares.

use std::panic::Location;

use super::{Record, Standing};
use crate::format::Format;
use crate::least::{Least, least};
use crate::robust::judge::Code;
use crate::robust::{Report, Robust, RobustError};

/// Seeds of the confirming run lie so far from those of the search.
const CONFIRMING: u64 = 1 << 40;

impl Robust {
    /// In the same exponents, with another precision.
    fn with_precision(&self, precision: u32) -> Result<Self, RobustError> {
        let own = self.rounder.format();
        let format = Format::custom(precision, own.emin(), own.emax(), own.subnormals())?;
        Ok(Self {
            rounder: crate::chop::Rounder::new(format)
                .with_rounding(self.rounder.rounding())
                .with_saturation(self.rounder.saturation())
                .with_seed(self.rounder.seed()),
            baseline: None,
            ..self.clone()
        })
    }

    /// The least precision that keeps the bits.
    fn needs(
        &self,
        at: &'static Location<'static>,
        rows: &[Vec<f64>],
        code: Code<'_>,
    ) -> Result<Option<Least>, RobustError> {
        least(1, f64::MANTISSA_DIGITS, |precision, trial| {
            let seed = self.rounder.seed().wrapping_add(trial * CONFIRMING);
            let robust = self.with_precision(precision)?.with_seed(seed);
            Ok(robust.judge(at, rows, code)?.keeps())
        })
    }

    /// Writes down what the test needs, and compares it with the baseline, if it has one.
    pub(in crate::robust) fn compare(
        &self,
        at: &'static Location<'static>,
        rows: &[Vec<f64>],
        code: Code<'_>,
        report: &Report,
    ) -> Result<(), RobustError> {
        let Some((name, files)) = &self.baseline else {
            return Ok(());
        };
        let least = self.needs(at, rows, code)?;
        let record = Record {
            name: name.clone(),
            file: at.file().to_owned(),
            line: at.line(),
            format: *self.rounder.format(),
            keeps: report.floor,
            bits: report.worst.bits,
            needs: least.map(|least| least.value),
            confirmed: least.is_some_and(|least| least.confirmed),
            held: report.passes(),
        };
        files.write_record(&record)?;
        let baseline = files.read()?;
        match Standing::of(&record, baseline.tests.get(name)) {
            Standing::More { before } => {
                let report = self.with_precision(before)?.judge(at, rows, code)?;
                Err(RobustError::NeedsMore {
                    name: name.clone(),
                    needs: record.needs,
                    before,
                    report: Box::new(report),
                })
            }
            Standing::Fewer { .. } => {
                let needs = record.needs.unwrap_or_default();
                println!(
                    "test {name:?} needs {needs} digits, fewer than the baseline has: \
                     `roundoff accept {name:?}`"
                );
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
