//! Experiments: a kernel of the [`catalogue`] in many arithmetics, one row a trial.
//!
//! ```text
//!  catalogue ──> inputs, reference ──┐
//!  plan ──> trials ──> arithmetic ───┴──> trial ──> row ──> journal ──> CSV, JSON lines, Parquet
//! ```
//!
//! | room | what is in it |
//! |---|---|
//! | [`catalogue`] | every kernel by name: inputs by seed, a run in any arithmetic, a reference, bounds |
//! | [`arithmetic`] | an arithmetic for each site, known when the program runs |
//! | [`plan`] | kernels x formats x roundings x saturations x accumulators x sizes x conditions x seeds |
//! | [`trial`] | one trial, and the row that it makes |
//! | [`row`] | the columns of a row, to and from text |
//! | [`sweep`] | all trials of a plan, in threads, in order |
//! | [`cases`] | a kernel on several inputs with their references: what the next three ask |
//! | [`sensitivity`] | which operation needs the bits |
//! | [`tune`] | the fewest digits that still do; [`least`](crate::least) is the bisection |
//! | [`verdict`] | the algorithm, the problem or the format at fault |
//!
//! With feature `report` also `journal` (a sweep that goes on where it stood), `table` (rows to CSV,
//! JSON lines and Parquet, and back), `merge` (the parts of a sweep in one) and `planfile` (plans in
//! TOML).

mod accumulator;
pub mod arithmetic;
pub mod cases;
pub mod catalogue;
#[cfg(feature = "report")]
pub mod journal;
#[cfg(feature = "report")]
pub mod merge;
pub mod plan;
#[cfg(feature = "report")]
pub mod planfile;
pub mod row;
pub mod sensitivity;
mod shard;
pub mod sweep;
#[cfg(feature = "report")]
pub mod table;
pub mod trial;
pub mod tune;
pub mod verdict;

pub use accumulator::Accumulator;
pub use arithmetic::{Any, Arithmetic};
pub use catalogue::{Subject, SubjectError};
pub use plan::{Plan, PlanError};
pub use row::Row;
pub use shard::Shard;
pub use trial::Trial;
