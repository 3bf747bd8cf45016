//! Random words as a function of seed, operation and operands.
//!
//! A counter gives x - x two random words for its operands' histories, and one for itself. Code
//! that relies on x - x = 0, on x y = y x, on f(-x) = -f(x) keeps working if equal questions get
//! equal answers. So: operands in an order of their own where the operation commutes, signs only
//! as far as they are not those of the whole.

use super::operations::{Binary, Ternary, Unary};
use crate::random::Key;

/// One word of the key (seed, what is asked).
fn word(seed: u64, operation: u64, operands: [u64; 3]) -> u64 {
    // Each operand is the stream under the key of those before it.
    let [x, y, z] = operands;
    let first = Key::new(seed, operation, 0).word64(0);
    let second = Key::new(first, x, 0).word64(0);
    let third = Key::new(second, y, 0).word64(0);
    Key::new(third, z, 0).word64(0)
}

const SIGN: u64 = 1 << 63;

fn magnitude(x: f64) -> u64 {
    x.to_bits() & !SIGN
}

fn signs_differ(x: f64, y: f64) -> u64 {
    (x.to_bits() ^ y.to_bits()) & SIGN
}

pub(super) fn unary(operation: Unary, x: f64, seed: u64) -> u64 {
    let operand = match operation {
        // Odd or even functions, and the number itself.
        Unary::Convert | Unary::Negate | Unary::Abs => {
            return word(seed, Unary::Convert as u64, [magnitude(x), 0, 0]);
        }
        Unary::Sin
        | Unary::Tan
        | Unary::Cos
        | Unary::SinPi
        | Unary::TanPi
        | Unary::CosPi
        | Unary::ArcSin
        | Unary::ArcTan
        | Unary::ArcSinPi
        | Unary::ArcTanPi
        | Unary::Sinh
        | Unary::Cosh
        | Unary::Tanh
        | Unary::ArcSinh
        | Unary::ArcTanh
        | Unary::Erf
        | Unary::Cbrt
        | Unary::Recip => magnitude(x),
        _ => x.to_bits(),
    };
    word(seed, operation as u64, [operand, 0, 0])
}

/// Numbers of operations: unary ones from 0, binary from 64, ternary from 128.
const BINARY: u64 = 64;
const TERNARY: u64 = 128;

pub(super) fn binary(operation: Binary, x: f64, y: f64, seed: u64) -> u64 {
    let (a, b) = (magnitude(x), magnitude(y));
    let ordered = [a.min(b), a.max(b), 0];
    match operation {
        // x - y is x + (-y).
        Binary::Add | Binary::Subtract => {
            let flip = if operation == Binary::Subtract {
                SIGN
            } else {
                0
            };
            let differ = signs_differ(x, y) ^ flip;
            word(seed, BINARY, [ordered[0], ordered[1], differ])
        }
        Binary::Multiply | Binary::Hypot => word(seed, BINARY + operation as u64, ordered),
        Binary::Divide => word(seed, BINARY + operation as u64, [a, b, 0]),
        _ => word(
            seed,
            BINARY + operation as u64,
            [x.to_bits(), y.to_bits(), 0],
        ),
    }
}

pub(super) fn ternary(operation: Ternary, x: f64, y: f64, z: f64, seed: u64) -> u64 {
    match operation {
        Ternary::Fma => {
            let (a, b) = (magnitude(x), magnitude(y));
            let differ = signs_differ(x, y) ^ (z.to_bits() & SIGN);
            let product = [a.min(b), a.max(b), magnitude(z) | differ];
            word(seed, TERNARY + operation as u64, product)
        }
        Ternary::Faa => {
            // Up to a common sign: that of the greatest magnitude is made positive.
            let mut operands = [x, y, z];
            operands.sort_by_key(|x| (magnitude(*x), x.to_bits()));
            let sign = operands[2].to_bits() & SIGN;
            let mut bits = operands.map(|x| x.to_bits() ^ sign);
            bits.sort_unstable();
            word(seed, TERNARY + operation as u64, bits)
        }
        Ternary::Clamp => word(
            seed,
            TERNARY + operation as u64,
            [x.to_bits(), y.to_bits(), z.to_bits()],
        ),
    }
}
