// Rounds values and writes their codes: invocation j has the word j of the codes, and rounds every
// value with a bit in it.
//
//     bits of the codes     ...|444444|333333|222222|111111|000000      6 bits a code
//     words                 ------ 1 ----->|<------------ 0 --------
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let j = invocation(group, lane, call.row);
    if j >= call.count {
        return;
    }
    let plan = plan_here();
    let base = 32u * j;
    var held = 0u;
    for (var k = base / call.bits; k < call.values; k++) {
        let at = k * call.bits;
        if at >= base + 32u {
            break;
        }
        let x = round_word(load(k), draw(k, plan), plan);
        if is_nan(x) {
            atomicMin(&first_bad, k);
        }
        let code = low(code_of(x, call.codes));
        held |= select(code << ((at - base) & 31u), code >> ((base - at) & 31u), at < base);
    }
    packed[j] = held;
}
