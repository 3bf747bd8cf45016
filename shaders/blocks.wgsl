// Rounds blocks of f32 values that share a power of two, in place: invocation b has the block b.
//
//     m                  the greatest magnitude of the block
//     k = e(m) - E       the scale's exponent, one more where m's fraction reaches the rule's threshold
//     y = round(x 2^-k) 2^k
//
// Quotients and products are f64 words here, so that a power of two only moves their exponents: the
// f32's subnormals are normal there. The last step to f32 is one more rounding of the definition, to
// nearest. (`src/block/definition.rs` has the rules.)
struct Call {
    // Blocks, and all the values.
    count: u32,
    row: u32,
    values: u32,
    index: u32,
    keys: vec4<u32>,
    // Values a block and a line; the last block of a line may be shorter.
    length: u32,
    line: u32,
    // E, and the least and the greatest exponent of a scale, all with 1023 added.
    element: u32,
    least: u32,
    greatest: u32,
    // Is a scale past the greatest one that one? Else its block is told of.
    clamps: u32,
    // Of 52 bits: fractions from here on need the next power of two.
    threshold: vec2<u32>,
    plan: Plan,
    // Binary32, to nearest.
    single: Plan,
}

@group(0) @binding(0) var<uniform> call: Call;
@group(0) @binding(1) var<storage, read_write> values: array<u32>;
@group(0) @binding(2) var<storage, read_write> first_bad: atomic<u32>;

// An f32 word that is a number, as an f64 word.
fn widened(x: u32) -> vec2<u32> {
    let magnitude = x & 0x7fffffffu;
    let top = firstLeadingBit(magnitude | 1u);
    let subnormal = magnitude < 0x00800000u;
    let field = select((magnitude >> 23u) + 896u, top + 874u, subnormal);
    let fraction = select(magnitude, magnitude << ((23u - top) & 31u), subnormal) & 0x007fffffu;
    let high = (field << 20u) | (fraction >> 3u);
    return vec2<u32>(
        select(fraction << 29u, 0u, magnitude == 0u),
        (x & 0x80000000u) | select(high, 0u, magnitude == 0u),
    );
}

// An f64 word that an f32 holds, as its word.
fn narrowed(x: vec2<u32>) -> u32 {
    let field = (x.y >> 20u) & 0x7ffu;
    let digits = 0x00800000u | ((x.y << 3u) & 0x007ffff8u) | (x.x >> 29u);
    let normal = ((field - 897u) << 23u) + digits;
    let subnormal = select(digits >> ((897u - field) & 31u), 0u, field < 874u);
    let finite = select(normal, subnormal, field < 897u);
    return (x.y & 0x80000000u) | select(finite, 0x7f800000u, field == 0x7ffu);
}

// Times a power of two: so much more in the exponent's field, as far as it stays within.
fn times(x: vec2<u32>, exponent: u32) -> vec2<u32> {
    let zero = (x.x | (x.y & 0x7fffffffu)) == 0u;
    return vec2<u32>(x.x, select(x.y + (exponent << 20u), x.y, zero));
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let b = invocation(group, lane, call.row);
    if b >= call.count {
        return;
    }
    let blocks = (call.line - 1u) / call.length + 1u;
    let line = b / blocks * call.line;
    let begin = line + b % blocks * call.length;
    let end = min(min(begin + call.length, line + call.line), call.values);

    var most = 0u;
    for (var i = begin; i < end; i++) {
        most = max(most, values[i] & 0x7fffffffu);
    }
    if most >= 0x7f800000u {
        for (var i = begin; i < end; i++) {
            values[i] = 0x7fc00000u;
        }
        return;
    }

    // The scale's exponent with 1023 added to it. A block of zeros has any.
    let m = widened(most);
    let fraction = vec2<u32>(m.x, m.y & 0x000fffffu);
    let more = select(1u, 0u, pair_less(fraction, call.threshold));
    // 2048 more, so that nothing is below zero.
    let wanted = max((m.y >> 20u) + more + 2048u + 1023u - call.element, call.least + 2048u) - 2048u;
    if wanted > call.greatest && call.clamps == 0u && most != 0u {
        atomicMin(&first_bad, b);
    }
    let scale = min(wanted, call.greatest) - 1023u;

    for (var i = begin; i < end; i++) {
        let quotient = times(widened(values[i]), 0u - scale);
        let element = round_word(quotient, draw(i, call.plan), call.plan);
        values[i] = narrowed(round_word(times(element, scale), ZERO, call.single));
    }
}
