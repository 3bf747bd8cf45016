//! Blocks that share a scale: the MX formats, NVFP4, block floating point, any others.
//!
//! | room | what is in it |
//! |---|---|
//! | `rule` | how a shader finds scales, and what the shaders do not serve |
//! | `call` | what a shader is told of a tensor |
//! | `round` | tensors rounded in place |
//! | `codes` | tensors to codes of blocks, and back |

mod call;
mod codes;
mod round;
mod rule;

use super::shader::{Access, Shader, part};

/// A shader of blocks: what the values are in, the rules of one file, what is done with a block.
macro_rules! blocks {
    ($name:literal, $storage:expr, $($own:literal),*) => {
        Shader {
            name: $name,
            parts: &[
                part!("host64.wgsl"),
                part!("pairs.wgsl"),
                part!("plan.wgsl"),
                part!("code_words.wgsl"),
                part!("random.wgsl"),
                part!("draw.wgsl"),
                part!("dispatch.wgsl"),
                part!(paired "round.wgsl"),
                part!(paired "codes.wgsl"),
                part!("blocks/words.wgsl"),
                part!("blocks/quotient.wgsl"),
                part!("blocks/block.wgsl"),
                $(part!($own),)*
                part!("blocks/entry.wgsl"),
            ],
            storage: $storage,
            constants: &[],
        }
    };
}

/// Values, and the first bad one.
const IN_PLACE: &[Access] = &[Access::Write, Access::Write];
/// The same, and codes.
const CODED: &[Access] = &[Access::Write, Access::Write, Access::Write];

static DIRECT32: Shader = blocks!(
    "blocks",
    IN_PLACE,
    "blocks/host_f32.wgsl",
    "blocks/direct.wgsl",
    "blocks/values.wgsl"
);
static DIRECT64: Shader = blocks!(
    "blocks of f64",
    IN_PLACE,
    "blocks/host_f64.wgsl",
    "blocks/direct.wgsl",
    "blocks/values.wgsl"
);
static SEARCHED32: Shader = blocks!(
    "blocks searched",
    IN_PLACE,
    "blocks/host_f32.wgsl",
    "blocks/float64.wgsl",
    "blocks/searched.wgsl",
    "blocks/values.wgsl"
);
static SEARCHED64: Shader = blocks!(
    "blocks of f64 searched",
    IN_PLACE,
    "blocks/host_f64.wgsl",
    "blocks/float64.wgsl",
    "blocks/searched.wgsl",
    "blocks/values.wgsl"
);
static DIRECT32_CODES: Shader = blocks!(
    "codes of blocks",
    CODED,
    "blocks/host_f32.wgsl",
    "blocks/direct.wgsl",
    "blocks/codes.wgsl"
);
static DIRECT64_CODES: Shader = blocks!(
    "codes of blocks of f64",
    CODED,
    "blocks/host_f64.wgsl",
    "blocks/direct.wgsl",
    "blocks/codes.wgsl"
);
static SEARCHED32_CODES: Shader = blocks!(
    "codes of blocks searched",
    CODED,
    "blocks/host_f32.wgsl",
    "blocks/float64.wgsl",
    "blocks/searched.wgsl",
    "blocks/codes.wgsl"
);
static SEARCHED64_CODES: Shader = blocks!(
    "codes of blocks of f64 searched",
    CODED,
    "blocks/host_f64.wgsl",
    "blocks/float64.wgsl",
    "blocks/searched.wgsl",
    "blocks/codes.wgsl"
);

macro_rules! decoding {
    ($name:literal, $host:literal) => {
        Shader {
            name: $name,
            parts: &[
                part!("host64.wgsl"),
                part!("pairs.wgsl"),
                part!("plan.wgsl"),
                part!("code_words.wgsl"),
                part!("random.wgsl"),
                part!("dispatch.wgsl"),
                part!(paired "round.wgsl"),
                part!(paired "codes.wgsl"),
                part!("blocks/words.wgsl"),
                part!("blocks/quotient.wgsl"),
                part!($host),
                part!("blocks/decode.wgsl"),
            ],
            storage: &[Access::Write, Access::Read, Access::Read],
            constants: &[],
        }
    };
}

static DECODE32: Shader = decoding!("values of blocks", "blocks/host_f32.wgsl");
static DECODE64: Shader = decoding!("values of blocks in f64", "blocks/host_f64.wgsl");

pub(super) const SHADERS: &[&Shader] = &[
    &DIRECT32,
    &DIRECT64,
    &SEARCHED32,
    &SEARCHED64,
    &DIRECT32_CODES,
    &DIRECT64_CODES,
    &SEARCHED32_CODES,
    &SEARCHED64_CODES,
    &DECODE32,
    &DECODE64,
];
