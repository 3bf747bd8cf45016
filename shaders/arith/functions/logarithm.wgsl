// log x. In the part of the language that WGSL and Rust share; after `exponential.wgsl`.
//
// With x = 2^e m, m from 0.707 to 1.414, and two tables of numbers with few digits (Tang, ACM Trans. Math.
// Software 16(4), 1990):
//
//      m c = 1 + r,                       |r| < 2^-8     c of 11 digits, 1 beside 1
//      (1 + r) (1 - j / 2^17) = 1 + s,    |s| < 2^-16    j / 2^17 the first digits of r
//      log x = e log 2 - log c - log(1 - j / 2^17) + s (1 - s/2 + s^2/3 - s^3/4 + s^4/5 - s^5/6)
//
// Beside 1 all terms but the last are zero, and that is relative: so the error is, too.

// Where the constants are: 1024 c, 2048 c of m >= 1, a word each; -log c, Longs; -log(1 - j/2^17), then
// -log(1 + j/2^17), Longs.
const LOG_SHORT: word = 1555;
const LOG_FIRST: word = 1811;
const LOG_SECOND: word = 2835;
// 1/2, 1/3, 1/4, 1/5, 1/6.
const LOG_SERIES: word = 6931;
// log 2 as a Long.
const LONG_LOG_TWO: word = 6946;

// The first of the 256 intervals of m/2 from 1/2 to 1 whose m is taken for m/2.
const LOG_TURN: word = 106;

// log(1 + r), |r| < 2^-16.
fn log_of_one_and_small(start: word, r: Long) -> Long {
    let series = start + LOG_SERIES;
    let positive = r.sign == 0;
    let z = as_fraction(r);
    let fifth = log_step(fraction_at(series + 9), fraction_at(series + 12), z, positive);
    let fourth = log_step(fraction_at(series + 6), fifth, z, positive);
    let third = log_step(fraction_at(series + 3), fourth, z, positive);
    let half = log_step(fraction_at(series), third, z, positive);
    // Either way the logarithm is less than r.
    let less = long_product(r, long_of_fraction(fraction_product(z, half)));
    return long_sum(r, Long(SIGN, less.exponent, less.digits));
}

fn log_step(coefficient: Fraction, sum: Fraction, z: Fraction, positive: bool) -> Fraction {
    let product = fraction_product(sum, z);
    let up = fraction_sum(coefficient, product);
    return fraction_select(up, fraction_difference(coefficient, product), positive);
}

// log x of x > 0.
fn long_log(start: word, x: Long) -> Long {
    let i = (x.digits.a >> 23) & 255;
    let turned = select(ZERO, ONE, i >= LOG_TURN);
    // 1024 (1 + r), and the magnitude of 1024 r: below 4.
    let product = times_word(x.digits, constant_word(start + LOG_SHORT + i));
    let below = product.whole < 1024;
    let nothing = Fraction(ZERO, ZERO, ZERO);
    let borrow = select(ONE, ZERO, is_nothing(product.part));
    let whole = select(
        minus(product.whole, 1024),
        minus(minus(1024, product.whole), borrow),
        below,
    );
    let part = fraction_select(product.part, fraction_difference(nothing, product.part), below);

    // 1024 s = +-rest - |1024 r| j / 2^17.
    let j = (whole << 7) | (part.a >> 25);
    let rest = Fraction(part.a & 0x1ffffff, part.b, part.c);
    let more = times_word(part, j);
    let high = more.whole + whole * j;
    let cross = Fraction(
        (high << 15) | (more.part.a >> 17),
        (more.part.a << 15) | (more.part.b >> 17),
        (more.part.b << 15) | (more.part.c >> 17),
    );
    let under = fraction_less(rest, cross);
    let least = fraction_select(rest, cross, under);
    let difference = fraction_difference(least, fraction_select(cross, rest, under));
    let digits = fraction_select(difference, fraction_sum(rest, cross), below);
    let sign = select(ZERO, SIGN, below | under);
    let s = long_normalised(sign, AT_ONE - 11, digits);

    let near = log_of_one_and_small(start, s);
    let second = long_at(start + LOG_SECOND + 4 * (j + select(ZERO, 512, below)));
    let first = long_at(start + LOG_FIRST + 4 * i);
    let place = x.exponent + turned;
    let twos = max(place, AT_ONE) - min(place, AT_ONE);
    let power = long_product(long_of(integer(twos)), long_at(start + LONG_LOG_TWO));
    let all = Long(select(ZERO, SIGN, place < AT_ONE), power.exponent, power.digits);
    return long_sum(long_sum(long_sum(near, second), first), all);
}

// log(1 + q), 0 < q <= 1.
fn log_of_one_and(start: word, q: Long) -> Long {
    if q.exponent + 17 < AT_ONE {
        return log_of_one_and_small(start, q);
    }
    return long_log(start, long_sum(long_one(), q));
}

fn wide_log(start: word, x: word) -> Wide {
    if (x & (SIGN - 1)) == 0 {
        return Wide(SIGN | INFINITY, ZERO, ZERO, ZERO);
    }
    if is_nan(x) | (x >= SIGN) {
        return Wide(NOT_A_NUMBER, ZERO, ZERO, ZERO);
    }
    if is_infinite(x) {
        return Wide(INFINITY, ZERO, ZERO, ZERO);
    }
    return wide_of(long_log(start, long_of(unpacked(x))));
}
