// The recurrence by ratios (DLMF 10.29.1), as `src/kernels/bessel/emulated/recurrence.rs` has it.

fn order_above(v: word, n: u32) -> word {
    let number = rounded_at(RECURRENCE, integer(n));
    return add_at(RECURRENCE, v, number);
}

// 2 order / x.
fn slope_at(two: word, order: word, x: word) -> word {
    let twice = multiply_at(RECURRENCE, two, order);
    return divide_at(RECURRENCE, twice, x);
}
