//! What the functions are where an argument is zero, negative, infinite or NaN: the table in
//! `docs/bessel.md`.

/// Is the order a negative integer? Every f64 past 2^53 is one.
fn negative_integer(v: f64) -> bool {
    v < 0.0 && v.is_finite() && v % 1.0 == 0.0
}

/// log I_v(x), or log(e^-x I_v(x)).
pub(super) fn log_iv<const SCALED: bool>(v: f64, x: f64) -> f64 {
    if v.is_nan() || x.is_nan() || x < 0.0 || (v < 0.0 && !negative_integer(v)) {
        return f64::NAN;
    }
    // I_-n = I_n (DLMF 10.27.1).
    let v = v.abs();
    match (v == f64::INFINITY, x == f64::INFINITY) {
        (true, true) => f64::NAN,
        (true, false) => f64::NEG_INFINITY,
        // e^-x I_v(x) falls like x^(-1/2).
        (false, true) => [f64::INFINITY, f64::NEG_INFINITY][SCALED as usize],
        (false, false) if x > 0.0 => match SCALED {
            true => super::log_iv_scaled(v, x),
            false => super::log_iv(v, x),
        },
        (false, false) if v == 0.0 => 0.0,
        (false, false) => f64::NEG_INFINITY,
    }
}

/// log K_v(x), or log(e^x K_v(x)).
pub(super) fn log_kv<const SCALED: bool>(v: f64, x: f64) -> f64 {
    if v.is_nan() || x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    // K_-v = K_v (DLMF 10.27.3).
    let v = v.abs();
    match (v == f64::INFINITY, x == f64::INFINITY) {
        (true, true) => f64::NAN,
        (true, false) => f64::INFINITY,
        (false, true) => f64::NEG_INFINITY,
        (false, false) if x > 0.0 => match SCALED {
            true => super::log_kv_scaled(v, x),
            false => super::log_kv(v, x),
        },
        (false, false) => f64::INFINITY,
    }
}

/// I_(v+1)/I_v or I_v'/I_v.
pub(super) fn ratio_i<const SLOPE: bool>(v: f64, x: f64) -> f64 {
    if v.is_nan() || x.is_nan() || x < 0.0 || (v < 0.0 && !negative_integer(v)) {
        return f64::NAN;
    }
    let slope = v.abs() == f64::INFINITY || (x == 0.0 && v != 0.0);
    match (v.abs() == f64::INFINITY, x == f64::INFINITY) {
        (true, true) => f64::NAN,
        (false, true) => 1.0,
        _ if SLOPE && slope => f64::INFINITY,
        // I_-n = I_n (DLMF 10.27.1): its slope, and the inverse of the ratio one order below n.
        (false, false) if v < 0.0 && SLOPE => super::slope_iv(-v, x),
        (false, false) if v < 0.0 => 1.0 / super::ratio_iv(-v - 1.0, x),
        (false, false) if x > 0.0 => match SLOPE {
            true => super::slope_iv(v, x),
            false => super::ratio_iv(v, x),
        },
        _ => 0.0,
    }
}

/// K_(v+1)/K_v or K_v'/K_v.
pub(super) fn ratio_k<const SLOPE: bool>(v: f64, x: f64) -> f64 {
    if v.is_nan() || x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    let sign = if SLOPE { -1.0 } else { 1.0 };
    match (v.abs() == f64::INFINITY, x == f64::INFINITY) {
        (true, true) => f64::NAN,
        (false, true) => sign,
        // K_-v = K_v (DLMF 10.27.3).
        (true, false) if !SLOPE && v < 0.0 => 0.0,
        (true, false) => sign * f64::INFINITY,
        (false, false) if SLOPE && x > 0.0 => super::slope_kv(v.abs(), x),
        (false, false) if SLOPE => f64::NEG_INFINITY,
        (false, false) if v <= -1.0 => 1.0 / super::ratio_kv(-v - 1.0, x),
        (false, false) if v < 0.0 => between(v, x),
        (false, false) if x > 0.0 => super::ratio_kv(v, x),
        (false, false) => f64::INFINITY,
    }
}

/// K_(v+1)/K_v for -1 < v < 0: neither order is one above the other.
fn between(v: f64, x: f64) -> f64 {
    if x == 0.0 {
        return match v.total_cmp(&-0.5) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Equal => 1.0,
            std::cmp::Ordering::Greater => f64::INFINITY,
        };
    }
    crate::native::log::exp(super::log_kv(v + 1.0, x) - super::log_kv(-v, x))
}
