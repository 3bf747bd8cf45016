//! Shaders as parts put one after the other, and the list of all of them.

use super::pairs::{Strange, paired};

/// A piece of a shader's text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// As it is.
    Plain(&'static str),
    /// In the language of round.wgsl, for words that are pairs.
    Paired(&'static str),
}

/// How a shader uses a storage buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// `var<storage, read>`: the same buffer may be bound twice.
    #[allow(dead_code)]
    Read,
    /// `var<storage, read_write>`.
    Write,
}

/// One shader: text with an entry point `main`, workgroups of 64 invocations.
///
/// Its binding 0 is a uniform struct that begins with two words, `count` and `row` (see
/// `dispatch.wgsl`), which the launch fills in; the words after them are the caller's. Bindings
/// from 1 on are storage buffers, `array<u32>` all of them.
#[derive(Debug)]
pub(crate) struct Shader {
    /// Unique: pipelines are kept by it.
    pub name: &'static str,
    pub parts: &'static [Part],
    pub storage: &'static [Access],
    /// Names of its pipeline-overridable constants, u32 all of them.
    pub constants: &'static [&'static str],
}

impl Shader {
    /// The whole text.
    pub fn text(&self) -> Result<String, Strange> {
        let mut whole = String::new();
        for part in self.parts {
            match part {
                Part::Plain(text) => whole += text,
                Part::Paired(text) => whole += &paired(text)?,
            }
            whole.push('\n');
        }
        Ok(whole)
    }
}

/// A part by its file's name in `shaders/`.
macro_rules! part {
    ($name:literal) => {
        $crate::gpu::shader::Part::Plain(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/shaders/",
            $name
        )))
    };
    (paired $name:literal) => {
        $crate::gpu::shader::Part::Paired(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/shaders/",
            $name
        )))
    };
}
pub(crate) use part;

/// Every shader of the crate: what the test without an adapter goes through.
const CATALOGUE: &[&[&[&Shader]]] = &[
    &[
        super::chop::SHADERS,
        super::codes::SHADERS,
        super::blocks::SHADERS,
    ],
    super::arith::SHADERS,
];

/// A shader's name and whole WGSL text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShaderText {
    /// Its name.
    pub name: &'static str,
    /// WGSL with one entry point, `main`.
    pub text: String,
}

/// The texts of all shaders, as the GPU gets them: for those who want to read, check or use them
/// elsewhere.
///
/// ```
/// for shader in roundoff::gpu::shaders() {
///     assert!(!shader.text.contains("f32>"), "{} has a float", shader.name);
/// }
/// ```
pub fn shaders() -> Vec<ShaderText> {
    let all = CATALOGUE.iter().copied().flatten().copied().flatten();
    all.map(|shader| ShaderText {
        name: shader.name,
        // What cannot be written is no WGSL, and fails the test that validates it.
        text: shader.text().unwrap_or_else(|strange| strange.to_string()),
    })
    .collect()
}
