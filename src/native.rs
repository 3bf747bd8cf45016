//! Functions of native floats that use no platform's libm: the same bits on every machine.

pub(crate) mod double_double;
pub(crate) mod exp;
pub(crate) mod fused;
pub(crate) mod log;
pub(crate) mod twofold;
