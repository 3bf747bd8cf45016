// `Key::word` of `src/random.rs`, which has its story: 32 random bits at the low half of an index.
fn random_word(key: vec2<u32>, index: u32) -> u32 {
    let z = index * 0x9e3779b9u + key.x;
    let y = index * 0x85ebca6bu + key.y;
    var x = (z ^ (z >> 16u)) * 0x21f0aaadu;
    x = (x ^ (x >> 15u) ^ y) * 0xd35a2d97u;
    return x ^ (x >> 15u);
}
