//! Quantiles of the distributions that confidence is stated by: normal, chi-squared, Student's t.
//!
//! To about 10 digits, from `libm`'s functions, the same bits on every machine.

/// x with P(X <= x) = p for a normal X; infinite at 0 and 1, NaN outside.
///
/// ```
/// use roundoff::measure::quantiles::normal;
/// assert!((normal(0.975) - 1.959_963_985).abs() < 1e-9);
/// ```
pub fn normal(p: f64) -> f64 {
    let below = |x: f64| 0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2);
    match p {
        0.0 => f64::NEG_INFINITY,
        1.0 => f64::INFINITY,
        _ if !(p > 0.0 && p < 1.0) => f64::NAN,
        // The lower tail keeps its digits.
        _ if p > 0.5 => -normal(1.0 - p),
        _ => bisect(-40.0, 0.0, |x| below(x) < p),
    }
}

/// x with P(X <= x) = p for X of the chi-squared distribution with so many degrees of freedom.
///
/// ```
/// use roundoff::measure::quantiles::chi_squared;
/// assert!((chi_squared(0.025, 29) - 16.047_072).abs() < 1e-5);
/// ```
pub fn chi_squared(p: f64, freedom: u64) -> f64 {
    let k = freedom as f64;
    match p {
        _ if freedom == 0 || !(0.0..=1.0).contains(&p) => f64::NAN,
        0.0 => 0.0,
        1.0 => f64::INFINITY,
        _ => bisect(0.0, k + 40.0 * (2.0 * k).sqrt() + 1000.0, |x| {
            lower_gamma(0.5 * k, 0.5 * x) < p
        }),
    }
}

/// x with P(X <= x) = p for X of Student's distribution with so many degrees of freedom.
///
/// ```
/// use roundoff::measure::quantiles::student;
/// // CESTAC's for three samples.
/// assert!((student(0.975, 2) - 4.302_653).abs() < 1e-6);
/// ```
pub fn student(p: f64, freedom: u64) -> f64 {
    let k = freedom as f64;
    // P(|X| > x) = I_(k / (k + x^2))(k / 2, 1 / 2) (DLMF 8.17.1).
    let above = |x: f64| 0.5 * beta(0.5 * k, 0.5, k / (k + x * x));
    match p {
        _ if freedom == 0 || !(0.0..=1.0).contains(&p) => f64::NAN,
        0.0 => f64::NEG_INFINITY,
        1.0 => f64::INFINITY,
        _ if p < 0.5 => -student(1.0 - p, freedom),
        _ => {
            let mut top = 1.0;
            while above(top) > 1.0 - p && top < 1e300 {
                top *= 2.0;
            }
            bisect(0.0, top, |x| above(x) > 1.0 - p)
        }
    }
}

/// Where `is_below` turns from true to false.
fn bisect(mut low: f64, mut high: f64, is_below: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        match is_below(middle) {
            true => low = middle,
            false => high = middle,
        }
    }
    0.5 * (low + high)
}

/// P(a, x), the regularised lower incomplete gamma function, by its series (DLMF 8.11.4) or its
/// continued fraction (DLMF 8.9.2).
fn lower_gamma(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > 1e-17 * sum {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return front * sum;
    }
    // By Lentz's method.
    let (mut b, mut c) = (x + 1.0 - a, 1e300);
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..100_000 {
        let i = f64::from(i);
        let an = -i * (i - a);
        b += 2.0;
        d = 1.0 / away_from_zero(an * d + b);
        c = away_from_zero(b + an / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    1.0 - front * fraction
}

/// I_x(a, b), the regularised incomplete beta function, by its continued fraction (DLMF 8.17.22).
fn beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta(b, a, 1.0 - x);
    }
    let front = libm::exp(
        libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b)
            + a * libm::log(x)
            + b * libm::log1p(-x),
    ) / a;
    let (mut c, mut d) = (1.0, 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = d;
    for m in 1..10_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            fraction *= d * c;
        }
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    front * fraction
}

fn away_from_zero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}
