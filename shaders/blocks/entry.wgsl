// Rounds blocks of f32 values that share a scale, in place: invocation b has the block b.
//
//     m                  the greatest finite magnitude of the block
//     s                  its scale, by the rule, times the tensor's
//     y = round(x / s) s
//
// The last step to f32 is one more rounding of the definition, to nearest. (`src/block/definition.rs`
// has the rules.)
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let b = invocation(group, lane, call.row);
    if b >= call.count {
        return;
    }
    // Blocks side by side, slab after slab: `src/block/layout.rs` has the picture.
    let slab = b / call.inner;
    let slabs = (call.line - 1u) / call.length + 1u;
    let along = slab % slabs * call.length;
    let first = slab / slabs * call.line + along;
    let left = min(call.line - along, call.values / call.inner - first);
    let block = Block(first * call.inner + b % call.inner, min(call.length, left));

    var m = 0u;
    var special = false;
    for (var i = 0u; i < block.count; i++) {
        let magnitude = values[place(block, i)] & 0x7fffffffu;
        let finite = magnitude < 0x7f800000u;
        m = max(m, select(0u, magnitude, finite));
        special = special || !finite;
    }
    if special && call.keeps == 0u {
        for (var i = 0u; i < block.count; i++) {
            values[place(block, i)] = 0x7fc00000u;
        }
        return;
    }
    var s = call.zeros;
    if m != 0u && call.known == 0u {
        let scale = scale_of(m, block);
        if scale.past {
            atomicMin(&first_bad, b);
        }
        s = product(scale.value, call.tensor);
    }
    for (var i = 0u; i < block.count; i++) {
        let at = place(block, i);
        values[at] = narrowed(round_word(value_of(values[at], at, s), ZERO, call.single));
    }
}
