// A tensor in f32 words: blocks are computed in f64 words, which hold them.
fn given(at: u32) -> vec2<u32> {
    return widened(values[at]);
}

// One more rounding of the definition, to nearest.
fn give(at: u32, y: vec2<u32>) {
    values[at] = narrowed(round_word(y, ZERO, call.single));
}
