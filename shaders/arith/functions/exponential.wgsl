// e^x. In the part of the language that WGSL and Rust share; after `long.wgsl`.
//
// 2^t with t = x log2(e) = n + i/256 + j/65536 + r, 0 <= r < 2^-16 (Tang, ACM Trans. Math. Software 15(2),
// 1989):
//
//      2^t = 2^n 2^(i/256) 2^(j/65536) (1 + s + s^2/2 + s^3/6 + s^4/24 + s^5/120),   s = r log 2

// Where the constants are: 2^(i/256) / 2, then 2^(j/65536) / 2, fractions.
const EXP_FIRST: word = 0;
const EXP_SECOND: word = 768;
// 1/2!, 1/3!, 1/4!, 1/5!; log2(e) / 2, four words; log 2.
const EXP_SERIES: word = 1536;
const EXP_LOG2_E: word = 1548;
const LOG_TWO: word = 1552;

// From 2^FAR on, e^x is past all formats: then it is 2^+-(2^FAR).
const FAR: word = 12;
// Below 2^-this e^x is 1 + x and something less than a unit in the last place of that.
const CLOSE: word = 40;

// e^x of a finite number with 32 digits at most; of 0 a little more than 1.
fn long_exp(start: word, x: Wide) -> Long {
    let negative = x.kind >= SIGN;
    if x.exponent >= AT_ONE + FAR {
        let far = select(AT_ONE + 4096, AT_ONE - 4096, negative);
        return Long(ZERO, far, Fraction(SIGN, ZERO, ONE));
    }
    if x.exponent + CLOSE < AT_ONE {
        return long_beyond(long_sum(long_one(), long_of(x)));
    }
    // |t|: 128 digits, the point after FAR + 2 of them at most.
    let log2_e = start + EXP_LOG2_E;
    let last = word_product(constant_word(log2_e + 3), x.high).high;
    let product = times_word(fraction_at(log2_e), x.high);
    let digits = fraction_sum(product.part, Fraction(ZERO, ZERO, last));
    let up = max(x.exponent + 2, AT_ONE) - AT_ONE;
    let down = AT_ONE - min(x.exponent + 2, AT_ONE);
    let integer_part = (product.whole >> 1) >> (31 - up);
    let first = Fraction(product.whole, digits.a, digits.b);
    let lower = fraction_left(Fraction(digits.a, digits.b, digits.c), up);
    let above = Fraction(
        (product.whole << up) | ((digits.a >> 1) >> (31 - up)),
        lower.a,
        lower.b,
    );
    let fraction = fraction_select(above, fraction_right(first, down), down > 0);

    // t as its floor and the rest: of -t the rest is less than 1 by that much.
    let rest = Fraction(
        select(fraction.a, fraction.a ^ ALL, negative),
        select(fraction.b, fraction.b ^ ALL, negative),
        select(fraction.c, fraction.c ^ ALL, negative),
    );
    let exponent = select(AT_ONE + 1 + integer_part, AT_ONE - integer_part, negative);
    let i = rest.a >> 24;
    let j = (rest.a >> 16) & 255;
    let small = Fraction(rest.a & 0xffff, rest.b, rest.c);
    let s = fraction_product(small, fraction_at(start + LOG_TWO));
    let series = start + EXP_SERIES;
    let cube = fraction_sum(fraction_at(series + 6), fraction_product(s, fraction_at(series + 9)));
    let square = fraction_sum(fraction_at(series + 3), fraction_product(s, cube));
    let half = fraction_sum(fraction_at(series), fraction_product(s, square));
    let less_one = fraction_sum(s, fraction_product(s, fraction_product(s, half)));
    // In quarters: both tables hold halves.
    let power = fraction_product(
        fraction_at(start + EXP_FIRST + 3 * i),
        fraction_at(start + EXP_SECOND + 3 * j),
    );
    return long_normalised(ZERO, exponent, fraction_sum(power, fraction_product(power, less_one)));
}

fn wide_exp(start: word, x: word) -> Wide {
    if is_nan(x) {
        return Wide(NOT_A_NUMBER, ZERO, ZERO, ZERO);
    }
    if is_infinite(x) {
        return Wide(select(INFINITY, ZERO, x >= SIGN), ZERO, ZERO, ZERO);
    }
    if (x & (SIGN - 1)) == 0 {
        return integer(ONE);
    }
    return wide_of(long_exp(start, unpacked(x)));
}
