//! Arithmetic and kernels on the GPU: every operation rounded once, the bits those of the CPU.
//!
//! | room | what is in it |
//! |---|---|
//! | `site` | a rounder as the words of one operation's place in a kernel |
//! | `tables` | functions: tables of those of narrow formats, constants of the others |
//! | `elementwise` | operations element by element |
//! | `operands` | f64s as f32 words |
//! | `product` | products of matrices, sums of products, sums; at the sites of kernels |
//! | `softmax` | softmax and its kin |
//! | `bessel` | logarithms of modified Bessel functions |
//!
//! The operations are `shaders/arith`, which [`Word32`](crate::arith::word32::Word32) is on the CPU.

mod bessel;
mod elementwise;
mod operands;
mod product;
mod site;
mod softmax;
mod tables;

use super::shader::Shader;
pub use operands::singles;
pub(super) use tables::OnDevice;

/// What every shader with arithmetic begins with; then functions, if it calls any, and parts of its own.
macro_rules! parts {
    (functions, $($name:literal),*) => {
        parts!(
            "arith/functions/long.wgsl",
            "arith/functions/exponential.wgsl",
            "arith/functions/logarithm.wgsl",
            "arith/functions/hyperbolic.wgsl",
            "arith/functions/gamma.wgsl",
            "arith/table.wgsl",
            $($name),*
        )
    };
    ($($name:literal),*) => {
        &[
            part!("host32.wgsl"),
            part!("plan.wgsl"),
            part!("round.wgsl"),
            part!("random.wgsl"),
            part!("dispatch.wgsl"),
            part!("arith/words.wgsl"),
            part!("arith/wide.wgsl"),
            part!("arith/operations.wgsl"),
            part!("arith/order.wgsl"),
            part!("arith/key.wgsl"),
            part!("arith/site.wgsl"),
            $(part!($name)),*
        ]
    };
}
use parts;

/// All shaders with arithmetic.
pub(super) const SHADERS: &[&[&Shader]] = &[
    elementwise::SHADERS,
    product::SHADERS,
    softmax::SHADERS,
    bessel::SHADERS,
];
