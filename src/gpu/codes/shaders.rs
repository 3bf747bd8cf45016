//! The shaders that make codes of values and values of codes.

use crate::gpu::plan::{NARROW, Pair, WIDE};
use crate::gpu::shader::{Access, Part, Shader, part};

const STORAGE: &[Access] = &[Access::Write, Access::Write, Access::Write];

macro_rules! shader {
    ($name:literal, $constants:expr, [$($part:expr),*]) => {
        Shader {
            name: $name,
            parts: &[
                part!("plan.wgsl"),
                part!("random.wgsl"),
                part!("dispatch.wgsl"),
                part!("code_words.wgsl"),
                part!("code_call.wgsl"),
                $($part),*
            ],
            storage: STORAGE,
            constants: $constants,
        }
    };
}

const ROUND32: Part = part!("round.wgsl");
const ROUND64: Part = part!(paired "round.wgsl");
const CODES32: Part = part!("codes.wgsl");
const CODES64: Part = part!(paired "codes.wgsl");

static ENCODE32: Shader = shader!(
    "encode32",
    &[],
    [
        part!("host32.wgsl"),
        part!("plan_uniform.wgsl"),
        ROUND32,
        CODES32,
        part!("draw.wgsl"),
        part!("encode.wgsl")
    ]
);
static ENCODE32_SPECIAL: Shader = shader!(
    "encode32 specialised",
    NARROW,
    [
        part!("host32.wgsl"),
        part!("plan_constant32.wgsl"),
        ROUND32,
        CODES32,
        part!("draw.wgsl"),
        part!("encode.wgsl")
    ]
);
static ENCODE64: Shader = shader!(
    "encode64",
    &[],
    [
        part!("host64.wgsl"),
        part!("pairs.wgsl"),
        part!("plan_uniform.wgsl"),
        ROUND64,
        CODES64,
        part!("draw.wgsl"),
        part!("encode.wgsl")
    ]
);
static ENCODE64_SPECIAL: Shader = shader!(
    "encode64 specialised",
    WIDE,
    [
        part!("host64.wgsl"),
        part!("pairs.wgsl"),
        part!("plan_constant64.wgsl"),
        ROUND64,
        CODES64,
        part!("draw.wgsl"),
        part!("encode.wgsl")
    ]
);
pub static DECODE32: Shader = shader!(
    "decode32",
    &[],
    [part!("host32.wgsl"), ROUND32, CODES32, part!("decode.wgsl")]
);
pub static DECODE64: Shader = shader!(
    "decode64",
    &[],
    [
        part!("host64.wgsl"),
        part!("pairs.wgsl"),
        ROUND64,
        CODES64,
        part!("decode.wgsl")
    ]
);

pub const SHADERS: &[&Shader] = &[
    &ENCODE32,
    &ENCODE32_SPECIAL,
    &ENCODE64,
    &ENCODE64_SPECIAL,
    &DECODE32,
    &DECODE64,
];

pub static NARROW_PAIR: Pair = Pair {
    general: &ENCODE32,
    special: &ENCODE32_SPECIAL,
};
pub static WIDE_PAIR: Pair = Pair {
    general: &ENCODE64,
    special: &ENCODE64_SPECIAL,
};
