//! The formats that have a name, each by what it has otherwise than IEEE 754's layout.

use super::{Encoding, Format, Nan, Overflow, Subnormals};

/// The greatest significand of so many digits.
pub(super) const fn all_ones(precision: u8) -> u64 {
    (1 << precision) - 1
}

/// Codes of so many bits.
pub(super) const fn encoded(width: u8, infinity: u64, nan: Nan) -> Option<Encoding> {
    Some(Encoding {
        width,
        infinity,
        nan,
    })
}

impl Format {
    /// IEEE 754 binary16, "half".
    pub const BINARY16: Self = Self::ieee_like(5, 10);
    /// IEEE 754 binary32, "single".
    pub const BINARY32: Self = Self::ieee_like(8, 23);
    /// IEEE 754 binary64, "double".
    pub const BINARY64: Self = Self::ieee_like(11, 52);
    /// Google's bfloat16: binary32 with 8 digits.
    pub const BFLOAT16: Self = Self::ieee_like(8, 7);
    /// NVIDIA's TensorFloat-32: binary32 with 11 digits, 19 bits.
    pub const TF32: Self = Self::ieee_like(8, 10);
    /// AMD's 24-bit format: 7 exponent bits, 16 fraction bits.
    pub const FP24: Self = Self::ieee_like(7, 16);
    /// Pixar's PXR24: binary32 without its last 8 bits.
    pub const PXR24: Self = Self::ieee_like(8, 15);
    /// IBM's DLFloat16 (Agrawal et al., ARITH 2019): 6 exponent bits, 9 fraction bits, no
    /// subnormals, one code for infinity and NaN. The lowest binade is a normal one without its
    /// first value, whose code is zero.
    pub const DLFLOAT16: Self = Self {
        emin: -31,
        emax: 32,
        greatest: all_ones(10) - 1,
        least_normal: (1 << 9) + 1,
        infinities: false,
        subnormals: Subnormals::Flushed,
        overflow: Overflow::NaN,
        encoding: encoded(16, 0, Nan::AllOnes),
        ..Self::ieee_like(6, 9)
    };
    /// OCP 8-bit E4M3: no infinities, one NaN a sign, greatest value 448.
    pub const OCP_E4M3: Self = Self {
        emax: 8,
        greatest: 0b1110,
        infinities: false,
        overflow: Overflow::NaN,
        encoding: encoded(8, 0, Nan::AllOnes),
        ..Self::ieee_like(4, 3)
    };
    /// OCP 8-bit E5M2: IEEE-like, greatest value 57344.
    pub const OCP_E5M2: Self = Self::ieee_like(5, 2);
    /// OCP MX 6-bit E3M2: finite numbers only, greatest value 28.
    pub const OCP_E3M2: Self = Self::ocp_finite(3, 2);
    /// OCP MX 6-bit E2M3: finite numbers only, greatest value 7.5.
    pub const OCP_E2M3: Self = Self::ocp_finite(2, 3);
    /// OCP MX 4-bit E2M1: finite numbers only, greatest value 6.
    pub const OCP_E2M1: Self = Self::ocp_finite(2, 1);
    /// OCP MX scale E8M0: the powers of two from 2^-127 to 2^127, and NaN; no sign, no zero.
    pub const OCP_E8M0: Self = Self {
        precision: 1,
        emin: -127,
        emax: 127,
        greatest: 1,
        least_normal: 1,
        signed: false,
        zero: false,
        negative_zero: false,
        infinities: false,
        nan: true,
        fixed: false,
        subnormals: Subnormals::Kept,
        overflow: Overflow::NaN,
        encoding: encoded(8, 0, Nan::AllOnes),
    };
    /// IEEE-like with 3 exponent and 4 fraction bits, greatest value 15.5.
    pub const E3M4: Self = Self::ieee_like(3, 4);
    /// E4M3 of Graphcore and AMD MI300: one NaN at negative zero, bias 8, greatest value 240.
    pub const E4M3FNUZ: Self = Self::fnuz(4, 3, 8);
    /// E5M2 of Graphcore and AMD MI300: one NaN at negative zero, bias 16, greatest value 57344.
    pub const E5M2FNUZ: Self = Self::fnuz(5, 2, 16);
    /// FNUZ with bias 11, greatest value 30.
    pub const E4M3B11FNUZ: Self = Self::fnuz(4, 3, 11);
    /// Higham's quarter precision with 4 exponent bits: IEEE-like, greatest value 240.
    pub const Q43: Self = Self::ieee_like(4, 3);
    /// Higham's quarter precision with 5 exponent bits: the same set as OCP E5M2.
    pub const Q52: Self = Self::ieee_like(5, 2);

    /// As IEEE 754 lays out its own (3.4), of any width.
    pub(super) const fn ieee_like(exponent_bits: u8, fraction_bits: u8) -> Self {
        let bias = (1 << (exponent_bits - 1)) - 1;
        let precision = fraction_bits + 1;
        let infinity = ((1 << exponent_bits) - 1) << fraction_bits;
        Self {
            precision,
            emin: 1 - bias,
            emax: bias,
            greatest: all_ones(precision),
            least_normal: 1 << fraction_bits,
            signed: true,
            zero: true,
            negative_zero: true,
            infinities: true,
            nan: fraction_bits > 0,
            fixed: false,
            subnormals: Subnormals::Kept,
            overflow: Overflow::Infinity,
            encoding: Some(Encoding {
                width: 1 + exponent_bits + fraction_bits,
                infinity,
                nan: match fraction_bits {
                    0 => Nan::Absent,
                    _ => Nan::Quiet,
                },
            }),
        }
    }

    /// OCP MX 1.0, 5.3: every code a finite number; the bias is IEEE's.
    const fn ocp_finite(exponent_bits: u8, fraction_bits: u8) -> Self {
        let base = Self::ieee_like(exponent_bits, fraction_bits);
        Self {
            emax: base.emax + 1,
            infinities: false,
            nan: false,
            overflow: Overflow::Greatest,
            encoding: encoded(1 + exponent_bits + fraction_bits, 0, Nan::Absent),
            ..base
        }
    }

    /// Finite, one NaN at negative zero: all exponent fields are ordinary ones.
    const fn fnuz(exponent_bits: u8, fraction_bits: u8, bias: i16) -> Self {
        Self {
            emin: 1 - bias,
            emax: (1 << exponent_bits) - 1 - bias,
            negative_zero: false,
            infinities: false,
            overflow: Overflow::NaN,
            encoding: encoded(1 + exponent_bits + fraction_bits, 0, Nan::NegativeZero),
            ..Self::ieee_like(exponent_bits, fraction_bits)
        }
    }
}
