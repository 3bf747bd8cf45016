//! Decimal numbers of 25 digits as pairs of floats, and errors against them.

/// high + low.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    pub high: f64,
    pub low: f64,
}

fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

fn times(a: Reference, b: f64) -> Reference {
    let product = a.high * b;
    let low = a.high.mul_add(b, -product) + a.low * b;
    let (high, low) = two_sum(product, low);
    Reference { high, low }
}

fn over(a: Reference, b: f64) -> Reference {
    let quotient = a.high / b;
    let low = ((-quotient).mul_add(b, a.high) + a.low) / b;
    let (high, low) = two_sum(quotient, low);
    Reference { high, low }
}

/// A number like `-1.25e-7`, to about 2^-100.
pub fn parse(text: &str) -> Reference {
    let (mantissa, exponent) = match text.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().expect("an exponent")),
        None => (text, 0),
    };
    let sign = if mantissa.starts_with('-') { -1.0 } else { 1.0 };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: String = whole
        .trim_start_matches('-')
        .chars()
        .chain(fraction.chars())
        .collect();
    let mut value = Reference {
        high: 0.0,
        low: 0.0,
    };
    for digit in digits.chars() {
        value = times(value, 10.0);
        let (high, low) = two_sum(value.high, f64::from(digit.to_digit(10).expect("a digit")));
        value = Reference {
            high,
            low: low + value.low,
        };
    }
    let mut power = exponent - i32::try_from(fraction.len()).expect("few digits");
    while power > 0 {
        value = times(value, 10.0);
        power -= 1;
    }
    while power < 0 {
        value = over(value, 10.0);
        power += 1;
    }
    let (high, low) = two_sum(value.high, value.low);
    if !high.is_finite() {
        // Past the greatest number.
        return Reference {
            high: sign * f64::INFINITY,
            low: 0.0,
        };
    }
    Reference {
        high: sign * high,
        low: sign * low,
    }
}

/// An f64 like `-0x1.8p-3`.
pub fn parse_hex(text: &str) -> f64 {
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1.0, text),
        None => (1.0, text),
    };
    let (digits, exponent) = text
        .strip_prefix("0x")
        .and_then(|text| text.split_once('p'))
        .expect("a hexadecimal float");
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let integer =
        u64::from_str_radix(&format!("{whole}{fraction}"), 16).expect("hexadecimal digits");
    let mut value = integer as f64;
    let mut power = exponent.parse::<i32>().expect("an exponent") - 4 * fraction.len() as i32;
    while power > 0 {
        value *= 2.0;
        power -= 1;
    }
    while power < 0 {
        value *= 0.5;
        power += 1;
    }
    sign * value
}

/// 2^-53.
pub const UNIT: f64 = f64::EPSILON / 2.0;

/// |value - reference| / max(floor, |reference|), in units of 2^-53.
pub fn error(value: f64, reference: Reference, floor: f64) -> f64 {
    if value == reference.high && value.is_infinite() {
        return 0.0;
    }
    ((value - reference.high) - reference.low).abs() / reference.high.abs().max(floor) / UNIT
}

#[test]
fn numbers_are_read_to_twenty_five_digits() {
    let third = parse("0.3333333333333333333333333");
    assert_eq!(third.high, 1.0 / 3.0);
    assert_eq!(parse("-1e400").high, f64::NEG_INFINITY);
    assert!((third.low - 1.850_371_7e-17).abs() < 1e-23);
    assert_eq!(parse("-2.5e3").high, -2500.0);
    assert_eq!(parse_hex("0x1.8p-3"), 0.1875);
    assert_eq!(parse_hex("0x0.0000000000001p-1022"), 5e-324);
}
