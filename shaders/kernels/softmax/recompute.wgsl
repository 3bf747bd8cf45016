// Exponentials are computed each time.
fn keep(i: u32) {
}

fn term(i: u32) -> word {
    return shifted_exponential(inputs[i]);
}
