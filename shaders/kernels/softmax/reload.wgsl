// Exponentials are written once and read back.
fn keep(i: u32) {
    kept[i] = shifted_exponential(inputs[i]);
}

fn term(i: u32) -> word {
    return kept[i];
}
