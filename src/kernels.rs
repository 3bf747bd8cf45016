//! Algorithms written once over [`Arith`](crate::arith::Arith), every operation at a named site,
//! and native ones.

pub mod attention;
pub mod bessel;
pub mod cholesky;
pub mod conjugate_gradient;
mod constant;
pub mod csr;
pub mod errors;
pub mod fft;
pub mod gelu;
mod gmres;
pub mod harmonic;
pub mod horner;
pub mod inputs;
pub mod integer;
pub mod lu;
pub mod muller;
pub mod newton;
pub mod normalisation;
pub mod operator;
pub mod order;
pub mod product;
pub mod quadratic;
pub mod refinement;
mod sites;
pub mod softmax;
pub mod stencil;
pub mod summation;
mod triangular;
pub mod vmf;

/// A number of the arithmetic at the sites.
pub type Num<S> = <<S as crate::arith::Sites>::Arith as crate::arith::Arith>::Num;
