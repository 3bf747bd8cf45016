//! Posits, takums and logarithmic numbers: value sets, rounding in every mode and arithmetic, against
//! exact integers and the formulas of the standard and the papers.

mod arithmetic;
mod arrays;
mod exact;
#[path = "../oracle/mod.rs"]
mod floats;
mod golden;
mod libtakum;
mod logarithms;
mod names;
mod rounding;
mod values;
