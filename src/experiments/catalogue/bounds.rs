//! A-priori bounds: by theorem, and with probability.

/// What an error can be at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// The figure that it bounds: `normwise`, say, by its name in a row.
    pub figure: &'static str,
    /// Never more, but for under- and overflow.
    pub worst: f64,
    /// More at most with the probability of [`probable_gamma`] an operation; infinite where that
    /// says nothing.
    pub probable: f64,
}

/// gamma_n = n u / (1 - n u) (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed.,
/// 2002, lemma 3.1); none where n u >= 1.
///
/// ```
/// use roundoff::experiments::catalogue::gamma;
/// assert_eq!(gamma(8, 0.0625), Some(1.0));
/// assert_eq!(gamma(16, 0.0625), None);
/// ```
pub fn gamma(n: usize, u: f64) -> Option<f64> {
    gamma_of(n as f64 * u)
}

/// The same of n u.
pub(crate) fn gamma_of(nu: f64) -> Option<f64> {
    (nu < 1.0).then(|| nu / (1.0 - nu))
}

/// lambda of the probable bounds in rows: an operation exceeds its share with a probability of at
/// most 2 exp(-lambda^2 (1 - u)^2 / 2), here 6.7e-4.
pub const LAMBDA: f64 = 4.0;

/// exp(lambda sqrt(n) u + n u^2 / (1 - u)) - 1, with lambda = 4: what n roundings come to at most
/// but for a probability of 2 exp(-lambda^2 (1 - u)^2 / 2), where their errors are independent and
/// have mean zero (N. J. Higham and T. Mary, *A new approach to probabilistic rounding error
/// analysis*, SIAM J. Sci. Comput. 41(5), 2019, theorem 2.4). Under stochastic rounding they have
/// (M. P. Connolly, N. J. Higham and T. Mary, *Stochastic rounding and its probabilistic backward
/// error analysis*, 2021); under rounding to nearest it is a rule of thumb.
///
/// ```
/// use roundoff::experiments::catalogue::{gamma, probable_gamma};
/// let u = 2f64.powi(-24);
/// // 4 sqrt(n) u beside n u.
/// let ratio = gamma(10_000, u).unwrap_or(0.0) / probable_gamma(10_000, u);
/// assert!((24.0..26.0).contains(&ratio));
/// ```
pub fn probable_gamma(n: usize, u: f64) -> f64 {
    let n = n as f64;
    libm::expm1(LAMBDA * n.sqrt() * u + n * u * u / (1.0 - u))
}

impl Bound {
    /// gamma_n times a factor, of the figure.
    pub(super) fn of(figure: &'static str, n: usize, u: f64, factor: f64) -> Option<Self> {
        let bound = Self {
            figure,
            worst: gamma(n, u)? * factor,
            probable: probable_gamma(n, u) * factor,
        };
        bound.worst.is_finite().then_some(bound)
    }
}

/// How many roundings a term of a sum of n terms can meet in an order.
pub(super) fn depth(order: crate::kernels::order::Order, n: usize) -> usize {
    use crate::kernels::order::Order;
    let additions = |n: usize| n.saturating_sub(1);
    match order {
        Order::Sequential => additions(n),
        Order::Pairwise => n.max(1).next_power_of_two().ilog2() as usize,
        Order::Blocked { k } => {
            let k = k.clamp(1, n.max(1));
            additions(k) + additions(n.div_ceil(k))
        }
    }
}
