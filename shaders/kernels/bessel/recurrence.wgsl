// The recurrence by ratios (DLMF 10.29.1), as `src/kernels/bessel/emulated/recurrence.rs` has it.

// How far above v the recurrence of I begins, and the nodes of the integrals that K's begins with.
const ABOVE: u32 = 24u;
const NODES: u32 = 64u;

fn order_above(v: word, n: u32) -> word {
    let number = rounded_at(RECURRENCE, integer(n));
    return add_at(RECURRENCE, v, number);
}

// 2 order / x.
fn slope_at(two: word, order: word, x: word) -> word {
    let twice = multiply_at(RECURRENCE, two, order);
    return divide_at(RECURRENCE, twice, x);
}

fn ratio_of(above: word, below: word) -> word {
    return power_of(above, below);
}

fn recurrence_down(v: word, x: word, terms: u32) -> word {
    let last = order_above(v, ABOVE);
    var log = uniform_expansion(last, x, terms);
    let past = order_above(v, ABOVE + 1u);
    let above = uniform_expansion(past, x, terms);
    var ratio = ratio_of(above, log);
    for (var n = ABOVE; n > 0u; n--) {
        let two = rounded_at(RECURRENCE, integer(2u));
        let order = order_above(v, n);
        let slope = slope_at(two, order, x);
        let sum = add_at(RECURRENCE, slope, ratio);
        ratio = divide_at(RECURRENCE, UNIT, sum);
        let log_ratio = rounded_at(RECURRENCE, looked_up(call.log_ratio, ratio));
        log = subtract_at(RECURRENCE, log, log_ratio);
    }
    return log;
}

// `steps` up from an order between -1/2 and 1/2; the widths of the two integrals' rules.
fn recurrence_up(v: word, x: word, steps: u32, first: F64, second: F64) -> word {
    let number = rounded_at(RECURRENCE, integer(steps));
    let mu = subtract_at(RECURRENCE, v, number);
    let base = integral(mu, x, NODES, first);
    if steps == 0u {
        return base;
    }
    let next = order_above(mu, 1u);
    var log = integral(next, x, NODES, second);
    var ratio = ratio_of(log, base);
    for (var n = 1u; n < steps; n++) {
        let order = order_above(mu, n);
        let two = rounded_at(RECURRENCE, integer(2u));
        let slope = slope_at(two, order, x);
        let inverse = divide_at(RECURRENCE, UNIT, ratio);
        ratio = add_at(RECURRENCE, slope, inverse);
        let log_ratio = rounded_at(RECURRENCE, looked_up(call.log_ratio, ratio));
        log = add_at(RECURRENCE, log, log_ratio);
    }
    return log;
}
