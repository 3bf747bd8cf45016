//! Numbers by their bits, as C99 prints them with `%a`: what replays a run exactly.

use std::fmt;

/// An f64 in hexadecimal: `0x1.999999999999ap-4` is 0.1.
///
/// ```text
/// 0x1.999999999999ap-4
///   | `---- 13 ---'  `- exponent of the first digit, decimal
///   `- 1, or 0 below 2^-1022
/// ```
///
/// ```
/// use roundoff::robust::Hex;
/// assert_eq!(Hex(0.1).to_string(), "0x1.999999999999ap-4");
/// assert_eq!(Hex(-3.0).to_string(), "-0x1.8p+1");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hex(
    /// The number.
    pub f64,
);

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0.to_bits();
        if !self.0.is_finite() {
            return write!(f, "{}", self.0);
        }
        let sign = if bits >> 63 == 1 { "-" } else { "" };
        let (field, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
        let (first, exponent) = match (field, fraction) {
            (0, 0) => (0, 0),
            (0, _) => (0, -1022),
            _ => (1, field - 1023),
        };
        let digits = format!("{fraction:013x}");
        match digits.trim_end_matches('0') {
            "" => write!(f, "{sign}0x{first}p{exponent:+}"),
            digits => write!(f, "{sign}0x{first}.{digits}p{exponent:+}"),
        }
    }
}
