// THE definition of rounding, in the part of the language that WGSL and Rust share.
//
// The shaders have it prepended, Rust includes it three times: with `word` = u32 for f32 hosts,
// u64 for f64 hosts, u128 for results of arithmetic as binary128 words. Whoever includes it provides
//
//     word                            an unsigned integer as wide as the host float
//     WIDTH                           its bits: 32, 64 or 128
//     FRACTION                        the host's fraction bits: 23, 52 or 112
//     SIGN, INFINITY, NOT_A_NUMBER    host words: the sign bit, +infinity, the quiet NaN
//     Plan                            the words that say where the grid is and which way to go
//
// Integers only: WGSL lets an adapter flush subnormals, reassociate, and return either neighbour
// of an exact sum, so no float operation may decide a bit.
//
// A host word and what happens to it (f32; here 10 digits of the fraction are kept):
//
//      s eeeeeeee fffffffffffffffffffffff
//               1.ffffffffff fffffffffffff    significand: the hidden one made visible
//                 `-- kept -' `-- shift --'
//      kept     = significand >> shift        an integer; its last bit is the step of the format
//      fraction = the rest, as 0.xxx... in WIDTH bits
//
// Every mode is one comparison: away from zero where fraction > threshold. (IEEE P3109 interim
// report v4.0, 4.7.4 RoundToPrecision; `src/plan.rs` has the threshold of each mode.) The exponent
// is unbounded here; saturation (4.7.5) comes after and only picks one of the plan's words.

const ZERO: word = 0;
const ONE: word = 1;
const ALL: word = SIGN | (SIGN - 1);

// Bits of `plan.rule`: what complements the threshold, and where parity is read.
const RULE_ODD: word = 1;       // the kept integer is odd
const RULE_NEGATIVE: word = 2;  // the value is negative
const RULE_COIN: word = 4;      // the first random bit is one
const RULE_CARRY: word = 8;     // StochasticC: a tie goes to the even integer of random bits
const RULE_EXPONENT: word = 16; // precision 1: parity is the exponent's ...
const RULE_FLIPPED: word = 32;  // ... and the host's bias gives it the other way round

// Is any of the bits set?
fn any_of(bits: word, mask: word) -> bool {
    return (bits & mask) != 0;
}

// significand / 2^shift mod 1 in WIDTH bits; what lies below them is jammed into the last one.
fn fraction_of(significand: word, shift: word) -> word {
    let near = min(shift, WIDTH - 1);
    let far = min(max(shift, WIDTH) - WIDTH, WIDTH - 1);
    let lost = (significand << (WIDTH - 1 - far)) << 1;
    return select(
        (significand << (WIDTH - 1 - near)) << 1,
        (significand >> far) | select(ZERO, ONE, lost != 0),
        shift >= WIDTH,
    );
}

// The greatest fraction that still goes toward zero.
fn threshold_of(odd: bool, negative: bool, random: word, plan: Plan) -> word {
    let complemented = (odd & any_of(plan.rule, RULE_ODD))
        | (negative & any_of(plan.rule, RULE_NEGATIVE))
        | (any_of(random, SIGN) & any_of(plan.rule, RULE_COIN));
    let drawn = random & plan.random;
    let others = plan.random & (plan.random - min(plan.random, ONE));
    let carried = any_of(drawn, plan.random ^ others) & any_of(plan.rule, RULE_CARRY);
    return (select(plan.threshold, plan.threshold ^ ALL, complemented) ^ drawn)
        + select(ZERO, ONE, carried);
}

// A finite magnitude on the grid of the format, its exponent unbounded.
fn round_magnitude(magnitude: word, negative: bool, random: word, plan: Plan) -> word {
    let field = magnitude >> FRACTION;
    let hidden = select(ZERO, ONE << FRACTION, field != 0);
    let significand = (magnitude & ((ONE << FRACTION) - 1)) | hidden;
    let exponent = max(field, ONE);

    // Below the least normal exponent the step no longer shrinks with the value. The field says
    // so, not the exponent: a subnormal of the host is below the host's own least exponent.
    let small = field < plan.emin;
    let shift = select(plan.dropped, plan.bottom - min(exponent, plan.emin), small);
    let within = min(shift, WIDTH - 1);
    let kept = select(significand >> within, ZERO, shift >= WIDTH);

    let by_exponent = any_of(plan.rule, RULE_EXPONENT);
    let exponent_odd = any_of(field, ONE) != any_of(plan.rule, RULE_FLIPPED);
    let odd = any_of(kept, ONE) & (exponent_odd | !by_exponent);
    let away = fraction_of(significand, shift) > threshold_of(odd, negative, random, plan);

    // magnitude - significand is the word whose significand is zero: the new one is added to it.
    // A carry out of the significand runs into the exponent, which is what it should do.
    let grown = select(kept, kept + 1, away);
    let rounded = (magnitude - significand) + select(grown << within, ZERO, kept == 0);
    let least = select(ZERO, plan.least, away);
    let result = select(rounded, least, kept == 0);
    return select(result, ZERO, result < plan.flush);
}

// Project (P3109 4.7.3): round to precision, then saturate. `x` and the result are host words;
// `random` matters to the stochastic modes alone.
fn round_word(x: word, random: word, plan: Plan) -> word {
    let sign = x & SIGN;
    let negative = sign != 0;
    let magnitude = x ^ sign;
    let rounded = round_magnitude(min(magnitude, INFINITY - 1), negative, random, plan);

    let past = rounded > select(plan.max, plan.max_negative, negative);
    let over = select(plan.over, plan.over_negative, negative);
    let zero = select(plan.zero, plan.zero_negative, negative);
    let finite = select(select(rounded | sign, zero, rounded == 0), over, past);

    let infinite = select(plan.infinity, plan.infinity_negative, negative);
    return select(
        select(finite, infinite, magnitude == INFINITY),
        NOT_A_NUMBER,
        magnitude > INFINITY,
    );
}
