// Points by one of the two sums.
fn serves(way: u32) -> bool {
    return (way == SERIES) | (way == INTEGRAL);
}

fn evaluated(at: u32, v: word, x: word, terms: u32) -> word {
    if way_at(at) == SERIES {
        return series(v, x, terms);
    }
    return integral(v, x, terms, f64_at(at, 0u));
}
