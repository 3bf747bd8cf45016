// Nothing is subtracted: e^x / sum e^x.
struct Total {
    sum: word,
}

fn total_words(all: Total) -> vec3<u32> {
    return vec3<u32>(all.sum, 0u, 0u);
}

fn total_from(words: vec3<u32>) -> Total {
    return Total(words.x);
}

fn prepare(first: u32, begin: u32, end: u32) {
}

fn keep(i: u32) {
    kept[i] = exponential(inputs[i]);
}

fn begin_total(i: u32) -> Total {
    return Total(load_term(kept[i]));
}

fn push(all: Total, i: u32) -> Total {
    return Total(add_term(all.sum, kept[i]));
}

fn merge(left: Total, right: Total) -> Total {
    return Total(add_term(left.sum, right.sum));
}

fn divisor(all: Total) -> Total {
    return Total(divisor_of(all.sum));
}

fn softmax(i: u32, by: Total) -> word {
    return divided(kept[i], by.sum);
}

fn logarithm(all: Total) -> word {
    return logarithm_of(all.sum);
}

fn log_softmax(i: u32, all: Total, log: word) -> word {
    return difference(inputs[i], log);
}

fn log_sum_exp(all: Total, log: word) -> word {
    return log;
}
