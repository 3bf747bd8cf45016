//! Every shader is parsed and validated by naga, and has no float in it.

use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{ScalarKind, TypeInner};
use roundoff::gpu::shaders;

#[test]
fn every_shader_is_valid_wgsl_of_integers_alone() {
    let all = shaders();
    assert!(all.len() >= 11, "{} shaders", all.len());
    for shader in all {
        let module = naga::front::wgsl::parse_str(&shader.text).unwrap_or_else(|error| {
            panic!("{}: {}", shader.name, error.emit_to_string(&shader.text))
        });
        let mut validator = Validator::new(ValidationFlags::all(), Capabilities::empty());
        if let Err(error) = validator.validate(&module) {
            panic!("{}: {}", shader.name, error.emit_to_string(&shader.text));
        }
        assert_eq!(module.entry_points.len(), 1, "{}", shader.name);
        assert_eq!(module.entry_points[0].name, "main", "{}", shader.name);
        assert_eq!(
            module.entry_points[0].workgroup_size,
            [64, 1, 1],
            "{}",
            shader.name
        );
        assert!(!has_float(&module), "{}: a float type", shader.name);
    }
}

fn has_float(module: &naga::Module) -> bool {
    module.types.iter().any(|(_, kind)| {
        let scalar = match kind.inner {
            TypeInner::Scalar(scalar) | TypeInner::Atomic(scalar) => scalar,
            TypeInner::Vector { scalar, .. } | TypeInner::Matrix { scalar, .. } => scalar,
            _ => return false,
        };
        matches!(scalar.kind, ScalarKind::Float | ScalarKind::AbstractFloat)
    })
}

#[test]
fn a_float_would_be_seen() {
    let module = naga::front::wgsl::parse_str("fn f(x: u32) -> f32 { return bitcast<f32>(x); }");
    assert!(has_float(&module.expect("WGSL")));
}

#[test]
fn names_are_unique() {
    let mut names: Vec<_> = shaders().into_iter().map(|shader| shader.name).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}
