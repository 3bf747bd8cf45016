//! What happens to your numbers and your algorithm when the arithmetic has fewer bits?
//!
//! ```
//! use roundoff::{Format, Rounder};
//! let half = Rounder::new(Format::BINARY16);
//! assert_eq!(half.round(2049.0), 2048.0);
//! ```
//!
//! A [`Format`] is a set of numbers; a [`Rounding`] says which neighbour a value goes to; a
//! [`Saturation`] what becomes of a value past the greatest one. A [`Rounder`] is all three and a
//! seed: it rounds values, slices and `ndarray` views of f32, f64, `half::f16` and `half::bf16`,
//! and encodes them. The same input gives the same bits on every machine.
//!
//! # The map
//!
//! | module | what is in it |
//! |---|---|
//! | [`format`](mod@format) | formats as data, their names, their codes |
//! | [`rounding`] | roundings, saturations, other tools' names for them |
//! | [`random`] | random words as a function of (seed, stream, index) |
//! | [`chop`] | the [`Rounder`] |
//! | [`arith`] | arithmetic with one rounding an operation |
//! | [`fixed`] | fixed point, saturating and wrapping |
//! | [`integer`] | integer quantisation: scales, zero points, calibration |
//! | [`block`] | values that share a scale: OCP MX, NVFP4, block floating point |
//! | [`posit`], [`takum`], [`logarithmic`] | tapered floats, logarithmic numbers |
//! | [`numbers`] | floats and every other set of numbers behind one door |
//! | [`faults`] | flipped and stuck bits of codes |
//! | [`kernels`] | softmax, log-Bessel, von Mises-Fisher: native, and with every operation rounded; linear algebra, FFT, normalisation, GELU with every operation rounded; I-ViT's kernels of integers alone |
//! | [`measure`] | how wrong the result is |
//! | [`least`] | bisection: the least precision that passes, with a confirming run |
//! | [`robust`] | assertions for your own `cargo test`: which code keeps how many bits |
//! | [`experiments`] | every kernel by name; sweeps over formats, roundings, sizes and seeds, one row a trial |
//! | `report` | rows as figures, pages, plots in characters (feature `report`) |
//! | `gpu` (feature `gpu`) | the same bits through compute shaders |
//!
//! # Features
//!
//! `rayon` (on): threads for arrays of four mebibytes and more. `ndarray`: views of any stride.
//! `gpu`: compute shaders through wgpu. `report`: figures and pages, and rows in files. None of
//! them changes a bit of any result.

// Only `arith/real/{nalgebra,faer}.rs` allow it, for methods that these crates' traits call unsafe.
#![deny(unsafe_code)]

pub mod arith;
mod bit_string;
pub mod block;
pub mod chop;
pub mod experiments;
pub mod faults;
pub mod fixed;
pub mod format;
#[cfg(feature = "gpu")]
pub mod gpu;
mod instructions;
pub mod integer;
pub mod kernels;
pub mod least;
pub mod logarithmic;
pub mod measure;
mod native;
pub mod nearest;
pub mod numbers;
mod plan;
pub mod posit;
pub mod random;
#[cfg(feature = "report")]
pub mod report;
pub mod robust;
pub mod rounding;
pub mod takum;

pub use chop::{LengthError, Rounder, Threads};
pub use format::{
    CodeError, Domain, Format, FormatError, FormatParseError, Overflow, Signedness, Subnormals,
};
pub use rounding::{RandomBits, Rounding, RoundingError, Saturation, Variant};

/// The examples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
