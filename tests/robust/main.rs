//! Assertions of `roundoff::robust` on code whose answer is known.

mod bad_input;
#[cfg(feature = "report")]
mod baseline;
mod branches;
mod cancellation;
mod faults;
mod hexadecimal;
mod rates;
mod symmetry;
