// The accumulators of tensor cores: `src/arith/slices/aligned.rs` says what they do and who measured it.
// A block of products and the running sum, shifted to one exponent, cut there, added as integers; then
// rounded.
//
//      exponent of the greatest |
//        sum      1.01101001...0|
//        a0 b0      11.0110...01|1010
//        a1 b1       1.1011...10|0110
//                 `-- kept + 1 -'`-- cut
//
// Two readings of a block: its greatest exponent, then its sum, of 63 digits at most: the host sees to that.

// The exponent that alignment sees: the sum of the factors', a subnormal's that of the least normal one.
fn aligned_exponent(a: Wide, b: Wide, least: word) -> word {
    return max(a.exponent, least) + max(b.exponent, least);
}

// |x| less what lies below the place `top - 63`, in units of it; `top` as `Wide` has exponents.
fn cut(x: Wide, top: word) -> Pair {
    let places = top - x.exponent;
    let near = places & 31u;
    let high = x.high >> near;
    let low = (x.low >> near) | ((x.high << 1u) << (31u - near));
    if places > 63u {
        return Pair(ZERO, ZERO);
    }
    return Pair(select(high, ZERO, places > 31u), select(low, high, places > 31u));
}

fn with_cut(sum: Pair, x: Wide, top: word) -> Pair {
    if is_zero(x) {
        return sum;
    }
    let digits = cut(x, top);
    if x.kind >= SIGN {
        return pair_difference(sum, digits);
    }
    return pair_sum(sum, digits);
}

// The running sum and terms `begin` to before `end`, rounded once.
fn with_block(sum: word, entry: Entry, begin: u32, end: u32) -> word {
    let running = unpacked(sum);
    var greatest = ZERO;
    var special = ZERO;
    for (var k = begin; k < end; k++) {
        let pair = factors(entry, k);
        let a = unpacked(pair.a);
        let b = unpacked(pair.b);
        let product = wide_product(a, b);
        if is_special(product) {
            special = special_sum(special, product.kind);
        } else if !is_zero(product) {
            greatest = max(greatest, aligned_exponent(a, b, call.least));
        }
    }
    if is_special(running) {
        special = special_sum(special, running.kind);
    } else if !is_zero(running) {
        greatest = max(greatest, aligned_exponent(running, unpacked(UNIT), call.least_of_sum));
    }
    let rules = sum_site();
    let random = draw_term(rules, TERM, entry, begin);
    if (special != ZERO) | (greatest == ZERO) {
        return round_wide(Wide(special, ZERO, ZERO, ZERO), random, rules.plan);
    }
    // The exponent of digit 63 of 64.
    let top = greatest + 63u - call.kept - (OFFSET + BIAS);
    var added = with_cut(Pair(ZERO, ZERO), running, top);
    for (var k = begin; k < end; k++) {
        let pair = factors(entry, k);
        added = with_cut(added, wide_product(unpacked(pair.a), unpacked(pair.b)), top);
    }
    let negative = added.high >= SIGN;
    if negative {
        added = pair_difference(Pair(ZERO, ZERO), added);
    }
    let exact = normalised(select(ZERO, SIGN, negative), top, added);
    return round_wide(exact, random, rules.plan);
}

// Whole blocks from term `call.begin` to before `call.end`.
fn total(entry: Entry, i: u32) -> word {
    var sum = ZERO;
    if call.begin > 0u {
        sum = values[entry.place];
    }
    for (var begin = call.begin; begin < call.end; begin += call.block) {
        sum = with_block(sum, entry, begin, min(begin + call.block, call.end));
    }
    return sum;
}
