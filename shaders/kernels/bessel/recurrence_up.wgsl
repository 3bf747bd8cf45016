// Up from orders where the integral is computed: K.

// Its nodes.
const NODES: u32 = 64u;

// `steps` up from an order between -1/2 and 1/2.
fn recurrence_up(at: u32, v: word, x: word, steps: u32) -> word {
    let number = rounded_at(RECURRENCE, integer(steps));
    let mu = subtract_at(RECURRENCE, v, number);
    // At mu and, but for no steps, one more. A loop, so that drivers write the integral out once.
    var logs = array<word, 2>();
    for (var j = 0u; j <= min(steps, 1u); j++) {
        var order = mu;
        if j > 0u {
            order = order_above(mu, 1u);
        }
        logs[j] = integral(order, x, NODES, f64_at(at, j));
    }
    if steps == 0u {
        return logs[0];
    }
    var log = logs[1];
    var ratio = power_of(logs[1], logs[0]);
    for (var n = 1u; n < steps; n++) {
        let order = order_above(mu, n);
        let two = rounded_at(RECURRENCE, integer(2u));
        let slope = slope_at(two, order, x);
        let inverse = divide_at(RECURRENCE, UNIT, ratio);
        ratio = add_at(RECURRENCE, slope, inverse);
        let log_ratio = rounded_at(RECURRENCE, log_of(call.log_ratio, ratio));
        log = add_at(RECURRENCE, log, log_ratio);
    }
    return log;
}

fn serves(way: u32) -> bool {
    return way == RECURRENCE_UP;
}

fn evaluated(at: u32, v: word, x: word, steps: u32) -> word {
    return recurrence_up(at, v, x, steps);
}
