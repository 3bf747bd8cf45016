//! log-Bessel against reference points, identities and limits.

mod decimal;
mod emulated;
mod identities;
mod limits;
mod points;
