//! Kernels over an arithmetic: against exact results and the theorems of the textbooks.

mod factorisation;
mod functions;
mod iterations;
mod refinement;
mod summation;
mod support;
