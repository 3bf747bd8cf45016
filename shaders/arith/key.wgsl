// `Key::new` of `src/random.rs`: the key of 2^32 random words, of whose 64-bit index it takes the high
// half. `base` is what seed and stream mix to, which `Key::base` has done.

// a b modulo 2^64.
fn pair_times(a: Pair, b: Pair) -> Pair {
    let low = word_product(a.low, b.low);
    return Pair(low.high + a.high * b.low + a.low * b.high, low.low);
}

// a ^ a / 2^places, places from 1 to 31.
fn pair_folded(a: Pair, places: u32) -> Pair {
    return Pair(
        a.high ^ (a.high >> places),
        a.low ^ ((a.low >> places) | (a.high << (32u - places))),
    );
}

// Stafford's variant 13, as in `src/random.rs`.
fn mix64(x: Pair) -> Pair {
    var z = pair_sum(x, Pair(0x9e3779b9u, 0x7f4a7c15u));
    z = pair_times(pair_folded(z, 30u), Pair(0xbf58476du, 0x1ce4e5b9u));
    z = pair_times(pair_folded(z, 27u), Pair(0x94d049bbu, 0x133111ebu));
    return pair_folded(z, 31u);
}

fn key_at(base: Pair, high: u32) -> vec2<u32> {
    let mixed = mix64(pair_sum(base, Pair(0u, high)));
    return vec2<u32>(mixed.high, mixed.low);
}

// The 32 random bits at an index of 64 bits.
fn random_at(base: Pair, index: Pair) -> u32 {
    return random_word(key_at(base, index.high), index.low);
}
