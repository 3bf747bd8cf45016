//! What the choice of a way asks of a rounder.

use crate::arith::odd::digits;
use crate::arith::slices::facts::Facts;
use crate::chop::Rounder;
use crate::format::{Format, Overflow, Subnormals};
use crate::rounding::{Rounding, Saturation};

/// A rounder's format, rounding and saturation.
#[derive(Clone, Copy)]
pub struct Target {
    pub format: Format,
    pub rounding: Rounding,
    saturation: Saturation,
}

impl Target {
    pub fn new(rounder: &Rounder) -> Self {
        Self {
            format: *rounder.format(),
            rounding: rounder.rounding(),
            saturation: rounder.saturation(),
        }
    }

    pub fn precision(&self) -> u32 {
        self.format.precision()
    }

    /// Exponent of the lowest step.
    pub fn step(&self) -> i32 {
        match self.format.subnormals() {
            Subnormals::Rounded => self.format.emin(),
            _ => self.format.emin() - self.precision() as i32 + 1,
        }
    }

    pub fn is_nearest(&self) -> bool {
        matches!(
            self.rounding,
            Rounding::NearestTiesToEven | Rounding::NearestTiesToAway | Rounding::NearestTiesToZero
        )
    }

    /// Zeros, subnormals and signs as a host has them.
    pub fn is_gradual(&self) -> bool {
        let format = &self.format;
        format.is_signed() && format.has_negative_zero() && format.subnormals() == Subnormals::Kept
    }

    /// Is it what the host's own operations do?
    pub fn is_native(&self, host: Format) -> bool {
        let format = &self.format;
        self.rounding == Rounding::NearestTiesToEven
            && self.saturation == Saturation::None
            && self.is_gradual()
            && format.overflow() == Overflow::Infinity
            && format.precision() == host.precision()
            && format.emin() == host.emin()
            && format.greatest() == host.greatest()
    }

    /// Are values with these facts values of the format already?
    pub fn has(&self, facts: Facts) -> bool {
        let format = &self.format;
        self.is_gradual() && facts.fit(self.precision(), self.step(), format.emax() - 1)
    }

    /// No mode needs more than 53 digits, the last one sticky.
    pub fn odd_will_do(&self) -> bool {
        digits(self.precision(), self.rounding) <= f64::MANTISSA_DIGITS
    }
}
