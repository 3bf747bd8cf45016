//! Other people's generic code on `roundoff::arith::real::Real`, unchanged: nalgebra, faer, ndarray,
//! rustfft, serde. All is in the tests, and in the library's `examples/libraries/`.
