//! Constants that `tools/function_tables.py` prints.

pub mod circle;
pub mod constants;
pub mod error_function;
pub mod exponential;
pub mod gamma;
pub mod logarithm;
