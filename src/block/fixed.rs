//! Dot products of dynamic fixed point: products of INT16, sums in INT32, chains of them in binary32.
//!
//! ```text
//!   x = a 2^e,  y = b 2^f     a, b integers of 16 bits, one exponent a tensor
//!
//!   a0 b0 + a1 b1 + ... + a(c-1) b(c-1)       INT32: a chain of c products
//!     └──> x 2^(e + f), to binary32 ──> + ──> + ...       one rounded addition a chain
//! ```
//!
//! A product has up to 30 digits, so few of them fit in 31: the chain is what keeps them from
//! overflow (Das et al., *Mixed precision training of convolutional neural networks using integer
//! operations*, arXiv 1802.00930, 4).

use super::{BlockCodes, BlockError, Length};
use crate::chop::Rounder;
use crate::format::Format;

/// A dot product of chains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chained {
    /// The sum.
    pub value: f32,
    /// Roundings to binary32: two a chain.
    pub chains: usize,
}

/// The most products of integers of `digits` digits and a sign that 31 bits hold, whatever they are.
///
/// ```
/// use roundoff::block::safe_chain;
/// assert_eq!(safe_chain(15), 2);
/// assert_eq!(safe_chain(7), 133_144);
/// ```
pub const fn safe_chain(digits: u32) -> usize {
    let greatest = match digits {
        0 => 1,
        1..=31 => (1u64 << digits) - 1,
        _ => u32::MAX as u64,
    };
    (i32::MAX as u64 / (greatest * greatest)) as usize
}

/// The dot product of two tensors in dynamic fixed point, `chain` products at a time in an integer
/// of 32 bits.
///
/// # Errors
/// [`BlockError::NoFixedPoint`] if one of them is something else or wider than 16 bits,
/// [`BlockError::Pair`] if their shapes differ, [`BlockError::Chain`] if a chain overflows.
///
/// ```
/// use roundoff::block::{BlockFormat, BlockRounder, chained_dot};
/// let rounder = BlockRounder::new(BlockFormat::dynamic_fixed_point(16)?);
/// let x = rounder.encode(&[0.5f32, -0.25, 1.0], &[3])?;
/// assert_eq!(chained_dot(&x, &x, 2)?.value, 1.3125);
/// # Ok::<(), roundoff::block::BlockError>(())
/// ```
pub fn chained_dot(x: &BlockCodes, y: &BlockCodes, chain: usize) -> Result<Chained, BlockError> {
    if x.shape() != y.shape() {
        return Err(BlockError::Pair {
            x: x.shape().to_vec(),
            y: y.shape().to_vec(),
        });
    }
    let chain = chain.max(1);
    let (a, a_scale) = integers(x)?;
    let (b, b_scale) = integers(y)?;
    let single = Rounder::new(Format::BINARY32);
    let mut sum = 0f32;
    let mut chains = 0;
    for (n, (a, b)) in a.chunks(chain).zip(b.chunks(chain)).enumerate() {
        let mut partial = 0i32;
        for (a, b) in a.iter().zip(b) {
            // A product of 15 digits each has 30.
            partial = partial
                .checked_add(a * b)
                .ok_or_else(|| BlockError::Chain {
                    at: n * chain,
                    chain,
                    safe: safe_chain(
                        x.format()
                            .element()
                            .precision()
                            .max(y.format().element().precision()),
                    ),
                })?;
        }
        // An f64 holds the product of a 31-bit integer and powers of two.
        let partial = single.round(f64::from(partial) * (a_scale * b_scale)) as f32;
        sum += partial;
        chains += 1;
    }
    Ok(Chained { value: sum, chains })
}

/// The integers, and what one is worth.
fn integers(x: &BlockCodes) -> Result<(Vec<i32>, f64), BlockError> {
    let element = x.format().element();
    let digits = element.precision();
    let fixed = *element == Format::sign_magnitude(digits as u8)
        && digits <= 15
        && x.format().length() == Length::Tensor
        && x.format().scale().precision() == 1;
    if !fixed {
        return Err(BlockError::NoFixedPoint {
            format: x.format().to_string(),
        });
    }
    let steps = f64::from(1u32 << (digits - 1));
    let integers = x
        .element_values()?
        .iter()
        .map(|v| (v * steps) as i32)
        .collect();
    let scale = x.scale_values()?.first().copied().unwrap_or(f64::NAN);
    Ok((integers, scale / steps * f64::from(x.tensor_scale())))
}
