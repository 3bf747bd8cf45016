// Points by one of the two asymptotic expansions.
fn serves(way: u32) -> bool {
    return (way == LARGE_ARGUMENT) | (way == UNIFORM);
}

fn evaluated(at: u32, v: word, x: word, terms: u32) -> word {
    if way_at(at) == LARGE_ARGUMENT {
        return large_argument(v, x, terms);
    }
    return uniform_expansion(v, x, terms);
}
