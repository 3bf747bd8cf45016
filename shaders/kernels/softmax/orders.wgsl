// The orders of a sum: those of `src/kernels/order.rs`, which begin with a term. Each goes on from column
// `call.begin` to before `call.end`, and in the end has the sum in `sums[0]`.

fn sum_up(first: u32) {
    if call.is_pairwise != 0u {
        pairwise(first);
    } else {
        blocked(first);
    }
}

// Blocks of terms, the one under way in `sums[1]`; then their sums, as they stand. A sequential sum is
// one block.
fn blocked(first: u32) {
    for (var k = call.begin; k < call.end; k++) {
        let place = k % call.block;
        if place == 0u {
            sums[1] = begin_total(first + k);
        } else {
            sums[1] = push(sums[1], first + k);
        }
        if (place == call.block - 1u) | (k == call.columns - 1u) {
            if k == place {
                sums[0] = sums[1];
            } else {
                sums[0] = merge(sums[0], sums[1]);
            }
        }
    }
}

// A balanced tree from its leaves, like a binary counter: before term k there is a sum for each one in
// the binary digits of k.
fn pairwise(first: u32) {
    var open = countOneBits(call.begin);
    for (var k = call.begin; k < call.end; k++) {
        sums[open] = begin_total(first + k);
        let complete = countTrailingZeros(k + 1u);
        for (var m = 0u; m < complete; m++) {
            sums[open - 1u] = merge(sums[open - 1u], sums[open]);
            open--;
        }
        open++;
    }
    if call.end < call.columns {
        return;
    }
    open--;
    while open > 0u {
        sums[open - 1u] = merge(sums[open - 1u], sums[open]);
        open--;
    }
}
