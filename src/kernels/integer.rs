//! Integer-only arithmetic: kernels that see codes and shifts, never a float.
//!
//! A quantised network multiplies and adds integers; what is real, the scales, is known before it
//! runs. A product of scales becomes a multiplication and a shift ([`Dyadic`]), and the functions
//! between the products become shifts and one integer division, those of Z. Li and Q. Gu, *I-ViT:
//! Integer-only Quantization for Efficient Vision Transformer Inference* (arXiv 2207.01405):
//!
//! | kernel | real function | how | error, on the inputs of `docs/integers.md` |
//! |---|---|---|---|
//! | [`linear`] | W x + b | Jacob et al., arXiv 1712.05877, 2.2 and 2.4 | that of the scale's 31 bits |
//! | [`ShiftExp`] | e^x, x <= 0 | 2^(x log2 e), linear between powers of two | 0.098 relative, down to x = -10 |
//! | [`Shiftmax`] | softmax | ShiftExp, a reciprocal, a shift | 0.022 |
//! | [`ShiftGelu`] | GELU | x times the sigmoid of 1.702 x by ShiftExp | 0.053; worse in rows that span more than 9.4 |
//! | [`LayerNorm`] | layer normalisation | integer mean and square root | 0.019 |
//! | [`square_root`] | floor of the square root | Newton's iteration | none |
//!
//! Scales enter where a kernel is made, as f64s; what it then does is integers alone. Intermediate
//! results have 64 bits and none of them overflows: where the paper's 32 bits would, a typed error
//! says so, or the paper's own clamp is taken.

mod dyadic;
mod exponential;
mod gelu;
mod layer_norm;
mod linear;
mod softmax;
mod square_root;

use thiserror::Error;

pub use dyadic::{Dyadic, Rescale};
pub use exponential::ShiftExp;
pub use gelu::ShiftGelu;
pub use layer_norm::LayerNorm;
pub use linear::{Requantize, linear};
pub use softmax::Shiftmax;
pub use square_root::{square_root, square_root_of_paper};

/// Why an integer kernel cannot run as asked.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum IntegerKernelError {
    /// A scale that the kernel has no integers for.
    #[error("scale {scale}: {kernel} takes scales from {least} to {greatest}")]
    Scale {
        /// What was asked for.
        scale: f64,
        /// The kernel's name.
        kernel: &'static str,
        /// The least scale.
        least: f64,
        /// The greatest.
        greatest: f64,
    },
    /// A factor that is no multiplication and shift.
    #[error("factor {factor}: a multiplication and a shift stand for 2^-31 to below 2^30")]
    Factor {
        /// What was asked for.
        factor: f64,
    },
    /// Output bits.
    #[error("{bits} bits of output: an integer kernel gives 2 to 16")]
    Bits {
        /// What was asked for.
        bits: u32,
    },
    /// No values.
    #[error("a row of no values: {kernel} takes 1 or more")]
    Empty {
        /// The kernel's name.
        kernel: &'static str,
    },
    /// An input past what the kernel's integers hold.
    #[error("input {value} at index {index}: {kernel} takes codes from -{most} to {most}")]
    Input {
        /// The code.
        value: i32,
        /// Where, from 0.
        index: usize,
        /// The kernel's name.
        kernel: &'static str,
        /// The greatest magnitude.
        most: i32,
    },
    /// A sum past 32 bits.
    #[error(
        "the sum of output {index} is {sum}, past the 32 bits of an accumulator: take fewer inputs or smaller codes"
    )]
    Accumulator {
        /// Which output, from 0.
        index: usize,
        /// The sum.
        sum: i64,
    },
    /// Lists whose lengths do not belong together.
    #[error("{what}: {length} values, and {expected} are wanted")]
    Length {
        /// Which list.
        what: &'static str,
        /// How many it has.
        length: usize,
        /// How many it should have.
        expected: usize,
    },
}

/// Are there so many?
fn check_length(
    what: &'static str,
    length: usize,
    expected: usize,
) -> Result<(), IntegerKernelError> {
    match length == expected {
        true => Ok(()),
        false => Err(IntegerKernelError::Length {
            what,
            length,
            expected,
        }),
    }
}

/// 2 to 16 bits of output?
const fn check_bits(bits: u32) -> Result<u32, IntegerKernelError> {
    match bits {
        2..=16 => Ok(bits),
        _ => Err(IntegerKernelError::Bits { bits }),
    }
}

/// The greatest magnitude of an input: products and shifted sums then stay far inside 64 bits.
const MOST: i32 = 1 << 24;

/// A row that a kernel takes.
fn check_row(kernel: &'static str, row: &[i32]) -> Result<(), IntegerKernelError> {
    if row.is_empty() {
        return Err(IntegerKernelError::Empty { kernel });
    }
    match row.iter().position(|x| x.unsigned_abs() > MOST as u32) {
        None => Ok(()),
        Some(index) => Err(IntegerKernelError::Input {
            value: row[index],
            index,
            kernel,
            most: MOST,
        }),
    }
}
