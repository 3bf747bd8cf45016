// Integers of 64 bits as two of 32, the low one first: what `src/gpu/pairs.rs` puts in the place of
// the operators that WGSL's vectors do not have. (They have & | ^ and select.)

fn pair_add(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    let low = a.x + b.x;
    return vec2<u32>(low, a.y + b.y + select(0u, 1u, low < a.x));
}

fn pair_subtract(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    return vec2<u32>(a.x - b.x, a.y - b.y - select(0u, 1u, a.x < b.x));
}

fn pair_less(a: vec2<u32>, b: vec2<u32>) -> bool {
    return a.y < b.y || (a.y == b.y && a.x < b.x);
}

fn pair_min(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    return select(a, b, pair_less(b, a));
}

fn pair_max(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    return select(a, b, pair_less(a, b));
}

// By less than 64.
//
//      [ high        ][ low         ] << s, s < 32
//      [ high << s | low >> (32 - s) ][ low << s ]      the shift to the right in two steps: s may be 0
fn pair_left(a: vec2<u32>, by: vec2<u32>) -> vec2<u32> {
    let s = by.x & 31u;
    let low = a.x << s;
    let high = (a.y << s) | ((a.x >> 1u) >> (31u - s));
    return select(vec2<u32>(low, high), vec2<u32>(0u, low), by.x >= 32u);
}

fn pair_right(a: vec2<u32>, by: vec2<u32>) -> vec2<u32> {
    let s = by.x & 31u;
    let high = a.y >> s;
    let low = (a.x >> s) | ((a.y << 1u) << (31u - s));
    return select(vec2<u32>(low, high), vec2<u32>(high, 0u), by.x >= 32u);
}

// By a power of two below 2^32: the texts divide by constants of one bit alone.
fn pair_divide(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    return pair_right(a, vec2<u32>(firstTrailingBit(b.x), 0u));
}
