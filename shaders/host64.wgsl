// The words of f64 hosts, for the texts of round.wgsl and codes.wgsl as `src/gpu/pairs.rs` writes
// them: two u32 each, the low one first, as in memory. WGSL has no integer of 64 bits.
alias word = vec2<u32>;
const WIDTH: word = vec2<u32>(64u, 0u);
const FRACTION: word = vec2<u32>(52u, 0u);
const SIGN: word = vec2<u32>(0u, 0x80000000u);
const INFINITY: word = vec2<u32>(0u, 0x7ff00000u);
const NOT_A_NUMBER: word = vec2<u32>(0u, 0x7ff80000u);
const ALL: word = vec2<u32>(0xffffffffu, 0xffffffffu);

fn load(at: u32) -> word {
    return vec2<u32>(values[2u * at], values[2u * at + 1u]);
}

fn store(at: u32, x: word) {
    values[2u * at] = x.x;
    values[2u * at + 1u] = x.y;
}

// 64 random bits: the first key's come first.
fn random_bits(keys: vec4<u32>, index: u32) -> word {
    return vec2<u32>(random_word(keys.zw, index), random_word(keys.xy, index));
}

fn top_bit(x: word) -> word {
    return vec2<u32>(select(firstLeadingBit(x.x), 32u + firstLeadingBit(x.y), x.y != 0u), 0u);
}

fn low(x: word) -> u32 {
    return x.x;
}

fn wide(x: u32) -> word {
    return vec2<u32>(x, 0u);
}
