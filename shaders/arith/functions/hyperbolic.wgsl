// cosh x, arsinh x and log(1 + e^x). In the part of the language that WGSL and Rust share; after
// `logarithm.wgsl`.

// Where the constants are: 1/(k + 2)!, k even; coefficients of the arcsine's series after x.
const COSH_SERIES: word = 6950;
const COSH_TERMS: word = 6;
const ARCSINH_SERIES: word = 6968;
const ARCSINH_TERMS: word = 6;

// cosh x: 1 + x^2/2 + x^4/24 + ... for |x| < 2^-8, else (e^x + e^-x) / 2.
fn long_cosh(start: word, x: Wide) -> Long {
    if x.exponent + 8 < AT_ONE {
        let square = long_product(long_of(x), long_of(x));
        let sum = series_sum(start + COSH_SERIES, COSH_TERMS, as_fraction(square), false);
        return long_sum(long_one(), long_product(square, long_of_fraction(sum)));
    }
    // A loop, so that drivers write the exponential out once.
    var sum = Long(ZERO, ZERO, Fraction(ZERO, ZERO, ZERO));
    var sign = ZERO;
    loop {
        sum = long_sum(sum, long_exp(start, Wide(sign, x.exponent, x.high, x.low)));
        if sign != 0 {
            break;
        }
        sign = SIGN;
    }
    return Long(ZERO, sum.exponent - 1, sum.digits);
}

fn wide_cosh(start: word, x: word) -> Wide {
    if is_nan(x) {
        return Wide(NOT_A_NUMBER, ZERO, ZERO, ZERO);
    }
    if is_infinite(x) {
        return Wide(INFINITY, ZERO, ZERO, ZERO);
    }
    if (x & (SIGN - 1)) == 0 {
        return integer(ONE);
    }
    return wide_of(long_cosh(start, unpacked(x)));
}

// arsinh x of x > 0: x (1 - x^2/6 + 3 x^4/40 - ...) below 2^-8, else log(x + sqrt(1 + x^2)).
fn long_arcsinh(start: word, x: Long) -> Long {
    let square = long_product(x, x);
    if x.exponent + 8 < AT_ONE {
        let sum = series_sum(start + ARCSINH_SERIES, ARCSINH_TERMS, as_fraction(square), true);
        let less = long_product(square, long_of_fraction(sum));
        return long_product(x, long_sum(long_one(), negative_of(less)));
    }
    return long_log(start, long_sum(x, long_root(long_sum(long_one(), square))));
}

fn wide_arcsinh(start: word, x: word) -> Wide {
    if is_nan(x) {
        return Wide(NOT_A_NUMBER, ZERO, ZERO, ZERO);
    }
    let magnitude = x & (SIGN - 1);
    if (magnitude == 0) | is_infinite(x) {
        return unpacked(x);
    }
    let positive = long_arcsinh(start, long_of(unpacked(magnitude)));
    return wide_of(Long(x & SIGN, positive.exponent, positive.digits));
}

// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|).
fn long_softplus(start: word, x: Wide) -> Long {
    let power = long_exp(start, Wide(SIGN, x.exponent, x.high, x.low));
    let rest = log_of_one_and(start, power);
    if x.kind >= SIGN {
        return rest;
    }
    return long_sum(long_of(x), rest);
}

fn wide_softplus(start: word, x: word) -> Wide {
    if is_nan(x) {
        return Wide(NOT_A_NUMBER, ZERO, ZERO, ZERO);
    }
    if is_infinite(x) {
        return Wide(select(INFINITY, ZERO, x >= SIGN), ZERO, ZERO, ZERO);
    }
    return wide_of(long_softplus(start, unpacked(x)));
}
