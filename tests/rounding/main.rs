//! The core against the oracle and other judges: formats, roundings, chop, codes.
//!
//! | module | what it judges by |
//! |---|---|
//! | `small`, `wide` | the oracle: every value of formats up to 10 bits; boundaries of wider ones |
//! | `trial` | how a list of values goes through every mode and saturation |
//! | `golden` | P3109's value tables, golden vectors |
//! | `properties` | the promises: in the format, monotone, mirrored, the same bits everywhere |
//! | `names` | names, aliases, sentences of errors, nothing public untested |
//! | `stochastic` | frequencies against probabilities |
//! | `shader` | naga, a WGSL compiler |
//! | `proofs` | all 2^32 f32 words, against `half`, the processor and the definition |

mod golden;
mod names;
#[path = "../oracle/mod.rs"]
mod oracle;
#[cfg(feature = "proofs")]
mod proofs;
mod properties;
mod shader;
mod small;
mod stochastic;
mod trial;
mod wide;
