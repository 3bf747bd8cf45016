//! Numbers as people read them.

/// A number that reads back as itself: plain where that is short, else with an exponent.
///
/// ```
/// use roundoff::report::number::exact;
/// assert_eq!(exact(0.25), "0.25");
/// assert_eq!(exact(1e-9), "1e-9");
/// assert_eq!(exact(f64::NEG_INFINITY), "-inf");
/// ```
pub fn exact(x: f64) -> String {
    match x.abs() {
        size if size == 0.0 || (1e-4..1e7).contains(&size) || !size.is_finite() => plain(x),
        _ => format!("{x:e}"),
    }
}

/// The same to four digits, where it is longer than seven characters.
///
/// ```
/// use roundoff::report::number::short;
/// assert_eq!(short(1.0 / 3.0), "0.3333");
/// assert_eq!(short(6.103515625e-5), "6.104e-5");
/// ```
pub fn short(x: f64) -> String {
    match exact(x) {
        exact if exact.len() <= 7 => exact,
        _ if (0.1..1e4).contains(&x.abs()) => {
            let before = plain(x.abs().trunc()).len();
            format!("{x:.*}", 5 - before.min(5))
        }
        _ => format!("{x:.3e}"),
    }
}

fn plain(x: f64) -> String {
    match x {
        _ if x.is_nan() => "NaN".to_owned(),
        _ if x.is_infinite() => if x > 0.0 { "inf" } else { "-inf" }.to_owned(),
        _ => format!("{x}"),
    }
}

/// A whole number with its digits in groups of three.
///
/// ```
/// use roundoff::report::number::grouped;
/// assert_eq!(grouped(1234567), "1,234,567");
/// ```
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A power as text: 10⁻⁸.
pub(super) fn power(base: u32, exponent: i32) -> String {
    let mut text = base.to_string();
    for c in exponent.to_string().chars() {
        text.push(match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            // U+2070 and U+2074 to U+2079.
            digit => char::from_u32(0x2070 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit),
        });
    }
    text
}

/// A share of a whole, in percent: 0 and 100 only where they are exact.
pub(super) fn percent(part: u64, whole: u64) -> String {
    let share = 100.0 * part as f64 / whole.max(1) as f64;
    match share {
        _ if part == 0 => "0 %".to_owned(),
        _ if part == whole => "100 %".to_owned(),
        _ if share < 0.01 => "< 0.01 %".to_owned(),
        _ if share > 99.99 => "> 99.99 %".to_owned(),
        _ if share < 1.0 => format!("{share:.2} %"),
        _ => format!("{share:.1} %"),
    }
}
