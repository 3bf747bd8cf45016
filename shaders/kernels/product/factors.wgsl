// What accumulators that do not round each sum take of a term: two factors.
struct Factors { a: word, b: word }

// The number 1.
const UNIT: word = 0x3f800000u;

// Those of term k; of a product that is rounded, the product and 1.
fn factors(entry: Entry, k: u32) -> Factors {
    if makes_fused() {
        return Factors(factor_a(entry, k), factor_b(entry, k));
    }
    return Factors(term(entry, k), UNIT);
}

fn is_special(x: Wide) -> bool {
    return (x.kind & (SIGN - 1u)) != 0u;
}

// Infinities and NaN so far, none being 0, and one more.
fn special_sum(so_far: word, kind: word) -> word {
    return select(select(NOT_A_NUMBER, kind, kind == so_far), kind, so_far == ZERO);
}
