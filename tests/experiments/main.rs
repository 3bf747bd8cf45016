//! Experiments: the catalogue against theorems and exact numbers, sweeps against themselves, cut and
//! joined in every way.

mod catalogue;
mod known;
mod measures;
mod sweeps;
#[cfg(feature = "report")]
mod tables;
