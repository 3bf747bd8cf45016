// A tensor in f64 words.
fn given(at: u32) -> vec2<u32> {
    return load(at);
}

fn give(at: u32, y: vec2<u32>) {
    store(at, y);
}
