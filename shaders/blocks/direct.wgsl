// The rules that a scale follows from at once, m the greatest magnitude:
//
//     0  binades     2^(e(m / tensor) - E), one binade more where the fraction reaches the threshold
//     1  quotients   m / (tensor M)
fn scale_of(m: vec2<u32>, block: Block) -> Scale {
    let over = quotient(m, divisor(0u));
    if call.rule == 1u {
        return scale_near(over);
    }
    let fraction = vec2<u32>(over.x, over.y & 0xfffffu);
    let more = select(1u, 0u, pair_less(fraction, call.threshold));
    return scale_near(vec2<u32>(0u, (field_of(over) + more + 1023u - call.element) << 20u));
}
