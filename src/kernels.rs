//! Algorithms written once over [`Arith`](crate::arith::Arith), every operation at a named site,
//! and native ones.

pub mod attention;
pub mod bessel;
pub mod order;
pub mod softmax;
pub mod vmf;
