// Numbers on their way to a format: what an operation gives before anything is rounded, and the one
// rounding of them all. In the part of the language that WGSL and Rust share; after `round.wgsl`, with
// `word` = u32. Whoever includes it provides beside that text's words
//
//     plus(a, b), minus(a, b)                 modulo 2^32
//     countLeadingZeros(a)                    32 for zero
//     Pair(high, low), ...                    the structs' constructors, in the order of their fields
//
// A finite number is
//
//      high                             low
//      1ddddddddddddddddddddddddddddddd ddddddddddddddddddddddddddddddds     64 binary digits
//      ^ the leading digit, worth 2^(exponent - OFFSET - 127)          `-- set where anything is lost
//
// So the significand is rounded to odd, with 64 digits. A format of 24 digits and 30 random bits looks
// at 56 of them: rounding it again is as good as rounding the exact number (Boldo and Melquiond,
// IEEE Trans. Computers 57(4), 2008).

// Words of 64 bits.
struct Pair { high: word, low: word }

// `kind` is a host word: the sign alone of a finite number, else an infinity or a NaN, whose other
// words mean nothing. Zero is finite, has no digits and exponent 0.
struct Wide { kind: word, exponent: word, high: word, low: word }

// Exponents are exponent fields of the host, unbounded, and so much more that none is negative. Even:
// where the precision is 1, parity is the exponent's.
const OFFSET: word = 16384;
// The host's own: of the number 1.
const BIAS: word = 127;
// The leading digit of a host significand.
const HIDDEN: word = 8388608;
// Where the format's kept digits would be if the significand were the host's 24 digits.
const BEYOND: word = 40;

// A bit of `plan.rule` that only these operations read: what is divided by zero is NaN (P3109 4.8).
const RULE_POLE: word = 64;

// a 2^places, places < 64.
fn moved_left(a: Pair, places: word) -> Pair {
    let near = places & 31;
    let high = (a.high << near) | ((a.low >> 1) >> (31 - near));
    let low = a.low << near;
    return Pair(select(high, low, places > 31), select(low, ZERO, places > 31));
}

// a / 2^places, any number of places; the last digit is set where anything is lost.
fn moved_right(a: Pair, places: word) -> Pair {
    let near = places & 31;
    let high = a.high >> near;
    let low = (a.low >> near) | ((a.high << 1) << (31 - near));
    let lost = (a.low << 1) << (31 - near);
    let kept = select(low, high, places > 31);
    let gone = select(lost, lost | low, places > 31);
    let near_low = kept | select(ZERO, ONE, gone != 0);
    let far_low = select(ZERO, ONE, (a.high | a.low) != 0);
    return Pair(select(high, ZERO, places > 31), select(near_low, far_low, places > 63));
}

fn pair_sum(a: Pair, b: Pair) -> Pair {
    let low = plus(a.low, b.low);
    return Pair(plus(plus(a.high, b.high), select(ZERO, ONE, low < a.low)), low);
}

fn pair_difference(a: Pair, b: Pair) -> Pair {
    let borrow = select(ZERO, ONE, a.low < b.low);
    return Pair(minus(minus(a.high, b.high), borrow), minus(a.low, b.low));
}

fn pair_less(a: Pair, b: Pair) -> bool {
    return (a.high < b.high) | ((a.high == b.high) & (a.low < b.low));
}

// a b, all 64 bits of it.
//
//      a1 a0 * b1 b0, halves of 16 bits
//           |-- a0 b0 --|
//      |-- a1 b0 + a0 b1 --|
//  |-- a1 b1 --|
fn word_product(a: word, b: word) -> Pair {
    let a1 = a >> 16;
    let a0 = a & 0xffff;
    let b1 = b >> 16;
    let b0 = b & 0xffff;
    let last = a0 * b0;
    // No carry: (2^16 - 1)^2 + 2 (2^16 - 1) is less than 2^32.
    let middle = a1 * b0 + (last >> 16);
    let other = a0 * b1 + (middle & 0xffff);
    return Pair(a1 * b1 + (middle >> 16) + (other >> 16), (other << 16) | (last & 0xffff));
}

