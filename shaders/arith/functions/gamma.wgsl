// log Gamma(x) of x > 0. In the part of the language that WGSL and Rust share; after `hyperbolic.wgsl`.
//
//      x < 1/2        log Gamma(2 + x) - log(x (1 + x))
//      x < 3/2        log Gamma(2 + (x - 1)) - log x
//      x < 20         log Gamma(2 + d) + log of the product x - 1, x - 2, ..., d + 2
//      past 20        (x - 1/2) log x - x + log(2 pi)/2 + 1/(12 x) - ...        DLMF 5.11.1
//
// with log Gamma(2 + d) = d (1 - gamma + d (a2 - d (a3 - ...))), |d| <= 1/2 (DLMF 5.7.3): the zeros at 1
// and 2 are factors.

// Where the constants are: a2, a3, ...; Stirling's coefficients for powers of 256 / x^2; 1 - gamma and
// log(2 pi)/2, Longs.
const GAMMA_SERIES: word = 6986;
const GAMMA_TERMS: word = 50;
const STIRLING_SERIES: word = 7136;
const STIRLING_TERMS: word = 23;
const ONE_LESS_EULER: word = 7205;
const HALF_LOG_TWO_PI: word = 7209;

// log Gamma(2 + d).
fn log_gamma_near_two(start: word, d: Long) -> Long {
    let sum = series_sum(start + GAMMA_SERIES, GAMMA_TERMS, as_fraction(d), d.sign == 0);
    let rest = long_product(d, long_of_fraction(sum));
    return long_product(d, long_sum(long_at(start + ONE_LESS_EULER), rest));
}

// 1 / x of a host word unpacked: 96 digits, 32 at a time, by schoolbook division of 2^22 by 24 digits.
fn long_reciprocal(x: Wide) -> Long {
    let b = x.high >> 8;
    let first = word_of_quotient(HIDDEN >> 1, b);
    let second = word_of_quotient(first.rest, b);
    let third = word_of_quotient(second.rest, b);
    let digits = Fraction(first.low, second.low, third.low);
    return long_normalised(x.kind, AT_ONE + AT_ONE - x.exponent, digits);
}

// 32 digits of rest / b.
fn word_of_quotient(rest: word, b: word) -> Quotient {
    let begun = divided_on(divided_on(Quotient(ZERO, ZERO, rest), b), b);
    return divided_on(divided_on(begun, b), b);
}

fn log_gamma_stirling(start: word, x: Wide, log: Long) -> Long {
    let inverse = long_reciprocal(x);
    let square = long_product(inverse, inverse);
    let u = as_fraction(Long(ZERO, square.exponent + 8, square.digits));
    let sum = series_sum(start + STIRLING_SERIES, STIRLING_TERMS, u, true);
    let rest = long_product(inverse, long_of_fraction(sum));
    let half = Long(SIGN, AT_ONE - 1, Fraction(SIGN, ZERO, ZERO));
    let first = long_product(long_sum(long_of(x), half), log);
    let constant = long_sum(rest, long_at(start + HALF_LOG_TWO_PI));
    return long_sum(long_sum(first, negative_of(long_of(x))), constant);
}

fn long_log_gamma(start: word, x: word) -> Long {
    let one = long_one();
    let less_one = negative_of(one);
    var d = long_of(unpacked(x));
    var product = d;
    // As host words: 1/2, 3/2, 20.
    if x < 0x3f000000 {
        product = long_product(product, long_sum(d, one));
    } else if x < 0x3fc00000 {
        d = long_sum(d, less_one);
    } else if x < 0x41a00000 {
        product = one;
        loop {
            // At most 5/2: all its digits are in one word.
            if (d.exponent <= AT_ONE) | ((d.exponent == AT_ONE + 1) & (d.digits.a <= 0xa0000000)) {
                break;
            }
            d = long_sum(d, less_one);
            product = long_product(product, d);
        }
        d = long_sum(d, Long(SIGN, AT_ONE + 1, Fraction(SIGN, ZERO, ZERO)));
    }
    let log = long_log(start, product);
    if x >= 0x41a00000 {
        return log_gamma_stirling(start, unpacked(x), log);
    }
    let near = log_gamma_near_two(start, d);
    if x < 0x3fc00000 {
        return long_sum(near, negative_of(log));
    }
    return long_sum(near, log);
}

// Of negative numbers there is no log Gamma here: NaN.
fn wide_log_gamma(start: word, x: word) -> Wide {
    if ((x & (SIGN - 1)) == 0) | is_infinite(x) {
        return Wide(INFINITY, ZERO, ZERO, ZERO);
    }
    if is_nan(x) | (x >= SIGN) {
        return Wide(NOT_A_NUMBER, ZERO, ZERO, ZERO);
    }
    return wide_of(long_log_gamma(start, x));
}
