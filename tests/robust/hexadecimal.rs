//! Numbers by their bits.

use roundoff::random::word64;
use roundoff::robust::Hex;

/// Reads what was printed, digit by digit.
fn read(text: &str) -> f64 {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let (digits, exponent) = text
        .strip_prefix("0x")
        .and_then(|t| t.split_once('p'))
        .expect("p");
    let (first, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let mut value = f64::from(first.parse::<u8>().expect("a digit"));
    let mut weight = 1.0;
    for digit in rest.chars() {
        weight /= 16.0;
        value += weight * f64::from(digit.to_digit(16).expect("a digit"));
    }
    let exponent: i32 = exponent.parse().expect("an exponent");
    // Two steps: 2^-1022 has no inverse in range of one.
    let half = exponent / 2;
    sign * value * 2f64.powi(half) * 2f64.powi(exponent - half)
}

#[test]
fn as_c_prints_them() {
    // printf("%a") of glibc.
    for (x, text) in [
        (0.0, "0x0p+0"),
        (-0.0, "-0x0p+0"),
        (1.0, "0x1p+0"),
        (0.1, "0x1.999999999999ap-4"),
        (-255.5, "-0x1.ffp+7"),
        (f64::MAX, "0x1.fffffffffffffp+1023"),
        (f64::MIN_POSITIVE, "0x1p-1022"),
        (f64::from_bits(1), "0x0.0000000000001p-1022"),
        (f64::INFINITY, "inf"),
        (f64::NAN, "NaN"),
    ] {
        assert_eq!(Hex(x).to_string(), text);
    }
}

#[test]
fn reads_back_to_the_bit() {
    let mut tried = 0;
    for index in 0..20_000 {
        let x = f64::from_bits(word64(3, 0, index));
        if x.is_finite() {
            tried += 1;
            assert_eq!(read(&Hex(x).to_string()).to_bits(), x.to_bits(), "{x:e}");
        }
    }
    assert!(tried > 19_000);
}
