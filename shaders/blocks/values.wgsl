// Blocks in place: elements times their scales.
fn finish(block: Block, b: u32, scale: vec2<u32>) {
    let s = product(scale, call.tensor);
    for (var i = 0u; i < block.count; i++) {
        let at = place(block, i);
        give(at, product(element_of(given(at), at, s), s));
    }
}

fn finish_nan(block: Block, b: u32) {
    for (var i = 0u; i < block.count; i++) {
        give(place(block, i), NOT_A_NUMBER);
    }
}
