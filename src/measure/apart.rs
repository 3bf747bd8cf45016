//! Units in the last place, and numbers of values, of a format.

use crate::format::{Format, Subnormals};

/// e of 2^e <= |x| < 2^(e+1); of zero far below every format.
fn exponent(x: f64) -> i32 {
    let bits = x.to_bits() & !(1 << 63);
    match bits >> 52 {
        0 if bits == 0 => -2000,
        // Subnormal: the place of its first one.
        0 => -1074 + bits.ilog2() as i32,
        field => field as i32 - 1023,
    }
}

/// 2^n for n from -1074 to 1023, 0 below.
fn power(n: i32) -> f64 {
    match n {
        ..=-1075 => 0.0,
        -1074..=-1023 => f64::from_bits(1 << (n + 1074)),
        _ => f64::from_bits(((n.min(1023) + 1023) as u64) << 52),
    }
}

/// The unit in the last place of x in a format: 2^(max(e, emin) - p + 1), 2^e <= |x| < 2^(e+1)
/// (Muller et al., *Handbook of Floating-Point Arithmetic*, 2nd ed., 2018, definition 2.6); no less
/// than 2^-1074.
///
/// ```
/// use roundoff::Format;
/// use roundoff::measure::ulp;
/// assert_eq!(ulp(&Format::BINARY16, 1.5), 2f64.powi(-10));
/// assert_eq!(ulp(&Format::BINARY16, 1e-9), 2f64.powi(-24));
/// ```
pub fn ulp(format: &Format, x: f64) -> f64 {
    let e = exponent(x).max(format.emin());
    power((e - format.precision() as i32 + 1).max(-1074))
}

/// The place of a finite number among the format's values, 0 of zero; of a number between two
/// values that of the nearer one (of the one with the even place, if both are as near).
///
/// ```text
///     x = m 2^(e - p + 1), e = max(exponent, emin):   place = (e - emin) 2^(p-1) + m
/// ```
fn place(format: &Format, x: f64) -> i128 {
    let p = format.precision() as i32;
    let e = exponent(x).max(format.emin());
    // In two steps: a divisor below 2^-1022 has no inverse.
    let unit = e - p + 1;
    let m = (x.abs() / power(unit / 2)) / power(unit - unit / 2);
    let place = i128::from(e - format.emin()) * (1 << (p - 1)) + m.round_ties_even() as i128;
    let least = 1i128 << (p - 1);
    let place = match format.subnormals() {
        Subnormals::Kept => place,
        // Zero and the least normal value are neighbours.
        _ if place >= least => place - least + 1,
        _ => i128::from(2 * place >= least),
    };
    if x < 0.0 { -place } else { place }
}

/// How many values of the format on from x is y? 0 where both round to the same one. Both are
/// finite.
///
/// ```
/// use roundoff::Format;
/// use roundoff::measure::apart;
/// // ... 1, 1.5, 2, 3, 4, 6
/// assert_eq!(apart(&Format::OCP_E2M1, 1.0, 4.0), 4);
/// // -0.5, 0, 0.5
/// assert_eq!(apart(&Format::OCP_E2M1, -0.5, 0.5), 2);
/// ```
pub fn apart(format: &Format, x: f64, y: f64) -> u64 {
    let far = place(format, x).abs_diff(place(format, y));
    u64::try_from(far).unwrap_or(u64::MAX)
}
