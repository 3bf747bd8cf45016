// The maximum so far: the sum is of e^(x - m), and is rescaled when m rises by more than a slack.
struct Total {
    sum: word,
    greatest: word,
}

fn total_words(all: Total) -> vec3<u32> {
    return vec3<u32>(all.sum, all.greatest, 0u);
}

fn total_from(words: vec3<u32>) -> Total {
    return Total(words.x, words.y);
}

fn prepare(first: u32, begin: u32, end: u32) {
}

fn keep(i: u32) {
}

fn rises(by: word) -> bool {
    return is_greater(by, call.slack);
}

fn rescaled(sum: word, by: word) -> word {
    let factor = exponential(by);
    return multiply_at(ACCUMULATION, sum, factor);
}

fn greater_of(x: word, y: word) -> word {
    return maximum_at(MAXIMUM, x, y);
}

fn begin_total(i: u32) -> Total {
    let x = inputs[i];
    let greatest = round_at(MAXIMUM, x);
    if x == MASKED {
        return Total(round_at(ACCUMULATION, ZERO), greatest);
    }
    let term = exponential(difference(x, greatest));
    return Total(load_term(term), greatest);
}

fn push(all: Total, i: u32) -> Total {
    let x = inputs[i];
    if x == MASKED {
        return all;
    }
    if all.greatest == MASKED {
        return begin_total(i);
    }
    let above = difference(x, all.greatest);
    if !rises(above) {
        let term = exponential(above);
        return Total(add_term(all.sum, term), all.greatest);
    }
    let greatest = greater_of(all.greatest, x);
    let sum = rescaled(all.sum, difference(all.greatest, greatest));
    let term = exponential(difference(x, greatest));
    return Total(add_term(sum, term), greatest);
}

fn merge(left: Total, right: Total) -> Total {
    if right.greatest == MASKED {
        return left;
    }
    if left.greatest == MASKED {
        return right;
    }
    let above = difference(right.greatest, left.greatest);
    if !rises(above) {
        let second = rescaled(right.sum, above);
        return Total(add_term(left.sum, second), left.greatest);
    }
    let greatest = greater_of(left.greatest, right.greatest);
    let first = rescaled(left.sum, difference(left.greatest, greatest));
    return Total(add_term(first, right.sum), greatest);
}

fn divisor(all: Total) -> Total {
    return Total(divisor_of(all.sum), all.greatest);
}

fn softmax(i: u32, by: Total) -> word {
    let term = exponential(difference(inputs[i], by.greatest));
    return divided(term, by.sum);
}

fn logarithm(all: Total) -> word {
    return logarithm_of(all.sum);
}

fn log_softmax(i: u32, all: Total, log: word) -> word {
    let down = difference(inputs[i], all.greatest);
    return difference(down, log);
}

fn log_sum_exp(all: Total, log: word) -> word {
    return add_at(LOGARITHM, all.greatest, log);
}
