//! Polynomials in two variables, over lanes.

/// rows[i][j] holds the coefficients of a^(2i) b^j and of a^(2i + 1) b^j.
pub(super) type Surface = [&'static [[f64; 2]]];

macro_rules! surfaces {
    ($($(#[$doc:meta])* $name:ident $file:literal)*) => { $(
        $(#[$doc])*
        pub(super) static $name: &Surface = include!(concat!("tables/", $file, ".in"));
    )* };
}

surfaces! {
    /// Even part of the uniform expansion over u^2, w >= 512.
    EVEN_REMOTE "even_remote"
    /// Odd part over u, w >= 512.
    ODD_REMOTE "odd_remote"
    /// Even part of the uniform expansion over u^2, w >= 48.
    EVEN_FAR "even_far"
    /// Odd part over u, w >= 48.
    ODD_FAR "odd_far"
    /// Even part over u^2, 24 <= w < 48.
    EVEN_MIDDLE "even_middle"
    /// Odd part over u, 24 <= w < 48.
    ODD_MIDDLE "odd_middle"
    /// Sum of q^k / (k! Gamma(k + 1 + v)), less 1; a = 4v/3 - 1, b = 32q/9 - 1.
    I_SMALL "i_small"
    /// Even part in mu of the same, less 1; a = 8 mu^2 - 1, b = 8q - 1.
    K_EVEN "k_even"
    /// Odd part at -mu, over mu, plus Euler's constant.
    K_ODD "k_odd"
    /// Mean of the sums for orders 1 + mu and -1 - mu, less 1; a = 2 mu, b = 8q - 1.
    K_MEAN "k_mean"
    /// Their difference over mu.
    K_SLOPE "k_slope"
    /// 1/Gamma(1 - mu), less 1.
    K_RGAMMA "k_rgamma"
    /// log(pi mu / sin(pi mu)); a = 8 mu^2 - 1.
    K_SINE "k_sine"
}

macro_rules! rings {
    ($($(#[$doc:meta])* $name:ident [$($file:literal)*])*) => { $(
        $(#[$doc])*
        pub(super) static $name: &[&Surface] = &[$(include!(concat!("tables/", $file, ".in"))),*];
    )* };
}

rings! {
    /// What the logarithm of I is above its leading terms, for w from 12, 6, 3, 1.5 to twice that;
    /// b = 2v/w - 1.
    I_RINGS ["i_0" "i_1" "i_2" "i_3"]
    /// The same of K, and from 0.75 and 0.5; b = (2x - w - x0) / (w - x0), x0 = 1, in the last three 0.5.
    K_RINGS ["k_0" "k_1" "k_2" "k_3" "k_4" "k_5"]
}

/// The polynomial at every lane.
///
/// Two rows at a time: one alone would wait for its own fused products, whose latency is longer
/// than all lanes take.
#[inline(always)]
pub(super) fn at<const L: usize>(surface: &Surface, a: &[f64; L], b: &[f64; L]) -> [f64; L] {
    let mut sum = [0.0; L];
    for rows in surface.iter().rev() {
        let (mut low, mut high) = ([0.0; L], [0.0; L]);
        for [c, d] in rows.iter().rev() {
            for lane in 0..L {
                low[lane] = f64::mul_add(low[lane], b[lane], *c);
                high[lane] = f64::mul_add(high[lane], b[lane], *d);
            }
        }
        for lane in 0..L {
            let above = f64::mul_add(sum[lane], a[lane], high[lane]);
            sum[lane] = f64::mul_add(above, a[lane], low[lane]);
        }
    }
    sum
}

/// The polynomial and its derivatives by a and by b at every lane.
#[inline(always)]
pub(super) fn with_slopes<const L: usize>(
    surface: &Surface,
    a: &[f64; L],
    b: &[f64; L],
) -> [[f64; L]; 3] {
    let (mut sum, mut by_a, mut by_b) = ([0.0; L], [0.0; L], [0.0; L]);
    for rows in surface.iter().rev() {
        for row in [1, 0] {
            let (mut inner, mut slope) = ([0.0; L], [0.0; L]);
            for c in rows.iter().rev() {
                for lane in 0..L {
                    slope[lane] = f64::mul_add(slope[lane], b[lane], inner[lane]);
                    inner[lane] = f64::mul_add(inner[lane], b[lane], c[row]);
                }
            }
            for lane in 0..L {
                by_a[lane] = f64::mul_add(by_a[lane], a[lane], sum[lane]);
                sum[lane] = f64::mul_add(sum[lane], a[lane], inner[lane]);
                by_b[lane] = f64::mul_add(by_b[lane], a[lane], slope[lane]);
            }
        }
    }
    [sum, by_a, by_b]
}
