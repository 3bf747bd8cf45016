// The power series of I and the integral of K on a logarithmic scale, as
// `src/kernels/bessel/emulated/series.rs` and `integral.rs` have them.
//
// The greatest term has to be known before the first is added, and there is no room for all of them: they
// are computed twice. The second time they take the random words of the first. (Two turns of a loop, not
// two loops: drivers write every operation out where it is called, and take their time.)

// A positive f64, its exponent unpacked: 53 digits, the last one in the last place of the pair.
struct F64 {
    exponent: u32,
    digits: Pair,
}

fn f64_of(high: u32, low: u32) -> F64 {
    let fraction = (high & 0xfffffu) | 0x100000u;
    return F64((high >> 20u) + (OFFSET + BIAS - 1023u), Pair(fraction, low));
}

// Step j of the point that begins at a word of `expansions`.
fn f64_at(at: u32, j: u32) -> F64 {
    return f64_of(expansions[at + 1u + 2u * j], expansions[at + 2u + 2u * j]);
}

// n x, n up to 2^10, to the nearest f64, ties to even: 63 digits, cut to 53.
//
//      1ddddddd ... dddddddd|hddddddddddd     64 digits, 11 to go, the half bit first
fn times_integer(x: F64, n: u32) -> Wide {
    if n == 0u {
        return Wide(ZERO, 0u, 0u, 0u);
    }
    let low = word_product(x.digits.low, n);
    let product = Pair(x.digits.high * n + low.high, low.low);
    let zeros = pair_zeros(product);
    let there = moved_left(product, min(zeros, 63u));
    let rest = there.low & 0x7ffu;
    let odd = (there.low >> 11u) & 1u;
    let up = (rest + odd) > 0x400u;
    let cut = Pair(there.high, there.low & 0xfffff800u);
    let rounded = pair_sum(cut, Pair(0u, select(0u, 0x800u, up)));
    let exponent = x.exponent + 11u - zeros;
    if rounded.high < SIGN {
        return Wide(ZERO, exponent + 1u, SIGN, 0u);
    }
    return Wide(ZERO, exponent, rounded.high, rounded.low);
}

fn greater_term(term: word, most: word) -> word {
    return select(most, term, is_greater(term, most));
}

// The logarithm of a sum whose greatest term was taken out.
fn log_of_sum(total: word, greatest: word) -> word {
    let log = rounded_at(LOGARITHM, log_of(call.log_sum, total));
    return add_at(OUTPUT, greatest, log);
}

// Term k of the series from the one before.
fn next_term(before: word, twice_log: word, v: word, k: u32) -> word {
    let number = rounded_at(TERM, integer(k));
    let product = multiply_at(TERM, number, add_at(TERM, number, v));
    let divisor = rounded_at(TERM, log_of(call.log_term, product));
    let ratio = subtract_at(TERM, twice_log, divisor);
    return add_at(TERM, before, ratio);
}

// The power series (DLMF 10.25.2), `count` terms after the first.
fn series(v: word, x: word, count: u32) -> word {
    let half = round_at(TERM, 0x3f000000u);
    let half_x = multiply_at(TERM, half, x);
    let log = rounded_at(TERM, log_of(call.log_term, half_x));
    let one = round_at(TERM, UNIT);
    let order = add_at(TERM, v, one);
    let power = multiply_at(TERM, v, log);
    let factorial = rounded_at(TERM, log_gamma_of(call.log_gamma, order));
    let first = subtract_at(TERM, power, factorial);
    let two = rounded_at(TERM, integer(2u));
    let twice_log = multiply_at(TERM, two, log);

    let at = drawn[TERM];
    var greatest = first;
    var total = round_at(SUM, ZERO);
    for (var turn = 0u; turn < 2u; turn++) {
        drawn[TERM] = at;
        var term = first;
        for (var k = 0u; k <= count; k++) {
            if k > 0u {
                term = next_term(term, twice_log, v, k);
            }
            if turn == 0u {
                greatest = greater_term(term, greatest);
            } else {
                total = add_at(SUM, total, power_of(term, greatest));
            }
        }
    }
    return log_of_sum(total, greatest);
}

// log cosh(v t) - x cosh t at a node of the trapezoidal rule.
fn node_term(v: word, x: word, log_two: word, step: F64, node: u32) -> word {
    let t = rounded_at(TERM, times_integer(step, node));
    let y = multiply_at(TERM, v, t);
    let minus_two = round_at(TERM, 0xc0000000u);
    let minus_twice = multiply_at(TERM, minus_two, y);
    let fall = rounded_at(TERM, softplus_of(call.softplus, minus_twice));
    let sum = add_at(TERM, y, fall);
    let log_cosh = subtract_at(TERM, sum, log_two);
    let cosh = rounded_at(TERM, cosh_of(call.cosh, t));
    let product = multiply_at(TERM, x, cosh);
    return subtract_at(TERM, log_cosh, product);
}

// The integral (DLMF 10.32.9); the first node has half the weight.
fn integral(v: word, x: word, nodes: u32, step: F64) -> word {
    let log_two = rounded_at(TERM, table_entry(call.log_two));
    let at = drawn[TERM];
    var greatest = ZERO;
    var total = round_at(SUM, ZERO);
    for (var turn = 0u; turn < 2u; turn++) {
        drawn[TERM] = at;
        for (var node = 0u; node <= nodes; node++) {
            let term = node_term(v, x, log_two, step, node);
            if turn == 0u {
                greatest = select(greater_term(term, greatest), term, node == 0u);
                continue;
            }
            var power = power_of(term, greatest);
            if node == 0u {
                let half = round_at(SUM, 0x3f000000u);
                power = multiply_at(SUM, half, power);
            }
            total = add_at(SUM, total, power);
        }
    }
    let sum = log_of_sum(total, greatest);
    let width = rounded_at(OUTPUT, times_integer(step, 1u));
    let log = rounded_at(OUTPUT, log_of(call.log_output, width));
    return add_at(OUTPUT, sum, log);
}