// 64 for zero.
fn pair_zeros(a: Pair) -> word {
    return select(countLeadingZeros(a.high), 32 + countLeadingZeros(a.low), a.high == 0);
}

fn is_nan(x: word) -> bool {
    return (x & (SIGN - 1)) > INFINITY;
}

fn is_infinite(x: word) -> bool {
    return (x & (SIGN - 1)) == INFINITY;
}

fn is_zero(x: Wide) -> bool {
    return ((x.high | x.low) == 0) & ((x.kind & (SIGN - 1)) == 0);
}

// The number with its leading digit on top, given where that would be if it were there already.
fn normalised(kind: word, exponent: word, digits: Pair) -> Wide {
    let zeros = pair_zeros(digits);
    let there = moved_left(digits, min(zeros, 63));
    return Wide(kind, select(max(exponent, zeros) - zeros, ZERO, zeros == 64), there.high, there.low);
}

fn integer(n: word) -> Wide {
    return normalised(ZERO, OFFSET + BIAS + 31, Pair(n, ZERO));
}

// A host word as it is.
fn unpacked(x: word) -> Wide {
    let sign = x & SIGN;
    let magnitude = x ^ sign;
    let field = magnitude >> FRACTION;
    let fraction = magnitude & (HIDDEN - 1);
    // The leading digit of a subnormal is somewhere in its fraction.
    let digits = (fraction | select(HIDDEN, ZERO, field == 0)) << 8;
    let zeros = min(countLeadingZeros(digits), 31);
    let kind = select(sign, x, magnitude >= INFINITY);
    let exponent = select(OFFSET + max(field, ONE) - zeros, ZERO, digits == 0);
    return Wide(kind, exponent, digits << zeros, ZERO);
}

// Project (P3109 4.7.3), as `round_word` does, of a number that no host word holds.
fn round_wide(x: Wide, random: word, plan: Plan) -> word {
    let sign = x.kind & SIGN;
    let least = plan.emin + OFFSET;
    // Below the least normal exponent the step no longer shrinks with the value.
    let bottom = select(plan.emin + plan.dropped, plan.bottom, x.exponent < least) + OFFSET;
    let shift = bottom - min(x.exponent, least);

    // The significand's digits: first those kept, then 32 of the fraction, the rest jammed into them.
    //
    //      kkkkkkkk|ffffffffffffffffffffffffffffffff|jjjjjj...
    //      `- 64 - below digits; none where that is negative: then the fraction begins with zeros
    let below = BEYOND + shift;
    let kept = select(x.high >> (min(below, 63) - 32), ZERO, below > 63);
    let above = 64 - min(below, 64);
    let first = (x.high << above) | ((x.low >> 1) >> (31 - above));
    let far = max(below, 64) - 64;
    let near = min(far, 31);
    let seen = select(first >> near, ZERO, far > 31);
    let lost = ((x.low << above) != 0) | ((seen << near) != first);
    let fraction = seen | select(ZERO, ONE, lost);
    let away = fraction > threshold_of(kept, x.exponent, sign, random, plan);

    // As a host word. Past its range it is no less than infinity, which is past any format.
    let grown = select(kept, kept + 1, away);
    let field = min(max(x.exponent, OFFSET + 1) - OFFSET, 255);
    let within = min(bottom - min(max(x.exponent, OFFSET + 1), least), 31);
    let some = ((field - 1) << FRACTION) + (grown << within);
    let none = select(ZERO, plan.least, away);
    let rounded = select(some, none, kept == 0);
    return saturate(select(rounded, ZERO, rounded < plan.flush), x.kind, plan);
}

// Is the mode TowardNegative? A sum that is exactly zero is -0 there (IEEE 754-2019, 6.3).
fn is_down(plan: Plan) -> bool {
    return any_of(plan.rule, RULE_NEGATIVE) & (plan.threshold == ALL);
}
