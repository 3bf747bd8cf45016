// The words of f32 hosts, for round.wgsl and codes.wgsl: one u32 each.
alias word = u32;
const WIDTH: word = 32u;
const FRACTION: word = 23u;
const SIGN: word = 0x80000000u;
const INFINITY: word = 0x7f800000u;
const NOT_A_NUMBER: word = 0x7fc00000u;
const ALL: word = 0xffffffffu;

fn load(at: u32) -> word {
    return values[at];
}

fn store(at: u32, x: word) {
    values[at] = x;
}

// 32 random bits; the second key is for longer words.
fn random_bits(keys: vec4<u32>, index: u32) -> word {
    return random_word(keys.xy, index);
}

// Place of the topmost bit that is set, where there is one.
fn top_bit(x: word) -> word {
    return firstLeadingBit(x);
}

// Between words and codes, which have at most 32 bits.
fn low(x: word) -> u32 {
    return x;
}

fn wide(x: u32) -> word {
    return x;
}
