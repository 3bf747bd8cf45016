//! Arcsine, arccosine, arctangent of one and two numbers; the same over pi.
//!
//! All are the angle of a point. In the first octant, with c = i/64 near y/x:
//!
//! ```text
//! angle(x, y) = arctan c + arctan s,   s = (y - c x) / (x + c y),   |s| <= 1/128
//! ```
//!
//! one division, a table of 65 angles, ten terms. c = 0 for small y/x, where s and the series'
//! first factor keep the relative error below 2^-123. Other octants add an exact number of quarter
//! turns. sqrt(1 - x^2) is sqrt((1 - x) (1 + x)), which loses nothing near 1.

use super::Unrounded::{self, Exact, Infinity, Nan, Near, Zero};
use super::series;
use super::tables::circle::{ANGLES, ARCSINE, ARCTANGENT};
use super::tables::constants::{HALF_PI, INVERSE_PI};
use crate::arith::wide::Wide;

/// A quarter turns + angle.
#[derive(Clone, Copy)]
struct Angle {
    quarters: i32,
    rest: Wide,
}

impl Angle {
    fn radians(self) -> Wide {
        if self.quarters == 0 {
            return self.rest;
        }
        HALF_PI * Wide::from(self.quarters) + self.rest
    }

    fn by_pi(self) -> Wide {
        Wide::from(self.quarters).scaled(-1) + self.rest * INVERSE_PI
    }
}

/// arctan(y / x) for 0 < y <= x.
fn octant(y: Wide, x: Wide) -> Wide {
    let difference = y.exponent() - x.exponent();
    let i = if difference < -9 {
        0
    } else {
        // Any i within a few hundredths of 64 y / x will do.
        let leading = |w: Wide| (w.significand() >> 64) as u64 as f64;
        let ratio = leading(y) / leading(x) * 64.0 / f64::from(1 << -difference);
        (ratio + 0.5) as usize
    };
    if i == 0 {
        return small(y / x);
    }
    let c = |w: Wide| w.scaled(-6) * Wide::from(i as i32);
    Wide::from_fraction(ANGLES[i], 0) + small((y - c(x)) / (x + c(y)))
}

/// arctan s for |s| < 1/127.
fn small(s: Wide) -> Wide {
    let square = s * s;
    let h = series::alternating(&ARCTANGENT, square.to_fraction());
    s * (Wide::ONE - square * Wide::from_fraction(h, 0))
}

/// The angle of the point (x, y), y > 0.
fn angle(y: Wide, x: Wide) -> Angle {
    let width = x.abs();
    if y > width {
        let rest = if width.is_zero() {
            Wide::ZERO
        } else {
            octant(width, y)
        };
        return Angle {
            quarters: 1,
            rest: rest.negated_if(!x.is_negative()),
        };
    }
    let rest = octant(y, width);
    if x.is_negative() {
        Angle {
            quarters: 2,
            rest: -rest,
        }
    } else {
        Angle { quarters: 0, rest }
    }
}

/// sqrt(1 - x^2).
fn leg(x: Wide) -> Wide {
    ((Wide::ONE - x) * (Wide::ONE + x)).sqrt()
}

/// arcsin x for 0 < x <= 1.
fn arcsine(x: Wide) -> Wide {
    if x.exponent() < -8 {
        let square = x * x;
        let h = series::sum(&ARCSINE, square.to_fraction());
        return x * (Wide::ONE + square * Wide::from_fraction(h, 0));
    }
    angle(x, leg(x)).radians()
}

/// x at the limits of [-1, 1], and f at |x| in (0, 1].
#[inline(always)]
fn odd_within_one(x: Unrounded, f: impl FnOnce(Wide) -> Unrounded) -> Unrounded {
    match x {
        Nan | Infinity { .. } => Nan,
        Zero { .. } => x,
        Exact(x) | Near(x) if x.abs() > Wide::ONE => Nan,
        Exact(x) | Near(x) => f(x.abs()).negated_if(x.is_negative()),
    }
}

/// arcsin x.
pub fn arcsin(x: Unrounded) -> Unrounded {
    odd_within_one(x, |x| Near(arcsine(x)))
}

/// arcsin(x) / pi, exact at -1, 0 and 1.
pub fn arcsin_pi(x: Unrounded) -> Unrounded {
    odd_within_one(x, |x| {
        if x == Wide::ONE {
            Exact(Wide::power_of_two(-1))
        } else {
            Near(arcsine(x) * INVERSE_PI)
        }
    })
}

