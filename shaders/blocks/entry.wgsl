// A block an invocation: its scale, then what `values.wgsl` or `codes.wgsl` does with it.
//
//     m                  the greatest finite magnitude of the block
//     s                  its scale, by the rule, times the tensor's
//     e = round(x / s)   an element
//
// (`src/block/definition.rs` has the rules.)
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

    var m = ZERO;
    var special = false;
    for (var i = 0u; i < block.count; i++) {
        let magnitude = magnitude_of(given(place(block, i)));
        let finite = field_of(magnitude) < 0x7ffu;
        m = select(m, pair_max(m, magnitude), finite);
        special = special || !finite;
    }
    if special && call.keeps == 0u {
        finish_nan(block, b);
        return;
    }
    var scale = call.least;
    if !is_zero(m) && call.known == 0u {
        let found = scale_of(m, block);
        if found.past {
            atomicMin(&first_bad, b);
        }
        scale = found.value;
    }
    finish(block, b, scale);
}
