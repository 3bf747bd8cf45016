// The values of codes of blocks: invocation k has the value k of the piece.
struct Call {
    count: u32,
    row: u32,
    // Bits of an element's code; of one in two's complement once more, else 0.
    bits: u32,
    integer: u32,
    // Values a block and a line, and between two of a line; the place of the piece's first value.
    length: u32,
    line: u32,
    inner: u32,
    first: u32,
    // Of an integer's step, as a field of f64.
    step: u32,
    unused_0: u32,
    unused_1: u32,
    unused_2: u32,
    // The host, to nearest.
    single: Plan,
    element_codes: Codes,
}

@group(0) @binding(0) var<uniform> call: Call;
@group(0) @binding(1) var<storage, read_write> values: array<u32>;
// Elements, packed; scales times the tensor's, an f64 word a block.
@group(0) @binding(2) var<storage, read> packed: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<u32>;

fn code_at(k: u32) -> u32 {
    let at = k * call.bits;
    let shift = at & 31u;
    var code = packed[at / 32u] >> shift;
    if shift + call.bits > 32u {
        code |= packed[at / 32u + 1u] << ((32u - shift) & 31u);
    }
    return code & (0xffffffffu >> ((32u - call.bits) & 31u));
}

// The integer of a code in two's complement, in steps.
fn integer_of(code: u32) -> vec2<u32> {
    let sign = code >> ((call.integer - 1u) & 31u);
    let all_bits = 0xffffffffu >> ((32u - call.integer) & 31u);
    let magnitude = select(code, (0u - code) & all_bits, sign == 1u);
    let top = firstLeadingBit(magnitude | 1u);
    // The leading digit is the hidden one.
    let after = (magnitude << (31u - top)) << 1u;
    return select(assembled(sign << 31u, top + call.step, after, 0u), ZERO, magnitude == 0u);
}

fn scale_at(at: u32) -> vec2<u32> {
    let plane = at / (call.line * call.inner);
    let row = at / call.inner % call.line / call.length;
    let slabs = (call.line - 1u) / call.length + 1u;
    let block = (plane * slabs + row) * call.inner + at % call.inner;
    return vec2<u32>(scales[2u * block], scales[2u * block + 1u]);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let k = invocation(group, lane, call.row);
    if k >= call.count {
        return;
    }
    let code = code_at(k);
    var element = value_of(wide(code), call.element_codes);
    if call.integer != 0u {
        element = integer_of(code);
    }
    let scale = scale_at(call.first + k);
    // A scale is NaN or finite; 0 only where no element is infinite.
    let y = product(element, vec2<u32>(scale.x, scale.y & 0x7fffffffu)) ^ vec2<u32>(0u, scale.y & 0x80000000u);
    give(k, select(y, NOT_A_NUMBER, field_of(scale) == 0x7ffu));
}
