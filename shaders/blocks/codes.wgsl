// Blocks as codes: those of the elements, a word each, and after them those of the scales.
@group(0) @binding(3) var<storage, read_write> codes: array<u32>;

// From sign and magnitude to two's complement.
fn complemented(code: u32, width: u32) -> u32 {
    let sign = 1u << ((width - 1u) & 31u);
    let negative = select(0u, 1u, (code & sign) != 0u);
    return (((code & (sign - 1u)) ^ (0u - negative)) + negative) & (sign | (sign - 1u));
}

fn finish(block: Block, b: u32, scale: vec2<u32>) {
    let s = product(scale, call.tensor);
    for (var i = 0u; i < block.count; i++) {
        let at = place(block, i);
        let element = element_of(given(at), at, s);
        if is_nan(element) && call.has_nan == 0u {
            atomicMin(&first_bad, b);
        }
        let code = low(code_of(element, call.element_codes));
        codes[at] = select(code, complemented(code, call.integer), call.integer != 0u);
    }
    codes[call.values + b] = low(code_of(scale, call.scale_codes));
}

// The elements of a block that is NaN are zeros.
fn finish_nan(block: Block, b: u32) {
    if call.has_nan_scale == 0u {
        atomicMin(&first_bad, b);
    }
    for (var i = 0u; i < block.count; i++) {
        codes[place(block, i)] = 0u;
    }
    codes[call.values + b] = low(call.scale_codes.nan);
}
