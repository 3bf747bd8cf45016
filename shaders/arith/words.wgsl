// What the shared texts of `shaders/arith` ask of a shader: WGSL's integers go modulo 2^32 by
// themselves, Rust's do not.
fn plus(a: u32, b: u32) -> u32 {
    return a + b;
}

fn minus(a: u32, b: u32) -> u32 {
    return a - b;
}
