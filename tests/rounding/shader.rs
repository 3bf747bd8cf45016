//! The definition of rounding as WGSL: parsed and validated, and no float in it.

use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{ScalarKind, TypeInner};

/// What a shader supplies: an f32 host.
const PRELUDE: &str = "
alias word = u32;
const WIDTH: word = 32u;
const FRACTION: word = 23u;
const SIGN: word = 0x80000000u;
const ALL: word = 0xffffffffu;
const INFINITY: word = 0x7f800000u;
const NOT_A_NUMBER: word = 0x7fc00000u;
struct Plan {
    dropped: word, emin: word, bottom: word, least: word, flush: word, max: word,
    max_negative: word, over: word, over_negative: word, infinity: word,
    infinity_negative: word, zero: word, zero_negative: word, threshold: word, random: word,
    rule: word,
}
";

#[test]
fn the_definition_is_wgsl_of_integers() {
    let text = include_str!("../../shaders/round.wgsl");
    let main = "
@group(0) @binding(0) var<uniform> plan: Plan;
@group(0) @binding(1) var<storage, read_write> words: array<word>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) at: vec3<u32>) {
    words[at.x] = round_word(words[at.x], 0u, plan);
}";
    let source = format!("{PRELUDE}{text}{main}");
    let module = naga::front::wgsl::parse_str(&source)
        .unwrap_or_else(|error| panic!("{}", error.emit_to_string(&source)));
    let mut validator = Validator::new(ValidationFlags::all(), Capabilities::empty());
    validator.validate(&module).expect("a valid module");
    let float = |kind: ScalarKind| matches!(kind, ScalarKind::Float | ScalarKind::AbstractFloat);
    for (_, kind) in module.types.iter() {
        let scalar = match kind.inner {
            TypeInner::Scalar(scalar) | TypeInner::Vector { scalar, .. } => scalar,
            TypeInner::Matrix { scalar, .. } | TypeInner::Atomic(scalar) => scalar,
            _ => continue,
        };
        assert!(!float(scalar.kind), "{kind:?}");
    }
    let function = |name: &str| {
        module
            .functions
            .iter()
            .any(|(_, f)| f.name.as_deref() == Some(name))
    };
    assert!(function("round_word") && function("round_magnitude"));
}
