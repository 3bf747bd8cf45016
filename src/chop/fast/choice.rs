//! Which way serves which format and mode.

/// Of one host.
macro_rules! lane_choice {
    ($word:ident) => {
        /// Which way serves a plan.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Choice {
            Scaled {
                flush: bool,
            },
            /// Scaled, of a format without negative values.
            Unsigned,
            /// Scaled, without an instruction that rounds to an integer.
            Added {
                flush: bool,
            },
            Shifted,
            Definition,
        }

        /// Of formats with signs and two digits or more. `instruction`: has the machine one that
        /// rounds to an integer?
        pub fn choice(plan: &Plan, recipe: &Recipe, instruction: bool) -> Choice {
            match recipe.format.is_signed() && recipe.format.precision() > 1 {
                true => by_range(plan, recipe, instruction),
                false => Choice::Definition,
            }
        }

        /// Of any format.
        pub fn choice_of_all(plan: &Plan, recipe: &Recipe, instruction: bool) -> Choice {
            // With one digit the parity is the exponent's, which the other ways do not see.
            let parity = matches!(
                recipe.rounding,
                Rounding::NearestTiesToEven | Rounding::ToOdd
            );
            if recipe.format.precision() == 1 && parity {
                return Choice::Definition;
            }
            match by_range(plan, recipe, instruction) {
                chosen if recipe.format.is_signed() => chosen,
                // Minus infinity becomes what finite negative values become.
                Choice::Scaled { flush: false }
                    if recipe.format.subnormals() == Subnormals::Kept
                        && plan.over_negative == plan.infinity_negative =>
                {
                    Choice::Unsigned
                }
                _ => Choice::Definition,
            }
        }

        fn by_range(plan: &Plan, recipe: &Recipe, instruction: bool) -> Choice {
            let format = &recipe.format;
            let bits = match recipe.rounding {
                Rounding::Stochastic { bits, .. } => u32::from(bits.get()),
                _ => 0,
            };
            // Of one random word.
            let plain = plan.dropped >= 1 && bits <= 32;
            let (digits, emin) = (FRACTION - plan.dropped, plan.emin);
            let scaled = |flush| match instruction {
                true => Choice::Scaled { flush },
                // A scaled value is at most 2^p, an added one at most 2^(FRACTION - 1).
                false if plan.dropped > 1 => Choice::Added { flush },
                false => Choice::Definition,
            };
            // No step at the low end is above 1: a product with a reciprocal below 1 could
            // underflow, and what is not zero would look as if it were.
            let one: $word = (1 << (WIDTH - FRACTION - 2)) - 1;
            match format.subnormals() {
                _ if !plain => Choice::Definition,
                Subnormals::Kept if emin == 1 && format.has_negative_zero() => Choice::Shifted,
                // A fraction holds the threshold; the steps of the least binade and their
                // reciprocals are normal.
                _ if bits > FRACTION as u32 || emin <= digits => Choice::Definition,
                Subnormals::Kept if emin - digits <= one => scaled(false),
                Subnormals::Flushed if emin - digits <= one => scaled(true),
                Subnormals::Rounded if emin <= one => scaled(false),
                _ => Choice::Definition,
            }
        }
    };
}
