// The values of codes: invocation k has the value k.
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let k = invocation(group, lane, call.row);
    if k >= call.count {
        return;
    }
    let at = k * call.bits;
    let shift = at & 31u;
    var code = packed[at / 32u] >> shift;
    if shift + call.bits > 32u {
        code |= packed[at / 32u + 1u] << ((32u - shift) & 31u);
    }
    code &= 0xffffffffu >> ((32u - call.bits) & 31u);
    if (code & ~call.room) != 0u {
        atomicMin(&first_bad, k);
    }
    store(k, value_of(wide(code & call.room), call.codes));
}
