//! Algorithms written once over [`Arith`](crate::arith::Arith), every operation at a named site.

pub mod order;
pub mod softmax;
