//! Products and sums in one loop.

use super::target::Target;
use super::{Question, Ways};
use crate::arith::slices::facts::Facts;
use crate::arith::slices::near::{Fused, Magic, Native, Near, Nearest, Split};
use crate::format::Format;
use crate::rounding::Rounding;

/// How the products are rounded.
enum Form {
    Native,
    Split(Split),
    Magic(Magic),
}

impl Ways {
    /// Products and sums in one loop, where both go to nearest-even in f32.
    pub(super) fn fused<S: Nearest + 'static>(
        &self,
        exact: Facts,
        terms: Facts,
        question: &Question,
        sum: S,
        limit: f32,
    ) -> Option<Box<dyn Fused>> {
        let even = |target: &Target| target.rounding == Rounding::NearestTiesToEven;
        let range = Split::RANGE.min(Magic::RANGE);
        if !question.fused || !even(&self.sum) || terms.top >= range || !exact.finite {
            return None;
        }
        let checked = !self.is_bounded(terms, question.depth, limit);
        let product = match &self.product {
            Some(target) if !target.is_native(Format::BINARY32) && !target.has(exact) => {
                let (precision, emin) = (target.precision(), target.format.emin());
                let fits = even(target)
                    && target.is_gradual()
                    && (2..=23).contains(&precision)
                    && exact.top < target.format.emax()
                    && exact.top < range;
                match fits {
                    true if exact.least >= emin => Form::Split(Split::new(precision)),
                    true if question.signless_zeros
                        && emin >= -126
                        && precision <= Magic::MOST_DIGITS =>
                    {
                        Form::Magic(Magic::new(precision, emin))
                    }
                    _ => return None,
                }
            }
            _ => Form::Native,
        };
        Some(match (product, checked) {
            (Form::Native, true) => Box::new(Near::<_, _, true>(Native, sum)),
            (Form::Native, false) => Box::new(Near::<_, _, false>(Native, sum)),
            (Form::Split(split), true) => Box::new(Near::<_, _, true>(split, sum)),
            (Form::Split(split), false) => Box::new(Near::<_, _, false>(split, sum)),
            (Form::Magic(magic), true) => Box::new(Near::<_, _, true>(magic, sum)),
            (Form::Magic(magic), false) => Box::new(Near::<_, _, false>(magic, sum)),
        })
    }

    /// Is no sum of so many terms past the limit, if every addition is rounded up by two units?
    fn is_bounded(&self, terms: Facts, depth: usize, limit: f32) -> bool {
        // Blocks have their own additions beside those of their terms.
        let additions = 2.0 * depth as f64 + 2.0;
        // (1 + 2^(1 - p))^n <= 2^(1.443 n 2^(1 - p)), and 2^x <= 2^ceil(x)
        let doublings = (1.443 * additions * self.sum.format.epsilon()).ceil();
        let limit = f64::from(limit).min(crate::format::scaled(1, Split::RANGE));
        doublings < 1000.0
            && terms.greatest * additions * crate::format::scaled(1, doublings as i32) < limit
    }
}
