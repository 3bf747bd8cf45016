//! A fraction rounded to an integer, in any integers that do not overflow: the oracle of fixed point
//! and of integer codes.

use std::ops::Neg;

use num_traits::Num;
use roundoff::{Rounding, Variant};

/// numerator / denominator, which is positive, to an integer. `random`: 64 bits, the first ones count.
pub fn to_integer<T>(numerator: T, denominator: T, rounding: Rounding, random: u64) -> T
where
    T: Clone + Ord + Num + Neg<Output = T> + From<u64>,
{
    let (zero, one, two) = (T::zero(), T::one(), T::from(2));
    assert!(denominator > zero);
    let negative = numerator < zero;
    let magnitude = if negative { -numerator } else { numerator };
    let kept = magnitude.clone() / denominator.clone();
    let rest = magnitude % denominator.clone();
    let inexact = rest > zero;
    let is_odd = |x: &T| x.clone() % two.clone() == one;
    let odd = is_odd(&kept);
    let half = (two.clone() * rest.clone()).cmp(&denominator);
    let away = match rounding {
        Rounding::NearestTiesToEven => half.is_gt() || (half.is_eq() && odd),
        Rounding::NearestTiesToAway => half.is_ge(),
        Rounding::NearestTiesToZero => half.is_gt(),
        Rounding::TowardZero => false,
        Rounding::TowardPositive => inexact && !negative,
        Rounding::TowardNegative => inexact && negative,
        Rounding::ToOdd => inexact && !odd,
        Rounding::StochasticEqual => inexact && random >> 63 == 0,
        Rounding::Stochastic { variant, bits } => {
            let n = u32::from(bits.get());
            let r = T::from(random >> (64 - n));
            let power = |k: u32| (0..k).fold(one.clone(), |x, _| x * two.clone());
            // floor(rest 2^k / denominator), by long division: no overflow.
            let scaled = |k: u32| {
                let (mut quotient, mut rest) = (zero.clone(), rest.clone());
                for _ in 0..k {
                    rest = rest * two.clone();
                    quotient = two.clone() * quotient + rest.clone() / denominator.clone();
                    rest = rest % denominator.clone();
                }
                (quotient, rest)
            };
            match variant {
                Variant::A => scaled(n).0 + r >= power(n),
                Variant::B => scaled(n + 1).0 + two.clone() * r + one.clone() >= power(n + 1),
                Variant::C => {
                    let (quotient, rest) = scaled(n);
                    let tie = (two.clone() * rest).cmp(&denominator);
                    let up = tie.is_gt() || (tie.is_eq() && is_odd(&quotient));
                    let quotient = if up { quotient + one.clone() } else { quotient };
                    quotient + r >= power(n)
                }
            }
        }
    };
    let integer = if away { kept + one.clone() } else { kept };
    if negative { -integer } else { integer }
}
