//! Rows of an experiment as pictures and pages.
//!
//! ```text
//!  series of points ─> Plot ───────┐              ┌─> SVG
//!  grid ────────────> HeatMap ─────┼─> Picture ───┼─> PNG (by resvg, with the font in this crate)
//!  tensor, Format ──> Histogram ───┘      │
//!  CSV, JSON lines, Parquet ─> Table ─────┴─> Page ─> one HTML file
//!                      Plot ─> a plot in characters
//! ```
//!
//! Everything works from plain data: nothing here runs an experiment. The same data give the same
//! SVG, HTML and text on every machine; the PNG too on machines of one architecture.
//!
//! | room | what is in it |
//! |---|---|
//! | [`plot`] | points and bounds over one axis: error against size, precision, format |
//! | [`heat`] | a value over two parameters |
//! | [`histogram`] | the values of a tensor against a format's range |
//! | [`bounds`] | the a-priori bounds that are drawn in |
//! | [`axis`] | scales, ticks |
//! | [`picture`] | SVG and PNG |
//! | [`terminal`] | a plot in characters |
//! | [`table`] | labelled rows, and plots of their columns |
//! | [`page`] | one self-contained HTML page |
//! | [`number`] | numbers as people read them |
//!
//! ```
//! use roundoff::Format;
//! use roundoff::report::{Plot, Series, bounds};
//! let n = [10.0, 100.0, 1000.0];
//! let errors = [2e-3, 1.1e-2, 2.8e-1];
//! let picture = Plot::new("A sum in bfloat16", "terms", "relative error")
//!     .with(Series::new("bfloat16", n.into_iter().zip(errors)))
//!     .with(Series::bound("gamma_n", bounds::gamma(Format::BFLOAT16, n)).coloured_as("bfloat16"))
//!     .picture();
//! assert!(picture.svg().starts_with("<svg"));
//! ```

pub mod axis;
pub mod bounds;
pub mod heat;
pub mod histogram;
pub mod number;
pub mod page;
pub mod picture;
pub mod plot;
mod svg;
pub mod table;
pub mod terminal;
mod thin;

pub use axis::Scale;
pub use heat::HeatMap;
pub use histogram::Histogram;
pub use page::Page;
pub use picture::{Picture, PngError};
pub use plot::{Plot, Series};
pub use table::{Table, TableError};
pub use terminal::Characters;
