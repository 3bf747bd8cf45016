// The maximum of the row is known: e^(x - m) / sum e^(x - m). The part before this text says whether
// an exponential is kept or computed again.
struct Total {
    sum: word,
}

fn total_words(all: Total) -> vec3<u32> {
    return vec3<u32>(all.sum, 0u, 0u);
}

fn total_from(words: vec3<u32>) -> Total {
    return Total(words.x);
}

// The maximum is `prepared[0]`.
fn prepare(first: u32, begin: u32, end: u32) {
    for (var i = begin; i < end; i++) {
        if i == first {
            prepared[0] = round_at(MAXIMUM, inputs[i]);
        } else {
            prepared[0] = maximum_at(MAXIMUM, prepared[0], inputs[i]);
        }
    }
}

fn shifted_exponential(x: word) -> word {
    return exponential(difference(x, prepared[0]));
}

fn begin_total(i: u32) -> Total {
    return Total(load_term(term(i)));
}

fn push(all: Total, i: u32) -> Total {
    let next = term(i);
    return Total(add_term(all.sum, next));
}

fn merge(left: Total, right: Total) -> Total {
    return Total(add_term(left.sum, right.sum));
}

fn divisor(all: Total) -> Total {
    return Total(divisor_of(all.sum));
}

fn softmax(i: u32, by: Total) -> word {
    let next = term(i);
    return divided(next, by.sum);
}

fn logarithm(all: Total) -> word {
    return logarithm_of(all.sum);
}

fn log_softmax(i: u32, all: Total, log: word) -> word {
    let down = difference(inputs[i], prepared[0]);
    return difference(down, log);
}

fn log_sum_exp(all: Total, log: word) -> word {
    return add_at(LOGARITHM, prepared[0], log);
}
