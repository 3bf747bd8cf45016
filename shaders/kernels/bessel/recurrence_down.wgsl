// Down from orders where the uniform expansion holds: I.

// How far above v that is.
const ABOVE: u32 = 24u;

fn recurrence_down(v: word, x: word, terms: u32) -> word {
    // At ABOVE and one more. A loop, so that drivers write the expansion out once.
    var logs = array<word, 2>();
    for (var j = 0u; j < 2u; j++) {
        let order = order_above(v, ABOVE + j);
        logs[j] = uniform_expansion(order, x, terms);
    }
    var log = logs[0];
    var ratio = power_of(logs[1], logs[0]);
    for (var n = ABOVE; n > 0u; n--) {
        let two = rounded_at(RECURRENCE, integer(2u));
        let order = order_above(v, n);
        let slope = slope_at(two, order, x);
        let sum = add_at(RECURRENCE, slope, ratio);
        ratio = divide_at(RECURRENCE, UNIT, sum);
        let log_ratio = rounded_at(RECURRENCE, log_of(call.log_ratio, ratio));
        log = subtract_at(RECURRENCE, log, log_ratio);
    }
    return log;
}

fn serves(way: u32) -> bool {
    return way == RECURRENCE_DOWN;
}

fn evaluated(at: u32, v: word, x: word, terms: u32) -> word {
    return recurrence_down(v, x, terms);
}
