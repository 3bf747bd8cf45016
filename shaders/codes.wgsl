// Between values of a format and their codes, in the language of round.wgsl: integers where
// `src/chop/layout.rs`, for vectors, has floats; tests hold the two against each other.
//
//     0 eeeeeeee ffffffffff0000000000000     a normal f32 of p - 1 = 10 digits
//         magnitude >> dropped = eeeeeeeeffffffffff, less the offset: the code
//     0 eeeeeeee fffff000000000000000000     a subnormal of the format: its code is its size in steps

// The code of a value of the format.
fn code_of(x: word, codes: Codes) -> word {
    let sign = x & SIGN;
    let magnitude = x ^ sign;
    let field = magnitude >> FRACTION;
    let significand = magnitude - ((max(field, ONE) - ONE) << FRACTION);
    let normal = (magnitude >> codes.dropped) - codes.offset;
    let shift = codes.bottom - max(min(field, codes.emin), ONE);
    let steps = significand >> min(shift, WIDTH - 1);
    let finite = select(normal, steps, field < codes.emin);
    let ended = select(finite, codes.infinity, magnitude == INFINITY);
    return select(ended | ((sign >> codes.sign_shift) & codes.sign), codes.nan, magnitude > INFINITY);
}

fn is_nan(x: word) -> bool {
    return (x ^ (x & SIGN)) > INFINITY;
}

// A magnitude of so many steps of a subnormal, as a host word: `lift` is a step's place in the words
// of the host. From binade 1 up the significand stays where it is and the field grows.
fn steps_word(steps: word, lift: word) -> word {
    let top = min(top_bit(steps | ONE), FRACTION);
    let place = top + lift;
    let field = max(place, FRACTION) - FRACTION;
    let word_there = (field << FRACTION) + (steps << min(lift, FRACTION - top));
    return select(word_there, ZERO, steps == 0);
}

// The value of a code that has no bit too many.
fn value_of(code: word, codes: Codes) -> word {
    let sign = code & codes.sign;
    let magnitude = code ^ sign;
    let normal = (magnitude + codes.offset) << codes.dropped;
    let finite = select(normal, steps_word(magnitude, codes.bottom - 1), magnitude < codes.first_normal);
    // Below the least: the codes of subnormals that the format flushes.
    let there = select(finite, ZERO, magnitude < codes.least);
    let beyond = select(NOT_A_NUMBER, INFINITY, magnitude == codes.infinity);
    let value = select(there, beyond, magnitude > codes.greatest);
    let not_zero = select(value, NOT_A_NUMBER, any_of(sign, codes.nan_sign));
    return select(value, not_zero, magnitude == 0) | (sign << codes.sign_shift);
}
