// Between the f32 words in memory and the f64 words that blocks are computed in: an f32's subnormals
// are normal there, quotients and products stay in range.

// An f32 word as an f64 word.
fn widened(x: u32) -> vec2<u32> {
    let magnitude = x & 0x7fffffffu;
    let top = firstLeadingBit(magnitude | 1u);
    let subnormal = magnitude < 0x00800000u;
    let near = select((magnitude >> 23u) + 896u, top + 874u, subnormal);
    let field = select(near, 0x7ffu, magnitude >= 0x7f800000u);
    let fraction = select(magnitude, magnitude << ((23u - top) & 31u), subnormal) & 0x007fffffu;
    let high = (field << 20u) | (fraction >> 3u);
    return vec2<u32>(
        select(fraction << 29u, 0u, magnitude == 0u),
        (x & 0x80000000u) | select(high, 0u, magnitude == 0u),
    );
}

// An f64 word that an f32 holds, as its word.
fn narrowed(x: vec2<u32>) -> u32 {
    let field = field_of(x);
    let digits = 0x00800000u | ((x.y << 3u) & 0x007ffff8u) | (x.x >> 29u);
    let normal = ((field - 897u) << 23u) + digits;
    let subnormal = select(digits >> ((897u - field) & 31u), 0u, field < 874u);
    let finite = select(normal, subnormal, field < 897u);
    let beyond = select(0x7fc00000u, 0x7f800000u, (x.x | (x.y & 0xfffffu)) == 0u);
    return (x.y & 0x80000000u) | select(finite, beyond, field == 0x7ffu);
}

fn field_of(x: vec2<u32>) -> u32 {
    return (x.y >> 20u) & 0x7ffu;
}

fn is_zero(x: vec2<u32>) -> bool {
    return (x.x | (x.y & 0x7fffffffu)) == 0u;
}

fn is_power_of_two(x: vec2<u32>) -> bool {
    return (x.x | (x.y & 0xfffffu)) == 0u;
}

// Times a power of two: so much more in the exponent's field, as far as it stays within.
fn times(x: vec2<u32>, exponent: u32) -> vec2<u32> {
    let fixed = is_zero(x) || field_of(x) == 0x7ffu;
    return vec2<u32>(x.x, select(x.y + (exponent << 20u), x.y, fixed));
}