/// arccos x.
pub fn arccos(x: Unrounded) -> Unrounded {
    match x {
        Nan | Infinity { .. } => Nan,
        Zero { .. } => Near(HALF_PI),
        Exact(x) | Near(x) if x.abs() > Wide::ONE => Nan,
        Exact(x) | Near(x) if x == Wide::ONE => Zero { negative: false },
        Exact(x) | Near(x) if x == -Wide::ONE => Near(HALF_PI.scaled(1)),
        Exact(x) | Near(x) => Near(angle(leg(x), x).radians()),
    }
}

/// arccos(x) / pi, exact at -1, 0 and 1.
pub fn arccos_pi(x: Unrounded) -> Unrounded {
    match x {
        Nan | Infinity { .. } => Nan,
        Zero { .. } => Exact(Wide::power_of_two(-1)),
        Exact(x) | Near(x) if x.abs() > Wide::ONE => Nan,
        Exact(x) | Near(x) if x == Wide::ONE => Zero { negative: false },
        Exact(x) | Near(x) if x == -Wide::ONE => Unrounded::ONE,
        // 1/2 - arcsin(x) / pi keeps the side of 1/2 for the least x.
        Exact(x) | Near(x) if x.exponent() < -8 => {
            let arcsine = arcsine(x.abs()).negated_if(x.is_negative());
            Near(Wide::power_of_two(-1) - arcsine * INVERSE_PI)
        }
        Exact(x) | Near(x) => Near(angle(leg(x), x).by_pi()),
    }
}

/// arctan x.
pub fn arctan(x: Unrounded) -> Unrounded {
    match x {
        Nan | Zero { .. } => x,
        Infinity { negative } => Near(HALF_PI.negated_if(negative)),
        Exact(x) | Near(x) => Near(
            angle(x.abs(), Wide::ONE)
                .radians()
                .negated_if(x.is_negative()),
        ),
    }
}

/// arctan(x) / pi, exact at -1, 0, 1 and the infinities.
pub fn arctan_pi(x: Unrounded) -> Unrounded {
    match x {
        Nan | Zero { .. } => x,
        Infinity { negative } => Exact(Wide::power_of_two(-1).negated_if(negative)),
        Exact(x) | Near(x) if x.abs() == Wide::ONE => {
            Exact(Wide::power_of_two(-2).negated_if(x.is_negative()))
        }
        Exact(x) | Near(x) => Near(
            angle(x.abs(), Wide::ONE)
                .by_pi()
                .negated_if(x.is_negative()),
        ),
    }
}

/// What is special of a coordinate: 0, finite, infinite; and its sign.
fn coordinate(x: Unrounded) -> Option<(Size, bool)> {
    match x {
        Nan => None,
        Zero { negative } => Some((Size::Zero, negative)),
        Infinity { negative } => Some((Size::Infinite, negative)),
        Exact(x) | Near(x) => Some((Size::Finite(x.abs()), x.is_negative())),
    }
}

enum Size {
    Zero,
    Finite(Wide),
    Infinite,
}

/// `eighths`: an exact number of eighth turns (of pi / 4).
#[inline(always)]
fn of_point(
    y: Unrounded,
    x: Unrounded,
    eighths: impl FnOnce(i32) -> Unrounded,
    angular: impl FnOnce(Angle) -> Unrounded,
) -> Unrounded {
    use Size::{Finite, Infinite};
    let (Some((y, below)), Some((x, left))) = (coordinate(y), coordinate(x)) else {
        return Nan;
    };
    let value = match (y, x) {
        (Infinite, Infinite) => eighths(if left { 3 } else { 1 }),
        (Infinite, _) => eighths(2),
        (Size::Zero, _) | (_, Infinite) => eighths(if left { 4 } else { 0 }),
        (Finite(_), Size::Zero) => eighths(2),
        (Finite(y), Finite(x)) if y == x => eighths(if left { 3 } else { 1 }),
        (Finite(y), Finite(x)) => angular(angle(y, x.negated_if(left))),
    };
    value.negated_if(below)
}

/// The angle of the point (x, y), from -pi to pi; signed zeros as in IEEE 754-2019, 9.2.1.
pub fn arctan2(y: Unrounded, x: Unrounded) -> Unrounded {
    of_point(
        y,
        x,
        |eighths| match eighths {
            0 => Zero { negative: false },
            _ => Near(HALF_PI.scaled(-1) * Wide::from(eighths)),
        },
        |angle| Near(angle.radians()),
    )
}

/// The angle of the point (x, y) over pi, from -1 to 1; exact at multiples of 1/4.
pub fn arctan2_pi(y: Unrounded, x: Unrounded) -> Unrounded {
    of_point(
        y,
        x,
        |eighths| match eighths {
            0 => Zero { negative: false },
            _ => Exact(Wide::from(eighths).scaled(-2)),
        },
        |angle| Near(angle.by_pi()),
    )
}
