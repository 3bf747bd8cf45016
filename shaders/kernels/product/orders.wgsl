// The orders of a sum: those of `src/arith/slices/order.rs`. Each goes on from term `call.begin` to before
// `call.end`, for entry i of the dispatch, and gives the sum so far.

fn total(entry: Entry, i: u32) -> word {
    if makes_pairs() {
        return pairwise(entry, i);
    }
    var sum = call.start;
    if call.begin > 0u {
        sum = values[entry.place];
    }
    if makes_blocks() {
        return blocked(sum, entry, i);
    }
    return sequential(sum, entry);
}

// Term after term, from a zero.
fn sequential(so_far: word, entry: Entry) -> word {
    var sum = so_far;
    for (var k = call.begin; k < call.end; k++) {
        sum = with_term(sum, entry, k);
    }
    return sum;
}

// Blocks of terms, each from a zero; then their sums, as they stand.
fn blocked(so_far: word, entry: Entry, i: u32) -> word {
    var sum = so_far;
    var block = call.start;
    if call.begin % call.block > 0u {
        block = state[i];
    }
    for (var k = call.begin; k < call.end; k++) {
        block = with_term(block, entry, k);
        let place = k % call.block;
        if (place == call.block - 1u) | (k == call.depth - 1u) {
            sum = part(sum, block, entry, k - place);
            block = call.start;
        }
    }
    if call.end < call.depth {
        state[i] = block;
    }
    return sum;
}

// A balanced tree from its leaves, like a binary counter: after 2^m (odd) terms m sums are complete. So
// before term k there is a sum for each one in the binary digits of k.
fn pairwise(entry: Entry, i: u32) -> word {
    if call.depth == 0u {
        return ZERO;
    }
    var sums: array<u32, 33>;
    var open = countOneBits(call.begin);
    for (var j = 0u; j < open; j++) {
        sums[j] = state[j * call.count + i];
    }
    for (var k = call.begin; k < call.end; k++) {
        sums[open] = leaf(entry, k);
        let complete = countTrailingZeros(k + 1u);
        for (var m = 0u; m < complete; m++) {
            // 2^m terms on the right.
            sums[open - 1u] = part(sums[open - 1u], sums[open], entry, k + 1u - (1u << (m & 31u)));
            open--;
        }
        open++;
    }
    if call.end < call.depth {
        for (var j = 0u; j < open; j++) {
            state[j * call.count + i] = sums[j];
        }
        return ZERO;
    }
    var first = call.depth & (call.depth - 1u);
    open--;
    while open > 0u {
        sums[open - 1u] = part(sums[open - 1u], sums[open], entry, first);
        first &= first - 1u;
        open--;
    }
    return sums[0];
}
