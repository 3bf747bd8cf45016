// `Key::word` of `src/random.rs`, which has its story: 32 random bits at the low half of an index.
fn random_word(key: vec2<u32>, index: u32) -> u32 {
    var x = index + key.x;
    x = (x ^ (x >> 16u)) * 0x21f0aaadu;
    x = x + key.y;
    x = (x ^ (x >> 15u)) * 0xd35a2d97u;
    return x ^ (x >> 15u);
}
