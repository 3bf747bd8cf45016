// Exponentials as pairs (m, n), value m 2^n, n a float: `src/kernels/softmax/emulated/two_pass.rs` has
// the reduction and its story. `some`: is there anything but masked inputs?
struct Total {
    some: bool,
    mantissa: word,
    exponent: word,
}

fn total_words(all: Total) -> vec3<u32> {
    return vec3<u32>(select(0u, 1u, all.some), all.mantissa, all.exponent);
}

fn total_from(words: vec3<u32>) -> Total {
    return Total(words.x != 0u, words.y, words.z);
}

// Constants in `tables`: log2(e), log 2; then for subtraction and for the logarithm one of the two
// words that log 2 may be rounded to, what is left of log 2 then, and what is left else.
const LOG2_E: u32 = 0u;
const LOG_2: u32 = 3u;
const RESTS_OF_SUBTRACTION: u32 = 6u;
const RESTS_OF_LOGARITHM: u32 = 13u;

fn constant(at: u32) -> Wide {
    return table_entry(call.constants + at);
}

fn rest(rests: u32, high: word) -> Wide {
    return constant(rests + select(4u, 1u, high == tables[call.constants + rests]));
}

// log2(e) in the format of the pairs' exponents; log 2 in two parts in that of subtraction, then in that of
// the logarithm.
fn prepare(first: u32, begin: u32, end: u32) {
    if begin > first {
        return;
    }
    prepared[0] = rounded_at(PAIR_EXPONENT, constant(LOG2_E));
    prepared[1] = rounded_at(SUBTRACTION, constant(LOG_2));
    prepared[2] = rounded_at(SUBTRACTION, rest(RESTS_OF_SUBTRACTION, prepared[1]));
    prepared[3] = rounded_at(LOGARITHM, constant(LOG_2));
    prepared[4] = rounded_at(LOGARITHM, rest(RESTS_OF_LOGARITHM, prepared[3]));
}

fn keep(i: u32) {
}

// x - n log 2.
fn reduce(x: word, exponent: word) -> word {
    let down = negate_at(PAIR_EXPONENT, exponent);
    let first = fused_at(SUBTRACTION, down, prepared[1], x);
    return fused_at(SUBTRACTION, down, prepared[2], first);
}

// e^x; none where that is zero.
fn pair_exponential(x: word) -> Total {
    if x == MASKED {
        return Total(false, ZERO, ZERO);
    }
    let product = multiply_at(PAIR_EXPONENT, x, prepared[0]);
    let integer = round_word(product, ZERO, call.integers);
    let exponent = round_at(PAIR_EXPONENT, integer);
    let reduced = reduce(x, exponent);
    let mantissa = rounded_at(PAIR_MANTISSA, exp_of(call.exp, reduced));
    return Total(true, mantissa, exponent);
}

fn loaded(all: Total) -> Total {
    return Total(true, load_term(all.mantissa), all.exponent);
}

fn scaled_to(all: Total, exponent: word) -> word {
    if is_equal(all.exponent, exponent) {
        return all.mantissa;
    }
    let down = subtract_at(PAIR_EXPONENT, all.exponent, exponent);
    return scale_at(ACCUMULATION, all.mantissa, down);
}

fn added(left: Total, right: Total) -> Total {
    let greater = maximum_word(left.exponent, right.exponent);
    let exponent = round_at(PAIR_EXPONENT, greater);
    let first = scaled_to(left, exponent);
    let second = scaled_to(right, exponent);
    return Total(true, add_term(first, second), exponent);
}

fn begin_total(i: u32) -> Total {
    let one = pair_exponential(inputs[i]);
    if !one.some {
        return one;
    }
    return loaded(one);
}

fn push(all: Total, i: u32) -> Total {
    let one = pair_exponential(inputs[i]);
    if !one.some {
        return all;
    }
    if !all.some {
        return loaded(one);
    }
    return added(all, one);
}

fn merge(left: Total, right: Total) -> Total {
    if !right.some {
        return left;
    }
    if !left.some {
        return right;
    }
    return added(left, right);
}

fn divisor(all: Total) -> Total {
    if !all.some {
        return all;
    }
    return Total(true, divisor_of(all.mantissa), all.exponent);
}

// (m / sum) 2^(n - N); 0/0 where every input is masked.
fn softmax(i: u32, by: Total) -> word {
    let one = pair_exponential(inputs[i]);
    if !by.some {
        return round_at(SCALING, NOT_A_NUMBER);
    }
    if !one.some {
        return round_at(SCALING, ZERO);
    }
    let up = subtract_at(PAIR_EXPONENT, one.exponent, by.exponent);
    let quotient = divided(one.mantissa, by.mantissa);
    return scale_at(SCALING, quotient, up);
}

fn logarithm(all: Total) -> word {
    if !all.some {
        return round_at(LOGARITHM, MASKED);
    }
    return logarithm_of(all.mantissa);
}

fn log_softmax(i: u32, all: Total, log: word) -> word {
    var x = inputs[i];
    if all.some & (x != MASKED) {
        x = reduce(x, all.exponent);
    }
    return difference(x, log);
}

// The lesser part first.
fn log_sum_exp(all: Total, log: word) -> word {
    if !all.some {
        return log;
    }
    let first = fused_at(LOGARITHM, all.exponent, prepared[4], log);
    return fused_at(LOGARITHM, all.exponent, prepared[3], first);
}
