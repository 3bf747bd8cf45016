// THE definition of rounding, in the part of the language that WGSL and Rust share.
//
// The shaders have it prepended, Rust includes it three times: with `word` = u32 for f32 hosts,
// u64 for f64 hosts, u128 for results of arithmetic as binary128 words. Whoever includes it provides
//
//     word                            an unsigned integer as wide as the host float
//     WIDTH                           its bits: 32, 64 or 128
//     FRACTION                        the host's fraction bits: 23, 52 or 112
//     SIGN, INFINITY, NOT_A_NUMBER    host words: the sign bit, +infinity, the quiet NaN
//     ALL                             every bit set
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
    let far = max(shift, WIDTH) - WIDTH;
    let whole = significand >> far;
    return select(
        (significand << (WIDTH - 1 - near)) << 1,
        whole | select(ZERO, ONE, (whole << far) != significand),
        shift >= WIDTH,
    );
}

// The greatest fraction that still goes toward zero. Questions about one bit each are put as words
// whose last bit is the answer: a loop over vectors has fewer registers for conditions than for words.
fn threshold_of(kept: word, field: word, sign: word, random: word, plan: Plan) -> word {
    let exponent = (field ^ (plan.rule / RULE_FLIPPED)) | ((plan.rule / RULE_EXPONENT) ^ ONE);
    let odd = kept & exponent & (plan.rule / RULE_ODD);
    let negative = (sign >> (WIDTH - 1)) & (plan.rule / RULE_NEGATIVE);
    let coin = (random >> (WIDTH - 1)) & (plan.rule / RULE_COIN);
    let complemented = any_of(odd | negative | coin, ONE);

    let drawn = random & plan.random;
    let others = plan.random & (plan.random - min(plan.random, ONE));
    let last = select(ZERO, plan.random ^ others, any_of(plan.rule, RULE_CARRY));
    return (select(plan.threshold, plan.threshold ^ ALL, complemented) ^ drawn)
        + select(ZERO, ONE, any_of(drawn, last));
}

// A finite magnitude on the grid of the format, its exponent unbounded.
fn round_magnitude(magnitude: word, sign: word, random: word, plan: Plan) -> word {
    // The word whose significand is zero, and the significand with the hidden bit.
    let field = magnitude >> FRACTION;
    let base = (max(field, ONE) - ONE) << FRACTION;
    let significand = magnitude - base;

    // Below the least normal exponent the step no longer shrinks with the value. The field says
    // so, not the exponent: a subnormal of the host is below the host's own least exponent.
    let bottom = select(plan.emin + plan.dropped, plan.bottom, field < plan.emin);
    let shift = bottom - max(min(field, plan.emin), ONE);
    // Only random bits look at a fraction that far down: to the other modes all that are not zero
    // and less than one half are the same.
    let seen = min(shift, select(WIDTH - 1, WIDTH + WIDTH - 1, plan.random != 0));
    let within = min(seen, WIDTH - 1);
    let kept = significand >> within;
    let away = fraction_of(significand, seen) > threshold_of(kept, field, sign, random, plan);

    // A carry out of the significand runs into the exponent, which is what it should do.
    let grown = select(kept, kept + 1, away);
    let least = select(ZERO, plan.least, away);
    let result = select(base + (grown << within), least, kept == 0);
    return select(result, ZERO, result < plan.flush);
}

// What becomes of a rounded magnitude of x (P3109 4.7.5). Where x is not finite it may be any word.
fn saturate(rounded: word, x: word, plan: Plan) -> word {
    let sign = x & SIGN;
    let negative = sign != 0;
    let magnitude = x ^ sign;

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

// Project (P3109 4.7.3): round to precision, then saturate. `x` and the result are host words;
// `random` matters to the stochastic modes alone.
fn round_word(x: word, random: word, plan: Plan) -> word {
    let sign = x & SIGN;
    return saturate(round_magnitude(x ^ sign, sign, random, plan), x, plan);
}
