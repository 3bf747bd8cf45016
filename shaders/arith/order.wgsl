// Which host word is the greater number, by integers alone: a float comparison would let an adapter
// flush subnormals. In the part of the language that WGSL and Rust share; after `wide.wgsl`.

// Greater for greater numbers; -0 comes before 0. NaN has no place.
fn order_key(x: word) -> word {
    return select(x | SIGN, x ^ ALL, (x & SIGN) != 0);
}

// x > y; zeros are equal, and a NaN is nothing.
fn is_greater(x: word, y: word) -> bool {
    let zeros = ((x | y) & (SIGN - 1)) == 0;
    return (order_key(x) > order_key(y)) & !(zeros | is_nan(x) | is_nan(y));
}

// x = y; zeros are equal, and a NaN is nothing.
fn is_equal(x: word, y: word) -> bool {
    let zeros = ((x | y) & (SIGN - 1)) == 0;
    return ((x == y) | zeros) & !(is_nan(x) | is_nan(y));
}

// The greater; NaN if one is (IEEE 754-2019, 9.6).
fn maximum_word(x: word, y: word) -> word {
    let greater = select(y, x, order_key(x) > order_key(y));
    return select(greater, NOT_A_NUMBER, is_nan(x) | is_nan(y));
}

// The place of a value among the magnitudes of its format, from 0 for zero: those of the format's
// values have consecutive places, and an infinity's is past all of them.
//
//      eeeeeeee fff 00000000000000000000
//      `- field less the least one's, and the kept fraction below it
fn place_of(x: word, plan: Plan) -> word {
    let magnitude = x & (SIGN - 1);
    let field = magnitude >> FRACTION;
    let base = (max(field, ONE) - ONE) << FRACTION;
    let shift = min(plan.emin + plan.dropped - max(min(field, plan.emin), ONE), WIDTH - 1);
    let low = (magnitude - base) >> shift;
    let least = (plan.emin - 1) << FRACTION;
    let high = (max(magnitude, least) - least) >> plan.dropped;
    return select(low, high, field >= plan.emin);
}
