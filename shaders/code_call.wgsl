// What `encode.wgsl` and `decode.wgsl` are told, and their buffers.
struct Call {
    // Invocations.
    count: u32,
    row: u32,
    // Bits of a code in memory, and those of them that a code of the format has.
    bits: u32,
    room: u32,
    // Values there are.
    values: u32,
    index: u32,
    unused: vec2<u32>,
    keys: vec4<u32>,
    plan: Plan,
    codes: Codes,
}

@group(0) @binding(0) var<uniform> call: Call;
@group(0) @binding(1) var<storage, read_write> values: array<u32>;
@group(0) @binding(2) var<storage, read_write> packed: array<u32>;
// Index of the first value that has no code, or of the first code that is none; else all ones.
@group(0) @binding(3) var<storage, read_write> first_bad: atomic<u32>;
